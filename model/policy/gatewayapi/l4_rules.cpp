#include "policy/gatewayapi/l4_rules.h"

#include <algorithm>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

BackendUser userOf(const ConfigObjectPtr& object, bool mesh) {
    return {object->ref.kind, object->ref.ns, !mesh};
}

std::vector<config::RouteDestination> destinationsOf(const World& world, const BackendUser& user,
                                                     const config::ApiRule& rule) {
    std::vector<config::RouteDestination> result;
    std::int64_t sum = 0;
    for (const config::BackendRef& backend : rule.backends) {
        config::RouteDestination destination;
        destination.destination = resolveBackend(world, user, backend).destination;
        destination.weight = backend.weight;
        sum += backend.weight;
        result.push_back(std::move(destination));
    }
    if (sum == 0) {
        config::RouteDestination nobody;
        nobody.destination = {"internal.cluster.local", "zero-weight", 65535};
        result = {std::move(nobody)};
    }
    return result;
}

// The names that lead here: those of the route, of the service when the route has none.
std::vector<std::string> serverNames(const config::Route& route, const L4Parent& parent) {
    if (route.hostnames.empty()) {
        return {parent.mesh ? parent.host : "*"};
    }
    std::vector<std::string> names = route.hostnames;
    if (parent.mesh && names.size() > 1) {
        std::erase_if(names, [&parent](const std::string& name) { return !hostsMatch(parent.host, name); });
    }
    return names;
}

} // namespace

config::VirtualService convertL4Rules(const World& world, const ConfigObjectPtr& object, const config::Route& route,
                                      const L4Parent& parent) {
    config::VirtualService result;
    const bool tls = route.kind == config::RouteKind::Tls;
    for (const config::ApiRule& rule : route.rules) {
        config::L4Route made;
        made.route = destinationsOf(world, userOf(object, parent.mesh), rule);
        if (tls || parent.port) {
            config::L4Match match;
            match.port = parent.port;
            if (tls) {
                match.sniHosts = serverNames(route, parent);
            }
            made.matches.push_back(std::move(match));
        }
        (tls ? result.tls : result.tcp).push_back(std::move(made));
    }
    return result;
}

Backend worstL4Backend(const World& world, const ConfigObjectPtr& object, const config::Route& route, bool mesh) {
    Backend good;
    good.reason = "ResolvedRefs";
    for (const config::ApiRule& rule : route.rules) {
        for (const config::BackendRef& written : rule.backends) {
            Backend backend = resolveBackend(world, userOf(object, mesh), written);
            if (!backend.resolved()) {
                return backend;
            }
        }
    }
    return good;
}

} // namespace meshdeck::policy
