#include "sources/prometheus/promql.h"

#include <algorithm>

namespace meshdeck::sources {
namespace {

using traffic::Measure;

constexpr std::string_view kBase =
    "source_cluster,source_workload_namespace,source_workload,source_canonical_service,source_canonical_revision,"
    "destination_cluster,destination_service_namespace,destination_service,destination_service_name,"
    "destination_workload_namespace,destination_workload,destination_canonical_service,destination_canonical_revision";
constexpr std::string_view kSecurity = "connection_security_policy,source_principal,destination_principal";
constexpr std::string_view kPair = "source_cluster,source_workload_namespace,source_workload,destination_cluster,"
                                   "destination_service_namespace,destination_service_name,"
                                   "destination_workload_namespace,destination_workload";

constexpr std::string_view kExtension = "extension,source_cluster,source_namespace,source_name,source_is_root,dest_cluster,"
                                        "dest_namespace,dest_name,protocol,status_code,flags,secure";

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts) {
        text.append(text.empty() ? "" : separator).append(part);
    }
    return text;
}

std::string concat(std::string_view a, std::string_view b) {
    std::string text(a);
    text.append(b);
    return text;
}

// One way of asking; several are united by `or`, which keeps one of equal label sets.
class Builder {
public:
    Builder(Duration window, bool idleEdges)
        : m_range("[" + std::to_string(std::max<std::int64_t>(window.count() / 1000, 1)) + "s]")
        , m_idle(idleEdges) {}

    [[nodiscard]] std::string rate(std::string_view metric, std::string_view by, const std::string& matchers) const {
        return "sum by (reporter," + std::string(by) + ") (rate(" + std::string(metric) + "{" + matchers + "}" +
               m_range + "))";
    }
    // Rates of the metric under each of the selectors; without idle edges only what moves.
    [[nodiscard]] std::string rates(std::string_view metric, std::string_view by,
                                    const std::vector<std::string>& selectors) const {
        std::vector<std::string> parts;
        for (const std::string& matchers : selectors) {
            parts.push_back(rate(metric, by, matchers) + (m_idle ? "" : " > 0"));
        }
        return joined(parts, " or ");
    }
    // Milliseconds; >= 0 leaves out the NaN of edges without requests.
    [[nodiscard]] std::string quantile(std::string_view q, const std::vector<std::string>& selectors) const {
        std::vector<std::string> parts;
        for (const std::string& matchers : selectors) {
            const std::string by = "le," + std::string(kBase) + ",request_protocol";
            parts.push_back("histogram_quantile(" + std::string(q) + "," +
                            rate("istio_request_duration_milliseconds_bucket", by, matchers) + ") >= 0");
        }
        return joined(parts, " or ");
    }

private:
    std::string m_range;
    bool m_idle;
};

std::string named(Measure measure, const std::string& promql) {
    return "label_replace(" + promql + "," + quote(kMeasureLabel) + "," + quote(measureName(measure)) + R"(,"",""))";
}

} // namespace

std::string quote(std::string_view value) {
    std::string text = "\"";
    for (const char c : value) {
        switch (c) {
        case '"':
            text += "\\\"";
            break;
        case '\\':
            text += "\\\\";
            break;
        case '\n':
            text += "\\n";
            break;
        case '\r':
            text += "\\r";
            break;
        case '\0':
            text += "\\x00";
            break;
        default:
            text += c;
        }
    }
    return text + "\"";
}

std::string anyOf(const std::vector<std::string>& values) {
    static constexpr std::string_view kSpecial = R"(\.+*?()|[]{}^$)";
    std::vector<std::string> patterns;
    for (const std::string& value : values) {
        std::string& pattern = patterns.emplace_back();
        for (const char c : value) {
            if (kSpecial.find(c) != std::string_view::npos) {
                pattern += '\\';
            }
            pattern += c;
        }
    }
    return quote(joined(patterns, "|"));
}

std::vector<PromQuery> overviewQueries(Duration window, bool idleEdges, bool first) {
    const Builder build(window, idleEdges);
    const std::string known = R"(reporter="source")";
    const std::string unknown = R"(reporter=~"destination|waypoint",source_workload="unknown")";
    const std::string pair = concat(kPair, ",request_protocol");
    std::vector<PromQuery> queries;
    queries.push_back({"overview", build.rates("istio_requests_total", pair, {known, unknown}), {}, true});
    if (first) {
        return queries;
    }
    const std::string codes = pair + ",response_code,grpc_response_status";
    const Builder moving(window, false);
    std::vector<std::string> failing;
    for (const std::string& side : {known, unknown}) {
        failing.push_back(side + R"(,response_code=~"0|[345]..")");
        failing.push_back(side + R"(,request_protocol="grpc",grpc_response_status!~"|0")");
    }
    queries.push_back({"errors", moving.rates("istio_requests_total", codes, failing), {}, false});
    queries.push_back({"tcp overview",
                       build.rates("istio_tcp_received_bytes_total", concat(kPair, ",app"), {known, unknown}),
                       {Measure::TcpSentBytes, traffic::Reporter::Source},
                       false});
    return queries;
}

std::vector<PromQuery> fullQueries(Duration window, bool idleEdges, const std::vector<std::string>& namespaces) {
    const Builder build(window, idleEdges);
    std::vector<std::string> all{""};
    std::vector<std::string> servers{R"(reporter=~"destination|waypoint")"};
    if (!namespaces.empty()) {
        const std::string in = anyOf(namespaces);
        all = {"destination_workload_namespace=~" + in, "source_workload_namespace=~" + in,
               R"(destination_workload_namespace="unknown",destination_service_namespace=~)" + in};
        servers = {R"(reporter=~"destination|waypoint",destination_workload_namespace=~)" + in,
                   R"(reporter=~"destination|waypoint",source_workload_namespace=~)" + in};
    }
    const std::string base(kBase);
    const std::string requests =
        base + ",request_protocol,response_code,grpc_response_status,response_flags,request_operation," + std::string(kSecurity);
    const std::string tcp = base + ",app,response_flags," + std::string(kSecurity);
    const auto either = [&](Measure a, std::string_view metricA, Measure b, std::string_view metricB,
                            const std::string& by) {
        return named(a, build.rates(metricA, by, all)) + " or " + named(b, build.rates(metricB, by, all));
    };
    const std::string ends = base + ",response_flags";
    // Third parties' own metrics are few and know none of our namespaces: all of them.
    const auto extension = [&](Measure measure, std::string_view metric) {
        return " or " + named(measure, build.rates(metric, kExtension, {""}));
    };
    const std::string latency = named(Measure::DurationP50, build.quantile("0.5", servers)) + " or " +
                                named(Measure::DurationP95, build.quantile("0.95", servers)) + " or " +
                                named(Measure::DurationP99, build.quantile("0.99", servers));
    return {
        {"requests", build.rates("istio_requests_total", requests, all), {}, true},
        {"tcp",
         either(Measure::TcpSentBytes, "istio_tcp_received_bytes_total", Measure::TcpReceivedBytes,
                "istio_tcp_sent_bytes_total", tcp) +
             " or " +
             either(Measure::TcpOpened, "istio_tcp_connections_opened_total", Measure::TcpClosed,
                    "istio_tcp_connections_closed_total", ends),
         {},
         false},
        {"grpc messages and extensions",
         either(Measure::GrpcSentMessages, "istio_request_messages_total", Measure::GrpcReceivedMessages,
                "istio_response_messages_total", base) +
             extension(Measure::ExtensionRequests, "kiali_ext_requests_total") +
             extension(Measure::ExtensionTcpSent, "kiali_ext_tcp_sent_total") +
             extension(Measure::ExtensionTcpReceived, "kiali_ext_tcp_received_total"),
         {},
         false},
        {"body bytes",
         either(Measure::RequestBytes, "istio_request_bytes_sum", Measure::ResponseBytes, "istio_response_bytes_sum",
                base + ",request_protocol"),
         {},
         false},
        {"latency", latency, {Measure::DurationP95, traffic::Reporter::Destination}, false},
    };
}

} // namespace meshdeck::sources
