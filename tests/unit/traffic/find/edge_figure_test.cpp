// What labels of calls tell.
#include <gtest/gtest.h>

#include "traffic/edge_figure.h"
#include "traffic/find/find_mesh.h"

namespace meshdeck::traffic {
namespace {

TEST(EdgeFigure, Words_readBack) {
    for (const EdgeFigure figure : kEdgeFigures) {
        EXPECT_EQ(parseEdgeFigure(name(figure)), figure);
    }
    EXPECT_EQ(parseEdgeFigure("average"), std::nullopt);
}

TEST(EdgeSum, OneCall_hasItsOwnFigures) {
    const mesh::Graph graph = test::findMesh();
    EdgeSum sum;
    sum.add(graph.edges[0], graph);
    EXPECT_EQ(sum.value(EdgeFigure::Rate), (EdgeSum::Value{12, false}));
    EXPECT_EQ(sum.value(EdgeFigure::Share), (EdgeSum::Value{100, false})) << "of the caller's HTTP";
    EXPECT_EQ(sum.value(EdgeFigure::P95), (EdgeSum::Value{120, false}));
    EXPECT_EQ(sum.value(EdgeFigure::P50), std::nullopt) << "not known is not zero";
    EXPECT_EQ(sum.value(EdgeFigure::Throughput), std::nullopt);
    EXPECT_EQ(sum.value(EdgeFigure::None), std::nullopt);
    EXPECT_EQ(sum.mtls(), 80);
}

TEST(EdgeSum, SeveralCalls_addUpAndHaveNoQuantileAboveTheLargest) {
    mesh::Graph graph = test::findMesh();
    mesh::Edge other = graph.edges[0];
    other.rates.total = 4;
    other.latency.p95 = Milliseconds(300);
    other.mtls = Percent(0);
    graph.nodes[0].out[0].total = 32;
    EdgeSum sum;
    sum.add(graph.edges[0], graph);
    sum.add(other, graph);
    EXPECT_EQ(sum.value(EdgeFigure::Rate), (EdgeSum::Value{16, false}));
    EXPECT_EQ(sum.value(EdgeFigure::Share), (EdgeSum::Value{50, false})) << "one caller counts once";
    EXPECT_EQ(sum.value(EdgeFigure::P95), (EdgeSum::Value{300, true}));
    EXPECT_EQ(sum.mtls(), 60) << "weighted by rate";
}

TEST(EdgeSum, Tcp_isBytes) {
    const mesh::Graph graph = test::findMesh();
    EdgeSum sum;
    sum.add(graph.edges[3], graph);
    EXPECT_EQ(sum.value(EdgeFigure::Throughput), (EdgeSum::Value{4096, false}));
    EXPECT_EQ(sum.mtls(), std::nullopt);
}

} // namespace
} // namespace meshdeck::traffic
