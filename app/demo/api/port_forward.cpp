#include "app/demo/api/port_forward.h"

#include <algorithm>
#include <charconv>

#include "app/demo/api/json_values.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

constexpr const char* kChannels = "v4.channel.k8s.io";

bool names(const std::string& list, const std::string& wanted) {
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::size_t first = list.find_first_not_of(' ', begin);
        if (first < end && list.substr(first, list.find_last_not_of(' ', end - 1) - first + 1) == wanted) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

// One port of "ports"; this server forwards one for each connection, which is all that clients of this protocol use.
std::optional<unsigned short> portOf(const Request& request) {
    const std::string text = request.parameter("ports");
    unsigned short port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port != 0 ? std::optional(port) : std::nullopt;
}

} // namespace

Reply portForwardReply(const ApiContext& context, const Request& request, const RequestInfo& info) {
    const Resource& pods = *findByKind("v1", "Pod");
    const ObjectPtr pod = context.store.get(pods, info.ns, info.name);
    if (!pod) {
        return notFound(pods, info.name);
    }
    if (stringAt(*pod, {"status", "phase"}) != "Running") {
        return badRequest("unable to forward port because pod is not running. Current status=" +
                          stringAt(*pod, {"status", "phase"}));
    }
    if (request.method != "GET" || lower(request.header("upgrade")) != "websocket") {
        return badRequest("Upgrade request required");
    }
    if (!names(request.header("sec-websocket-protocol"), kChannels)) {
        return badRequest("none of the offered protocols is served here, which is v4.channel.k8s.io alone");
    }
    const std::optional<unsigned short> port = portOf(request);
    if (!port) {
        return badRequest("one number of a port is needed in the query parameter ports");
    }
    const std::string app = stringAt(*pod, {"metadata", "labels", "app"});
    Reply reply;
    reply.status = 101;
    reply.forward = ForwardRequest{
        *port, context.backends == nullptr ? std::nullopt : context.backends->ofPod(info.ns, app, *port), kChannels};
    return reply;
}

} // namespace meshdeck::demo::api
