#include "policy/gatewayapi/parents.h"

#include <algorithm>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

constexpr const char* kNoParent = "NoMatchingParent";
constexpr const char* kNotAllowed = "NotAllowedByListeners";
constexpr const char* kNoHostname = "NoMatchingListenerHostname";

bool sameObject(const ApiListener& a, const ApiListener& b) {
    return a.gateway.object == b.gateway.object;
}

// Both ways: "*.shop.com" of a route goes with "a.shop.com" of a listener, and the other way round.
void checkHosts(const ApiListener& listener, const std::vector<std::string>& hostnames, const std::string& ns,
                RouteParent& parent) {
    bool named = false;
    for (const std::string& written : listener.hosts) {
        const NamespacedHost allowed = splitNamespacedHost(written);
        const bool fits = hostnames.empty() || std::any_of(hostnames.begin(), hostnames.end(), [&](const auto& host) {
            return hostsMatch(allowed.host, host);
        });
        named = named || fits;
        if (fits && (allowed.ns.empty() || allowed.ns == "*" || allowed.ns == ns)) {
            return;
        }
    }
    parent.denied = named ? kNotAllowed : kNoHostname;
    parent.message = named ? "listener " + listener.name + " takes no routes of namespace " + ns
                           : "listener " + listener.name + " has hostname " + listener.hostname +
                                 ", none of the route's goes with it";
}

void judge(const ApiListener& listener, const config::ParentReference& reference, const config::Route& route,
           const ConfigObject& object, RouteParent& parent) {
    if ((reference.port && *reference.port != listener.port) ||
        (!reference.sectionName.empty() && reference.sectionName != listener.name)) {
        parent.denied = kNoParent;
        parent.message = "no listener has this name and port";
        return;
    }
    checkHosts(listener, route.hostnames, object.ref.ns, parent);
    const bool kind = std::find(listener.kinds.begin(), listener.kinds.end(), object.ref.kind) != listener.kinds.end();
    if (parent.accepted() && !kind) {
        parent.denied = kNotAllowed;
        parent.message = "listener " + listener.name + " takes no " + object.ref.kind;
    }
}

RouteParent meshParent(const World& world, const config::ParentReference& reference, const std::string& ns) {
    RouteParent parent;
    parent.meshNamespace = ns;
    if (reference.kind == "ServiceEntry") {
        const ConfigObjectPtr object = world.find({"networking.istio.io", "ServiceEntry", ns, reference.name});
        if (const auto* entry = object ? config::as<config::ServiceEntry>(object->typed) : nullptr) {
            parent.meshHosts = entry->hosts;
        }
    } else if (world.find({"", "Service", ns, reference.name})) {
        parent.meshHosts = {reference.name + "." + ns + ".svc." + world.mesh().clusterDomain};
    }
    if (parent.meshHosts.empty()) {
        parent.denied = kNoParent;
        parent.message = "there is no " + reference.kind + " " + ns + "/" + reference.name;
    }
    return parent;
}

bool isMesh(const config::ParentReference& reference) {
    return ((reference.group.empty() || reference.group == "core") && reference.kind == "Service") ||
           (reference.group == "networking.istio.io" && reference.kind == "ServiceEntry");
}

} // namespace

std::vector<RouteParent> parentsOf(const World& world, const std::vector<ApiListener>& listeners,
                                   const ConfigObject& object, const config::Route& route) {
    std::vector<RouteParent> result;
    for (std::size_t i = 0; i < route.parents.size(); ++i) {
        const config::ParentReference& reference = route.parents[i];
        const std::string& ns = reference.ns.empty() ? object.ref.ns : reference.ns;
        if (isMesh(reference)) {
            result.push_back(meshParent(world, reference, ns));
            result.back().reference = i;
            continue;
        }
        for (const ApiListener& listener : listeners) {
            const mesh::ResourceRef& owner = listener.gateway.object->ref;
            if (owner.kind == reference.kind && owner.group == reference.group && owner.ns == ns &&
                owner.name == reference.name) {
                RouteParent parent;
                parent.reference = i;
                parent.listener = &listener;
                judge(listener, reference, route, object, parent);
                result.push_back(std::move(parent));
            }
        }
    }
    return result;
}

bool isolated(const std::vector<ApiListener>& listeners, const ApiListener& own, const std::string& host) {
    if (!own.hostname.empty() && !isWildcard(own.hostname)) {
        return false;
    }
    if (!own.hostname.empty() && !hostsMatch(host, own.hostname)) {
        return true;
    }
    return std::any_of(listeners.begin(), listeners.end(), [&](const ApiListener& other) {
        return &other != &own && sameObject(own, other) && other.port == own.port && other.protocol == own.protocol &&
               other.hostname != own.hostname && other.hostname.size() >= own.hostname.size() &&
               !other.hostname.empty() && hostSubsetOf(host, other.hostname);
    });
}

} // namespace meshdeck::policy
