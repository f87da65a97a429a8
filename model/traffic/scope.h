// Which of the namespaces asked for would have had a series in its answers, and to which of its queries.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "mesh/inventory.h"
#include "traffic/graph_builder.h"
#include "traffic/names.h"
#include "traffic/series.h"

namespace meshdeck::traffic {

// A namespace's queries in the order in which they win over one another (facts/traffic-graph.md 2.1).
enum class Query : std::uint8_t { Unserved, AmbientSource, Destination, Source };
inline constexpr std::size_t kQueryCount = 4;

// The node of a node graph, split from GraphOptions::node.
struct NodeFilter {
    bool active = false;
    bool service = false;
    std::string ns;
    std::string name;
};
[[nodiscard]] NodeFilter parseNodeFilter(const std::string& node);

class Scope {
public:
    Scope(const SampleSet& samples, const Names& names, const ClusterFacts& facts, const GraphOptions& options);

    // The namespace whose `query` would return the sample; 0 when none would.
    [[nodiscard]] NameId askedBy(const Sample& sample, Query query) const;
    // Whether that namespace was asked for.
    [[nodiscard]] bool asked(NameId ns) const { return ns < m_asked.size() && m_asked[ns]; }

private:
    [[nodiscard]] NameId unservedNamespace(const Sample& sample) const;
    [[nodiscard]] NameId askedByNode(const Sample& sample, Query query) const;

    const StringTable& m_strings;
    const Names& m_names;
    const GraphOptions& m_options;
    NodeFilter m_node;
    std::vector<bool> m_asked;   // by NameId
    std::vector<bool> m_ambient; // by NameId
    NameId m_nodeNs = 0;
    NameId m_nodeName = 0;
};

} // namespace meshdeck::traffic
