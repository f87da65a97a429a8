#include "app/demo/sim/route.h"

#include <algorithm>

namespace meshdeck::demo {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool isPublic(const std::vector<std::string>& exportTo) {
    return exportTo.empty() || contains(exportTo, "*");
}

// 0: private to the client's namespace, 1: exported to it by name, 2: public, -1: not visible (1.3).
int visibility(const VirtualService& service, const std::string& clientNs) {
    if (isPublic(service.exportTo)) {
        return 2;
    }
    if (service.ns == clientNs && contains(service.exportTo, ".")) {
        return 0;
    }
    return contains(service.exportTo, clientNs) ? 1 : -1;
}

bool hostMatches(const std::string& pattern, const std::string& host) {
    return pattern.starts_with("*") ? host.ends_with(pattern.substr(1)) : pattern == host;
}

// The parts of a match that are decided when routes are built, not by the request (1.6).
bool applies(const HttpMatch& match, const Workload& client, const RequestShape& request,
             const std::vector<std::string>& gateways) {
    if (match.port && *match.port != request.port) {
        return false;
    }
    if (!match.gateways.empty()) {
        return std::any_of(match.gateways.begin(), match.gateways.end(),
                           [&](const std::string& gateway) { return contains(gateways, gateway); });
    }
    return selects(match.sourceLabels, client.labels) &&
           (match.sourceNamespace.empty() || match.sourceNamespace == client.ns);
}

bool appliesAny(const HttpRule& rule, const Workload& client, const RequestShape& request,
                const std::vector<std::string>& gateways) {
    return rule.matches.empty() || std::any_of(rule.matches.begin(), rule.matches.end(), [&](const HttpMatch& match) {
               return applies(match, client, request, gateways);
           });
}

bool headersMatch(const HttpMatch& match, const Labels* headers) {
    static const Labels kNone;
    const Labels& present = headers != nullptr ? *headers : kNone;
    for (const auto& [key, wanted] : match.headers) {
        const auto found = present.find(key);
        if (found == present.end() || !wanted.matches(found->second)) {
            return false;
        }
    }
    for (const auto& [key, unwanted] : match.withoutHeaders) {
        const auto found = present.find(key);
        const bool presence = unwanted.kind == StringMatch::Kind::Present;
        if (found != present.end() ? unwanted.matches(found->second) : !presence && unwanted.matches("")) {
            return false;
        }
    }
    return true;
}

bool requestMatches(const HttpMatch& match, const RequestShape& request) {
    return (!match.uri || match.uri->matches(request.path)) &&
           (!match.method || match.method->matches(request.method)) &&
           (!match.authority || match.authority->matches(request.host)) && headersMatch(match, request.headers);
}

bool takes(const HttpRule& rule, const Workload& client, const RequestShape& request,
           const std::vector<std::string>& gateways) {
    return rule.matches.empty() || std::any_of(rule.matches.begin(), rule.matches.end(), [&](const HttpMatch& match) {
               return applies(match, client, request, gateways) && (request.tcp || requestMatches(match, request));
           });
}

// Endpoints of a cluster: ready pods of the service whose labels carry the subset's.
void fillEndpoints(const Inventory& inventory, const Labels& subset, Target& target) {
    for (const std::uint32_t workload : inventory.services[target.service].workloads) {
        if (!selects(subset, inventory.workloads[workload].labels)) {
            continue;
        }
        for (const std::uint32_t pod : inventory.workloads[workload].pods) {
            if (inventory.pods[pod].ready) {
                target.pods.push_back(pod);
            }
        }
    }
}

int portOf(const Service& service, const Destination& destination, int requested) {
    if (destination.port) {
        return *destination.port;
    }
    return service.ports.size() == 1 ? service.ports.front().port : requested;
}

Target makeTarget(const Config& config, const Inventory& inventory, const Workload& client,
                  const Destination& destination, int requestedPort) {
    Target target;
    target.host = destination.host;
    target.invalid = destination.invalid;
    const std::uint32_t index = inventory.serviceOf(destination.host);
    if (index == kNone || destination.invalid) {
        return target;
    }
    const Service& service = inventory.services[index];
    target.port = target.targetPort = portOf(service, destination, requestedPort);
    const auto port = std::find_if(service.ports.begin(), service.ports.end(),
                                   [&](const PortPlan& known) { return known.port == target.port; });
    if (port == service.ports.end()) {
        return target;
    }
    target.targetPort = port->targetPort;
    ClusterPolicy policy;
    if (client.proxied()) {
        policy = clusterPolicy(config, client.ns, service.ns, service.host, destination.subset, target.port);
    }
    if (!policy.subsetExists) {
        return target;
    }
    target.service = index;
    target.policy = policy.policy;
    fillEndpoints(inventory, policy.subsetLabels, target);
    return target;
}

Route forward(const Config& config, const Inventory& inventory, const Workload& client, const HttpRule& rule,
              int port) {
    Route route;
    route.directStatus = rule.directStatus;
    route.fault = rule.fault;
    route.retries = rule.retries;
    route.timeoutMs = rule.timeoutMs;
    double total = 0;
    for (const Destination& destination : rule.route) {
        total += destination.weight;
    }
    for (const Destination& destination : rule.route) {
        // One destination takes all whatever its weight; beside others a weight of 0 takes nothing (1.7).
        const double share = rule.route.size() == 1 ? 1 : total > 0 ? destination.weight / total : 0;
        if (share > 0) {
            route.targets.push_back(makeTarget(config, inventory, client, destination, port));
            route.targets.back().share = share;
        }
    }
    for (const Mirror& mirror : rule.mirrors) {
        if (mirror.share > 0) {
            route.mirrors.emplace_back(makeTarget(config, inventory, client, mirror.destination, port), mirror.share);
        }
    }
    route.noRoute = route.targets.empty() && route.directStatus == 0;
    return route;
}

Route defaultRoute(const Config& config, const Inventory& inventory, const Workload& client,
                   const RequestShape& request) {
    HttpRule rule;
    rule.route.push_back({request.host, {}, request.port, 1, false});
    return forward(config, inventory, client, rule, request.port);
}

const std::vector<HttpRule>& rulesOf(const VirtualService& service, const RequestShape& request) {
    return request.tcp ? service.tcp : service.http;
}

Route meshRoute(const Config& config, const Inventory& inventory, const Workload& client, const RequestShape& request) {
    static const std::vector<std::string> kMesh = {"mesh"};
    for (const VirtualService* service : meshServicesFor(config, client.ns, request.host)) {
        const std::vector<HttpRule>& rules = rulesOf(*service, request);
        const bool owns = std::any_of(rules.begin(), rules.end(),
                                      [&](const HttpRule& rule) { return appliesAny(rule, client, request, kMesh); });
        if (!owns) {
            continue; // yields no route for this proxy and port: the next one, or the service's default (1.4)
        }
        for (const HttpRule& rule : rules) {
            if (takes(rule, client, request, kMesh)) {
                return forward(config, inventory, client, rule, request.port);
            }
        }
        Route route;
        route.noRoute = true;
        return route;
    }
    return defaultRoute(config, inventory, client, request);
}

Route gatewayRoute(const Config& config, const Inventory& inventory, const Workload& client,
                   const RequestShape& request) {
    std::vector<std::string> names;
    for (const GatewayServers& gateway : config.gateways) {
        for (const GatewayServers::Server& server : gateway.servers) {
            const bool serves = std::any_of(server.hosts.begin(), server.hosts.end(), [&](const std::string& host) {
                const std::size_t slash = host.find('/');
                return hostMatches(slash == std::string::npos ? host : host.substr(slash + 1), request.host);
            });
            if (serves && server.port == request.port && selects(gateway.selector, client.labels)) {
                names.push_back(gateway.ns + "/" + gateway.name);
            }
        }
    }
    // The virtual host with the most specific domain; the rules of all VirtualServices of it in their order (1.4).
    std::size_t best = 0;
    std::vector<const VirtualService*> owners;
    for (const VirtualService* service : gatewayServicesFor(config, client)) {
        const bool bound = std::any_of(service->gateways.begin(), service->gateways.end(),
                                       [&](const std::string& gateway) { return contains(names, gateway); });
        for (const std::string& host : service->hosts) {
            const std::size_t rank = host.starts_with("*") ? host.size() : 1000 + host.size();
            if (!bound || !hostMatches(host, request.host) || rank < best) {
                continue;
            }
            if (rank > best) {
                owners.clear();
                best = rank;
            }
            owners.push_back(service);
        }
    }
    for (const bool catchAll : {false, true}) {
        for (const VirtualService* service : owners) {
            for (const HttpRule& rule : service->http) {
                if (rule.matches.empty() == catchAll && takes(rule, client, request, names)) {
                    return forward(config, inventory, client, rule, request.port);
                }
            }
        }
    }
    Route route;
    route.noRoute = true;
    return route;
}

} // namespace

std::vector<const VirtualService*> meshServicesFor(const Config& config, const std::string& clientNs,
                                                   const std::string& host) {
    std::vector<std::pair<int, const VirtualService*>> found;
    const auto add = [&](std::size_t index, int rank) {
        const VirtualService& service = config.virtualServices[index];
        const int visible = visibility(service, clientNs);
        if (visible >= 0 && contains(service.gateways, "mesh")) {
            found.emplace_back(rank + visible, &service);
        }
    };
    if (const auto exact = config.servicesByHost.find(host); exact != config.servicesByHost.end()) {
        for (const std::size_t index : exact->second) {
            add(index, 0);
        }
    }
    for (const std::size_t index : config.wildcardServices) {
        for (const std::string& pattern : config.virtualServices[index].hosts) {
            if (pattern.starts_with("*") && hostMatches(pattern, host)) {
                add(index, 100000 - 10 * static_cast<int>(pattern.size()));
            }
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<const VirtualService*> services;
    services.reserve(found.size());
    for (const auto& [rank, service] : found) {
        services.push_back(service);
    }
    return services;
}

std::vector<const VirtualService*> gatewayServicesFor(const Config& config, const Workload& gateway) {
    std::vector<const VirtualService*> services;
    for (const VirtualService& service : config.virtualServices) {
        for (const GatewayServers& servers : config.gateways) {
            if (selects(servers.selector, gateway.labels) &&
                contains(service.gateways, servers.ns + "/" + servers.name)) {
                services.push_back(&service);
                break;
            }
        }
    }
    return services;
}

Route routeRequest(const Config& config, const Inventory& inventory, std::uint32_t client,
                   const RequestShape& request) {
    const Workload& workload = inventory.workloads[client];
    if (!workload.proxied()) {
        return defaultRoute(config, inventory, workload, request);
    }
    return request.ingress ? gatewayRoute(config, inventory, workload, request)
                           : meshRoute(config, inventory, workload, request);
}

} // namespace meshdeck::demo
