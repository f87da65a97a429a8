#include "traffic/calls.h"

namespace meshdeck::traffic {
namespace {

constexpr std::uint8_t kBothEnds = 3;

std::uint64_t both(NameId a, NameId b) {
    return (std::uint64_t(a) << 32U) | b;
}

std::uint64_t identityOfCall(const Flow& flow, Measure measure) {
    const std::uint64_t hash = mix(flow.source.hash() * 31 + flow.destination.hash());
    return mix(hash * 31 +
               both(flow.host, static_cast<NameId>(measure) << 4U | static_cast<NameId>(flow.protocol)));
}

class CallReader {
public:
    CallReader(const SampleSet& samples, const Names& names, NodeTable& table, const GraphOptions& options)
        : m_samples(samples)
        , m_names(names)
        , m_table(table)
        , m_options(options) {}

    Calls run() {
        m_read.reports.reserve(m_samples.samples.size());
        for (const Sample& sample : m_samples.samples) {
            if (sample.value <= 0 && !m_options.idleEdges) {
                continue;
            }
            const std::optional<Flow> flow = readFlow(sample, m_names);
            if (flow && isWanted(sample.measure, flow->protocol, m_options)) {
                read(sample, *flow);
            }
        }
        findContradictions();
        return std::move(m_read);
    }

private:
    void read(const Sample& sample, const Flow& flow);
    std::uint32_t callOf(const Flow& flow, Measure measure);
    [[nodiscard]] Call resolve(const Flow& flow);
    void findContradictions();

    const SampleSet& m_samples;
    const Names& m_names;
    NodeTable& m_table;
    const GraphOptions& m_options;
    Calls m_read;
    FlatMap<std::uint64_t, std::uint32_t> m_index; // of calls by identity
    // The series before: those of one call mostly follow each other.
    Flow m_last;
    Measure m_lastMeasure = Measure::Requests;
    std::uint32_t m_lastCall = 0;
};

void CallReader::read(const Sample& sample, const Flow& flow) {
    Report& report = m_read.reports.emplace_back();
    report.sample = &sample;
    report.call = callOf(flow, sample.measure);
    report.code = flow.code;
    report.flags = flow.flags;
    Call& call = m_read.calls[report.call];
    report.identity = mix(call.identity * 31 + both(flow.code, flow.flags));
    if (m_options.operations && m_names.known(flow.operation)) {
        report.operation = m_table.operation(flow.destination, flow.operation);
        call.classified = true;
    }
    m_read.hasWaypoints = m_read.hasWaypoints || sample.reporter == Reporter::Waypoint;
}

std::uint32_t CallReader::callOf(const Flow& flow, Measure measure) {
    const bool same = !m_read.calls.empty() && measure == m_lastMeasure && flow.protocol == m_last.protocol &&
                      flow.host == m_last.host && flow.source == m_last.source &&
                      flow.destination == m_last.destination;
    if (!same) {
        const std::uint64_t identity = identityOfCall(flow, measure);
        const auto [index, fresh] = m_index.insert(identity);
        if (fresh) {
            *index = static_cast<std::uint32_t>(m_read.calls.size());
            m_read.calls.push_back(resolve(flow));
            m_read.calls.back().identity = identity;
        }
        m_lastCall = *index;
        m_last = flow;
        m_lastMeasure = measure;
    }
    return m_lastCall;
}

Call CallReader::resolve(const Flow& flow) {
    Call call;
    call.source = m_table.source(flow.source);
    call.target = m_table.destination(flow.destination);
    call.addressed = m_table.service(flow.destination);
    call.host = flow.host;
    call.protocol = flow.protocol;
    const auto& nodes = m_table.nodes();
    const mesh::Node& target = nodes[call.target].node;
    const bool waypoint =
        target.has(mesh::NodeFlag::Waypoint) || nodes[call.source].node.has(mesh::NodeFlag::Waypoint);
    const bool inject = m_options.injectServices || m_options.type == mesh::GraphType::Service;
    if (inject && target.kind != mesh::NodeKind::Service && !waypoint &&
        flow.destination.service != m_names.passthrough) {
        call.injected = call.addressed;
    }
    return call;
}

// A call whose ends tell different outcomes (the client gave up, the server saw it leave) must not count under both.
// Between namespaces the source's report is chosen anyway; within one, such calls are found here.
void CallReader::findContradictions() {
    if (m_options.kialiArithmetic || !m_options.node.empty()) {
        return; // a node graph hears only one end of each call
    }
    const auto endOf = [](const Report& report) -> std::uint8_t {
        const Sample& sample = *report.sample;
        const bool within = sample.reporter != Reporter::Waypoint && sample.label(Label::SourceWorkloadNamespace) ==
                                                                         sample.label(Label::DestinationWorkloadNamespace);
        return !within ? 0 : sample.reporter == Reporter::Source ? 1 : 2;
    };
    for (const Report& report : m_read.reports) {
        m_read.calls[report.call].ends |= endOf(report);
    }
    FlatMap<std::uint64_t, std::uint8_t> outcomes(m_read.reports.size() / 2);
    for (const Report& report : m_read.reports) {
        if (const std::uint8_t end = endOf(report); end != 0 && m_read.of(report).ends == kBothEnds) {
            *outcomes.insert(report.identity).first |= end;
        }
    }
    for (const Report& report : m_read.reports) {
        Call& call = m_read.calls[report.call];
        if (endOf(report) != 0 && call.ends == kBothEnds && *outcomes.get(report.identity) != kBothEnds) {
            call.contradicted = true;
        }
    }
}

} // namespace

Calls readCalls(const SampleSet& samples, const Names& names, NodeTable& table, const GraphOptions& options) {
    return CallReader(samples, names, table, options).run();
}

} // namespace meshdeck::traffic
