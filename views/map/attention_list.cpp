#include "map/attention_list.h"

#include <QHBoxLayout>
#include <QMouseEvent>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/glyphs.h"

namespace meshdeck::views {
namespace {

// A row that can be clicked and reached by Tab.
class Row final : public QWidget {
public:
    Row(std::function<void()> chosen, QWidget* parent)
        : QWidget(parent)
        , m_chosen(std::move(chosen)) {
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::TabFocus);
    }

protected:
    void mouseReleaseEvent(QMouseEvent*) override { m_chosen(); }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space) {
            m_chosen();
        } else {
            QWidget::keyPressEvent(event);
        }
    }

private:
    std::function<void()> m_chosen;
};

} // namespace

AttentionList::AttentionList(QWidget* parent)
    : QFrame(parent)
    , m_theme(&theme(ThemeKind::Dark))
    , m_rows(new QVBoxLayout(this)) {
    setProperty("role", "card");
    setFixedWidth(290);
    m_rows->setContentsMargins(12, 9, 12, 11);
    m_rows->setSpacing(8);
    hide();
}

void AttentionList::setTheme(const Theme& theme) {
    m_theme = &theme;
    rebuild();
}

void AttentionList::setScene(const Scene& scene) {
    const bool same = m_stale == scene.stale && m_known == scene.ratesKnown &&
                      std::equal(m_attention.begin(), m_attention.end(), scene.attention.begin(), scene.attention.end(),
                                 [](const Attention& a, const Attention& b) {
                                     return a.title == b.title && a.detail == b.detail && a.node == b.node;
                                 });
    if (!same || isHidden()) {
        m_attention = scene.attention;
        m_stale = scene.stale;
        m_known = scene.ratesKnown;
        rebuild();
    }
}

void AttentionList::rebuild() {
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (!m_known) {
        auto* title = new SafeLabel(QStringLiteral("What is missing"), TextRole::Secondary, this);
        title->setFontSize(11, 600);
        m_rows->addWidget(title);
        addMissing(QStringLiteral("Rate, errors, duration"), m_stale);
        addMissing(QStringLiteral("Observed split, mTLS share"), m_stale);
    } else if (!m_attention.empty()) {
        auto* title = new SafeLabel(QStringLiteral("Needs attention · %1").arg(m_attention.size()), TextRole::Secondary, this);
        title->setFontSize(11, 600);
        m_rows->addWidget(title);
        for (const Attention& attention : m_attention) {
            addRow(attention);
        }
    }
    setVisible(m_rows->count() > 0);
    for (int i = 0; i < m_rows->count(); ++i) { // a layout shows its new widgets only later, and sizes without them
        m_rows->itemAt(i)->widget()->show();
    }
    m_rows->activate();
    adjustSize();
}

void AttentionList::addMissing(const QString& what, const QString& since) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* name = new SafeLabel(what, TextRole::Primary, row);
    name->setFontSize(12);
    auto* when = new SafeLabel(QString(since).remove(QStringLiteral("unknown ")), TextRole::Secondary, row);
    when->setFontSize(12);
    layout->addWidget(name, 1);
    layout->addWidget(when);
    m_rows->addWidget(row);
}

void AttentionList::addRow(const Attention& attention) {
    auto* row = new Row([this, node = QString::fromStdString(attention.node)] { Q_EMIT nodeChosen(node); }, this);
    row->setAccessibleName(attention.title);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(9);
    auto* mark = new QLabel(row);
    mark->setPixmap(markPixmap(*m_theme, attention.health, 6, devicePixelRatioF(), m_theme->surface.panel));
    layout->addWidget(mark, 0, Qt::AlignTop);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    auto* title = new SafeLabel(attention.title, TextRole::Primary, row);
    title->setFontSize(12, 500);
    title->setElided(true);
    auto* detail = new SafeLabel(attention.detail, TextRole::Tertiary, row);
    detail->setFontSize(11);
    detail->setElided(true);
    texts->addWidget(title);
    texts->addWidget(detail);
    layout->addLayout(texts, 1);
    m_rows->addWidget(row);
}

} // namespace meshdeck::views
