#include "tables/graph_tables.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTableView>

#include <gtest/gtest.h>

#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

class GraphTablesTest : public testing::Test {
protected:
    GraphTablesTest()
        : m_nodes(nodeColumns())
        , m_edges(edgeColumns())
        , m_nodeTester(&m_nodes, QAbstractItemModelTester::FailureReportingMode::Warning)
        , m_edgeTester(&m_edges, QAbstractItemModelTester::FailureReportingMode::Warning)
        , m_order(m_nodes) {
        m_nodes.setRows(nodeRows(*m_mesh->graph, {}));
        m_edges.setRows(edgeRows(*m_mesh->graph, {}));
    }
    QString nodeCell(const std::string& id, int column) { return m_nodes.index(m_nodes.rowOf(id), column).data().toString(); }

    mesh::SnapshotPtr m_mesh = sample::boutique();
    GraphTableModel m_nodes, m_edges;
    QAbstractItemModelTester m_nodeTester, m_edgeTester;
    GraphTableOrder m_order;
};

TEST_F(GraphTablesTest, Rows_tellWhatTheMapTells) {
    EXPECT_EQ(m_nodes.rowCount(), static_cast<int>(m_mesh->graph->nodes.size()));
    EXPECT_EQ(m_edges.rowCount(), static_cast<int>(m_mesh->graph->edges.size()));
    const std::string checkout = sample::idOf(*m_mesh, "orders", "checkout");
    EXPECT_EQ(nodeCell(checkout, 0), QStringLiteral("checkout"));
    EXPECT_EQ(nodeCell(checkout, 1), QStringLiteral("service"));
    EXPECT_EQ(nodeCell(checkout, 3), QStringLiteral("degraded"));
    EXPECT_EQ(nodeCell(checkout, 4), QStringLiteral("124"));
    const QModelIndex rate = m_nodes.index(m_nodes.rowOf(checkout), 4);
    EXPECT_EQ(rate.data(Qt::AccessibleTextRole).toString(), QStringLiteral("req/s 124"));
}

TEST_F(GraphTablesTest, SortedByRate_isByValueNotByText) {
    m_order.sort(4, Qt::DescendingOrder);
    double last = 1e18;
    for (int row = 0; row < m_order.rowCount(); ++row) {
        const double rate = m_order.index(row, 4).data(GraphTableModel::SortRole).toDouble();
        EXPECT_LE(rate, last);
        last = rate;
    }
}

TEST_F(GraphTablesTest, SortedByLatency_whatHasNoneIsLastBothWays) {
    auto graph = *m_mesh->graph;
    graph.edges.front().latency = {};
    m_edges.setRows(edgeRows(graph, {}));
    GraphTableOrder order(m_edges);
    for (const Qt::SortOrder direction : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        order.sort(6, direction);
        EXPECT_FALSE(order.index(order.rowCount() - 1, 6).data(GraphTableModel::SortRole).isValid());
    }
}

TEST_F(GraphTablesTest, Refresh_rowsComeAndGo_selectionStays) {
    GraphTables tables;
    tables.setGraph(*m_mesh->graph, {});
    const std::string checkout = sample::idOf(*m_mesh, "orders", "checkout");
    tables.showNode(checkout);
    QSignalSpy spy(&tables, &GraphTables::nodeChosen);
    auto graph = *m_mesh->graph;
    const auto gone = graph.edges.back();
    graph.edges.pop_back();
    tables.setGraph(graph, {});
    graph.edges.insert(graph.edges.begin(), gone);
    std::sort(graph.edges.begin(), graph.edges.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    tables.setGraph(graph, {});
    EXPECT_EQ(tables.nodes().currentIndex().siblingAtColumn(0).data().toString(), QStringLiteral("checkout"));
    EXPECT_EQ(spy.size(), 0) << "a refresh is no choice";
    m_nodes.setRows({});
    m_nodes.setRows(nodeRows(graph, {}));
}

TEST_F(GraphTablesTest, Rows_changeUnderTheTester_staysConsistent) {
    auto graph = *m_mesh->graph;
    auto rows = nodeRows(graph, {});
    rows.erase(rows.begin() + 3, rows.begin() + 6);
    m_nodes.setRows(rows);
    rows.erase(rows.begin());
    m_nodes.setRows(rows);
    m_nodes.setRows(nodeRows(graph, {}));
    EXPECT_EQ(m_nodes.rowCount(), static_cast<int>(graph.nodes.size()));
    TelemetryState gone;
    gone.known = false;
    m_nodes.setRows(nodeRows(graph, gone));
    EXPECT_EQ(nodeCell(sample::idOf(*m_mesh, "orders", "checkout"), 4), QStringLiteral("unknown"));
}

TEST_F(GraphTablesTest, Found_onlyItsRowsAreLeft) {
    m_order.setFound({sample::idOf(*m_mesh, "orders", "checkout")}, false);
    EXPECT_EQ(m_order.rowCount(), 1);
    m_order.setFound({}, true);
    EXPECT_EQ(m_order.rowCount(), m_nodes.rowCount());
}

TEST_F(GraphTablesTest, Choice_isToldWithTheGraphsId) {
    GraphTables tables;
    tables.setGraph(*m_mesh->graph, {});
    QSignalSpy nodes(&tables, &GraphTables::nodeChosen), edges(&tables, &GraphTables::edgeChosen);
    tables.nodes().selectRow(0);
    tables.edges().selectRow(0);
    ASSERT_EQ(nodes.size(), 1);
    ASSERT_EQ(edges.size(), 1);
    EXPECT_NE(m_mesh->graph->node(nodes[0][0].toString().toStdString()), nullptr);
    EXPECT_FALSE(tables.nodes().accessibleName().isEmpty());
    EXPECT_FALSE(tables.edges().accessibleName().isEmpty());
}

} // namespace
} // namespace meshdeck::views
