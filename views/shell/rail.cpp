#include "shell/rail.h"

#include <QAbstractButton>
#include <QFrame>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "common/icons.h"

namespace meshdeck::views {

class Rail::Item final : public QAbstractButton {
public:
    Item(int id, QString icon, const QString& name, bool page, QWidget* parent)
        : QAbstractButton(parent)
        , m_id(id)
        , m_icon(std::move(icon))
        , m_theme(&theme(ThemeKind::Dark)) {
        setText(name);
        setAccessibleName(name);
        setCheckable(page);
        setFixedSize(47, 48);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
    }
    [[nodiscard]] int id() const { return m_id; }
    void setTheme(const Theme& theme) {
        m_theme = &theme;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (isChecked()) {
            painter.fillRect(rect(), m_theme->accent.tint);
            painter.fillRect(QRect(0, 0, 3, height()), m_theme->accent.base);
        }
        const QColor ink = isChecked() ? m_theme->text.primary : underMouse() ? m_theme->text.secondary : m_theme->text.tertiary;
        painter.drawPixmap(14, 7, iconPixmap(m_icon, ink, 20, devicePixelRatioF()));
        painter.setFont(m_theme->font(9.5));
        painter.setPen(ink);
        painter.drawText(QRect(0, 29, width(), 14), Qt::AlignCenter, text());
        if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(m_theme->accent.focus, 2));
            painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 4, 4);
        }
    }

private:
    int m_id;
    QString m_icon;
    const Theme* m_theme;
};

Rail::Rail(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QVBoxLayout)
    , m_tools(new QVBoxLayout)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFixedWidth(48);
    setProperty("role", "bar");
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 4, 0, 4);
    column->setSpacing(2);
    m_pages->setSpacing(2);
    m_tools->setSpacing(2);
    column->addLayout(m_pages);
    column->addStretch(1);
    column->addLayout(m_tools);
    row->addLayout(column);
    auto* line = new QFrame(this);
    line->setProperty("role", "line");
    line->setFixedWidth(1);
    row->addWidget(line);
}

void Rail::add(int id, const QString& icon, const QString& name, bool page) {
    auto* item = new Item(id, icon, name, page, this);
    connect(item, &QAbstractButton::clicked, this, [this, item, id] {
        item->setChecked(item->isCheckable()); // the window decides what is current
        Q_EMIT chosen(id);
    });
    (page ? m_pages : m_tools)->addWidget(item);
    m_items.push_back(item);
}

void Rail::addPage(int id, const QString& icon, const QString& name) {
    add(id, icon, name, true);
}

void Rail::addTool(int id, const QString& icon, const QString& name) {
    add(id, icon, name, false);
}

void Rail::setCurrent(int id) {
    for (Item* item : m_items) {
        item->setChecked(item->isCheckable() && item->id() == id);
    }
}

void Rail::setTheme(const Theme& theme) {
    m_theme = &theme;
    for (Item* item : m_items) {
        item->setTheme(theme);
    }
}

} // namespace meshdeck::views
