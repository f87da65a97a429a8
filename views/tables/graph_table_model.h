// The graph as rows: what the map draws, for people who read tables and for screen readers. One model for nodes, one for
// edges. A refresh changes, adds and removes single rows, so that selection and scroll position stay.
#pragma once

#include <string>
#include <vector>

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "common/theme.h"
#include "map/cards.h"

namespace meshdeck::views {

struct TableCell {
    QString text;
    QVariant sort; // number or text; invalid sorts last
    bool operator==(const TableCell&) const = default;
};

struct TableRow {
    std::string id;                 // of the graph node or edge
    std::vector<std::string> nodes; // the graph nodes it is about: what the find field filters by
    std::vector<TableCell> cells;
    mesh::Health health = mesh::Health::Unknown;
    bool operator==(const TableRow&) const = default;
};

struct TableColumn {
    QString title;
    bool number = false; // right-aligned, sorted by value, largest first
};

class GraphTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    static constexpr int SortRole = Qt::UserRole;

    explicit GraphTableModel(std::vector<TableColumn> columns, QObject* parent = nullptr);
    void setRows(std::vector<TableRow> rows); // sorted by id
    void setTheme(const Theme& theme);
    [[nodiscard]] const TableRow& row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }
    [[nodiscard]] int rowOf(const std::string& id) const; // -1: none
    [[nodiscard]] const std::vector<TableColumn>& columns() const { return m_columns; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void removeMissing(const std::vector<TableRow>& rows);

    std::vector<TableColumn> m_columns;
    std::vector<TableRow> m_rows;
    const Theme* m_theme;
};

// Sorts by value, what has none last in either direction; shows only rows about the nodes that were found.
class GraphTableOrder final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit GraphTableOrder(GraphTableModel& model, QObject* parent = nullptr);
    // Sorted ids of graph nodes; `all` shows every row.
    void setFound(std::vector<std::string> nodes, bool all);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    GraphTableModel& m_model;
    std::vector<std::string> m_found;
    bool m_all = true;
};

[[nodiscard]] std::vector<TableColumn> nodeColumns();
[[nodiscard]] std::vector<TableRow> nodeRows(const mesh::Graph& graph, const TelemetryState& telemetry);
[[nodiscard]] std::vector<TableColumn> edgeColumns();
[[nodiscard]] std::vector<TableRow> edgeRows(const mesh::Graph& graph, const TelemetryState& telemetry);

} // namespace meshdeck::views
