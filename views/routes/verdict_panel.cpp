#include "routes/verdict_panel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "routes/flow_layout.h"

namespace meshdeck::views {
namespace {

QPixmap signPixmap(const Theme& theme, VerdictRow::Sign sign, double scale) {
    QPixmap pixmap(static_cast<int>(14 * scale), static_cast<int>(16 * scale));
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    if (sign == VerdictRow::Sign::Denied) {
        paintNoEntry(painter, theme, {7, 8}, theme.surface.panel);
    } else {
        const bool open = sign == VerdictRow::Sign::OpenLock;
        paintLock(painter, {6, 9}, open, open ? theme.security.plaintext : theme.security.mtls);
    }
    return pixmap;
}

SafeLabel* wrapped(const QString& text, TextRole role, double size, QWidget* parent) {
    auto* label = new SafeLabel(text, role, parent);
    label->setFontSize(size);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

VerdictPanel::VerdictPanel(QWidget* parent)
    : QWidget(parent)
    , m_theme(&theme(ThemeKind::Dark))
    , m_mark(new QLabel(this))
    , m_title(new SafeLabel({}, TextRole::Primary, this))
    , m_sentence(wrapped({}, TextRole::Secondary, 13, this))
    , m_rows(new QWidget(this))
    , m_grid(new QGridLayout(m_rows))
    , m_map(new QPushButton(QStringLiteral("Show on map"), this))
    , m_istioctl(new QPushButton(QStringLiteral("Copy as istioctl"), this))
    , m_save(new QPushButton(QStringLiteral("Save request"), this)) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 12, 20, 12);
    layout->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    m_title->setFontSize(15, 600);
    m_title->setWordWrap(true);
    head->addWidget(m_mark, 0, Qt::AlignTop);
    head->addWidget(m_title, 1);
    layout->addLayout(head);
    layout->addWidget(m_sentence);
    m_grid->setContentsMargins(0, 2, 0, 4);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnMinimumWidth(0, 120);
    m_grid->setColumnStretch(1, 1);
    layout->addWidget(m_rows);
    auto* buttons = new QWidget(this);
    auto* flow = new FlowLayout(buttons, 8);
    flow->addWidget(m_map);
    flow->addWidget(m_istioctl);
    flow->addWidget(m_save);
    layout->addWidget(buttons);
    layout->addStretch(1);
    connect(m_map, &QPushButton::clicked, this, &VerdictPanel::showOnMap);
    connect(m_istioctl, &QPushButton::clicked, this, &VerdictPanel::copyAsIstioctl);
    connect(m_save, &QPushButton::clicked, this, &VerdictPanel::saveRequested);
    clear();
}

void VerdictPanel::setTheme(const Theme& theme) {
    m_theme = &theme;
    rebuild();
}

void VerdictPanel::clear() {
    m_words = {};
    setMapShown(false);
    setIstioctl(false);
    m_save->setEnabled(false);
    rebuild();
}

void VerdictPanel::setWords(const VerdictWords& words) {
    m_words = words;
    m_save->setEnabled(!words.rows.empty());
    rebuild();
}

void VerdictPanel::setMapShown(bool possible) {
    m_map->setEnabled(possible);
    setPlainToolTip(m_map, possible ? QString() : QStringLiteral("No node of this path is on the map"));
}

void VerdictPanel::setIstioctl(bool possible) {
    m_istioctl->setEnabled(possible);
    setPlainToolTip(m_istioctl, possible ? QStringLiteral("The routes and the cluster as the sending proxy holds them")
                                         : QStringLiteral("Only a pod with a proxy can be asked"));
}

void VerdictPanel::setSaved(bool saved) {
    m_save->setText(saved ? QStringLiteral("Save this answer") : QStringLiteral("Save request"));
    setPlainToolTip(m_save, saved ? QStringLiteral("Expect this answer of the saved request from now on")
                                  : QStringLiteral("Keep the request and its answer; it is run again on every change"));
}

void VerdictPanel::rebuild() {
    const bool empty = m_words.title.isEmpty();
    m_mark->setVisible(!empty);
    m_mark->setPixmap(markPixmap(*m_theme, m_words.health, 7, devicePixelRatioF(), m_theme->surface.panel));
    m_title->setText(empty ? QStringLiteral("No request yet") : m_words.title);
    m_sentence->setText(empty ? QStringLiteral("Say who sends what, then trace the path: the answer stands here, with everything that had a say in it.")
                              : m_words.sentence);
    m_sentence->setVisible(!m_sentence->fullText().isEmpty());
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    int line = 0;
    for (const VerdictRow& row : m_words.rows) {
        auto* name = new SafeLabel(row.name, TextRole::Tertiary, m_rows);
        name->setFontSize(12);
        m_grid->addWidget(name, line, 0, Qt::AlignTop);
        auto* value = new QWidget(m_rows);
        auto* box = new QVBoxLayout(value);
        box->setContentsMargins(0, 0, 0, 0);
        box->setSpacing(0);
        auto* first = new QHBoxLayout;
        first->setSpacing(4);
        if (row.sign != VerdictRow::Sign::None) {
            auto* sign = new QLabel(value);
            sign->setPixmap(signPixmap(*m_theme, row.sign, devicePixelRatioF()));
            first->addWidget(sign, 0, Qt::AlignTop);
        }
        SafeLabel* words = wrapped(row.value, TextRole::Primary, 12, value);
        words->setAccessibleName(row.name + QStringLiteral(": ") + row.value);
        if (row.alarming) {
            QPalette palette = words->palette();
            palette.setColor(QPalette::WindowText, m_theme->textOf(mesh::Health::Failing));
            words->setPalette(palette);
        }
        first->addWidget(words, 1);
        box->addLayout(first);
        if (!row.detail.isEmpty()) {
            box->addWidget(wrapped(row.detail, TextRole::Tertiary, 11, value));
        }
        m_grid->addWidget(value, line, 1);
        ++line;
    }
}

} // namespace meshdeck::views
