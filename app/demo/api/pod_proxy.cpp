#include "app/demo/api/pod_proxy.h"

#include "app/demo/api/json_values.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

constexpr const char* kMetricsPort = "15090"; // Envoy's own; 15020 is the agent's merged page
constexpr const char* kMergedPort = "15020";

struct Target {
    std::string scheme;
    std::string name;
    std::string port;
};

// "name", "name:port" or "scheme:name:port" (facts/wire.md 3.9).
std::optional<Target> parseTargetName(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(':', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    switch (parts.size()) {
    case 1:
        return Target{"", parts[0], ""};
    case 2:
        return Target{"", parts[0], parts[1]};
    case 3:
        return parts[0] == "http" || parts[0] == "https" ? std::optional(Target{parts[0], parts[1], parts[2]})
                                                         : std::nullopt;
    default:
        return std::nullopt;
    }
}

Reply unreachable(const std::string& detail) {
    return replyOf(503, failure(503, "ServiceUnavailable", "error trying to reach service: " + detail, Json::object()));
}

} // namespace

Reply podProxyReply(const ApiContext& context, const Request& request, const RequestInfo& info) {
    const std::optional<Target> target = parseTargetName(info.name);
    if (!target) {
        return badRequest("invalid pod request " + inQuotes(info.name));
    }
    const Resource& pods = *findByKind("v1", "Pod");
    const ObjectPtr pod = context.store.get(pods, info.ns, target->name);
    if (!pod) {
        return notFound(pods, target->name);
    }
    const std::string address = stringAt(*pod, {"status", "podIP"}) + ":" + target->port;
    if (request.method != "GET") {
        return methodNotAllowed();
    }
    // The first port of a pod is its application's, which does not run here; only the proxy's metrics ports answer.
    if (target->scheme == "https" || (target->port != kMetricsPort && target->port != kMergedPort) ||
        context.pods == nullptr) {
        return unreachable("dial tcp " + address + ": connect: connection refused");
    }
    // The agent behind the merged port asks Envoy for everything, whatever it is asked itself.
    const std::string filter = target->port == kMetricsPort ? request.parameter("filter") : std::string();
    const std::optional<std::string> page = context.pods->page(info.ns, target->name, info.rest, filter);
    Reply reply;
    reply.contentType = "text/plain; charset=UTF-8";
    reply.status = page ? 200 : 404;
    reply.body = page ? *page : "404 page not found\n";
    return reply;
}

} // namespace meshdeck::demo::api
