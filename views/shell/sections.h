// What the inspector's tables say, as values: made from a snapshot by pure functions, shown by SectionsTab.
#pragma once

#include <string>
#include <vector>

#include <QString>
#include <QStringList>

namespace meshdeck::views {

struct SectionRow {
    QStringList cells; // as many as the section has heads; two where it has none
    bool bad = false;  // the last cell is in the failing colour
    std::string node;  // what a click on the first cell selects: a graph node, or an edge; both empty: nothing
    std::string edge;
    bool operator==(const SectionRow&) const = default;
};

struct Section {
    QString title;
    QString note;      // beside the title, e.g. the unit
    QStringList heads; // empty: rows of name and value
    std::vector<SectionRow> rows;
    QString empty; // said in the place of rows; a section without rows and without this is left out
    bool operator==(const Section&) const = default;
};

} // namespace meshdeck::views
