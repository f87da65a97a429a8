#include <algorithm>

#include "policy/effective/parts.h"
#include "policy/sidecar_imports.h"

namespace meshdeck::policy::effective {

namespace {

std::string joined(const std::vector<std::string>& list) {
    std::string result;
    for (const std::string& each : list) {
        result += (result.empty() ? "" : ", ") + each;
    }
    return result;
}

std::string whyHidden(const Service& loser, const Service& winner, const Proxy& client) {
    if (!exportedTo(loser.exportTo, loser.ns, client.ns)) {
        return "it is exported to " + joined(loser.exportTo) + " and not to namespace " + client.ns;
    }
    if (winner.ns == client.ns && loser.ns != client.ns) {
        return "the client's own namespace comes first";
    }
    if (!winner.name.empty() && loser.name.empty()) {
        return "a Kubernetes Service comes before a ServiceEntry with the same host";
    }
    return "the other one is older or the only one that is imported";
}

const char* kindOf(const Service& service) {
    return service.name.empty() ? "ServiceEntry" : "Service";
}

} // namespace

void addVisibility(const Subject& subject, EffectiveConfig& into) {
    const Service& service = subject.service;
    into.values.push_back({"Visibility", "service", std::string(kindOf(service)) + " " + service.origin->ref.ns + "/" +
                                                        service.origin->ref.name,
                           "exported to " + joined(service.exportTo), service.origin, ""});
    const ConfigObjectPtr sidecar = subject.client.sidecar();
    into.values.push_back({"Visibility", "imported by", sidecar ? sidecar->ref.display() : "every client that it is exported to",
                           sidecar ? "namespace " + sidecar->ref.ns : "Istio's default", sidecar,
                           sidecar ? "/spec/egress" : ""});
    const bool policy = sidecar && config::at(*sidecar->json, "/spec/outboundTrafficPolicy") != nullptr;
    into.values.push_back({"Visibility", "unknown hosts", subject.client.registryOnly() ? "refused (REGISTRY_ONLY)" : "passed through (ALLOW_ANY)",
                           policy ? "Sidecar" : "mesh config", policy ? sidecar : nullptr,
                           policy ? "/spec/outboundTrafficPolicy" : ""});
    const World& world = subject.client.world();
    for (const std::size_t i : world.servicesOfHost(service.host)) {
        const Service& other = world.services()[i];
        if (&other != &service) {
            into.hidden.push_back({other.origin, service.origin, whyHidden(other, service, subject.client.proxy())});
        }
    }
}

} // namespace meshdeck::policy::effective
