#include "policy/routing/l4_listeners.h"

#include <algorithm>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

constexpr const char* kWildcard = "0.0.0.0";

bool isFixed(const std::string& address) {
    return !address.empty() && address != kWildcard && address != "None" && address.find('/') == std::string::npos;
}

std::string withoutPort(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && host.find(':') == colon) {
        host = host.substr(0, colon);
    }
    std::string result(host);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

} // namespace

// Makes the listeners in the order in which Istio does: those of egress listeners with a port of their own, which
// nothing else may join, then one service after the other, the oldest first.
class ConnectionListenerBuilder {
public:
    explicit ConnectionListenerBuilder(ConnectionListeners& into) : m_into(into), m_scope(*into.m_scope) {}

    void build() {
        for (const EgressListener& egress : m_scope.egress()) {
            if (egress.written != nullptr && egress.written->port) {
                addOwn(egress, *egress.written->port);
            }
        }
        for (const EgressListener& egress : m_scope.egress()) {
            if (egress.written == nullptr || !egress.written->port) {
                addServices(egress);
            }
        }
    }

private:
    void addOwn(const EgressListener& egress, const config::NamedPort& written) {
        const std::string bind = egress.written->bind.empty() ? kWildcard : egress.written->bind;
        const Protocol protocol = parseProtocol(written.protocol);
        ConnectionListener& listener = at(bind, written.number);
        listener.locked = true;
        listener.http = isHttp(protocol) || protocol == Protocol::Auto;
        listener.routeConfig = std::to_string(written.number);
        for (const std::size_t index : egress.services) {
            const Service& service = m_scope.world().services()[index];
            const Port* port = service.port(written.number);
            if (port == nullptr && service.ports.size() == 1) {
                port = &service.ports.front();
            }
            if (port == nullptr || port->protocol == Protocol::Udp) {
                continue;
            }
            if (listener.http) {
                listener.services.push_back(index);
            } else {
                addChains(listener, service, {port->number, port->name, protocol, port->targetPort}, written.number,
                          egress, true, {});
            }
        }
    }

    void addServices(const EgressListener& egress) {
        for (const std::size_t index : egress.services) {
            const Service& service = m_scope.world().services()[index];
            if (service.resolution == Resolution::Alias) {
                continue;
            }
            for (const Port& port : service.ports) {
                if (port.protocol != Protocol::Udp) {
                    addPort(egress, index, service, port);
                }
            }
        }
    }

    void addPort(const EgressListener& egress, std::size_t index, const Service& service, const Port& port) {
        const std::vector<std::string> addresses = addressesOf(index, service);
        const bool shared = isHttp(port.protocol) || addresses.empty();
        if (shared) {
            ConnectionListener& listener = at(kWildcard, port.number);
            addTo(listener, egress, index, service, port, std::to_string(port.number), subnetsOf(service));
            return;
        }
        for (const std::string& address : addresses) {
            addTo(at(address, port.number), egress, index, service, port,
                  service.host + ":" + std::to_string(port.number), {});
        }
    }

    void addTo(ConnectionListener& listener, const EgressListener& egress, std::size_t index, const Service& service,
               const Port& port, std::string routeConfig, std::vector<std::string> subnets) {
        if (listener.locked) {
            return;
        }
        if (isHttp(port.protocol) || port.protocol == Protocol::Auto) {
            listener.http = true;
            listener.services.push_back(index);
            if (listener.routeConfig.empty()) {
                listener.routeConfig = std::move(routeConfig);
            }
        }
        if (!isHttp(port.protocol)) {
            addChains(listener, service, port, port.number, egress, listener.address == kWildcard, std::move(subnets));
        }
    }

    void addChains(ConnectionListener& listener, const Service& service, const Port& port, std::uint32_t listenerPort,
                   const EgressListener& egress, bool sharedAddress, std::vector<std::string> subnets) {
        const bool needsName = sharedAddress;
        for (L4Chain& chain :
             serviceChains(service, port, listenerPort, m_scope.proxy(), egress.virtualServices, needsName)) {
            if (chain.subnets.empty()) {
                chain.subnets = subnets;
            }
            // Of two chains that take the same connections the older service keeps them.
            const bool known = std::any_of(listener.chains.begin(), listener.chains.end(), [&](const L4Chain& other) {
                return other.serverNames == chain.serverNames && other.subnets == chain.subnets;
            });
            if (!known) {
                listener.chains.push_back(std::move(chain));
            }
        }
    }

    std::vector<std::string> addressesOf(std::size_t index, const Service& service) const {
        std::vector<std::string> result;
        std::copy_if(service.addresses.begin(), service.addresses.end(), std::back_inserter(result), isFixed);
        if (result.empty() && !m_into.m_allocated[index].empty()) {
            result.push_back(m_into.m_allocated[index]);
        }
        return result;
    }

    static std::vector<std::string> subnetsOf(const Service& service) {
        std::vector<std::string> result;
        std::copy_if(service.addresses.begin(), service.addresses.end(), std::back_inserter(result),
                     [](const std::string& address) { return address.find('/') != std::string::npos; });
        return result;
    }

    ConnectionListener& at(const std::string& address, std::uint32_t port) {
        const auto [place, fresh] = m_into.m_byAddress.try_emplace({address, port}, m_into.m_listeners.size());
        if (fresh) {
            ConnectionListener listener;
            listener.name = address + "_" + std::to_string(port);
            listener.address = address;
            listener.port = port;
            m_into.m_listeners.push_back(std::move(listener));
        }
        return m_into.m_listeners[place->second];
    }

    ConnectionListeners& m_into;
    const Scope& m_scope;
};

std::shared_ptr<const ConnectionListeners> ConnectionListeners::of(std::shared_ptr<const Scope> scope) {
    std::shared_ptr<ConnectionListeners> result(new ConnectionListeners());
    result->m_allocated = allocatedAddresses(scope->world());
    result->m_scope = std::move(scope);
    ConnectionListenerBuilder(*result).build();
    return result;
}

const ConnectionListener* ConnectionListeners::at(std::string_view address, std::uint32_t port) const {
    const auto own = m_byAddress.find({std::string(address), port});
    const auto found = own != m_byAddress.end() ? own : m_byAddress.find({kWildcard, port});
    return found == m_byAddress.end() ? nullptr : &m_listeners[found->second];
}

std::string ConnectionListeners::destinationAddress(const Request& request) const {
    if (!request.address.empty()) {
        return request.address;
    }
    const Service* service = serviceOfHostHeader(*m_scope, request.host.empty() ? request.sni : request.host);
    if (service == nullptr) {
        return {};
    }
    const auto fixed = std::find_if(service->addresses.begin(), service->addresses.end(), isFixed);
    if (fixed != service->addresses.end()) {
        return *fixed;
    }
    return m_allocated[static_cast<std::size_t>(service - m_scope->world().services().data())];
}

ConnectionPath ConnectionListeners::find(const Request& request) const {
    ConnectionPath path;
    path.port = request.port;
    path.kind = m_scope->registryOnly() ? ConnectionPath::Kind::Blackhole : ConnectionPath::Kind::Passthrough;
    const std::string address = destinationAddress(request);
    const ConnectionListener* listener = at(address, request.port);
    if (listener == nullptr && request.address.empty()) {
        // Nobody said which address: a client that knows its Sidecar's listener connects to that.
        const auto own = std::find_if(m_listeners.begin(), m_listeners.end(), [&](const ConnectionListener& each) {
            return each.locked && each.port == request.port;
        });
        listener = own == m_listeners.end() ? nullptr : &*own;
    }
    if (listener == nullptr) {
        path.listener = "virtualOutbound";
        return path;
    }
    path.listener = listener->name;
    // The HTTP chain takes plaintext in which the inspector has found HTTP.
    if (listener->http && request.tls == Request::Tls::None && request.protocol != "tcp") {
        path.kind = ConnectionPath::Kind::Http;
        path.routeConfig = listener->routeConfig;
        return path;
    }
    if (const L4Chain* chain = pickChain(listener->chains, request, address)) {
        path.kind = ConnectionPath::Kind::L4;
        path.entry = &chain->entry;
        path.filterChain = chainName(chain->serverNames);
    }
    return path;
}

const Service* serviceOfHostHeader(const Scope& scope, std::string_view host) {
    const std::string name = withoutPort(host);
    if (name.empty()) {
        return nullptr;
    }
    const std::string& domain = scope.world().mesh().clusterDomain;
    for (const std::string& candidate :
         {name, name + "." + scope.proxy().ns + ".svc." + domain, name + ".svc." + domain, name + "." + domain}) {
        if (const Service* service = scope.service(candidate)) {
            return service;
        }
    }
    return nullptr;
}

} // namespace meshdeck::policy
