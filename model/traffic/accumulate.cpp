#include "traffic/accumulate.h"

#include <algorithm>
#include <array>

#include "traffic/calls.h"
#include "traffic/scope.h"

namespace meshdeck::traffic {

namespace {

// Who may report a call's outcome: the first query that does claims it, and series of that query alone add up.
using Claim = std::uint8_t;

class Accumulator {
public:
    Accumulator(const SampleSet& samples, const Names& names, NodeTable& table, const ClusterFacts& facts,
                const GraphOptions& options)
        : m_names(names)
        , m_table(table)
        , m_scope(samples, names, facts, options)
        , m_calls(readCalls(samples, names, table, options))
        , m_claims(m_calls.reports.size() / 2)
        , m_edgeIndex(m_calls.calls.size()) {
        m_edges.reserve(m_calls.calls.size());
    }

    DraftEdges run() {
        for (std::size_t query = 0; query < kQueryCount; ++query) {
            pass(static_cast<Query>(query), false);
            if (m_calls.hasWaypoints) {
                pass(static_cast<Query>(query), true);
            }
        }
        DraftEdges merged = merge();
        tellReports(merged);
        return merged;
    }

private:
    // A report that counts.
    struct Told {
        const Report& report;
        const Call& call;
        Outcome outcome;
    };
    [[nodiscard]] bool stands(const Report& report, Query query) const;
    void tellReports(DraftEdges& merged) const;
    void pass(Query query, bool waypoints);
    [[nodiscard]] bool claim(const Report& report, NameId scope, Query query);
    void addEdges(NameId scope, const Told& told);
    void addEdge(std::size_t part, const EdgeKey& key, const Told& told);
    void noteService(NodeIndex target, NodeIndex service);
    [[nodiscard]] DraftEdges merge();
    void describeServices();

    const Names& m_names;
    NodeTable& m_table;
    Scope m_scope;
    Calls m_calls;
    FlatMap<std::uint64_t, Claim> m_claims;
    FlatMap<EdgeKey, std::uint32_t> m_edgeIndex;
    // The last edge of each part of the way (to the operation, to the service, to the target) and where it is.
    struct Last {
        EdgeKey key;
        std::uint32_t edge = kNoNode;
    };
    std::array<Last, 3> m_last;
    std::uint64_t m_lastService = ~std::uint64_t(0);
    FlatMap<std::uint64_t, char> m_services; // target << 32 | service node
    std::vector<DraftEdge> m_edges;
};

// Whether this query's word on the call stands: of contradicted calls the client's, of classified ones the report that
// names the operation.
bool Accumulator::stands(const Report& report, Query query) const {
    const Call& call = m_calls.of(report);
    if (query == Query::Destination && call.contradicted) {
        return report.sample->reporter == Reporter::Waypoint || report.operation != kNoNode;
    }
    return report.operation != kNoNode || report.sample->reporter != Reporter::Source || !call.classified;
}

void Accumulator::pass(Query query, bool waypoints) {
    for (const Report& report : m_calls.reports) {
        if ((report.sample->reporter == Reporter::Waypoint) != waypoints) {
            continue;
        }
        const NameId scope = m_scope.askedBy(*report.sample, query);
        if (scope != 0 && stands(report, query) && claim(report, scope, query)) {
            const Call& call = m_calls.of(report);
            noteService(call.target, call.addressed);
            addEdges(scope, {report, call, {report.code, report.flags, call.host, report.sample->value}});
        }
    }
}

// From the source to the target over what stands in between.
void Accumulator::addEdges(NameId scope, const Told& told) {
    const Call& call = told.call;
    NodeIndex from = call.source;
    if (told.report.operation != kNoNode) {
        addEdge(0, {scope, from, told.report.operation, call.protocol}, told);
        from = told.report.operation;
    }
    if (call.injected != kNoNode) {
        m_table.nodes()[call.injected].node.set(mesh::NodeFlag::Injected);
        noteService(call.injected, call.injected);
        addEdge(1, {scope, from, call.injected, call.protocol}, told);
        from = call.injected;
    }
    addEdge(2, {scope, from, call.target, call.protocol}, told);
}

// Rule 10. Our series carry more labels than the guard looks at (security policy, principals), so several of one query
// add up; those of a later query, of a waypoint beside a sidecar, or of ztunnel beside an Envoy, are the same traffic
// told twice.
bool Accumulator::claim(const Report& report, NameId scope, Query query) {
    const bool ztunnel = report.sample->label(Label::App) == m_names.ztunnel;
    const bool waypoint = report.sample->reporter == Reporter::Waypoint;
    const auto mine =
        static_cast<Claim>(1U + (static_cast<unsigned>(query) << 2U) + (waypoint ? 2U : 0U) + (ztunnel ? 1U : 0U));
    const auto [owner, fresh] = m_claims.insert(mix(report.identity + scope));
    if (fresh) {
        *owner = mine;
    }
    return *owner == mine;
}

void Accumulator::addEdge(std::size_t part, const EdgeKey& key, const Told& told) {
    Last& last = m_last[part];
    if (last.edge == kNoNode || !(last.key == key)) {
        const auto [index, fresh] = m_edgeIndex.insert(key);
        if (fresh) {
            *index = static_cast<std::uint32_t>(m_edges.size());
            DraftEdge& made = m_edges.emplace_back();
            made.source = key.source;
            made.target = key.target;
            made.protocol = key.protocol;
            made.scope = key.scope;
            made.outcomes.reserve(4);
        }
        last = {key, *index};
    }
    DraftEdge& edge = m_edges[last.edge];
    edge.add(told.outcome);
    addToClasses(edge.rates, told.report.sample->measure, key.protocol, m_names.text(told.outcome.code),
                 told.outcome.rate);
}

void Accumulator::noteService(NodeIndex target, NodeIndex service) {
    const std::uint64_t key = (std::uint64_t(target) << 32U) | service;
    if (service != kNoNode && key != m_lastService) {
        (void)m_services.insert(key);
        m_lastService = key;
    }
}

// Namespaces are merged by choosing, for every edge, the namespace of its source where that one saw it, else the first
// by name: what Kiali arrives at by merging whole graphs. Node totals are added up afterwards from the edges that stay,
// so that a node never contradicts its edges.
DraftEdges Accumulator::merge() {
    const auto better = [&](const DraftEdge& a, const DraftEdge& b) {
        const NameId home = m_table.nodes()[a.source].ns;
        if ((a.scope == home) != (b.scope == home)) {
            return a.scope == home;
        }
        return m_names.text(a.scope) < m_names.text(b.scope);
    };
    DraftEdges merged{{}, EdgeIndex(m_edges.size())};
    for (std::uint32_t i = 0; i < m_edges.size(); ++i) {
        const DraftEdge& edge = m_edges[i];
        const auto [best, fresh] = merged.index.insert(keyOf(edge));
        if (fresh || better(edge, m_edges[*best])) {
            *best = i;
        }
    }
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < m_edges.size(); ++i) {
        std::uint32_t& chosen = *merged.index.find(keyOf(m_edges[i]));
        if (chosen != i) {
            continue;
        }
        if (kept != i) {
            m_edges[kept] = std::move(m_edges[i]);
        }
        chosen = kept++;
    }
    m_edges.resize(kept);
    merged.edges = std::move(m_edges);
    describeServices();
    return merged;
}

// What each end counted, for calls that both could have: where one's proxy is a waypoint, its neighbour is another node.
void Accumulator::tellReports(DraftEdges& merged) const {
    std::vector<std::array<double, 2>> counted(m_calls.calls.size());
    for (const Report& report : m_calls.reports) {
        const Reporter reporter = report.sample->reporter;
        if (reporter != Reporter::Waypoint && report.sample->label(Label::App) != m_names.ztunnel) {
            const Side side = reporter == Reporter::Source ? Side::Source : Side::Destination;
            counted[report.call].at(static_cast<std::size_t>(side)) += report.sample->value;
        }
    }
    for (std::size_t i = 0; i < counted.size(); ++i) {
        const Call& call = m_calls.calls[i];
        const auto add = [&](NodeIndex source, NodeIndex target) {
            if (const std::uint32_t* const edge = merged.index.find({0, source, target, call.protocol})) {
                auto& reported = merged.edges[*edge].observed.reported;
                reported[0] += counted[i][0];
                reported[1] += counted[i][1];
            }
        };
        if (call.injected == kNoNode) {
            add(call.source, call.target);
        } else {
            add(call.source, call.injected);
            add(call.injected, call.target);
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

DraftEdges accumulate(const SampleSet& samples, const Names& names, NodeTable& table, const ClusterFacts& facts,
                      const GraphOptions& options) {
    return Accumulator(samples, names, table, facts, options).run();
}

} // namespace meshdeck::traffic
