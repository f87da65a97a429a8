// Badges and configured weights from VirtualServices, DestinationRules and Gateway API routes.
#include "traffic/decorate.h"

#include <algorithm>
#include <map>

#include "config/routes.h"

namespace meshdeck::traffic {
namespace {

using config::WeightedDestination;
using config::WeightedRoute;
using mesh::NodeFlag;

using ServiceKey = std::pair<std::string, std::string>; // namespace, name

struct ServiceConfig {
    std::uint32_t flags = 0;
    std::vector<WeightedRoute> routes;
    std::map<std::string, mesh::Labels> subsets;

    void set(NodeFlag flag) { flags |= static_cast<std::uint32_t>(flag); }
};

using Configs = std::map<ServiceKey, ServiceConfig>;

std::optional<ServiceKey> serviceOf(const WeightedDestination& destination, const mesh::ResourceRef& resource) {
    const auto name = config::resolveHost(destination.host, destination.ns.empty() ? resource.ns : destination.ns);
    return name ? std::optional(ServiceKey(name->ns, name->name)) : std::nullopt;
}

void readRoutes(const mesh::Resource& resource, Configs& configs) {
    for (const WeightedRoute& route : config::weightedRoutes(resource)) {
        std::vector<ServiceKey> seen;
        for (const WeightedDestination& destination : route.destinations) {
            const auto key = serviceOf(destination, resource.ref);
            if (!key || std::find(seen.begin(), seen.end(), *key) != seen.end()) {
                continue;
            }
            seen.push_back(*key);
            ServiceConfig& service = configs[*key];
            service.set(NodeFlag::VirtualService);
            const auto mark = [&](bool when, NodeFlag flag) {
                service.flags |= when ? static_cast<std::uint32_t>(flag) : 0U;
            };
            mark(route.destinations.size() > 1, NodeFlag::TrafficShifting);
            mark(route.fault, NodeFlag::Fault);
            mark(route.mirror, NodeFlag::Mirror);
            mark(route.timeout.has_value(), NodeFlag::RequestTimeout);
            service.routes.push_back(route);
        }
    }
}

void readDestinationRule(const mesh::Resource& resource, Configs& configs) {
    const auto rule = config::destinationRule(resource);
    const auto name = rule ? config::resolveHost(rule->host, resource.ref.ns) : std::nullopt;
    if (!name) {
        return;
    }
    ServiceConfig& service = configs[{name->ns, name->name}];
    if (rule->circuitBreaker) {
        service.set(NodeFlag::CircuitBreaker);
    }
    for (const config::Subset& subset : rule->subsets) {
        service.subsets[subset.name] = subset.labels;
    }
}

Configs readConfigs(const mesh::ResourceTable& table) {
    Configs configs;
    for (const auto& [ref, resource] : table) {
        if (resource == nullptr) {
            continue;
        }
        if (ref.kind == "VirtualService" || ref.kind == "HTTPRoute" || ref.kind == "GRPCRoute") {
            readRoutes(*resource, configs);
        } else if (ref.kind == "DestinationRule") {
            readDestinationRule(*resource, configs);
        }
    }
    return configs;
}

// The route whose weights stand for the service: the one for any request, else the first that splits.
const WeightedRoute* mainRoute(const std::vector<WeightedRoute>& routes) {
    const auto any =
        std::find_if(routes.begin(), routes.end(), [](const auto& each) { return each.match == "any request"; });
    if (any != routes.end()) {
        return &*any;
    }
    const auto split =
        std::find_if(routes.begin(), routes.end(), [](const auto& each) { return each.destinations.size() > 1; });
    return split != routes.end() ? &*split : nullptr;
}

bool splits(const ServiceConfig& config) {
    const WeightedRoute* const route = mainRoute(config.routes);
    return route != nullptr && route->destinations.size() > 1;
}

bool contains(const mesh::Labels& labels, const mesh::Labels& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& each) {
        const auto found = labels.find(each.first);
        return found != labels.end() && found->second == each.second;
    });
}

// The labels a node's pods carry: from the cluster, else what its version says.
mesh::Labels podLabels(const mesh::Node& node, const ClusterFacts& facts) {
    if (facts.inventory != nullptr) {
        const auto found = facts.inventory->workloads.find(node.ns + "/" + node.workload);
        if (found != facts.inventory->workloads.end()) {
            return found->second.templateLabels;
        }
    }
    return {{"app", node.app}, {"version", node.version}};
}

// What the destination asks of a pod: its subset's labels, or the selector of a service of its own. Empty: nothing that
// tells versions apart.
mesh::Labels wantedLabels(const WeightedDestination& destination, const ServiceKey& service,
                          const ServiceConfig& config, const mesh::ResourceRef& resource, const ClusterFacts& facts) {
    const auto subset = config.subsets.find(destination.subset);
    if (!destination.subset.empty()) {
        return subset != config.subsets.end() ? subset->second : mesh::Labels{};
    }
    const auto key = serviceOf(destination, resource);
    if (!key || *key == service || facts.inventory == nullptr) {
        return {};
    }
    const auto backend = facts.inventory->services.find(key->first + "/" + key->second);
    return backend != facts.inventory->services.end() ? backend->second.selector : mesh::Labels{};
}

void setConfigured(mesh::Edge& edge, const mesh::Node& target, const ServiceKey& key, const ServiceConfig& config,
                   const ClusterFacts& facts) {
    const WeightedRoute* const route = mainRoute(config.routes);
    if (route == nullptr || target.workload.empty()) {
        return;
    }
    const mesh::Labels labels = podLabels(target, facts);
    const auto shares = route->shares();
    double sum = 0;
    bool told = false;
    for (std::size_t i = 0; i < route->destinations.size(); ++i) {
        const mesh::Labels wanted = wantedLabels(route->destinations[i], key, config, route->resource, facts);
        if (wanted.empty()) {
            return; // this part of the split goes to any version: no share can be named
        }
        told = true;
        sum += contains(labels, wanted) && shares[i] ? shares[i]->value : 0;
    }
    if (told) {
        edge.weight.configured = Percent(sum);
    }
}

} // namespace

void markConfig(mesh::Graph& graph, const ClusterFacts& facts) {
    if (facts.config == nullptr) {
        return;
    }
    const Configs configs = readConfigs(*facts.config);
    std::vector<bool> behindService(graph.nodes.size());
    for (mesh::Edge& edge : graph.edges) {
        const mesh::Node& source = graph.nodes[edge.source];
        const mesh::Node& target = graph.nodes[edge.target];
        const auto service = splitService(graph, edge);
        if (!service) {
            continue;
        }
        const bool fromService = source.kind == mesh::NodeKind::Service;
        behindService[edge.target] = behindService[edge.target] || fromService;
        const ServiceKey key(std::string(service->ns), std::string(service->name));
        const auto found = configs.find(key);
        if (found != configs.end() && edge.protocol != mesh::Protocol::Tcp && (fromService || splits(found->second))) {
            setConfigured(edge, target, key, found->second, facts);
        }
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        mesh::Node& node = graph.nodes[i];
        const auto take = [&](const ServiceKey& key) {
            const auto found = configs.find(key);
            node.flags |= found != configs.end() ? found->second.flags : 0U;
        };
        if (node.kind == mesh::NodeKind::Service) {
            take({node.ns, node.service});
        } else if (!behindService[i]) {
            // Without service nodes the badge stands at what is called through the service.
            for (const mesh::DestService& service : node.destServices) {
                take({service.ns, service.name});
            }
        }
    }
}

} // namespace meshdeck::traffic
