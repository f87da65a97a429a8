// The map as two sortable tables, nodes and edges, in the map's place.
#pragma once

#include <set>

#include <QWidget>

#include "mesh/snapshot.h"
#include "tables/graph_table_model.h"

class QStackedWidget;
class QTableView;
class QTabBar;

namespace meshdeck::views {

class GraphTables final : public QWidget {
    Q_OBJECT

public:
    explicit GraphTables(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setGraph(const mesh::Graph& graph, const TelemetryState& telemetry);
    // Ids of graph nodes; `all` when nothing is looked for.
    void setFound(std::vector<std::string> nodes, bool all);
    // Follows the map's selection without telling of it.
    void showNode(const std::string& node);
    void showEdge(const std::string& edge);
    [[nodiscard]] QTableView& nodes() { return *m_nodeView; }
    [[nodiscard]] QTableView& edges() { return *m_edgeView; }

Q_SIGNALS:
    void nodeChosen(const QString& node);
    void edgeChosen(const QString& edge);

private:
    QTableView* makeView(GraphTableModel& model, GraphTableOrder& order, const QString& name, int sortedBy);
    void showRow(QTableView* view, const GraphTableModel& model, const GraphTableOrder& order, const std::string& id, int tab);
    void countRows();

    GraphTableModel* m_nodes;
    GraphTableModel* m_edges;
    GraphTableOrder* m_nodeOrder;
    GraphTableOrder* m_edgeOrder;
    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    QTableView* m_nodeView;
    QTableView* m_edgeView;
    bool m_following = false; // the selection is the map's, not the user's
};

} // namespace meshdeck::views
