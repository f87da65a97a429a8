#include "policy/effective_config.h"

#include "policy/effective/parts.h"
#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

// Why the client does not see a host.
std::string whyUnseen(const Scope& client, const std::string& host) {
    const World& world = client.world();
    const Proxy& proxy = client.proxy();
    const Service* first = nullptr;
    for (const std::size_t i : world.servicesOfHost(host)) {
        const Service& service = world.services()[i];
        first = first == nullptr ? &service : first;
        if (exportedTo(service.exportTo, service.ns, proxy.ns)) {
            const ConfigObjectPtr sidecar = client.sidecar();
            return (sidecar ? sidecar->ref.display() : std::string("the client's scope")) + " does not import " + host;
        }
    }
    if (first != nullptr) {
        return first->origin->ref.display() + " is not exported to namespace " + proxy.ns;
    }
    return "no service has the host " + host;
}

} // namespace

Result<EffectiveConfig> effectiveConfig(const std::shared_ptr<const Scope>& client, std::string_view host,
                                        std::uint32_t port, const std::string& subset) {
    const World& world = client->world();
    const std::string full = resolveShortName(host, client->proxy().ns, world.mesh().clusterDomain);
    const Service* service = client->service(full);
    if (service == nullptr) {
        return fail(ErrorKind::NotFound, whyUnseen(*client, full));
    }
    if (service->port(port) == nullptr) {
        std::string ports;
        for (const Port& each : service->ports) {
            ports += (ports.empty() ? "" : ", ") + std::to_string(each.number);
        }
        return fail(ErrorKind::NotFound, full + " has no port " + std::to_string(port),
                    ports.empty() ? "it declares no port at all" : "its ports are " + ports);
    }
    EffectiveConfig result;
    result.service = service;
    result.port = port;
    const effective::Subject subject{*client, *service, port, subset};
    effective::addVisibility(subject, result);
    effective::addRouting(subject, result);
    effective::addTrafficPolicy(subject, result);
    effective::addServerSide(subject, result);
    effective::addEnvoyFilters(subject, result);
    return result;
}

} // namespace meshdeck::policy
