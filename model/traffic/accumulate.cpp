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
    NodeIndex operation = kNoNode; // and the node of its operation before that
    NodeIndex addressed = kNoNode; // service the target was called as
    mesh::Protocol protocol = mesh::Protocol::Http;
    Outcome outcome;
    std::uint64_t pair = 0;     // who, whom and in what unit
    std::uint64_t identity = 0; // of the duplicate guard: the pair and how it ended
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
        findContradictions();
        for (std::size_t query = 0; query < kQueryCount; ++query) {
            pass(static_cast<Query>(query), false);
            if (m_hasWaypoints) {
                pass(static_cast<Query>(query), true);
            }
        }
        std::vector<DraftEdge> edges = merge();
        tellReports(edges);
        return edges;
    }

private:
    void resolveAll();
    void resolve(const Sample& sample, const Flow& flow);
    void findContradictions();
    [[nodiscard]] bool told(const Resolved& flow, Query query) const;
    void tellReports(std::vector<DraftEdge>& edges) const;
    void pass(Query query, bool waypoints);
    [[nodiscard]] bool claim(const Resolved& flow, NameId scope, Query query);
    void addEdges(NameId scope, const Resolved& flow);
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
    FlatMap<std::uint64_t, char> m_contradicted; // pairs whose two ends tell different outcomes
    FlatMap<std::uint64_t, char> m_classified;   // pairs of which somebody reports operations
    FlatMap<EdgeKey, std::uint32_t> m_edgeIndex;
    FlatMap<std::uint64_t, char> m_services; // target << 32 | service node
    std::vector<DraftEdge> m_edges;
};

std::uint64_t both(NameId a, NameId b) {
    return (std::uint64_t(a) << 32U) | b;
}

std::uint64_t pairOf(const Flow& flow, Measure measure) {
    const std::uint64_t hash = mix(flow.source.hash() * 31 + flow.destination.hash());
    return mix(hash * 31 +
               both(flow.host, static_cast<NameId>(measure) << 4U | static_cast<NameId>(flow.protocol)));
}

void Accumulator::resolveAll() {
    m_flows.reserve(m_samples.samples.size());
    for (const Sample& sample : m_samples.samples) {
        if (sample.value <= 0 && !m_options.idleEdges) {
            continue;
        }
        const std::optional<Flow> flow = readFlow(sample, m_names);
        if (!flow || !isWanted(sample.measure, flow->protocol, m_options)) {
            continue;
        }
        resolve(sample, *flow);
    }
}

void Accumulator::resolve(const Sample& sample, const Flow& flow) {
    Resolved resolved;
    resolved.sample = &sample;
    resolved.source = m_table.source(flow.source);
    resolved.target = m_table.destination(flow.destination);
    resolved.addressed = m_table.service(flow.destination);
    resolved.protocol = flow.protocol;
    resolved.outcome = {flow.code, flow.flags, flow.host, sample.value};
    resolved.pair = pairOf(flow, sample.measure);
    resolved.identity = mix(resolved.pair * 31 + both(flow.code, flow.flags));
    if (m_options.operations && m_names.known(flow.operation)) {
        resolved.operation = m_table.operation(flow.destination, flow.operation);
        (void)m_classified.insert(resolved.pair);
    }
    const auto& nodes = m_table.nodes();
    const mesh::Node& target = nodes[resolved.target].node;
    const bool waypoint =
        target.has(mesh::NodeFlag::Waypoint) || nodes[resolved.source].node.has(mesh::NodeFlag::Waypoint);
    const bool inject = m_options.injectServices || m_options.type == mesh::GraphType::Service;
    if (inject && target.kind != mesh::NodeKind::Service && !waypoint &&
        flow.destination.service != m_names.passthrough) {
        resolved.injected = resolved.addressed;
    }
    m_hasWaypoints = m_hasWaypoints || sample.reporter == Reporter::Waypoint;
    m_flows.push_back(resolved);
}

// A call whose ends tell different outcomes (the client gave up, the server saw it leave) must not count under both.
// Between namespaces the source's report is chosen anyway; within one, such pairs are found here.
void Accumulator::findContradictions() {
    if (m_options.kialiArithmetic || !m_options.node.empty()) {
        return; // a node graph hears only one end of each call
    }
    static constexpr std::uint8_t kBothEnds = 3;
    const auto within = [](const Resolved& flow) {
        return flow.sample->reporter != Reporter::Waypoint &&
               flow.sample->label(Label::SourceWorkloadNamespace) ==
                   flow.sample->label(Label::DestinationWorkloadNamespace);
    };
    FlatMap<std::uint64_t, std::uint8_t> pairs(m_flows.size() / 2);
    FlatMap<std::uint64_t, std::uint8_t> outcomes(m_flows.size());
    for (const Resolved& flow : m_flows) {
        if (within(flow)) {
            const std::uint8_t end = flow.sample->reporter == Reporter::Source ? 1 : 2;
            *pairs.insert(flow.pair).first |= end;
            *outcomes.insert(flow.identity).first |= end;
        }
    }
    for (const Resolved& flow : m_flows) {
        if (within(flow) && *pairs.get(flow.pair) == kBothEnds && *outcomes.get(flow.identity) != kBothEnds) {
            (void)m_contradicted.insert(flow.pair);
        }
    }
}

// Whether this query's word on the flow stands: of contradicted calls the client's, of classified ones the report that
// names the operation.
bool Accumulator::told(const Resolved& flow, Query query) const {
    if (query == Query::Destination && m_contradicted.get(flow.pair) != nullptr) {
        return flow.sample->reporter == Reporter::Waypoint || flow.operation != kNoNode;
    }
    return flow.operation != kNoNode || flow.sample->reporter != Reporter::Source ||
           m_classified.get(flow.pair) == nullptr;
}

void Accumulator::pass(Query query, bool waypoints) {
    for (const Resolved& flow : m_flows) {
        if ((flow.sample->reporter == Reporter::Waypoint) != waypoints) {
            continue;
        }
        const NameId scope = m_scope.askedBy(*flow.sample, query);
        if (scope != 0 && told(flow, query) && claim(flow, scope, query)) {
            noteService(flow.target, flow.addressed);
            addEdges(scope, flow);
        }
    }
}

// From the source to the target over what stands in between.
void Accumulator::addEdges(NameId scope, const Resolved& flow) {
    NodeIndex from = flow.source;
    if (flow.operation != kNoNode) {
        addEdge(scope, from, flow.operation, flow);
        from = flow.operation;
    }
    if (flow.injected != kNoNode) {
        m_table.nodes()[flow.injected].node.set(mesh::NodeFlag::Injected);
        noteService(flow.injected, flow.injected);
        addEdge(scope, from, flow.injected, flow);
        from = flow.injected;
    }
    addEdge(scope, from, flow.target, flow);
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

// What each end counted, for calls that both could have: where one's proxy is a waypoint, its neighbour is another node.
void Accumulator::tellReports(std::vector<DraftEdge>& edges) const {
    FlatMap<EdgeKey, std::uint32_t> index(edges.size());
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        *index.insert({0, edges[i].source, edges[i].target, edges[i].protocol}).first = i;
    }
    for (const Resolved& flow : m_flows) {
        if (flow.sample->reporter == Reporter::Waypoint || flow.sample->label(Label::App) == m_names.ztunnel) {
            continue;
        }
        const auto side = static_cast<std::size_t>(flow.sample->reporter == Reporter::Source ? Side::Source
                                                                                             : Side::Destination);
        const auto add = [&](NodeIndex source, NodeIndex target) {
            if (const std::uint32_t* const edge = index.get({0, source, target, flow.protocol})) {
                edges[*edge].observed.reported.at(side) += flow.outcome.rate;
            }
        };
        if (flow.injected == kNoNode) {
            add(flow.source, flow.target);
        } else {
            add(flow.source, flow.injected);
            add(flow.injected, flow.target);
        }
    }
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
