#include <algorithm>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/scene_text.h"
#include "shell/node_sections.h"
#include "shell/peers.h"

// Response flags: Envoy's access log documentation, "%RESPONSE_FLAGS%".
namespace meshdeck::views {
namespace {

using mesh::Edge;
using mesh::Graph;
using mesh::Node;

constexpr std::pair<std::string_view, const char*> kFlags[] = {
    {"DC", "caller hung up"},          {"DF", "name not resolved"},        {"DI", "delay injected"},
    {"DPE", "caller's protocol error"}, {"DT", "request took too long"},   {"FI", "fault injected"},
    {"IH", "bad header"},              {"LH", "health check failed"},      {"LR", "reset here"},
    {"NC", "no such cluster"},         {"NR", "no route"},                 {"OM", "proxy overloaded"},
    {"RL", "rate limited"},            {"RLSE", "rate limiter failed"},    {"SI", "stream idle too long"},
    {"UAEX", "denied by authorizer"},  {"UC", "callee hung up"},           {"UF", "cannot connect"},
    {"UH", "no healthy host"},         {"UMSDR", "stream too long"},       {"UO", "circuit breaker open"},
    {"UPE", "callee's protocol error"}, {"UR", "reset by callee"},         {"URX", "retries used up"},
    {"UT", "timed out"}};

// What is drawn as one line, as one edge.
struct Sum {
    double requests = 0, bytes = 0, failed = 0, throughput = 0;
    mesh::Latency worst;
    std::optional<double> mtls;
    std::set<std::string> from, to; // principals
    Answers answers;
    bool denied = false;

    void add(const Edge& edge) {
        const bool tcp = edge.protocol == mesh::Protocol::Tcp;
        requests += tcp ? 0 : edge.rates.total;
        bytes += tcp ? edge.rates.total : 0;
        failed += tcp ? 0 : edge.rates.total * failedShare(edge.rates);
        throughput += edge.throughput.value_or(0);
        for (auto field : {&mesh::Latency::p50, &mesh::Latency::p95, &mesh::Latency::p99}) {
            const auto& value = edge.latency.*field;
            if (value && (!(worst.*field) || (worst.*field)->value < value->value)) {
                worst.*field = value;
            }
        }
        if (edge.mtls) {
            mtls = std::min(mtls.value_or(100), edge.mtls->value);
        }
        for (const auto& [set, principal] : {std::pair(&from, &edge.sourcePrincipal), std::pair(&to, &edge.targetPrincipal)}) {
            if (!principal->empty() && *principal != "unknown") {
                set->insert(*principal);
            }
        }
        addAnswers(edge, answers);
        denied = denied || edge.denied();
    }
};

QString ms(const std::optional<Milliseconds>& value) {
    return msText(value ? std::optional(value->value) : std::nullopt);
}

QString listed(const std::set<std::string>& words) {
    QStringList list;
    for (const std::string& word : words) {
        list << safeText(word);
    }
    return list.isEmpty() ? QStringLiteral("not reported") : list.join(QStringLiteral(", "));
}

SectionRow row(const QString& name, const QString& value, bool bad = false) {
    return {{name, value}, bad, {}, {}};
}

Section trafficSection(const Graph& graph, const Sum& sum, bool known) {
    Section section{QStringLiteral("Traffic"), QStringLiteral("over ") + QString::fromStdString(text::age(graph.window)), {}, {}, {}};
    if (!known) {
        section.rows.push_back(row(QStringLiteral("Rate"), QStringLiteral("unknown")));
        return section;
    }
    if (sum.bytes > 0) {
        section.rows.push_back(row(QStringLiteral("Bytes"), QString::fromStdString(text::byteRate(BytesPerSecond(sum.bytes)))));
    }
    if (sum.requests > 0 || sum.bytes <= 0) {
        section.rows.push_back(row(QStringLiteral("Rate"), sum.requests > 0 ? QString::fromStdString(text::rate(RequestsPerSecond(sum.requests)))
                                                                            : QStringLiteral("no traffic")));
    }
    if (sum.denied) {
        section.rows.push_back(row(QStringLiteral("Policy"), QStringLiteral("refuses these calls"), true));
    } else if (sum.requests > 0) {
        const double share = sum.failed / sum.requests;
        section.rows.push_back(row(QStringLiteral("Failing"), shareText(share), share >= 0.005));
    }
    if (sum.worst.p50 || sum.worst.p95 || sum.worst.p99) {
        section.rows.push_back(row(QStringLiteral("Latency p50"), ms(sum.worst.p50)));
        section.rows.push_back(row(QStringLiteral("Latency p95"), ms(sum.worst.p95)));
        section.rows.push_back(row(QStringLiteral("Latency p99"), ms(sum.worst.p99)));
    }
    if (sum.throughput > 0) {
        section.rows.push_back(row(QStringLiteral("Bodies"), QString::fromStdString(text::byteRate(BytesPerSecond(sum.throughput)))));
    }
    return section;
}

// Shares that are compared have the same decimals.
QString shareOf(Percent share) {
    return QString::number(share.value, 'f', 1) + QStringLiteral(" %");
}

Section splitSection(const std::vector<const Edge*>& edges, bool known) {
    Section section{QStringLiteral("Split"), {}, {}, {}, {}};
    for (const Edge* edge : edges) {
        if (edge->weight.configured) {
            section.rows.push_back(row(QStringLiteral("Configured"), shareOf(*edge->weight.configured)));
        }
        if (edge->weight.configured || edge->weight.observed) {
            section.rows.push_back(row(QStringLiteral("Observed"), known && edge->weight.observed
                                                                        ? shareOf(*edge->weight.observed)
                                                                        : QStringLiteral("unknown")));
            break;
        }
    }
    return section;
}

Section endsSection(const Graph& graph, const Edge& edge, const Sum& sum, bool known) {
    const Node& source = graph.nodes[edge.source];
    const Node& target = graph.nodes[edge.target];
    Section section{QStringLiteral("Who to whom"), {}, {}, {}, {}};
    section.rows.push_back({{QStringLiteral("From"), peerName(source, {})}, false, source.id, {}});
    section.rows.push_back({{QStringLiteral("Proven as"), listed(sum.from)}, false, {}, {}});
    section.rows.push_back({{QStringLiteral("To"), peerName(target, {})}, false, target.id, {}});
    section.rows.push_back({{QStringLiteral("Proven as"), listed(sum.to)}, false, {}, {}});
    const bool bad = known && sum.mtls && *sum.mtls < 99.9 && source.kind != mesh::NodeKind::Service;
    section.rows.push_back(row(QStringLiteral("mTLS"), mtlsText(sum.mtls, known), bad));
    return section;
}

QString quoted(const std::string& text) {
    return QString::fromStdString(text).replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
}

QString queryOf(const Graph& graph, const Edge& edge) {
    const Node& source = graph.nodes[edge.source];
    const Node& target = graph.nodes[edge.target];
    const bool tcp = edge.protocol == mesh::Protocol::Tcp;
    QStringList labels{QStringLiteral("reporter=\"source\"")};
    const auto add = [&](const char* label, const std::string& value) {
        if (!value.empty()) {
            labels << QLatin1String(label) + QStringLiteral("=\"%1\"").arg(quoted(value));
        }
    };
    if (source.kind == mesh::NodeKind::Service) { // inserted by the drawing: no series begins at a service
        add("destination_service_name", source.service);
    } else {
        add("source_workload", source.workload);
        add("source_workload_namespace", source.ns);
    }
    if (target.kind == mesh::NodeKind::Service || target.kind == mesh::NodeKind::ServiceEntry) {
        add("destination_service_name", target.service);
    } else {
        add("destination_workload", target.workload);
    }
    if (target.kind != mesh::NodeKind::ServiceEntry) {
        add("destination_service_namespace", target.ns);
    }
    return QStringLiteral("sum%1 (rate(%2{%3}[1m]))")
        .arg(tcp ? QString() : QStringLiteral(" by (response_code, response_flags)"),
             tcp ? QStringLiteral("istio_tcp_sent_bytes_total") : QStringLiteral("istio_requests_total"), labels.join(QLatin1Char(',')));
}

} // namespace

QString flagWord(std::string_view flag) {
    const auto found = std::find_if(std::begin(kFlags), std::end(kFlags), [flag](const auto& known) { return known.first == flag; });
    return found == std::end(kFlags) ? QString() : QString::fromLatin1(found->second);
}

std::optional<EdgeFacts> edgeFactsOf(const mesh::MeshSnapshot& snapshot, const std::vector<std::string>& ids,
                                     const TelemetryState& telemetry) {
    if (!snapshot.graph) {
        return std::nullopt;
    }
    const Graph& graph = *snapshot.graph;
    std::vector<const Edge*> edges;
    Sum sum;
    for (const Edge& edge : graph.edges) {
        if (std::find(ids.begin(), ids.end(), edge.id) != ids.end()) {
            edges.push_back(&edge);
            sum.add(edge);
        }
    }
    if (edges.empty()) {
        return std::nullopt;
    }
    std::stable_sort(edges.begin(), edges.end(), [](const Edge* a, const Edge* b) { return a->rates.total > b->rates.total; });
    const Edge& first = *edges.front();
    const Node& source = graph.nodes[first.source];
    const Node& target = graph.nodes[first.target];
    EdgeFacts facts;
    facts.name = peerName(source, source.ns) + QStringLiteral(" → ") + peerName(target, target.ns);
    facts.about = protocolWord(first.protocol) + QStringLiteral(" · ") +
                  (source.ns == target.ns ? QStringLiteral("within ") + safeText(target.ns)
                                          : safeText(source.ns) + QStringLiteral(" to ") + safeText(target.ns));
    if (edges.size() > 1) {
        facts.about += QStringLiteral(" · %1 calls as one").arg(edges.size());
    }
    facts.protocol = first.protocol;
    facts.health = telemetry.known ? first.health : mesh::Health::Unknown;
    facts.query = queryOf(graph, first);
    facts.sections = {trafficSection(graph, sum, telemetry.known), splitSection(edges, telemetry.known),
                      endsSection(graph, first, sum, telemetry.known)};
    if (first.protocol != mesh::Protocol::Tcp) {
        facts.sections.push_back(answerSection(sum.answers, telemetry.known));
    }
    return facts;
}

} // namespace meshdeck::views
