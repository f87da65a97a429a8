#include "policy/security/inbound_port.h"

#include <algorithm>
#include <charconv>

namespace meshdeck::policy::security {
namespace {

bool subsetOf(const mesh::Labels& wanted, const mesh::Labels& labels) {
    return std::ranges::all_of(wanted, [&](const auto& label) {
        const auto found = labels.find(label.first);
        return found != labels.end() && found->second == label.second;
    });
}

// The program behind the endpoint is the one behind the proxy: by address where both are known, else by name.
bool isEndpointOf(const World& world, const Endpoint& endpoint, const Proxy& server) {
    if (!endpoint.address.empty() && !server.addresses.empty()) {
        return std::ranges::find(server.addresses, endpoint.address) != server.addresses.end();
    }
    const Workload& workload = world.workloads()[endpoint.workload];
    return !server.name.empty() && workload.ns == server.ns && workload.name == server.name;
}

// A proxy that no object describes can still be what a service's selector means.
bool selectedBy(const Service& service, const Proxy& server) {
    const auto* kube = service.origin == nullptr ? nullptr : config::as<config::KubeService>(service.origin->typed);
    return kube != nullptr && service.ns == server.ns && kube->selector && !kube->selector->empty() &&
           subsetOf(*kube->selector, server.labels);
}

std::optional<std::uint32_t> number(const std::string& text) {
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

std::uint32_t targetOf(const Port& port, const Endpoint* endpoint) {
    if (endpoint != nullptr) {
        const auto found = endpoint->targetPorts.find(port.number);
        if (found != endpoint->targetPorts.end()) {
            return found->second;
        }
    }
    return number(port.targetPort).value_or(port.number);
}

// The port of the service that leads to `workloadPort` here; null when none does.
const Port* portTo(const World& world, const Service& service, const Proxy& server, std::uint32_t workloadPort) {
    const auto leads = [&](const Endpoint* endpoint) -> const Port* {
        const auto found = std::ranges::find_if(service.ports, [&](const Port& port) {
            return targetOf(port, endpoint) == workloadPort && port.protocol != Protocol::Udp;
        });
        return found == service.ports.end() ? nullptr : &*found;
    };
    for (const Endpoint& endpoint : service.endpoints) {
        if (isEndpointOf(world, endpoint, server)) {
            return leads(&endpoint);
        }
    }
    return selectedBy(service, server) ? leads(nullptr) : nullptr;
}

// "0.0.0.0_8080"; addresses with colons keep them.
std::string listenerName(std::string_view bind, std::uint32_t port) {
    return std::string(bind) + "_" + std::to_string(port);
}

InboundPort declared(std::uint32_t servicePort, Protocol protocol, std::uint32_t workloadPort) {
    InboundPort port;
    port.declared = true;
    port.number = servicePort;
    port.protocol = protocol;
    port.cluster = "inbound|" + std::to_string(workloadPort) + "||";
    port.listener = "virtualInbound";
    port.chain = listenerName("0.0.0.0", workloadPort);
    return port;
}

InboundPort passthrough() {
    InboundPort port;
    port.cluster = "InboundPassthroughCluster";
    port.listener = "virtualInbound";
    return port;
}

std::optional<InboundPort> ingressPort(const config::Sidecar& sidecar, std::uint32_t workloadPort) {
    const auto found = std::ranges::find_if(
        sidecar.ingress, [&](const config::SidecarIngress& ingress) { return ingress.port.number == workloadPort; });
    if (found == sidecar.ingress.end()) {
        return std::nullopt;
    }
    InboundPort port = declared(workloadPort, parseProtocol(found->port.protocol), workloadPort);
    port.defaultEndpoint = found->defaultEndpoint;
    if (!found->bind.empty()) {
        port.chain = listenerName(found->bind, workloadPort);
    }
    if (found->captureMode == "NONE") {
        port.listener = port.chain;
    }
    if (found->tls) {
        port.tls = &*found->tls;
        port.protocol = port.protocol == Protocol::Https ? Protocol::Http
                        : port.protocol == Protocol::Tls ? Protocol::Tcp
                                                         : port.protocol;
    }
    return port;
}

} // namespace

ConfigObjectPtr sidecarOf(const World& world, const Proxy& proxy) {
    ConfigObjectPtr plain;
    ConfigObjectPtr root;
    for (const ConfigObjectPtr& object : world.ofKind("networking.istio.io", "Sidecar")) {
        const auto* sidecar = config::as<config::Sidecar>(object->typed);
        if (sidecar == nullptr) {
            continue;
        }
        const bool selects = sidecar->workloadSelector && !sidecar->workloadSelector->empty();
        if (object->ref.ns == proxy.ns && selects && subsetOf(*sidecar->workloadSelector, proxy.labels)) {
            return object;
        }
        if (object->ref.ns == proxy.ns && !selects && plain == nullptr) {
            plain = object;
        }
        if (object->ref.ns == world.mesh().rootNamespace && !selects && root == nullptr) {
            root = object;
        }
    }
    return plain != nullptr ? plain : root;
}

InboundPort inboundPort(const World& world, const Proxy& server, std::uint32_t workloadPort) {
    if (const ConfigObjectPtr object = sidecarOf(world, server)) {
        const auto* sidecar = config::as<config::Sidecar>(object->typed);
        if (!sidecar->ingress.empty()) { // then the services' ports count for nothing
            return ingressPort(*sidecar, workloadPort).value_or(passthrough());
        }
    }
    for (const Service& service : world.services()) { // oldest first: of two for a port the oldest counts
        if (!service.name.empty() && service.ns != server.ns) {
            continue; // a Kubernetes service has endpoints of its own namespace only
        }
        if (const Port* port = portTo(world, service, server, workloadPort)) {
            return declared(port->number, port->protocol, workloadPort);
        }
    }
    return passthrough();
}

} // namespace meshdeck::policy::security
