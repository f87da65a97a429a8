#include "policy/routing/gateway_merge.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "config/typed/kube.h"
#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

// Istio's ways to tie a Gateway to a Service instead of pods, and to switch port translation off.
constexpr const char* kGatewayService = "internal.istio.io/gateway-service";
constexpr const char* kNoTranslation = "experimental.istio.io/disable-gateway-port-translation";
constexpr const char* kGatewayNameLabel = "gateway.networking.k8s.io/gateway-name";

bool selects(const mesh::Labels& selector, const mesh::Labels& labels) {
    return std::all_of(selector.begin(), selector.end(), [&labels](const auto& wanted) {
        const auto found = labels.find(wanted.first);
        return found != labels.end() && found->second == wanted.second;
    });
}

std::vector<std::string> splitAtCommas(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) {
            parts.push_back(text.substr(begin, end - begin));
        }
        begin = end + 1;
    }
    return parts;
}

std::string gatewayNameOf(const Proxy& proxy) {
    if (!proxy.gatewayName.empty()) {
        return proxy.gatewayName;
    }
    const auto label = proxy.labels.find(kGatewayNameLabel);
    return label == proxy.labels.end() ? std::string() : label->second;
}

std::uint32_t targetPortOf(const Port& port) {
    std::uint32_t number = 0;
    const char* end = port.targetPort.data() + port.targetPort.size();
    const auto read = std::from_chars(port.targetPort.data(), end, number);
    return read.ec == std::errc() && read.ptr == end && number != 0 ? number : port.number;
}

bool isEndpointOf(const World& world, const Endpoint& endpoint, const Proxy& proxy) {
    if (!endpoint.address.empty() &&
        std::find(proxy.addresses.begin(), proxy.addresses.end(), endpoint.address) != proxy.addresses.end()) {
        return true;
    }
    if (proxy.name.empty() || endpoint.workload >= world.workloads().size()) {
        return false;
    }
    const Workload& workload = world.workloads()[endpoint.workload];
    return workload.ns == proxy.ns && (workload.name == proxy.name || workload.pod == proxy.name);
}

// Of a proxy that is named without a workload: the Service's selector has to do.
bool isSelectedBy(const Service& service, const Proxy& proxy) {
    if (service.ns != proxy.ns || service.name.empty() || !service.origin) {
        return false;
    }
    const auto* kube = config::as<config::KubeService>(service.origin->typed);
    return kube != nullptr && kube->selector && !kube->selector->empty() && selects(*kube->selector, proxy.labels);
}

void addTargets(const Service& service, const Endpoint* endpoint, std::vector<ServiceTarget>& into) {
    for (const Port& port : service.ports) {
        std::uint32_t target = targetPortOf(port);
        if (endpoint != nullptr) {
            const auto known = endpoint->targetPorts.find(port.number);
            target = known == endpoint->targetPorts.end() ? target : known->second;
        }
        into.push_back({&service, port.number, target});
    }
}

// How a router takes part in a Gateway: not at all, or with the Services that translate its ports.
struct Participation {
    bool takesPart = false;
    bool bySelector = true; // then a port of no Service is one of the pod
    std::vector<ServiceTarget> targets;
};

Participation throughServices(const std::vector<std::string>& hosts, std::string_view ns,
                              const std::vector<ServiceTarget>& targets) {
    Participation result;
    result.bySelector = false;
    for (const ServiceTarget& target : targets) {
        if (target.service->ns == ns &&
            std::find(hosts.begin(), hosts.end(), target.service->host) != hosts.end()) {
            result.targets.push_back(target);
        }
    }
    result.takesPart = !result.targets.empty();
    return result;
}

Participation participation(const EffectiveGateway& gateway, const Proxy& router,
                            const std::vector<ServiceTarget>& targets) {
    if (gateway.gatewayApi) {
        const std::string ns = gateway.parent.substr(0, gateway.parent.find('/'));
        Participation result = throughServices(gateway.services, ns, targets);
        // The Service that istiod makes for a Gateway passes every port on as it is; it is seldom in the files.
        if (!result.takesPart && gateway.parent == router.ns + "/" + gatewayNameOf(router)) {
            result = {.takesPart = true, .bySelector = true, .targets = {}};
        }
        return result;
    }
    const auto service = gateway.object->annotations.find(kGatewayService);
    if (service != gateway.object->annotations.end()) {
        return throughServices(splitAtCommas(service->second), gateway.object->ref.ns, targets);
    }
    return {.takesPart = selects(gateway.spec->selector, router.labels), .bySelector = true, .targets = targets};
}

// Where the router listens for a server port: behind the Service its target port. With a selector the first Service
// that has the port decides, and a port that none has is the pod's own.
std::vector<std::uint32_t> resolvePorts(std::uint32_t number, const Participation& part) {
    std::vector<std::uint32_t> ports;
    for (const ServiceTarget& target : part.targets) {
        if (target.port != number || (part.bySelector && target.service->labels.contains(kNoTranslation))) {
            continue;
        }
        if (part.bySelector) {
            return {target.targetPort};
        }
        if (std::find(ports.begin(), ports.end(), target.targetPort) == ports.end()) {
            ports.push_back(target.targetPort);
        }
    }
    if (ports.empty() && part.bySelector) {
        ports.push_back(number);
    }
    return ports;
}

std::vector<std::string> sanitizedHosts(const config::GatewayServer& server, const std::string& ns) {
    std::vector<std::string> hosts;
    for (const std::string& written : server.hosts) {
        const NamespacedHost parts = splitNamespacedHost(written);
        if (parts.ns == "*" && parts.host == "*") {
            return {"*"};
        }
        if (parts.ns.empty() || parts.ns == "*") {
            hosts.push_back(parts.host);
        } else {
            hosts.push_back((parts.ns == "." ? ns : parts.ns) + "/" + parts.host);
        }
    }
    return hosts;
}

std::string routeNameOf(const EffectiveGateway& gateway, const config::GatewayServer& server, std::uint32_t port) {
    const std::string bind = server.bind.empty() ? std::string() : "." + server.bind;
    if (isHttp(parseProtocol(server.port.protocol))) {
        return "http." + std::to_string(port) + bind;
    }
    if (!isHttpServer(server)) {
        return {};
    }
    std::string name = gateway.object->ref.name;
    if (gateway.gatewayApi) { // one Istio Gateway for each listener
        name += "~istio-autogenerated-k8s-gateway~" + gateway.id.substr(gateway.id.rfind('/') + 1);
    }
    return "https." + std::to_string(server.port.number) + "." + server.port.name + "." + name + "." +
           gateway.object->ref.ns + bind;
}

class Merger {
public:
    void add(const EffectiveGateway& gateway, const Participation& part) {
        for (std::size_t i = 0; i < gateway.spec->servers.size(); ++i) {
            const config::GatewayServer& server = gateway.spec->servers[i];
            for (const std::uint32_t port : resolvePorts(server.port.number, part)) {
                addServer({&gateway, i, port, sanitizedHosts(server, gateway.object->ref.ns),
                           routeNameOf(gateway, server, port)});
            }
        }
    }
    MergedGateways take() { return std::move(m_result); }

private:
    struct Plain {
        std::size_t merged = 0; // index in m_result.ports
        Protocol protocol = Protocol::Auto;
        std::string bind;
    };

    void addServer(MergedServer server) {
        if (server.server().tls && hasKnownHost(server)) {
            return skip(server, "another server of this port has one of its hosts");
        }
        const auto plain = m_plain.find(server.port);
        if (!m_known.contains(server.port)) {
            addFirst(std::move(server));
        } else if (plain != m_plain.end()) {
            addBesidePlain(std::move(server), plain->second);
        } else {
            addBesideTls(std::move(server));
        }
    }

    // Two filter chains of one listener may not match the same names.
    bool hasKnownHost(const MergedServer& server) {
        auto& known = m_tlsHosts[server.port];
        const std::string& bind = server.server().bind;
        for (const std::string& host : server.hosts) {
            const auto other = known.find(host);
            if (other != known.end() && other->second == bind) {
                return true;
            }
        }
        for (const std::string& host : server.hosts) {
            known[host] = bind;
        }
        return false;
    }

    void addFirst(MergedServer server) {
        const config::GatewayServer& written = server.server();
        const Protocol protocol = parseProtocol(written.port.protocol);
        m_known.insert(server.port);
        if (!written.tls || isHttp(protocol)) {
            m_plain[server.port] = {m_result.ports.size(), protocol, written.bind};
        }
        if (isHttpServer(written)) {
            m_result.ofRouteName[server.routeName] = {server};
        }
        newPort(std::move(server));
    }

    void addBesidePlain(MergedServer server, const Plain& first) {
        const Protocol protocol = parseProtocol(server.server().port.protocol);
        const bool sameBind = server.server().bind == first.bind;
        const bool mergeable = (isHttp(protocol) || protocol == first.protocol) && isHttp(first.protocol);
        if (sameBind && (!mergeable || server.routeName.empty())) {
            return skip(server, "an older server of this port speaks another protocol");
        }
        m_result.ofRouteName[server.routeName].push_back(server);
        if (sameBind) {
            m_result.ports[first.merged].servers.push_back(std::move(server));
        } else {
            joinOrNewPort(std::move(server));
        }
    }

    void addBesideTls(MergedServer server) {
        if (isHttpServer(server.server())) {
            if (m_result.ofRouteName.contains(server.routeName)) {
                return skip(server, "another server of this Gateway has the same port name");
            }
            m_result.ofRouteName[server.routeName] = {server};
        }
        const bool newBind = m_tlsBinds[server.port].insert(server.server().bind).second;
        if (!server.server().tls && !newBind) {
            return skip(server, "an older server of this port uses TLS");
        }
        joinOrNewPort(std::move(server));
    }

    void joinOrNewPort(MergedServer server) {
        for (MergedPort& port : m_result.ports) {
            if (port.port == server.port && port.protocol == server.server().port.protocol &&
                port.bind == server.server().bind) {
                port.servers.push_back(std::move(server));
                return;
            }
        }
        newPort(std::move(server));
    }

    void newPort(MergedServer server) {
        const config::GatewayServer& written = server.server();
        MergedPort port{server.port, written.port.protocol, written.bind, server.routeName, {}};
        port.servers.push_back(std::move(server));
        m_result.ports.push_back(std::move(port));
    }

    void skip(const MergedServer& server, const char* why) {
        m_result.skipped.push_back({server.gateway, server.index, server.port, why});
    }

    MergedGateways m_result;
    std::set<std::uint32_t> m_known;
    std::map<std::uint32_t, Plain> m_plain;
    std::map<std::uint32_t, std::set<std::string>> m_tlsBinds;
    std::map<std::uint32_t, std::map<std::string, std::string>> m_tlsHosts; // port -> host -> bind
};

} // namespace

bool isPassthrough(const config::GatewayServer& server) {
    return server.tls && (server.tls->mode == "PASSTHROUGH" || server.tls->mode == "AUTO_PASSTHROUGH");
}

bool isHttpServer(const config::GatewayServer& server) {
    const Protocol protocol = parseProtocol(server.port.protocol);
    return isHttp(protocol) || (protocol == Protocol::Https && server.tls && !isPassthrough(server));
}

std::vector<ServiceTarget> serviceTargets(const World& world, const Proxy& proxy) {
    std::vector<ServiceTarget> targets;
    for (const Service& service : world.services()) {
        const auto endpoint =
            std::find_if(service.endpoints.begin(), service.endpoints.end(),
                         [&](const Endpoint& candidate) { return isEndpointOf(world, candidate, proxy); });
        if (endpoint != service.endpoints.end()) {
            addTargets(service, &*endpoint, targets);
        } else if (proxy.name.empty() && isSelectedBy(service, proxy)) {
            addTargets(service, nullptr, targets);
        }
    }
    return targets;
}

MergedGateways mergeGateways(const World& world, const Proxy& router) {
    const std::vector<ServiceTarget> targets = serviceTargets(world, router);
    Merger merger;
    for (const EffectiveGateway& gateway : world.gateways()) {
        const Participation part = participation(gateway, router, targets);
        if (part.takesPart) {
            merger.add(gateway, part);
        }
    }
    return merger.take();
}

} // namespace meshdeck::policy
