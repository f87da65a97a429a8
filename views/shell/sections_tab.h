// A tab of the inspector that is made of small tables. A refresh changes texts in place: nothing moves under the pointer
// and the focus stays, unless rows came or went.
#pragma once

#include <QScrollArea>

#include "common/theme.h"
#include "shell/sections.h"

class QGridLayout;
class QToolButton;
class QVBoxLayout;

namespace meshdeck::views {

class SafeLabel;

class SectionsTab final : public QScrollArea {
    Q_OBJECT

public:
    explicit SectionsTab(QWidget* parent = nullptr);
    void show(std::vector<Section> sections, const Theme& theme);
    [[nodiscard]] const std::vector<Section>& sections() const { return m_sections; }

Q_SIGNALS:
    void nodeChosen(const QString& node);
    void edgeChosen(const QString& edge);

private:
    struct Cell {
        SafeLabel* label = nullptr;
        QToolButton* link = nullptr; // instead of the label
    };
    [[nodiscard]] bool sameShape(const std::vector<Section>& sections) const;
    void rebuild();
    void addSection(const Section& section);
    void addRow(QGridLayout* grid, int line, const SectionRow& row, bool table);
    void fill();
    void follow(std::size_t section, std::size_t row);

    std::vector<Section> m_sections;
    std::vector<std::vector<std::vector<Cell>>> m_cells; // by section, row, column
    const Theme* m_theme;
    QVBoxLayout* m_layout;
};

} // namespace meshdeck::views
