// Istio Gateways: the pods behind them, their ports, and other Gateways on the same port (facts/semantics.md 7.4).
#include <algorithm>
#include <map>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using config::Gateway;

// Ports of the Services in front of the gateway's pods, as the gateway sees them: a server's number may be that of the
// service's port or of its target (5: "also matched through Service port -> targetPort").
std::set<std::uint32_t> reachablePorts(const CheckContext& context, const std::vector<const Workload*>& pods) {
    std::set<std::uint32_t> ports;
    std::set<std::pair<std::string, mesh::Labels>> kinds; // pods of one workload are alike
    for (const Workload* pod : pods) {
        if (!kinds.emplace(pod->ns, pod->labels).second) {
            continue;
        }
        for (const ConfigObjectPtr& object : context.world().ofKind("", "Service")) {
            const auto* service = config::as<config::KubeService>(object->typed);
            if (object->ref.ns != pod->ns || !service->selector || service->selector->empty() ||
                !includes(pod->labels, *service->selector)) {
                continue;
            }
            for (const config::KubeServicePort& port : service->ports) {
                if (port.protocol != "TCP") {
                    continue;
                }
                ports.insert(port.port);
                for (const auto& [name, number] : pod->ports) {
                    if (name == port.targetPort && !name.empty()) {
                        ports.insert(number);
                    }
                }
                if (!port.targetPort.empty() && std::isdigit(static_cast<unsigned char>(port.targetPort[0])) != 0) {
                    ports.insert(static_cast<std::uint32_t>(std::stoul(port.targetPort)));
                }
            }
        }
    }
    return ports;
}

void checkPorts(const CheckContext& context, const ConfigObjectPtr& object, const Gateway& gateway,
                std::vector<Finding>& into) {
    const std::vector<const Workload*> pods = context.selected(nullptr, gateway.selector);
    if (pods.empty()) {
        report(into, "IST0101", object, "/spec/selector",
               "No pod has the labels " + selectorText(gateway.selector) + ", so this gateway serves nothing");
        return;
    }
    const std::set<std::uint32_t> ports = reachablePorts(context, pods);
    for (std::size_t i = 0; i < gateway.servers.size(); ++i) {
        const std::uint32_t number = gateway.servers[i].port.number;
        if (!ports.contains(number)) {
            report(into, "IST0162", object, "/spec/servers/" + std::to_string(i) + "/port/number",
                   "No Service in front of the gateway's pods (" + selectorText(gateway.selector) + ") leads to port " +
                       std::to_string(number));
        }
    }
}

bool hostsOverlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& x) {
        return std::any_of(b.begin(), b.end(), [&](const std::string& y) { return hostsMatch(x, y); });
    });
}

struct Claim {
    ConfigObjectPtr object;
    const config::GatewayServer* server = nullptr;
};

// Gateways with one selector, port and host: whose server answers depends on their age.
void checkConflicts(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                    std::vector<Finding>& into) {
    std::map<std::pair<std::string, std::uint32_t>, std::vector<Claim>> claims;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "Gateway")) {
        const auto* gateway = config::as<Gateway>(object->typed);
        for (const config::GatewayServer& server : gateway->servers) {
            claims[{selectorText(gateway->selector), server.port.number}].push_back({object, &server});
        }
    }
    for (const ConfigObjectPtr& object : objects) {
        const auto* gateway = config::as<Gateway>(object->typed);
        if (gateway == nullptr) {
            continue;
        }
        for (std::size_t i = 0; i < gateway->servers.size(); ++i) {
            const config::GatewayServer& server = gateway->servers[i];
            const auto& others = claims[{selectorText(gateway->selector), server.port.number}];
            const auto found = std::find_if(others.begin(), others.end(), [&](const Claim& claim) {
                return claim.object != object && hostsOverlap(server.hosts, claim.server->hosts);
            });
            if (found != others.end()) {
                report(into, "IST0145", object, "/spec/servers/" + std::to_string(i),
                       found->object->ref.display() + " serves the same hosts on port " +
                           std::to_string(server.port.number) + " of the same pods; the older one wins");
            }
        }
    }
}

} // namespace

std::vector<Check> gatewayChecks() {
    const std::pair<std::string_view, std::string_view> gateway{kNetworking, "Gateway"};
    return {
        {"gateway.ports", {"IST0101", "IST0162"}, CheckScope::Context, {gateway},
         {{"", "Service"}, {"", "Pod"}, {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"},
          {kNetworking, "WorkloadEntry"}}, false, forEachTyped<Gateway>(checkPorts)},
        {"gateway.conflicts", {"IST0145"}, CheckScope::Context, {gateway}, {gateway}, false, checkConflicts},
    };
}

} // namespace meshdeck::policy
