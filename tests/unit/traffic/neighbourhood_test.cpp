// What is around a node, who depends on it, how two are connected, and what of it is noise.
#include "traffic/neighbourhood.h"

#include <set>

#include <gtest/gtest.h>

#include "traffic/lens.h"
#include "unit/traffic/graph_samples.h"

namespace meshdeck::traffic {
namespace {

using test::GraphSample;
using Names = std::set<std::string>;

// a -> b -> c -> d -> e, x -> c, b -> y, and an island.
GraphSample chain() {
    GraphSample sample;
    for (const char* name : {"s/a", "s/b", "s/c", "s/d", "s/e", "s/x", "s/y", "s/island"}) {
        sample.node(name);
    }
    sample.call("s/a", "s/b", 1).call("s/b", "s/c", 1).call("s/c", "s/d", 1).call("s/d", "s/e", 1);
    sample.call("s/x", "s/c", 1).call("s/b", "s/y", 1);
    return sample;
}

Names namesIn(const mesh::Graph& graph) {
    Names names;
    for (const mesh::Node& node : graph.nodes) {
        names.insert(node.kind == mesh::NodeKind::Service ? "svc " + node.service : node.workload);
    }
    return names;
}

Names partNames(const mesh::Graph& graph, const Focus& focus) {
    const auto kept = partOf(graph, focus);
    return kept ? namesIn(take(graph, *kept)) : Names{};
}

Focus around(const std::string& name, int depth, bool all) {
    return {FocusKind::Neighbours, GraphSample::idOf(name), {}, depth, all};
}

TEST(Focus, depthOne_isCallersAndCallees) {
    EXPECT_EQ(partNames(chain().build(), around("s/c", 1, false)), (Names{"b", "c", "d", "x"}));
}

TEST(Focus, depthTwo_healthyOnesOnlyWhenAskedFor) {
    GraphSample sample = chain();
    EXPECT_EQ(partNames(sample.build(), around("s/c", 2, false)), (Names{"b", "c", "d", "x"}));
    EXPECT_EQ(partNames(sample.build(), around("s/c", 2, true)), (Names{"a", "b", "c", "d", "e", "x", "y"}));
    sample.health("s/e", mesh::Health::Degraded);
    EXPECT_EQ(partNames(sample.build(), around("s/c", 2, false)), (Names{"b", "c", "d", "e", "x"}));
}

TEST(Focus, depthThree_theWayToWhatIsIllComesWithIt) {
    GraphSample sample = chain();
    sample.health("s/e", mesh::Health::Failing);
    EXPECT_EQ(partNames(sample.build(), around("s/b", 3, false)), (Names{"a", "b", "c", "d", "e", "y"}));
}

TEST(Focus, outermost_callsAmongThemAreLeftOut) {
    GraphSample sample = chain();
    sample.call("s/x", "s/b", 1); // between two callers of c
    const mesh::Graph graph = sample.build();
    const auto kept = partOf(graph, around("s/c", 1, false));
    ASSERT_TRUE(kept.has_value());
    EXPECT_EQ(take(graph, *kept).edges.size(), 3U);
}

TEST(Focus, serviceAndWorkload_areOneStep) {
    GraphSample sample;
    sample.node("s/a").service("s/b").node("s/b").node("s/c");
    mesh::Graph graph = sample.build();
    const auto add = [&](const std::string& from, const std::string& to) {
        mesh::Edge edge;
        edge.id = from + to;
        edge.source = static_cast<std::uint32_t>(graph.node(from) - graph.nodes.data());
        edge.target = static_cast<std::uint32_t>(graph.node(to) - graph.nodes.data());
        graph.edges.push_back(edge);
    };
    add("id|s/a", "id|svc:s/b");
    add("id|svc:s/b", "id|s/b");
    add("id|s/b", "id|s/c");
    EXPECT_EQ(partNames(graph, around("s/a", 1, false)), (Names{"a", "svc b", "b"}));
    EXPECT_EQ(partNames(graph, around("s/c", 1, false)), (Names{"c", "svc b", "b"}));
}

TEST(Focus, upstreamAndDownstream_goAllTheWay) {
    const mesh::Graph graph = chain().build();
    EXPECT_EQ(partNames(graph, {FocusKind::Upstream, GraphSample::idOf("s/d"), {}, 1, true}), (Names{"a", "b", "c", "d", "x"}));
    EXPECT_EQ(partNames(graph, {FocusKind::Downstream, GraphSample::idOf("s/b"), {}, 1, true}), (Names{"b", "c", "d", "e", "y"}));
}

TEST(Focus, path_isFoundInEitherDirection) {
    const mesh::Graph graph = chain().build();
    const Names way{"a", "b", "c", "d"};
    EXPECT_EQ(partNames(graph, {FocusKind::Path, GraphSample::idOf("s/a"), GraphSample::idOf("s/d"), 1, true}), way);
    EXPECT_EQ(partNames(graph, {FocusKind::Path, GraphSample::idOf("s/d"), GraphSample::idOf("s/a"), 1, true}), way);
    EXPECT_FALSE(partOf(graph, {FocusKind::Path, GraphSample::idOf("s/a"), GraphSample::idOf("s/island"), 1, true}).has_value());
}

TEST(Focus, path_aDetourOfOneStepIsShownALongerOneIsNot) {
    GraphSample sample = chain();
    sample.node("s/near").call("s/b", "s/near", 1).call("s/near", "s/c", 1); // one step more than b -> c
    sample.node("s/f1").node("s/f2").call("s/b", "s/f1", 1).call("s/f1", "s/f2", 1).call("s/f2", "s/c", 1);
    EXPECT_EQ(partNames(sample.build(), {FocusKind::Path, GraphSample::idOf("s/a"), GraphSample::idOf("s/d"), 1, true}),
              (Names{"a", "b", "c", "d", "near"}));
}

TEST(Focus, namespaceAsAWhole_hasNeighboursToo) {
    GraphSample sample;
    sample.node("in/a").node("mid/b").node("mid/c").node("out/d").node("far/e");
    sample.call("in/a", "mid/b", 1).call("mid/b", "mid/c", 1).call("mid/c", "out/d", 1).call("out/d", "far/e", 1);
    EXPECT_EQ(partNames(sample.build(), {FocusKind::Neighbours, "ns|c|mid", {}, 1, false}), (Names{"a", "b", "c", "d"}));
}

TEST(Focus, cyclesAndSelfCalls_end) {
    GraphSample sample;
    sample.node("s/a").node("s/b").call("s/a", "s/b", 1).call("s/b", "s/a", 1).call("s/a", "s/a", 1);
    for (const FocusKind kind : {FocusKind::Neighbours, FocusKind::Upstream, FocusKind::Downstream, FocusKind::Path}) {
        EXPECT_EQ(partNames(sample.build(), {kind, GraphSample::idOf("s/a"), GraphSample::idOf("s/b"), 3, true}), (Names{"a", "b"}));
    }
}

TEST(Noise, scrapersProbesDnsAndCollectors_areLeftOutAndCounted) {
    GraphSample sample = chain();
    sample.node("istio-system/prometheus").node("kube-system/coredns").node("obs/jaeger-collector").node("obs/blackbox-exporter");
    sample.call("istio-system/prometheus", "s/a", 1).call("s/a", "kube-system/coredns", 1);
    sample.call("s/b", "obs/jaeger-collector", 1).call("obs/blackbox-exporter", "s/c", 1);
    Noise noise;
    const mesh::Graph graph = sample.build();
    const mesh::Graph rest = take(graph, withoutNoise(graph, noise));
    EXPECT_EQ(namesIn(rest), namesIn(chain().build())) << "the island stays: nothing of it was noise";
    EXPECT_EQ(noise.nodes, 4U);
    for (const NoiseKind kind : kNoiseKinds) {
        EXPECT_EQ(noise.edges[static_cast<std::size_t>(kind)], 1U) << words(kind);
    }
}

TEST(Noise, namesThatOnlyLookLikeIt_stay) {
    for (const char* name : {"tempo-runner", "prometheus-ui", "lokit", "dns-manager", "probe", "health"}) {
        mesh::Node node;
        node.kind = mesh::NodeKind::Workload;
        node.workload = node.app = name;
        EXPECT_FALSE(noiseOf(node).has_value()) << name;
    }
}

TEST(Noise, focusOnNoise_showsIt) {
    GraphSample sample = chain();
    sample.node("istio-system/prometheus").call("istio-system/prometheus", "s/a", 1);
    Lens lens;
    const auto graph = std::make_shared<const mesh::Graph>(sample.build());
    EXPECT_EQ(look(graph, lens).noise.total(), 1U);
    lens.focus = Focus{FocusKind::Neighbours, GraphSample::idOf("istio-system/prometheus"), {}, 1, false};
    EXPECT_EQ(namesIn(*look(graph, lens).graph()), (Names{"prometheus", "a"}));
}

} // namespace
} // namespace meshdeck::traffic
