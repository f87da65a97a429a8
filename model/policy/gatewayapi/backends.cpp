#include "policy/gatewayapi/backends.h"

#include <algorithm>

namespace meshdeck::policy {

namespace {

constexpr const char* kGroup = "gateway.networking.k8s.io";

Backend invalid(const char* reason, std::string message, bool fatal = false) {
    Backend backend;
    backend.reason = reason;
    backend.message = std::move(message);
    backend.fatal = fatal;
    return backend;
}

// The full host that a reference names; "" for a kind that Istio knows nothing of.
std::string hostOf(const World& world, const config::ObjectReference& ref, const std::string& ns) {
    const bool service = ref.group.empty() && ref.kind == "Service";
    const bool import = ref.group == "multicluster.x-k8s.io" && ref.kind == "ServiceImport";
    if (service || import) {
        return ref.name + "." + ns + ".svc." + world.mesh().clusterDomain;
    }
    return ref.group == "networking.istio.io" && ref.kind == "Hostname" ? ref.name : std::string();
}

} // namespace

bool granted(const World& world, const BackendUser& from, const config::ObjectReference& to) {
    const auto& grants = world.ofKind(kGroup, "ReferenceGrant");
    return std::any_of(grants.begin(), grants.end(), [&](const ConfigObjectPtr& object) {
        const auto* grant = config::as<config::ReferenceGrant>(object->typed);
        if (grant == nullptr || object->ref.ns != to.ns) {
            return false;
        }
        const bool fromFits = std::any_of(grant->from.begin(), grant->from.end(), [&from](const auto& allowed) {
            return allowed.group == kGroup && allowed.kind == from.kind && allowed.ns == from.ns;
        });
        return fromFits && std::any_of(grant->to.begin(), grant->to.end(), [&to](const auto& allowed) {
            return allowed.group == to.group && allowed.kind == to.kind &&
                   (allowed.name.empty() || allowed.name == to.name);
        });
    });
}

Backend resolveBackend(const World& world, const BackendUser& user, const config::BackendRef& backend) {
    config::ObjectReference ref = backend.ref;
    const bool elsewhere = !ref.ns.empty() && ref.ns != user.ns;
    ref.ns = ref.ns.empty() ? user.ns : ref.ns;
    if (elsewhere && user.needsGrant && !granted(world, user, ref)) {
        return invalid("RefNotPermitted", "no ReferenceGrant in namespace " + ref.ns + " lets a " + user.kind +
                                              " of namespace " + user.ns + " use " + ref.kind + " " + ref.name);
    }
    const std::string host = hostOf(world, ref, ref.ns);
    if (host.empty()) {
        return invalid("InvalidKind", "Istio cannot send requests to a " + ref.kind +
                                          (ref.group.empty() ? "" : " of group " + ref.group));
    }
    if (!backend.port) {
        return invalid("UnsupportedValue", "the backend " + ref.name + " needs a port", true);
    }
    Backend result;
    result.destination.host = host;
    result.destination.port = backend.port;
    const bool found = !world.servicesOfHost(host).empty();
    result.reason = found ? "ResolvedRefs" : "BackendNotFound";
    if (!found) {
        result.message = "there is no service " + host;
    }
    return result;
}

} // namespace meshdeck::policy
