// Istio Gateways: the pods behind them, their ports, and other Gateways on the same port (facts/semantics.md 7.4).
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "policy/checks/check_lists.h"

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

struct Claim {
    ConfigObjectPtr object;
    const mesh::Labels* selector = nullptr;
};
using ClaimKey = std::tuple<std::uint32_t, std::string, std::string>; // port, bind, host

// Whether some pod serves both: equal selectors, or one that says more than the other and a pod that has all of it.
bool samePods(const CheckContext& context, const mesh::Labels& a, const mesh::Labels& b) {
    if (a == b) {
        return true;
    }
    if (!includes(a, b) && !includes(b, a)) {
        return false;
    }
    return !context.selected(nullptr, a.size() > b.size() ? a : b).empty();
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

std::map<ClaimKey, std::vector<Claim>> claimsOf(const CheckContext& context) {
    std::map<ClaimKey, std::vector<Claim>> claims;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "Gateway")) {
        const auto* gateway = config::as<Gateway>(object->typed);
        for (const config::GatewayServer& server : gateway->servers) {
            for (const std::string& host : server.hosts) {
                claims[{server.port.number, server.bind, host}].push_back({object, &gateway->selector});
            }
        }
    }
    return claims;
}

// Gateways of the same pods with one port, address and host: whose server answers depends on their age. A wildcard
// beside a name it covers is no conflict, the more specific one is taken.
void checkConflicts(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                    std::vector<Finding>& into) {
    const auto claims = claimsOf(context);
    for (const ConfigObjectPtr& object : objects) {
        const auto* gateway = config::as<Gateway>(object->typed);
        if (gateway == nullptr) {
            continue;
        }
        for (std::size_t i = 0; i < gateway->servers.size(); ++i) {
            const config::GatewayServer& server = gateway->servers[i];
            std::set<std::string> rivals, hosts;
            for (const std::string& host : server.hosts) {
                for (const Claim& claim : claims.at({server.port.number, server.bind, host})) {
                    if (claim.object != object && samePods(context, gateway->selector, *claim.selector)) {
                        rivals.insert(claim.object->ref.ns + "/" + claim.object->ref.name);
                        hosts.insert(host);
                    }
                }
            }
            if (!rivals.empty()) {
                report(into, "IST0145", object, "/spec/servers/" + std::to_string(i),
                       "Gateway " + joined(rivals) + " serves " + joined(hosts) + " on port " +
                           std::to_string(server.port.number) + " of the same pods too; the older one wins");
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
        {"gateway.conflicts", {"IST0145"}, CheckScope::Context, {gateway},
         {gateway, {"", "Pod"}, {"", "Namespace"}, {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"},
          {"apps", "ReplicaSet"}, {kNetworking, "WorkloadEntry"}}, false, checkConflicts},
    };
}

} // namespace meshdeck::policy
