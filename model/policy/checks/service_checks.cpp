// Services and the Deployments behind them (facts/semantics.md 7.4), ServiceEntries.
#include <algorithm>
#include <map>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/checks/json_walk.h"

namespace meshdeck::policy {
namespace {

using config::KubeService;
using config::ServiceEntry;

bool controlPlane(const ConfigObject& object) {
    const auto label = [&](const char* key) {
        const auto found = object.labels.find(key);
        return found == object.labels.end() ? std::string() : found->second;
    };
    return object.labels.contains("istio") || label("app") == "istiod" || label("release") == "istio";
}

void checkPortNames(const CheckContext&, const ConfigObjectPtr& object, const KubeService& service,
                    std::vector<Finding>& into) {
    if (controlPlane(*object)) {
        return;
    }
    const bool outside = service.type == "ExternalName";
    for (std::size_t i = 0; i < service.ports.size(); ++i) {
        const config::KubeServicePort& port = service.ports[i];
        const bool undeclared = port.appProtocol != "hbone" && // of waypoints
                                protocolOf(port.name, port.appProtocol, port.port, port.protocol) == Protocol::Auto;
        const std::string pointer = "/spec/ports/" + std::to_string(i);
        if (outside && (undeclared || port.name == "tcp")) {
            report(into, "IST0150", object, pointer,
                   "Port " + std::to_string(port.port) + " of an ExternalName Service needs a protocol other than "
                   "plain TCP in its name, or other traffic on that port may be caught");
        } else if (undeclared) {
            report(into, "IST0118", object, pointer,
                   "The name \"" + port.name + "\" of port " + std::to_string(port.port) +
                       " names no protocol, so every connection is sniffed; call it \"http-" +
                       (port.name.empty() ? "web" : port.name) + "\" or set appProtocol");
        }
    }
}

std::string targetOf(const config::KubeServicePort& port) {
    return port.targetPort.empty() || port.targetPort == "0" ? std::to_string(port.port) : port.targetPort;
}

struct Behind {
    std::string service;
    const config::KubeServicePort* port = nullptr;
};

std::string listOf(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& one : names) {
        text += (text.empty() ? "" : ", ") + one;
    }
    return text;
}

void checkAssociation(const CheckContext& context, const ConfigObjectPtr& object, const config::KubeWorkload& workload,
                      std::vector<Finding>& into) {
    std::vector<Behind> ports;
    for (const ConfigObjectPtr& other : context.world().ofKind("", "Service")) {
        const auto* service = config::as<KubeService>(other->typed);
        if (other->ref.ns != object->ref.ns || !service->selector || service->selector->empty() ||
            !includes(workload.pods.labels, *service->selector)) {
            continue;
        }
        for (const config::KubeServicePort& port : service->ports) {
            ports.push_back({other->ref.name, &port});
        }
    }
    std::map<std::uint32_t, std::pair<std::set<std::string>, std::set<std::string>>> byPort; // protocols, services
    std::map<std::string, std::pair<std::set<std::uint32_t>, std::set<std::string>>> byTarget;
    for (const Behind& behind : ports) {
        byPort[behind.port->port].first.insert(behind.port->protocol);
        byPort[behind.port->port].second.insert(behind.service);
        byTarget[targetOf(*behind.port)].first.insert(behind.port->port);
        byTarget[targetOf(*behind.port)].second.insert(behind.service);
    }
    for (const auto& [port, found] : byPort) {
        if (found.first.size() > 1) {
            report(into, "IST0116", object, "",
                   "The Services " + listOf(found.second) + " lead to it with different protocols on port " +
                       std::to_string(port));
        }
    }
    for (const auto& [target, found] : byTarget) {
        if (found.first.size() > 1) {
            report(into, "IST0137", object, "",
                   "The Services " + listOf(found.second) + " lead to its port " + target +
                       " from different ports, so a policy on one does not hold for the other");
        }
    }
}

// A Deployment that is no part of the mesh is not Istio's business.
bool inMesh(const CheckContext& context, const ConfigObject& object, const config::KubeWorkload& workload) {
    const auto& all = context.world().workloads();
    return std::any_of(all.begin(), all.end(), [&](const Workload& one) {
        return one.ns == object.ref.ns && one.sidecar && includes(one.labels, workload.pods.labels);
    });
}

void checkDeployments(const CheckContext& context, const ConfigObjectPtr& object, const config::KubeWorkload& workload,
                      std::vector<Finding>& into) {
    const auto managed = object->labels.find("gateway.istio.io/managed");
    const bool waypoint = managed != object->labels.end() && managed->second == "istio.io-mesh-controller";
    if (workload.kind == "Deployment" && !waypoint && inMesh(context, *object, workload)) {
        checkAssociation(context, object, workload, into);
    }
}

void checkAddresses(const CheckContext& context, const ConfigObjectPtr& object, const ServiceEntry& entry,
                    std::vector<Finding>& into) {
    const config::Json& allocated = valueAt(*object->json, "/status/addresses");
    if (!entry.addresses.empty() || context.mesh().dnsCapture || (allocated.is_array() && !allocated.empty())) {
        return;
    }
    for (std::size_t i = 0; i < entry.ports.size(); ++i) {
        std::string protocol = entry.ports[i].protocol;
        std::transform(protocol.begin(), protocol.end(), protocol.begin(), [](unsigned char c) { return std::toupper(c); });
        if (protocol.empty() || protocol == "TCP") {
            report(into, "IST0134", object, "/spec/ports/" + std::to_string(i),
                   "Port " + std::to_string(entry.ports[i].number) +
                       " is plain TCP and the entry has no addresses, so it takes all TCP traffic to that port");
        }
    }
}

std::vector<std::string> scopesOf(const ConfigObject& object, const std::vector<std::string>& exportTo) {
    std::vector<std::string> scopes;
    for (const std::string& ns : exportTo) {
        scopes.push_back(ns == "." ? object.ref.ns : ns);
    }
    if (scopes.empty() || std::find(scopes.begin(), scopes.end(), "*") != scopes.end()) {
        return {"*"};
    }
    return scopes;
}

void checkProtocols(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                    std::vector<Finding>& into) {
    struct Claim {
        ConfigObjectPtr object;
        std::string protocol;
        std::size_t port = 0;
    };
    std::map<std::tuple<std::string, std::string, std::uint32_t>, std::vector<Claim>> claims; // scope, host, port
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "ServiceEntry")) {
        const auto* entry = config::as<ServiceEntry>(object->typed);
        for (const std::string& scope : scopesOf(*object, entry->exportTo)) {
            for (const std::string& host : entry->hosts) {
                for (std::size_t i = 0; i < entry->ports.size(); ++i) {
                    std::string protocol = entry->ports[i].protocol;
                    std::transform(protocol.begin(), protocol.end(), protocol.begin(),
                                   [](unsigned char c) { return std::toupper(c); });
                    claims[{scope, host, entry->ports[i].number}].push_back({object, protocol, i});
                }
            }
        }
    }
    std::set<ConfigObjectPtr> said;
    for (const auto& [key, own] : claims) {
        std::vector<Claim> all = own;
        if (std::get<0>(key) != "*") {
            const auto common = claims.find({"*", std::get<1>(key), std::get<2>(key)});
            if (common != claims.end()) {
                all.insert(all.end(), common->second.begin(), common->second.end());
            }
        }
        const bool conflict = std::any_of(all.begin(), all.end(),
                                          [&](const Claim& claim) { return claim.protocol != all.front().protocol; });
        for (const Claim& claim : all) {
            if (conflict && std::find(objects.begin(), objects.end(), claim.object) != objects.end() &&
                said.insert(claim.object).second) {
                report(into, "IST0177", claim.object, "/spec/ports/" + std::to_string(claim.port) + "/protocol",
                       "Other ServiceEntries declare another protocol for \"" + std::get<1>(key) + "\" port " +
                           std::to_string(std::get<2>(key)));
            }
        }
    }
}

} // namespace

std::vector<Check> serviceChecks() {
    const std::vector<std::pair<std::string_view, std::string_view>> pods{
        {"", "Service"}, {"", "Pod"}, {"", "Namespace"}, {"apps", "Deployment"}};
    return {
        {"service.portNames", {"IST0118", "IST0150"}, CheckScope::Object, {{"", "Service"}}, {}, false,
         forEachTyped<KubeService>(checkPortNames)},
        {"deployment.services", {"IST0116", "IST0137"}, CheckScope::Context, {{"apps", "Deployment"}}, pods, false,
         forEachTyped<config::KubeWorkload>(checkDeployments)},
    };
}

std::vector<Check> serviceEntryChecks() {
    const std::pair<std::string_view, std::string_view> entry{kNetworking, "ServiceEntry"};
    return {
        {"serviceEntry.addresses", {"IST0134"}, CheckScope::Object, {entry}, {}, false,
         forEachTyped<ServiceEntry>(checkAddresses)},
        {"serviceEntry.protocols", {"IST0177"}, CheckScope::Context, {entry}, {entry}, false, checkProtocols},
    };
}

} // namespace meshdeck::policy
