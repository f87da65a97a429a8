#include "change/prediction.h"

#include <gtest/gtest.h>

#include "fake_cluster.h"

namespace meshdeck::change {

namespace {

using mesh::NodeKind;

// The picture of mockup c: frontend -> checkout (v1 111.6 req/s, v2 12.4 of which 6 % fail) -> payment.
class Picture {
public:
    Picture() {
        m_frontend = node("frontend", "v1", NodeKind::App); // its only version is none of the choice
        m_ingress = node("ingress", "", NodeKind::App);
        m_v1 = version("v1");
        m_v2 = version("v2");
        m_payment = node("payment", "v1", NodeKind::App);
        edge(m_ingress, m_frontend, 620, 0.744);
        edge(m_frontend, m_v1, 111.6, 0);
        edge(m_frontend, m_v2, 12.4, 0.744);
        edge(m_v1, m_payment, 111.6, 0);
        edge(m_v2, m_payment, 11.7, 0);
    }
    [[nodiscard]] const mesh::Graph& graph() const { return m_graph; }
    mesh::Graph& graph() { return m_graph; }

private:
    std::uint32_t node(const std::string& app, const std::string& version, NodeKind kind) {
        mesh::Node node;
        node.id = app + version;
        node.kind = kind;
        node.ns = "bookinfo";
        node.app = app;
        node.version = version;
        m_graph.nodes.push_back(node);
        return static_cast<std::uint32_t>(m_graph.nodes.size() - 1);
    }
    std::uint32_t version(const std::string& text) {
        const auto index = node("reviews", text, NodeKind::App);
        m_graph.nodes[index].destServices.push_back({"", "bookinfo", "reviews"});
        return index;
    }
    void edge(std::uint32_t from, std::uint32_t to, double rate, double failed) {
        mesh::Edge edge;
        edge.id = std::to_string(from) + ">" + std::to_string(to);
        edge.source = from;
        edge.target = to;
        edge.rates.total = rate;
        edge.rates.serverError = failed;
        m_graph.edges.push_back(edge);
    }
    mesh::Graph m_graph;
    std::uint32_t m_frontend, m_ingress, m_v1, m_v2, m_payment;
};

WeightEdit edit() {
    FakeCluster cluster;
    return {cluster.putYaml(kReviewsYaml), "http", 0, {70, 30}, {}};
}

const PredictedRow* row(const Prediction& prediction, const std::string& name) {
    for (const PredictedRow& row : prediction.rows) {
        if (row.name == name) {
            return &row;
        }
    }
    return nullptr;
}

} // namespace

TEST(Predict, Rates_followTheWeights) {
    const Picture picture;
    const Prediction prediction = predict(edit(), &picture.graph());
    EXPECT_EQ(prediction.sentence, "reviews: v2 10 % \u2192 30 %, about 12.4 \u2192 37.2 requests/s");
    ASSERT_NE(row(prediction, "reviews v1"), nullptr);
    EXPECT_DOUBLE_EQ(*row(prediction, "reviews v1")->now, 111.6);
    EXPECT_NEAR(*row(prediction, "reviews v1")->after, 86.8, 1e-9);
    ASSERT_EQ(prediction.edges.size(), 2U);
    EXPECT_EQ(prediction.edges[1].targetNodeId, "reviewsv2");
    EXPECT_EQ(prediction.edges[1].edgeId, "0>3");
    EXPECT_NEAR(*prediction.edges[1].rateAfter, 37.2, 1e-9);
    EXPECT_EQ(prediction.edges[1].shareAfter->value, 30);
}

TEST(Predict, Failures_growAtTodaysShareAndReachTheCaller) {
    const Picture picture;
    const Prediction prediction = predict(edit(), &picture.graph());
    const PredictedRow* failed = row(prediction, "reviews v2 failed");
    ASSERT_NE(failed, nullptr);
    EXPECT_NEAR(*failed->now, 0.744, 1e-9);
    EXPECT_NEAR(*failed->after, 2.232, 1e-9);
    EXPECT_TRUE(failed->worse);
    EXPECT_EQ(row(prediction, "reviews v1 failed"), nullptr);
    const PredictedRow* caller = row(prediction, "frontend failed, share of 620 req/s");
    ASSERT_NE(caller, nullptr);
    EXPECT_NEAR(*caller->now, 0.12, 1e-9);
    EXPECT_NEAR(*caller->after, 0.36, 1e-9);
    EXPECT_TRUE(caller->worse);
    const PredictedRow* callee = row(prediction, "payment");
    ASSERT_NE(callee, nullptr);
    EXPECT_NEAR(*callee->now, 123.3, 1e-9);
    EXPECT_NEAR(*callee->after, 121.9, 0.01);
}

TEST(Predict, WhatIsNotKnown_isSaidAndNotInvented) {
    Picture picture;
    const Prediction noGraph = predict(edit(), nullptr);
    EXPECT_EQ(noGraph.sentence, "reviews: v2 10 % \u2192 30 %");
    EXPECT_EQ(noGraph.unknowns, std::vector<std::string>{"there is no traffic data: only the shares are known"});
    EXPECT_TRUE(noGraph.rows.empty());
    EXPECT_EQ(noGraph.edges[0].shareBefore->value, 90);

    picture.graph().edges[2].rates = {}; // v2 gets nothing yet
    const Prediction quiet = predict(edit(), &picture.graph());
    EXPECT_EQ(row(quiet, "reviews v2 failed"), nullptr);
    ASSERT_FALSE(quiet.unknowns.empty());
    EXPECT_EQ(quiet.unknowns[0], "reviews v2 gets no requests now: how many of them fail is not known");
    EXPECT_EQ(row(quiet, "frontend failed, share of 620 req/s"), nullptr);

    const Prediction empty = predict(edit(), std::make_unique<mesh::Graph>().get());
    EXPECT_TRUE(empty.rows.empty());
    EXPECT_EQ(empty.unknowns.size(), 1U);
}

TEST(Predict, RivalRoutesAndConditions_areNamed) {
    FakeCluster cluster;
    const auto base = cluster.putYaml(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - match: [{headers: {end-user: {exact: jason}}}]
    route: [{destination: {host: reviews, subset: v2}}]
  - route:
    - {destination: {host: reviews, subset: v1}, weight: 90}
    - {destination: {host: reviews, subset: v2}, weight: 10}
)");
    const Picture picture;
    const Prediction prediction = predict({base, "http", 1, {70, 30}, {}}, &picture.graph());
    ASSERT_FALSE(prediction.unknowns.empty());
    EXPECT_TRUE(prediction.unknowns[0].starts_with("1 other route of VirtualService bookinfo/reviews leads"));
}

TEST(Predict, SubsetLabels_nameTheVersion) {
    Picture picture;
    for (mesh::Node& node : picture.graph().nodes) {
        node.version = node.version == "v2" ? "canary" : node.version;
    }
    WeightEdit labelled = edit();
    labelled.subsets = {{"v2", {{"version", "canary"}}}};
    const Prediction prediction = predict(labelled, &picture.graph());
    EXPECT_NEAR(*prediction.edges[1].rateAfter, 37.2, 1e-9);
}

} // namespace meshdeck::change
