#include "map/grace.h"

#include <gtest/gtest.h>

#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

class GraceTest : public testing::Test {
protected:
    // The next reply, with or without the mail server outside.
    mesh::SnapshotPtr reply(bool whole) {
        auto snapshot = std::make_shared<mesh::MeshSnapshot>(*m_full);
        auto graph = std::make_shared<mesh::Graph>(*m_full->graph);
        if (!whole) {
            const auto at = static_cast<std::uint32_t>(graph->node(m_gone) - graph->nodes.data());
            std::erase_if(graph->edges, [at](const mesh::Edge& edge) { return edge.source == at || edge.target == at; });
            for (mesh::Edge& edge : graph->edges) {
                edge.source -= edge.source > at ? 1 : 0;
                edge.target -= edge.target > at ? 1 : 0;
            }
            graph->nodes.erase(graph->nodes.begin() + at);
        }
        snapshot->graph = graph;
        return snapshot;
    }

    mesh::SnapshotPtr m_full = sample::boutique();
    std::string m_gone = "serviceEntry||smtp.example.com";
    Grace m_grace;
};

TEST_F(GraceTest, NothingMissing_isTheSameSnapshot) {
    ASSERT_NE(m_full->graph->node(m_gone), nullptr);
    EXPECT_EQ(m_grace.hold(m_full), m_full);
    const auto next = reply(true);
    EXPECT_EQ(m_grace.hold(next), next);
}

TEST_F(GraceTest, NodeMissing_isHeldForTwoReplies_thenGoes) {
    (void)m_grace.hold(m_full);
    for (int i = 0; i < 2; ++i) {
        const auto shown = m_grace.hold(reply(false));
        const mesh::Node* held = shown->graph->node(m_gone);
        ASSERT_NE(held, nullptr) << i;
        EXPECT_EQ(held->health, mesh::Health::Unknown);
        EXPECT_EQ(held->in[2].total, 0) << "its last rate is not of now";
        const auto& edges = shown->graph->edges;
        EXPECT_EQ(edges.size(), m_full->graph->edges.size());
        EXPECT_TRUE(std::any_of(edges.begin(), edges.end(), [&](const mesh::Edge& edge) {
            return shown->graph->nodes[edge.target].id == m_gone && shown->graph->nodes[edge.source].app == "email" && edge.rates.total == 0;
        }));
    }
    const auto after = reply(false);
    EXPECT_EQ(m_grace.hold(after), after);
}

TEST_F(GraceTest, SameReplyAgain_doesNotCount) {
    (void)m_grace.hold(m_full);
    const auto without = reply(false);
    for (int i = 0; i < 5; ++i) {
        EXPECT_NE(m_grace.hold(without)->graph->node(m_gone), nullptr) << "config changes are no refresh";
    }
}

TEST_F(GraceTest, NodeComesBack_isItselfAgain) {
    (void)m_grace.hold(m_full);
    (void)m_grace.hold(reply(false));
    const auto back = reply(true);
    EXPECT_EQ(m_grace.hold(back), back);
}

TEST_F(GraceTest, AnotherGraph_holdsNothing) {
    (void)m_grace.hold(m_full);
    auto other = std::make_shared<mesh::MeshSnapshot>(*m_full);
    auto graph = std::make_shared<mesh::Graph>();
    graph->type = mesh::GraphType::Workload;
    other->graph = graph;
    EXPECT_EQ(m_grace.hold(other), other);
    (void)m_grace.hold(m_full);
    m_grace.forget();
    const auto without = reply(false);
    EXPECT_EQ(m_grace.hold(without), without);
}

} // namespace
} // namespace meshdeck::views
