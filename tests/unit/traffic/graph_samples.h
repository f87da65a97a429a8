// Graphs by hand, without the telemetry they would come from: "namespace/name" nodes and calls between them.
#pragma once

#include <map>
#include <string>

#include "mesh/graph.h"

namespace meshdeck::traffic::test {

class GraphSample {
public:
    [[nodiscard]] static std::string idOf(const std::string& name) { return "id|" + name; }

    GraphSample& node(const std::string& name, const std::string& cluster = "c");
    GraphSample& service(const std::string& name); // a service node "ns/name"
    GraphSample& health(const std::string& name, mesh::Health health);
    GraphSample& call(const std::string& from, const std::string& to, double rate, double failed = 0,
                      mesh::Protocol protocol = mesh::Protocol::Http);
    GraphSample& refused(const std::string& from, const std::string& to, double rate);
    // Sorted by id, in and out rates of the nodes summed.
    [[nodiscard]] mesh::Graph build() const;

private:
    struct Call {
        std::string from, to;
        mesh::Edge edge;
    };
    std::map<std::string, mesh::Node> m_nodes; // by id
    std::vector<Call> m_calls;
};

// `nodes` workloads in `namespaces` namespaces "n0", "n1", ..., three calls each, a few of them refused or failing.
[[nodiscard]] mesh::Graph randomGraph(std::uint32_t seed, int nodes, int namespaces);

} // namespace meshdeck::traffic::test
