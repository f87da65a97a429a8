#include "app/demo/telemetry/trace_walk.h"

#include <algorithm>
#include <cmath>

#include "app/demo/mesh/objects.h"
#include "app/demo/sim/sending.h"

namespace meshdeck::demo {

namespace {

constexpr int kDepthMost = 12;
constexpr std::size_t kSpansMost = 200;

struct Ended {
    double ms = 0; // how long the caller waited
    bool failed = false;
};

class Walk {
public:
    Walk(Engine& engine, Random& random)
        : m_engine(engine)
        , m_random(random) {
        for (std::uint8_t& byte : m_trace.id) {
            byte = static_cast<std::uint8_t>(m_random.next());
        }
        m_requestId = hexText(m_trace.id);
        for (const int at : {20, 16, 12, 8}) {
            m_requestId.insert(static_cast<std::size_t>(at), "-");
        }
    }

    // Times are in ms since the walk's start; `parent` is the span that caused the request.
    Ended request(std::uint32_t pod, const Flow& flow, std::optional<SpanId> parent, double startMs, int depth);

    TraceRecord finish(std::int64_t startNs) {
        for (SpanRecord& span : m_trace.spans) {
            span.startNs += startNs;
            span.endNs += startNs;
        }
        return std::move(m_trace);
    }
    [[nodiscard]] bool empty() const { return m_trace.spans.empty(); }

private:
    struct Reply {
        int code = 200;
        int grpc = -1;
        std::string flags = "-";
    };

    [[nodiscard]] const Workload& workloadOf(std::uint32_t pod) const {
        return m_engine.inventory().workloads[m_engine.inventory().pods[pod].workload];
    }
    std::size_t open(std::uint32_t pod, const Flow& flow, std::optional<SpanId> parent, double startMs, bool server);
    void close(std::size_t span, double endMs, const Flow& flow, const Reply& reply);
    void addUpstream(std::size_t span, const Cluster& cluster, std::uint32_t server);
    const Cluster* choose(const Flow& flow);
    Ended serve(std::uint32_t client, const Flow& flow, const Cluster& cluster, std::uint32_t server,
                std::optional<SpanId> parent, double startMs, int depth, Reply& reply);
    Ended application(std::uint32_t server, std::uint32_t trafficClass, std::optional<SpanId> parent, double startMs,
                      int depth);
    [[nodiscard]] Reply local(const Flow& flow, int status, const char* flags) const;

    Engine& m_engine;
    Random& m_random;
    TraceRecord m_trace;
    std::string m_requestId;
};

Walk::Reply Walk::local(const Flow& flow, int status, const char* flags) const {
    const bool grpc = m_engine.plan().calls[flow.call].protocol == Protocol::Grpc;
    return grpc ? Reply{200, grpcStatusFor(status), flags} : Reply{status, -1, flags};
}

std::size_t Walk::open(std::uint32_t pod, const Flow& flow, std::optional<SpanId> parent, double startMs, bool server) {
    const Pod& place = m_engine.inventory().pods[pod];
    const Workload& workload = workloadOf(pod);
    const CallPlan& call = m_engine.plan().calls[flow.call];
    SpanRecord span;
    for (std::uint8_t& byte : span.id) {
        byte = static_cast<std::uint8_t>(m_random.next());
    }
    span.parent = parent;
    span.service = workload.app + "." + workload.ns;
    span.name = flow.request.host + ":" + std::to_string(flow.request.port) + "/*";
    span.server = server;
    span.startNs = static_cast<std::int64_t>(startMs * 1e6);
    const bool grpc = call.protocol == Protocol::Grpc;
    span.attributes = {
        {"component", "proxy"},
        {"node_id", std::string(workload.gateway ? "router" : "sidecar") + "~" + place.address + "~" + place.name +
                        "." + place.ns + "~" + place.ns + ".svc.cluster.local"},
        {"guid:x-request-id", m_requestId},
        {"http.url", "http://" + flow.request.host + ":" + std::to_string(flow.request.port) + flow.request.path},
        {"http.method", grpc ? "POST" : flow.request.method},
        {"http.protocol", grpc ? "HTTP/2" : "HTTP/1.1"},
        {"downstream_cluster", "-"},
        {"user_agent", grpc ? "grpc-go/1.60.0" : "python-requests/2.31.0"},
        {"peer.address", place.address},
        {"request_size", std::to_string(static_cast<int>(call.requestBytes))},
        {"response_size", std::to_string(static_cast<int>(call.responseBytes))},
        {"istio.canonical_service", workload.app},
        {"istio.canonical_revision", workload.version.empty() ? "latest" : workload.version},
        {"istio.mesh_id", kTrustDomain},
        {"istio.namespace", workload.ns},
        {"istio.cluster_id", kClusterId}};
    if (server) {
        span.attributes.emplace_back("upstream_cluster.name",
                                     "inbound|" + std::to_string(workload.containerPort) + "||");
    }
    m_trace.spans.push_back(std::move(span));
    return m_trace.spans.size() - 1;
}

void Walk::close(std::size_t index, double endMs, const Flow& flow, const Reply& reply) {
    SpanRecord& span = m_trace.spans[index];
    span.endNs = static_cast<std::int64_t>(endMs * 1e6);
    span.attributes.emplace_back("http.status_code", std::to_string(reply.code));
    span.attributes.emplace_back("response_flags", reply.flags);
    if (reply.grpc >= 0) {
        span.attributes.emplace_back("grpc.status_code", std::to_string(reply.grpc));
        span.attributes.emplace_back("grpc.path", flow.request.path);
        span.attributes.emplace_back("grpc.authority", flow.request.host);
    }
    if (reply.code >= 500 || reply.code == 0 || reply.grpc > 0) {
        span.error = true;
        span.attributes.emplace_back("error", "true");
    }
}

void Walk::addUpstream(std::size_t index, const Cluster& cluster, std::uint32_t server) {
    SpanRecord& span = m_trace.spans[index];
    const std::string name = "outbound|" + std::to_string(cluster.port) + "||" + cluster.host;
    span.attributes.emplace_back("upstream_cluster", name);
    span.attributes.emplace_back("upstream_cluster.name", name);
    if (server != kNone) {
        span.attributes.emplace_back("upstream_address", m_engine.inventory().pods[server].address + ":" +
                                                             std::to_string(cluster.targetPort));
    }
}

const Cluster* Walk::choose(const Flow& flow) {
    double at = m_random.uniform();
    for (const Cluster& cluster : flow.clusters) {
        at -= cluster.share;
        if (at < 0) {
            return &cluster;
        }
    }
    return flow.clusters.empty() ? nullptr : &flow.clusters.back();
}

Ended Walk::request(std::uint32_t pod, const Flow& flow, std::optional<SpanId> parent, double startMs, int depth) {
    const bool proxied = workloadOf(pod).proxied();
    std::optional<std::size_t> span;
    std::optional<SpanId> cause = parent;
    if (proxied && m_trace.spans.size() < kSpansMost) {
        span = open(pod, flow, parent, startMs, false);
        cause = m_trace.spans[*span].id;
    }
    const Route& route = flow.route;
    const double delayMs = m_random.uniform() < route.fault.delayShare ? route.fault.delayMs : 0;
    Reply reply;
    reply.grpc = m_engine.plan().calls[flow.call].protocol == Protocol::Grpc ? 0 : -1;
    double ms = delayMs + 0.3;
    const Cluster* cluster = choose(flow);
    if (m_random.uniform() < route.fault.abortShare) {
        reply = local(flow, route.fault.abortStatus, "FI");
    } else if (route.noRoute || route.directStatus != 0) {
        reply = local(flow, route.noRoute ? 404 : route.directStatus, route.noRoute ? "NR" : "-");
    } else if (cluster == nullptr || cluster->service == kNone || cluster->pods.empty()) {
        const bool known = cluster != nullptr && cluster->service != kNone;
        reply = local(flow, 503, known ? "UH" : "NC");
    } else {
        const std::uint32_t server = cluster->pods[m_random.below(cluster->pods.size())];
        if (span) {
            addUpstream(*span, *cluster, server);
        }
        const Ended ended = serve(pod, flow, *cluster, server, cause, startMs + ms, depth, reply);
        double waited = ended.ms + m_random.uniform(0.5, 1.6);
        if (route.timeoutMs > 0 && waited > route.timeoutMs) {
            waited = route.timeoutMs;
            reply = local(flow, 504, "UT");
        }
        ms += waited;
    }
    if (delayMs > 0) {
        reply.flags = reply.flags == "-" ? "DI" : "DI," + reply.flags;
    }
    if (span) {
        close(*span, startMs + ms, flow, reply);
    }
    return {ms, reply.code >= 500 || reply.grpc > 0};
}

Ended Walk::serve(std::uint32_t client, const Flow& flow, const Cluster& cluster, std::uint32_t server,
                  std::optional<SpanId> parent, double startMs, int depth, Reply& reply) {
    const LegState leg = m_engine.verdict(client, flow, cluster, server);
    if (leg.transport == Transport::RefusedPlaintext || leg.transport == Transport::BrokenTls) {
        reply = local(flow, 503, leg.transport == Transport::BrokenTls ? "UF,URX" : "UC");
        return {1.5, true};
    }
    std::optional<std::size_t> span;
    std::optional<SpanId> cause = parent;
    if (workloadOf(server).sidecar && m_trace.spans.size() < kSpansMost) {
        span = open(server, flow, parent, startMs + 0.3, true);
        cause = m_trace.spans[*span].id;
    }
    Ended ended{0.6, true};
    if (!leg.allowed) {
        reply = local(flow, 403, "-");
    } else {
        ended = application(server, flow.trafficClass, cause, startMs + 0.5, depth + 1);
        if (ended.failed) {
            reply =
                m_engine.plan().calls[flow.call].protocol == Protocol::Grpc ? Reply{200, 13, "-"} : Reply{500, -1, "-"};
        }
        ended.ms += 0.4;
    }
    if (span) {
        close(*span, startMs + 0.3 + ended.ms, flow, reply);
    }
    return {ended.ms + 0.6, ended.failed};
}

Ended Walk::application(std::uint32_t server, std::uint32_t trafficClass, std::optional<SpanId> parent, double startMs,
                        int depth) {
    const Workload& workload = workloadOf(server);
    double ms = m_random.logNormal(workload.latency.medianMs, workload.latency.sigma);
    const double afterMs = ms * 0.4; // the rest of its work comes when the answers are there
    ms -= afterMs;
    bool failed = m_random.uniform() < workload.errorRate;
    if (failed || depth > kDepthMost) {
        return {ms + afterMs, failed};
    }
    const std::vector<Flow>& flows = m_engine.flowsOf(server);
    for (const Flow& flow : flows) {
        const CallPlan& call = m_engine.plan().calls[flow.call];
        if (flow.trafficClass != trafficClass || call.requestsPerSecond > 0 || call.protocol == Protocol::Tcp) {
            continue;
        }
        const double share = call.paths.empty() ? 1 : call.paths[flow.path].share;
        for (double times = call.perRequest * share; times > 0 && m_trace.spans.size() < kSpansMost; times -= 1) {
            if (times < 1 && m_random.uniform() >= times) {
                break;
            }
            const Ended ended = request(server, flow, parent, startMs + ms, depth);
            ms += ended.ms;
            failed = failed || (ended.failed && m_random.uniform() < call.failsCaller);
        }
    }
    return {ms + afterMs, failed};
}

} // namespace

std::optional<TraceRecord> sampleTrace(Engine& engine, Random& random, std::chrono::system_clock::time_point end) {
    const MeshPlan& plan = engine.plan();
    double total = 0;
    for (const CallPlan& call : plan.calls) {
        total += call.requestsPerSecond;
    }
    double at = random.uniform() * total;
    std::uint32_t chosen = kNone;
    for (std::uint32_t i = 0; i < plan.calls.size() && at >= 0 && total > 0; ++i) {
        if (plan.calls[i].requestsPerSecond > 0) {
            chosen = i;
            at -= plan.calls[i].requestsPerSecond;
        }
    }
    if (chosen == kNone || engine.inventory().workloads[plan.calls[chosen].from].pods.empty()) {
        return std::nullopt;
    }
    const std::vector<std::uint32_t>& pods = engine.inventory().workloads[plan.calls[chosen].from].pods;
    const std::uint32_t pod = pods[random.below(pods.size())];
    const std::vector<Flow>& flows = engine.flowsOf(pod);
    double share = random.uniform();
    for (const Flow& flow : flows) {
        if (flow.call != chosen) {
            continue;
        }
        const CallPlan& call = plan.calls[chosen];
        share -= plan.classes[flow.trafficClass].share * (call.paths.empty() ? 1 : call.paths[flow.path].share);
        if (share < 0) {
            Walk walk(engine, random);
            const Ended ended = walk.request(pod, flow, std::nullopt, 0, 0);
            if (walk.empty()) {
                return std::nullopt;
            }
            const auto endNs = std::chrono::duration_cast<std::chrono::nanoseconds>(end.time_since_epoch()).count();
            return walk.finish(endNs - static_cast<std::int64_t>(ended.ms * 1e6));
        }
    }
    return std::nullopt;
}

} // namespace meshdeck::demo
