#include "app/demo/api/api_server.h"

#include "app/demo/api/discovery.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/pod_proxy.h"
#include "app/demo/api/port_forward.h"
#include "app/demo/api/reads.h"
#include "app/demo/api/reviews.h"
#include "app/demo/api/status.h"
#include "app/demo/api/writes.h"

namespace meshdeck::demo::api {

namespace {

// Changes user to the one in the Impersonate headers; the reply of a refusal otherwise.
std::optional<Reply> impersonate(const Request& request, const Authorizer& authorizer, User& user) {
    const std::string name = request.header("impersonate-user");
    const auto groups = request.headers.equal_range("impersonate-group");
    if (name.empty()) {
        if (groups.first != groups.second || !request.header("impersonate-uid").empty()) {
            return replyOf(500, failure(500, "InternalError",
                                        "Internal error occurred: requested [{Group }] without impersonating a user"));
        }
        return std::nullopt;
    }
    RequestInfo info;
    info.isResource = true;
    info.verb = "impersonate";
    info.resource = "users";
    info.name = name;
    if (!authorizer.decide(user, info).allowed) {
        return forbidden(user, info);
    }
    user = User{name, request.header("impersonate-uid"), {}};
    for (auto group = groups.first; group != groups.second; ++group) {
        user.groups.push_back(group->second);
    }
    user.groups.emplace_back("system:authenticated");
    return std::nullopt;
}

} // namespace

Reply ApiServer::handle(const Request& request) const {
    try {
        if (Faults::take(m_context.faults.tooManyRequests)) {
            return tooManyRequests(1);
        }
        std::optional<User> user = m_context.authenticator.userOf(request);
        const bool expiredToken = m_context.faults.expireTokens && !request.header("authorization").empty();
        if (!user || expiredToken) {
            return unauthorized();
        }
        if (std::optional<Reply> refusal = impersonate(request, m_context.authorizer, *user)) {
            return *refusal;
        }
        const RequestInfo info = requestInfoOf(request);
        const bool forbidden = m_context.faults.forbids(info.resource) ||
                               m_context.faults.forbids(info.resource + "/" + info.subresource);
        if (forbidden || !m_context.authorizer.decide(*user, info).allowed) {
            return api::forbidden(*user, info);
        }
        return dispatch(request, *user, info);
    } catch (const std::exception& exception) {
        return replyOf(500, failure(500, "InternalError", std::string("Internal error occurred: ") + exception.what()));
    }
}

Reply ApiServer::dispatch(const Request& request, const User& user, const RequestInfo& info) const {
    if (!info.isResource) {
        return discoveryReply(request);
    }
    if (std::optional<Reply> review = reviewReply(m_context, request, user, info)) {
        return *review;
    }
    return resourceRequest(request, user, info);
}

Reply ApiServer::resourceRequest(const Request& request, const User&, const RequestInfo& info) const {
    const Resource* resource = findResource(info.group, info.version, info.resource);
    const bool misplaced = resource != nullptr && !resource->namespaced && !info.ns.empty() && info.ns != info.name;
    const bool unnamed = resource != nullptr && resource->namespaced && info.ns.empty() && !info.name.empty();
    if (resource == nullptr || misplaced || unnamed ||
        (!info.subresource.empty() && !resource->hasSubresource(info.subresource))) {
        return pageNotFound();
    }
    if (info.subresource == "proxy") {
        return info.resource == "services" ? serviceProxyReply(m_context, request, info)
                                           : podProxyReply(m_context, request, info);
    }
    if (info.subresource == "portforward") {
        return portForwardReply(m_context, request, info);
    }
    if (info.subresource == "token") {
        return tokenReply(m_context, request, info);
    }
    if (info.verb == "get" || info.verb == "list" || info.verb == "watch") {
        return readReply(m_context, request, info, *resource);
    }
    return writeReply(m_context, request, info, *resource);
}

} // namespace meshdeck::demo::api
