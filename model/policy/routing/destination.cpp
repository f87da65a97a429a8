#include "policy/routing/destination.h"

#include <algorithm>

#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

// What Istio adds to an endpoint's labels of its locality "region/zone/subzone" (2.2); "" when it adds nothing.
std::string_view localityLabel(const Workload& workload, std::string_view key) {
    std::string_view rest = workload.locality;
    for (const char* one : {"topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"}) {
        const std::string_view part = rest.substr(0, rest.find('/'));
        if (key == one) {
            return part;
        }
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    return {};
}

bool fits(const mesh::Labels& wanted, const Workload& workload) {
    return std::ranges::all_of(wanted, [&workload](const auto& label) {
        const auto found = workload.labels.find(label.first);
        if (found != workload.labels.end()) {
            return found->second == label.second;
        }
        const std::string_view added = localityLabel(workload, label.first);
        return !added.empty() && added == label.second;
    });
}

// The subset's labels; null when no DestinationRule that this proxy uses has the subset.
const config::DestinationSubset* subsetOf(const DestinationRuleChoice& choice, const std::string& subset) {
    if (choice.merged == nullptr) {
        return nullptr;
    }
    const auto found = std::ranges::find(choice.merged->subsets, subset, &config::DestinationSubset::name);
    return found == choice.merged->subsets.end() ? nullptr : &*found;
}

// Config from files may hold services without the workloads behind them: then nobody can say that there are none.
bool workloadsKnown(const World& world, const Service& service) {
    if (service.name.empty()) {
        return true; // a ServiceEntry says its endpoints itself
    }
    return std::ranges::any_of(world.workloads(), [&](const Workload& workload) { return workload.ns == service.ns; });
}

void findEndpoints(const World& world, const config::DestinationSubset* subset, Cluster& cluster) {
    const Service& service = *cluster.service;
    for (const Endpoint& endpoint : service.endpoints) {
        const Workload* workload =
            endpoint.workload < world.workloads().size() ? &world.workloads()[endpoint.workload] : nullptr;
        if (workload != nullptr && !workload->ready) {
            continue;
        }
        if (subset != nullptr && !subset->labels.empty() &&
            (workload == nullptr || !fits(subset->labels, *workload))) {
            continue;
        }
        cluster.endpoints.push_back(&endpoint);
    }
    if (service.endpoints.empty()) {
        const bool byName = service.resolution == Resolution::Dns || service.resolution == Resolution::DnsRoundRobin ||
                            service.resolution == Resolution::DynamicDns;
        cluster.endpointsUnknown =
            byName || service.resolution == Resolution::Passthrough || !workloadsKnown(world, service);
    }
}

} // namespace

Cluster resolveCluster(const Scope& scope, const std::string& host, const std::string& subset,
                       std::optional<std::uint32_t> port, std::uint32_t listenerPort) {
    Cluster cluster;
    cluster.host = host;
    cluster.subset = subset;
    cluster.service = scope.service(host);
    cluster.port = listenerPort;
    if (port && *port != 0) {
        cluster.port = *port;
    } else if (cluster.service != nullptr && cluster.service->ports.size() == 1) {
        cluster.port = cluster.service->ports.front().number;
    }
    if (cluster.service != nullptr && !cluster.service->aliasOf.empty()) {
        cluster.host = cluster.service->aliasOf;
        if (const Service* target = scope.service(cluster.host); target != nullptr) {
            cluster.service = target;
        }
    }
    cluster.name = "outbound|" + std::to_string(cluster.port) + "|" + subset + "|" + cluster.host;
    if (cluster.service == nullptr) {
        cluster.missing = "this proxy sees no service " + host;
        return cluster;
    }
    const Port* servicePort = cluster.service->port(cluster.port);
    if (servicePort == nullptr || servicePort->protocol == Protocol::Udp) {
        cluster.missing = "service " + cluster.host + " has no port " + std::to_string(cluster.port);
        return cluster;
    }
    const config::DestinationSubset* found = nullptr;
    if (!subset.empty()) {
        found = subsetOf(scope.destinationRule(*cluster.service), subset); // lives as long as the scope
        if (found == nullptr) {
            cluster.missing = "no DestinationRule that counts for this client defines subset " + subset + " of " + host;
            return cluster;
        }
    }
    cluster.exists = true;
    findEndpoints(scope.world(), found, cluster);
    return cluster;
}

Cluster resolveCluster(const Scope& scope, const EffectiveVirtualService& vs, const config::Destination& destination,
                       std::uint32_t listenerPort) {
    if (destination.host.empty()) { // an invalid backend of a Gateway API route
        Cluster none;
        none.name = "UnknownService";
        none.missing = "the rule's backend is not valid";
        return none;
    }
    const std::string ns = vs.object == nullptr ? std::string() : vs.object->ref.ns;
    return resolveCluster(scope, resolveShortName(destination.host, ns, scope.world().mesh().clusterDomain),
                          destination.subset, destination.port, listenerPort);
}

std::vector<std::string> endpointNames(const World& world, const Cluster& cluster) {
    std::vector<std::string> names;
    names.reserve(cluster.endpoints.size());
    for (const Endpoint* endpoint : cluster.endpoints) {
        const auto target = endpoint->targetPorts.find(cluster.port);
        const std::uint32_t port = target == endpoint->targetPorts.end() ? cluster.port : target->second;
        if (!endpoint->address.empty()) {
            const bool v6 = endpoint->address.find(':') != std::string::npos;
            names.push_back((v6 ? "[" + endpoint->address + "]" : endpoint->address) + ":" + std::to_string(port));
        } else if (endpoint->workload < world.workloads().size()) {
            const Workload& workload = world.workloads()[endpoint->workload];
            names.push_back(workload.ns + "/" + workload.name);
        }
    }
    return names;
}

DestinationShare shareOf(const World& world, const Cluster& cluster) {
    DestinationShare share;
    share.cluster = cluster.name;
    share.host = cluster.host;
    share.subset = cluster.subset;
    share.port = cluster.port;
    share.endpoints = endpointNames(world, cluster);
    return share;
}

} // namespace meshdeck::policy
