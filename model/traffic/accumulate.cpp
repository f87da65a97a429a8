#include "traffic/accumulate.h"

#include <algorithm>

#include "traffic/scope.h"

namespace meshdeck::traffic {
namespace {

// A rate sample after its rules, with the nodes of both ends.
struct Resolved {
    const Sample* sample = nullptr;
    NodeIndex source = kNoNode;
    NodeIndex target = kNoNode;
    NodeIndex injected = kNoNode;  // service node to put in between
    NodeIndex addressed = kNoNode; // service the target was called as
    mesh::Protocol protocol = mesh::Protocol::Http;
    Outcome outcome;
    std::uint64_t identity = 0; // of the duplicate guard
};

// Who may report the flow: the first query that does claims it, and series of that query alone add up.
using Claim = std::uint8_t;

class Accumulator {
public:
    Accumulator(const SampleSet& samples, const Names& names, NodeTable& table, const ClusterFacts& facts,
                const GraphOptions& options)
        : m_samples(samples)
        , m_names(names)
        , m_table(table)
        , m_options(options)
        , m_scope(samples, names, facts, options)
        , m_claims(samples.samples.size())
        , m_edgeIndex(samples.samples.size() / 2) {}

    std::vector<DraftEdge> run() {
        resolveAll();
        for (std::size_t query = 0; query < kQueryCount; ++query) {
            pass(static_cast<Query>(query), false);
            if (m_hasWaypoints) {
                pass(static_cast<Query>(query), true);
            }
        }
        return merge();
    }

private:
    void resolveAll();
    void pass(Query query, bool waypoints);
    [[nodiscard]] bool claim(const Resolved& flow, NameId scope, Query query);
    void addEdge(NameId scope, NodeIndex source, NodeIndex target, const Resolved& flow);
    void noteService(NodeIndex target, NodeIndex service);
    [[nodiscard]] std::vector<DraftEdge> merge();
    void describeServices();

    const SampleSet& m_samples;
    const Names& m_names;
    NodeTable& m_table;
    const GraphOptions& m_options;
    Scope m_scope;
    std::vector<Resolved> m_flows;
    bool m_hasWaypoints = false;
    FlatMap<std::uint64_t, Claim> m_claims;
    FlatMap<EdgeKey, std::uint32_t> m_edgeIndex;
    FlatMap<std::uint64_t, char> m_services; // target << 32 | service node
    std::vector<DraftEdge> m_edges;
};

std::uint64_t identityOf(const Flow& flow, Measure measure) {
    const auto pair = [](NameId a, NameId b) { return (std::uint64_t(a) << 32U) | b; };
    std::uint64_t hash = flow.source.hash();
    for (const std::uint64_t part :
         {flow.destination.hash(), pair(flow.code, flow.flags),
          pair(flow.host, static_cast<NameId>(measure) << 4U | static_cast<NameId>(flow.protocol))}) {
        hash = mix(hash * 31 + part);
    }
    return hash;
}

void Accumulator::resolveAll() {
    const bool inject = m_options.injectServices || m_options.type == mesh::GraphType::Service;
    m_flows.reserve(m_samples.samples.size());
    for (const Sample& sample : m_samples.samples) {
        if (sample.value <= 0 && !m_options.idleEdges) {
            continue;
        }
        const std::optional<Flow> flow = readFlow(sample, m_names);
        if (!flow || !isWanted(sample.measure, flow->protocol, m_options)) {
            continue;
        }
        Resolved resolved;
        resolved.sample = &sample;
        resolved.source = m_table.source(flow->source);
        resolved.target = m_table.destination(flow->destination);
        resolved.addressed = m_table.service(flow->destination);
        resolved.protocol = flow->protocol;
        resolved.outcome = {flow->code, flow->flags, flow->host, sample.value};
        resolved.identity = identityOf(*flow, sample.measure);
        const auto& nodes = m_table.nodes();
        const mesh::Node& target = nodes[resolved.target].node;
        const bool waypoint =
            target.has(mesh::NodeFlag::Waypoint) || nodes[resolved.source].node.has(mesh::NodeFlag::Waypoint);
        if (inject && target.kind != mesh::NodeKind::Service && !waypoint &&
            flow->destination.service != m_names.passthrough) {
            resolved.injected = resolved.addressed;
        }
        m_hasWaypoints = m_hasWaypoints || sample.reporter == Reporter::Waypoint;
        m_flows.push_back(resolved);
    }
}

void Accumulator::pass(Query query, bool waypoints) {
    for (const Resolved& flow : m_flows) {
        if ((flow.sample->reporter == Reporter::Waypoint) != waypoints) {
            continue;
        }
        const NameId scope = m_scope.askedBy(*flow.sample, query);
        if (scope == 0 || !claim(flow, scope, query)) {
            continue;
        }
        noteService(flow.target, flow.addressed);
        if (flow.injected == kNoNode) {
            addEdge(scope, flow.source, flow.target, flow);
        } else {
            m_table.nodes()[flow.injected].node.set(mesh::NodeFlag::Injected);
            noteService(flow.injected, flow.injected);
            addEdge(scope, flow.source, flow.injected, flow);
            addEdge(scope, flow.injected, flow.target, flow);
        }
    }
}

// Rule 10. Our series carry more labels than the guard looks at (security policy, principals), so several of one query
// add up; those of a later query, of a waypoint beside a sidecar, or of ztunnel beside an Envoy, are the same traffic
// told twice.
bool Accumulator::claim(const Resolved& flow, NameId scope, Query query) {
    const bool ztunnel = flow.sample->label(Label::App) == m_names.ztunnel;
    const auto mine = static_cast<Claim>(1U + (static_cast<unsigned>(query) << 2U) +
                                         (flow.sample->reporter == Reporter::Waypoint ? 2U : 0U) + (ztunnel ? 1U : 0U));
    const auto [owner, fresh] = m_claims.insert(mix(flow.identity + scope));
    if (fresh) {
        *owner = mine;
    }
    return *owner == mine;
}

void Accumulator::addEdge(NameId scope, NodeIndex source, NodeIndex target, const Resolved& flow) {
    const auto [index, fresh] = m_edgeIndex.insert({scope, source, target, flow.protocol});
    if (fresh) {
        *index = static_cast<std::uint32_t>(m_edges.size());
        DraftEdge& made = m_edges.emplace_back();
        made.source = source;
        made.target = target;
        made.protocol = flow.protocol;
        made.scope = scope;
        made.outcomes.reserve(2);
    }
    DraftEdge& edge = m_edges[*index];
    edge.add(flow.outcome);
    addToClasses(edge.rates, flow.sample->measure, flow.protocol, m_names.text(flow.outcome.code), flow.outcome.rate);
}

void Accumulator::noteService(NodeIndex target, NodeIndex service) {
    if (service != kNoNode) {
        (void)m_services.insert((std::uint64_t(target) << 32U) | service);
    }
}

// Namespaces are merged by choosing, for every edge, the namespace of its source where that one saw it, else the first
// by name: what Kiali arrives at by merging whole graphs. Node totals are added up afterwards from the edges that stay,
// so that a node never contradicts its edges.
std::vector<DraftEdge> Accumulator::merge() {
    const auto better = [&](const DraftEdge& a, const DraftEdge& b) {
        const NameId home = m_table.nodes()[a.source].ns;
        if ((a.scope == home) != (b.scope == home)) {
            return a.scope == home;
        }
        return m_names.text(a.scope) < m_names.text(b.scope);
    };
    FlatMap<EdgeKey, std::uint32_t> chosen(m_edges.size());
    for (std::uint32_t i = 0; i < m_edges.size(); ++i) {
        const DraftEdge& edge = m_edges[i];
        const auto [best, fresh] = chosen.insert({0, edge.source, edge.target, edge.protocol});
        if (fresh || better(edge, m_edges[*best])) {
            *best = i;
        }
    }
    std::vector<DraftEdge> edges;
    edges.reserve(chosen.size());
    for (std::uint32_t i = 0; i < m_edges.size(); ++i) {
        const DraftEdge& edge = m_edges[i];
        if (*chosen.get({0, edge.source, edge.target, edge.protocol}) == i) {
            edges.push_back(std::move(m_edges[i]));
        }
    }
    describeServices();
    return edges;
}

void Accumulator::describeServices() {
    auto& nodes = m_table.nodes();
    m_services.forEach([&](std::uint64_t key, char) {
        const mesh::Node& service = nodes[key & 0xffffffffU].node;
        nodes[key >> 32U].node.destServices.push_back({service.cluster, service.ns, service.service});
    });
    for (DraftNode& draft : nodes) {
        std::sort(draft.node.destServices.begin(), draft.node.destServices.end());
    }
}

} // namespace

std::vector<DraftEdge> accumulate(const SampleSet& samples, const Names& names, NodeTable& table,
                                  const ClusterFacts& facts, const GraphOptions& options) {
    return Accumulator(samples, names, table, facts, options).run();
}

} // namespace meshdeck::traffic
