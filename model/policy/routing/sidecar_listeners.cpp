#include "policy/routing/sidecar_listeners.h"

#include <algorithm>

#include "policy/host_name.h"
#include "policy/routing/request_view.h"

namespace meshdeck::policy {
namespace {

constexpr std::string_view kWildcard = "0.0.0.0";

// The service's own address; "" when it has none, and shares the wildcard.
std::string_view ownAddress(const Service& service) {
    for (const std::string& address : service.addresses) {
        if (isAddress(address) && address != kWildcard) {
            return address;
        }
    }
    return {};
}

std::string listenerName(std::string_view address, std::uint32_t port) {
    return std::string(address) + "_" + std::to_string(port);
}

bool bound(const EgressListener& egress) {
    return egress.written != nullptr && egress.written->port.has_value();
}

} // namespace

const SidecarListeners::PortFacts& SidecarListeners::facts(const EgressListener& egress, std::uint32_t port) const {
    const std::lock_guard lock(m_mutex);
    std::unique_ptr<const PortFacts>& known = m_facts[{&egress, port}];
    if (known != nullptr) {
        return *known;
    }
    auto made = std::make_unique<PortFacts>();
    for (const std::size_t index : egress.services) {
        const Service& service = m_scope->world().services()[index];
        const Port* servicePort = service.port(port);
        if (servicePort == nullptr || service.resolution == Resolution::Alias || servicePort->protocol == Protocol::Udp) {
            continue;
        }
        const std::string_view address = ownAddress(service);
        if (isHttp(servicePort->protocol)) {
            made->sharedHttp = true;
        } else if (!address.empty()) {
            made->ownAddresses.emplace(address, &service);
        } else if (servicePort->protocol == Protocol::Auto) {
            made->sharedHttp = true;
        } else if (made->sharedL4 == nullptr) {
            made->sharedL4 = &service;
        }
    }
    known = std::move(made);
    return *known;
}

TakenListener SidecarListeners::ofService(const Service& service, std::uint32_t port, const PortFacts& facts) const {
    TakenListener result;
    result.port = port;
    result.service = &service;
    const Port* servicePort = service.port(port);
    const std::string_view address = ownAddress(service);
    const bool own = servicePort != nullptr && !isHttp(servicePort->protocol) && !address.empty();
    if (own) {
        result.sniffed = servicePort->protocol == Protocol::Auto;
        result.kind = result.sniffed ? TakenListener::Kind::Http : TakenListener::Kind::L4;
        result.name = listenerName(address, port);
    } else if (facts.sharedHttp) {
        result.kind = TakenListener::Kind::Http;
        result.name = listenerName(kWildcard, port);
    } else if (facts.sharedL4 != nullptr) {
        result.kind = TakenListener::Kind::L4;
        result.name = listenerName(kWildcard, port);
    }
    return result;
}

TakenListener SidecarListeners::listener(const std::string& address, std::uint32_t port,
                                            std::string_view host) const {
    TakenListener result;
    result.port = port;
    const EgressListener* rest = nullptr;
    for (const EgressListener& egress : m_scope->egress()) {
        if (!bound(egress)) {
            rest = rest == nullptr ? &egress : rest;
            continue;
        }
        const config::SidecarEgress& written = *egress.written;
        const bool byHand = written.captureMode == "NONE";
        std::string bind = written.bind.empty() && byHand ? "127.0.0.1" : written.bind;
        if (written.port->number != port || (!bind.empty() && !address.empty() && address != bind && bind != kWildcard)) {
            continue;
        }
        const Protocol protocol = parseProtocol(written.port->protocol);
        result.kind = isHttp(protocol) || protocol == Protocol::Auto ? TakenListener::Kind::Http
                                                                     : TakenListener::Kind::L4;
        result.name = listenerName(bind.empty() ? kWildcard : std::string_view(bind), port);
        result.egress = &egress;
        result.service = serviceNamed(address.empty() ? host : std::string_view(address));
        result.originalDestination = !byHand;
        return result;
    }
    if (rest == nullptr) {
        return result;
    }
    const PortFacts& have = facts(*rest, port);
    const Service* service = nullptr;
    if (!address.empty()) {
        const auto own = have.ownAddresses.find(address);
        service = own != have.ownAddresses.end() ? own->second : serviceNamed(address);
    } else {
        service = serviceNamed(host);
    }
    if (service != nullptr && service->port(port) != nullptr) {
        result = ofService(*service, port, have);
    } else if (have.sharedHttp || have.sharedL4 != nullptr) {
        result.kind = have.sharedHttp ? TakenListener::Kind::Http : TakenListener::Kind::L4;
        result.name = listenerName(kWildcard, port);
    }
    result.egress = rest;
    return result;
}

std::shared_ptr<const RouteTable> SidecarListeners::routes(const TakenListener& listener) const {
    if (listener.egress == nullptr) {
        return nullptr;
    }
    const Service* only = listener.sniffed ? listener.service : nullptr;
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<const RouteTable>& known = m_tables[{listener.egress, listener.port, only}];
    if (known == nullptr) {
        known = std::make_shared<const RouteTable>(sidecarRoutes(*m_scope, *listener.egress, listener.port, only));
    }
    return known;
}

const Service* SidecarListeners::serviceNamed(std::string_view hostHeader) const {
    std::string host = hostWithoutPort(hostHeader);
    if (isAddress(host) || host.starts_with('[')) {
        const std::lock_guard lock(m_mutex);
        if (!m_addressesKnown) {
            for (const Service& service : m_scope->world().services()) {
                for (const std::string& address : service.addresses) {
                    if (m_scope->service(service.host) == &service) {
                        m_byAddress.emplace(address, &service);
                    }
                }
            }
            m_addressesKnown = true;
        }
        const auto found = m_byAddress.find(host.starts_with('[') ? host.substr(1, host.size() - 2) : host);
        return found == m_byAddress.end() ? nullptr : found->second;
    }
    const std::string& domain = m_scope->world().mesh().clusterDomain;
    const std::string tail = ".svc." + domain;
    const auto dots = std::ranges::count(host, '.');
    if (const Service* service = m_scope->service(host); service != nullptr) {
        return service;
    }
    if (dots == 0) {
        return m_scope->service(host + "." + m_scope->proxy().ns + tail);
    }
    if (dots == 1) {
        return m_scope->service(host + tail);
    }
    return host.ends_with(".svc") ? m_scope->service(host + "." + domain) : nullptr;
}

} // namespace meshdeck::policy
