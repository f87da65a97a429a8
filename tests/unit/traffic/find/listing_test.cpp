// The found as a list.
#include <gtest/gtest.h>

#include "traffic/find/find_mesh.h"
#include "traffic/find/listing.h"

namespace meshdeck::traffic {
namespace {

FindMatches find(const mesh::Graph& graph, std::string_view text) {
    return findIn({graph}, *FindExpression::parse(text));
}

TEST(FindListing, Nodes_worstFirst) {
    const mesh::Graph graph = test::findMesh();
    std::string names;
    for (const FoundNode& found : foundNodes(graph, find(graph, "rate >= 0"))) {
        names += graph.nodes[found.node].app + graph.nodes[found.node].service + " ";
    }
    EXPECT_EQ(names, "acquirer card cart web db lab ") << "by errors, then requests; without requests by name";
}

TEST(FindListing, Edges_worstFirst) {
    const mesh::Graph graph = test::findMesh();
    const auto list = foundEdges(graph, find(graph, "traffic"));
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(graph.edges[list[0].edge].id, "e2");
    EXPECT_EQ(list[0].errorShare, 0.25);
    EXPECT_EQ(list[3].errorShare, std::nullopt) << "TCP";
}

TEST(FindListing, Service_isToldByTheWorkloadBehindIt) {
    mesh::Graph graph = test::findMesh();
    graph.nodes[1].kind = mesh::NodeKind::Service; // cart is now a service before card
    graph.edges[1].source = 1;
    EXPECT_EQ(foundNodes(graph, find(graph, "car")).size(), 1U);
    EXPECT_EQ(foundNodes(graph, find(graph, "cart")).size(), 1U) << "alone it is told itself";
    EXPECT_EQ(findableNodes(graph), 5U);
}

TEST(FindListing, Words_countWhatWasAskedFor) {
    const mesh::Graph graph = test::findMesh();
    EXPECT_EQ(foundWords(graph, find(graph, "ns = shop")), "2 of 6");
    EXPECT_EQ(foundWords(graph, find(graph, "plaintext")), "2 of 4 calls");
    EXPECT_EQ(foundWords(graph, find(graph, "cb or flag = UF")), "1 of 6 and 1 call");
    EXPECT_EQ(foundWords(graph, find(graph, "nobody")), "nothing found");
    EXPECT_EQ(grouped(3012), "3,012");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1234567), "1,234,567");
}

} // namespace
} // namespace meshdeck::traffic
