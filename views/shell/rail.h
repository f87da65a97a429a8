// The column of pages at the left edge. Only pages that exist.
#pragma once

#include <QWidget>

#include "common/theme.h"

class QToolButton;
class QVBoxLayout;

namespace meshdeck::views {

class Rail final : public QWidget {
    Q_OBJECT

public:
    explicit Rail(QWidget* parent = nullptr);
    // Pages from the top, tools from the bottom; `icon` names a file of resources/icons.
    void addPage(int id, const QString& icon, const QString& name);
    void addTool(int id, const QString& icon, const QString& name);
    void setCurrent(int id);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void chosen(int id);

private:
    class Item;
    void add(int id, const QString& icon, const QString& name, bool page);

    QVBoxLayout* m_pages;
    QVBoxLayout* m_tools;
    std::vector<Item*> m_items; // owned by Qt
    const Theme* m_theme;
};

} // namespace meshdeck::views
