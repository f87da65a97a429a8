#include "cli/graph_writers.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sample_graph.h"

namespace meshdeck::cli {
namespace {

struct Sample {
    mesh::Graph graph = test::sampleGraph();
    std::vector<mesh::SourceHealth> sources = test::sampleSources(graph);
    [[nodiscard]] GraphDocument document() const { return {graph, sources, "kind-test", graph.time}; }
};

TEST(GraphJson, Sample_isTheDocumentedSchema) {
    const auto json = nlohmann::json::parse(graphJson(Sample().document()));
    const auto expected = nlohmann::json::parse(R"({
      "schema":"meshdeck.graph/1","time":1523364075,"windowSeconds":600,"graphType":"versionedApp",
      "context":"kind-test","reporter":"source, else destination",
      "nodes":[
        {"id":"a1","kind":"app","namespace":"bookinfo","workload":"productpage-v1","app":"productpage","version":"v1",
         "flags":["root"],"health":"healthy"},
        {"id":"b2","kind":"service","namespace":"bookinfo","service":"reviews","flags":[],"health":"degraded",
         "reason":"6.0 % of 12.2 req/s fail with 500"},
        {"id":"c3","kind":"workload","namespace":"data","workload":"=mongo\"db","flags":[],"health":"unknown"}],
      "edges":[
        {"id":"e1","source":"a1","target":"b2","protocol":"http","requestsPerSecond":12.5,"errorPercent":6.0,
         "mtlsPercent":100.0,"latencyMs":{"p50":4.0,"p95":22.0},
         "sourcePrincipal":"spiffe://cluster.local/ns/bookinfo/sa/productpage",
         "responses":[{"code":"200","host":"reviews","percent":94.0},
                      {"code":"500","flags":"UF","host":"reviews","percent":6.0}],
         "weight":{"configured":80.0,"observed":81.25},"health":"degraded"},
        {"id":"e2","source":"b2","target":"c3","protocol":"tcp","bytesPerSecond":2048.0,"mtlsPercent":0.0,
         "health":"healthy"}],
      "sources":[{"name":"prometheus","state":"live","ageSeconds":4.0},
                 {"name":"istiod","state":"absent","detail":"no istiod was found","hint":"name it with --istiod"}]})");
    EXPECT_EQ(json, expected) << json.dump(1);
}

TEST(GraphJson, NotANumberAndBrokenText_neverBreakTheDocument) {
    Sample sample;
    sample.graph.edges[0].latency.p95 = Milliseconds(std::numeric_limits<double>::quiet_NaN());
    sample.graph.edges[0].mtls = Percent(std::numeric_limits<double>::infinity());
    sample.graph.nodes[0].app = "bro\xff\xfeken";
    const auto json = nlohmann::json::parse(graphJson(sample.document()));
    EXPECT_FALSE(json["edges"][0]["latencyMs"].contains("p95"));
    EXPECT_FALSE(json["edges"][0].contains("mtlsPercent"));
}

TEST(GraphJson, SourceThatDidNotAnswer_isAbsent) {
    Sample sample;
    sample.sources[1].state = mesh::SourceState::Connecting;
    const auto json = nlohmann::json::parse(graphJson(sample.document()));
    EXPECT_EQ(json["sources"][1]["state"], "absent");
}

TEST(GraphCsv, Sample_isOneRowAnEdgeWithoutFormulas) {
    EXPECT_EQ(graphCsv(Sample().document()),
              "source_namespace,source,source_kind,target_namespace,target,target_kind,protocol,requests_per_second,"
              "bytes_per_second,error_percent,mtls_percent,p50_ms,p95_ms,p99_ms,weight_configured,weight_observed,"
              "source_principal,target_principal,health\n"
              "bookinfo,productpage v1,app,bookinfo,reviews,service,http,12.5,,6,100,4,22,,80,81.25,"
              "spiffe://cluster.local/ns/bookinfo/sa/productpage,,degraded\n"
              "bookinfo,reviews,service,data,\"'=mongo\"\"db\",workload,tcp,,2048,,0,,,,,,,,healthy\n");
}

TEST(NodesCsv, Sample_isOneRowANode) {
    EXPECT_EQ(nodesCsv(Sample().document()),
              "cluster,namespace,name,kind,workload,app,version,service,health,reason,flags,http_in,http_out,grpc_in,"
              "grpc_out,tcp_bytes_in,tcp_bytes_out,id\n"
              ",bookinfo,productpage v1,app,productpage-v1,productpage,v1,,healthy,,root,,,,,,,a1\n"
              ",bookinfo,reviews,service,,,,reviews,degraded,6.0 % of 12.2 req/s fail with 500,,,,,,,,b2\n"
              ",data,\"'=mongo\"\"db\",workload,\"'=mongo\"\"db\",,,,unknown,,,,,,,,,c3\n");
}

TEST(GraphDiagrams, NewNode_renamesNoOther) {
    Sample sample;
    const std::string before = graphMermaid(sample.document());
    mesh::Node more = sample.graph.nodes[0];
    more.id = "a0";
    more.app = "another";
    sample.graph.nodes.insert(sample.graph.nodes.begin(), more);
    for (mesh::Edge& edge : sample.graph.edges) {
        ++edge.source;
        ++edge.target;
    }
    std::string after = graphMermaid(sample.document());
    const std::string line = "    n_a0[\"another v1\"]:::healthy\n";
    ASSERT_NE(after.find(line), std::string::npos) << after;
    after.erase(after.find(line), line.size());
    EXPECT_EQ(after, before);
}

TEST(GraphJson, Part_saysWhatItIsAPartOf) {
    Sample sample;
    const GraphDocument::Part part{"err > 2", "", 3012, 9140};
    GraphDocument document = sample.document();
    document.part = &part;
    const auto json = nlohmann::json::parse(graphJson(document));
    EXPECT_EQ(json["part"], nlohmann::json::parse(R"({"find":"err > 2","nodesOf":3012,"edgesOf":9140})"));
}

TEST(GraphDot, Sample_isQuotedAndClusteredByNamespace) {
    EXPECT_EQ(graphDot(Sample().document()),
              R"dot(digraph mesh {
  rankdir=LR;
  node [fontname="sans-serif"];
  edge [fontname="sans-serif"];
  subgraph cluster_bookinfo {
    label="bookinfo";
    n_a1 [label="productpage v1", shape=box, color="#288a6c"];
    n_b2 [label="reviews (service)", shape=diamond, color="#c27d16"];
  }
  subgraph cluster_data {
    label="data";
    n_c3 [label="=mongo\"db", shape=ellipse, color="#616d79"];
  }
  n_a1 -> n_b2 [label="12.5 req/s, 6.00 % errors, weight 80 %", color="#c27d16"];
  n_b2 -> n_c3 [label="2.00 KiB/s, plaintext", color="#288a6c", style=dashed];
}
)dot");
}

TEST(GraphMermaid, Sample_hasEntitiesInPlaceOfMarkup) {
    EXPECT_EQ(graphMermaid(Sample().document()),
              R"(flowchart LR
  subgraph ns_bookinfo["bookinfo"]
    n_a1["productpage v1"]:::healthy
    n_b2{"reviews #40;service#41;"}:::degraded
  end
  subgraph ns_data["data"]
    n_c3(["=mongo#34;db"]):::unknown
  end
  n_a1 -->|"12.5 req/s, 6.00 % errors, weight 80 %"| n_b2
  n_b2 -.->|"2.00 KiB/s, plaintext"| n_c3
  classDef healthy stroke:#288a6c
  classDef degraded stroke:#c27d16
  classDef failing stroke:#b90000
  classDef idle stroke:#7d8a9b
  classDef unknown stroke:#616d79
)");
}

TEST(GraphText, Sample_isATableThenAttentionThenSources) {
    EXPECT_EQ(graphText(Sample().document(), false),
              R"(kind-test, versionedApp graph, 3 nodes, 2 edges
last 10 min until 2018-04-10T12:41:15Z, source, else destination

bookinfo
  FROM               TO                         RATE  ERRORS      P95  SECURITY   SPLIT
  productpage v1     → reviews (service)  12.5 req/s  6.00 %  22.0 ms  mTLS       80 %, seen 81.2 %
  reviews (service)  → data/=mongo"db     2.00 KiB/s       -        -  plaintext

Attention
  ! bookinfo/reviews (service): 6.0 % of 12.2 req/s fail with 500
  ! bookinfo/reviews (service) → data/=mongo"db: plaintext

Sources
  prometheus  live    4 s ago
  istiod      absent           no istiod was found. Hint: name it with --istiod
)");
}

TEST(GraphText, Colour_changesNothingButTheInk) {
    const std::string coloured = graphText(Sample().document(), true);
    std::string plain;
    for (std::size_t i = 0; i < coloured.size(); ++i) {
        if (coloured[i] == '\x1b') {
            i = coloured.find('m', i);
        } else {
            plain += coloured[i];
        }
    }
    EXPECT_EQ(plain, graphText(Sample().document(), false));
    EXPECT_NE(plain, coloured);
}

TEST(GraphText, HostileNames_areShownEscaped) {
    Sample sample;
    sample.graph.nodes[0].app = "evil\x1b]0;title\x07";
    sample.sources[0].detail = "\x1b[2J";
    EXPECT_EQ(graphText(sample.document(), false).find('\x1b'), std::string::npos);
}

TEST(GraphText, NoEdges_saysSo) {
    Sample sample;
    sample.graph.edges.clear();
    EXPECT_NE(graphText(sample.document(), false).find("No traffic was seen in the window."), std::string::npos);
}

TEST(GraphText, DeniedEdge_isCalledDenied) {
    Sample sample;
    sample.graph.edges[0].responses = {{"403", "UAEX", "reviews", 12.5}};
    EXPECT_NE(graphText(sample.document(), false).find("denied, 12.5 req/s"), std::string::npos);
}

} // namespace
} // namespace meshdeck::cli
