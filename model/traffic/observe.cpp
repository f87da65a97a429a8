#include "traffic/observe.h"

#include <algorithm>
#include <array>

namespace meshdeck::traffic {
namespace {

bool countsConnections(Measure measure) {
    return measure == Measure::TcpOpened || measure == Measure::TcpClosed;
}

// Measures that one reporter answers for: the destination's word stands, the source's fills the gaps.
enum class Gauge : std::uint8_t { P50, P95, P99, RequestBytes, ResponseBytes, Count };
constexpr std::size_t kGaugeCount = static_cast<std::size_t>(Gauge::Count);

std::optional<Gauge> gaugeOf(Measure measure) {
    switch (measure) {
    case Measure::DurationP50:
        return Gauge::P50;
    case Measure::DurationP95:
        return Gauge::P95;
    case Measure::DurationP99:
        return Gauge::P99;
    case Measure::RequestBytes:
        return Gauge::RequestBytes;
    case Measure::ResponseBytes:
        return Gauge::ResponseBytes;
    default:
        return std::nullopt;
    }
}

class Observer {
public:
    Observer(DraftEdges& draft, const SampleSet& samples, const Names& names, NodeTable& table,
             const GraphOptions& options)
        : m_edges(draft.edges)
        , m_index(draft.index)
        , m_samples(samples)
        , m_names(names)
        , m_table(table)
        , m_options(options)
        , m_answered(draft.edges.size()) {}

    void run() {
        for (const bool source : {false, true}) {
            for (const Sample& sample : m_samples.samples) {
                if ((sample.reporter == Reporter::Source) == source) {
                    visit(sample);
                }
            }
        }
    }

private:
    void visit(const Sample& sample);
    void apply(NodeIndex source, NodeIndex target, mesh::Protocol protocol, const Sample& sample);
    void applySecurity(Observed& seen, const Sample& sample) const;
    void applyConnections(DraftEdge& edge, const Sample& sample) const;
    void applyGauge(std::uint32_t edge, Gauge gauge, const Sample& sample);

    std::vector<DraftEdge>& m_edges;
    const EdgeIndex& m_index;
    const SampleSet& m_samples;
    const Names& m_names;
    NodeTable& m_table;
    const GraphOptions& m_options;
    // Who has answered for each gauge of each edge: 0 nobody, else 1 + reporter.
    std::vector<std::array<std::uint8_t, kGaugeCount>> m_answered;
};

void Observer::visit(const Sample& sample) {
    const bool gauge = countsConnections(sample.measure) || gaugeOf(sample.measure).has_value();
    // Only servers know whether a connection was secured: sources always report "unknown" (facts/wire.md 6.1).
    const bool security =
        !gauge && sample.reporter != Reporter::Source && m_names.known(sample.label(Label::ConnectionSecurityPolicy));
    if (!gauge && !security) {
        return;
    }
    const std::optional<Flow> flow = readFlow(sample, m_names);
    if (!flow || (security && !isWanted(sample.measure, flow->protocol, m_options))) {
        return;
    }
    const NodeIndex source = m_table.source(flow->source);
    const NodeIndex target = m_table.destination(flow->destination);
    apply(source, target, flow->protocol, sample);
    const NodeIndex service = m_table.service(flow->destination);
    if (m_options.operations && m_names.known(flow->operation)) {
        const NodeIndex operation = m_table.operation(flow->destination, flow->operation);
        apply(source, operation, flow->protocol, sample);
        apply(operation, target, flow->protocol, sample);
        if (service != kNoNode && service != target) {
            apply(operation, service, flow->protocol, sample);
        }
    }
    if (service != kNoNode && service != target) {
        apply(source, service, flow->protocol, sample);
        apply(service, target, flow->protocol, sample);
    }
}

void Observer::apply(NodeIndex source, NodeIndex target, mesh::Protocol protocol, const Sample& sample) {
    const std::uint32_t* const found = m_index.get({0, source, target, protocol});
    if (found == nullptr) {
        return;
    }
    if (const auto gauge = gaugeOf(sample.measure)) {
        applyGauge(*found, *gauge, sample);
    } else if (countsConnections(sample.measure)) {
        applyConnections(m_edges[*found], sample);
    } else {
        applySecurity(m_edges[*found].observed, sample);
    }
}

void Observer::applySecurity(Observed& seen, const Sample& sample) const {
    seen.securityKnown += sample.value;
    if (sample.label(Label::ConnectionSecurityPolicy) == m_names.mutualTls) {
        seen.secured += sample.value;
    }
    const auto keepFirst = [&](NameId& into, NameId principal) {
        into = into == 0 && m_names.known(principal) ? principal : into;
    };
    keepFirst(seen.sourcePrincipal, sample.label(Label::SourcePrincipal));
    keepFirst(seen.targetPrincipal, sample.label(Label::DestinationPrincipal));
}

void Observer::applyConnections(DraftEdge& edge, const Sample& sample) const {
    const auto side =
        static_cast<std::size_t>(sample.reporter == Reporter::Source ? Side::Source : Side::Destination);
    const NameId flags = sample.label(Label::ResponseFlags);
    ConnectionCount& count = edge.connectionsOf(flags == 0 ? m_names.none : flags);
    (sample.measure == Measure::TcpOpened ? count.opened : count.closed).at(side) += sample.value;
}

void Observer::applyGauge(std::uint32_t edge, Gauge gauge, const Sample& sample) {
    const auto me = static_cast<std::uint8_t>(1U + static_cast<unsigned>(sample.reporter));
    std::uint8_t& owner = m_answered[edge][static_cast<std::size_t>(gauge)];
    if (owner != 0 && owner != me) {
        return;
    }
    owner = me;
    Observed& seen = m_edges[edge].observed;
    // Several series of one edge: bytes add up, and no quantile of a mixture lies above the largest of its parts.
    const auto larger = [&](std::optional<double>& into) { into = std::max(into.value_or(0), sample.value); };
    switch (gauge) {
    case Gauge::P50:
        larger(seen.p50);
        break;
    case Gauge::P95:
        larger(seen.p95);
        break;
    case Gauge::P99:
        larger(seen.p99);
        break;
    default:
        seen.bodyBytes = seen.bodyBytes.value_or(0) + sample.value;
        break;
    }
}

} // namespace

void observe(DraftEdges& edges, const SampleSet& samples, const Names& names, NodeTable& table,
             const GraphOptions& options) {
    Observer(edges, samples, names, table, options).run();
}

} // namespace meshdeck::traffic
