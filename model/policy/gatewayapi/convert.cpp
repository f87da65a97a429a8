#include "policy/gatewayapi/convert.h"

#include <algorithm>
#include <map>

#include "policy/gatewayapi/backend_tls.h"
#include "policy/gatewayapi/http_rules.h"
#include "policy/gatewayapi/l4_rules.h"
#include "policy/gatewayapi/parents.h"

namespace meshdeck::policy {

namespace {

constexpr const char* kGroup = "gateway.networking.k8s.io";
constexpr const char* kMesh = "mesh";

// Oldest first; ties by namespace, then name, other than for Istio's own kinds (facts/semantics.md 0.2).
bool olderRoute(const ConfigObjectPtr& a, const ConfigObjectPtr& b) {
    if (a->created != b->created) {
        return a->created && (!b->created || *a->created < *b->created);
    }
    return std::tie(a->ref.ns, a->ref.name) < std::tie(b->ref.ns, b->ref.name);
}

std::vector<ConfigObjectPtr> routesOf(const World& world, std::initializer_list<const char*> kinds) {
    std::vector<ConfigObjectPtr> result;
    for (const char* kind : kinds) {
        const auto& objects = world.ofKind(kGroup, kind);
        result.insert(result.end(), objects.begin(), objects.end());
    }
    std::stable_sort(result.begin(), result.end(), olderRoute);
    return result;
}

// What becomes one VirtualService: the rules of all routes of one gateway or namespace for one host.
struct Merged {
    ConfigObjectPtr object; // the oldest
    std::string gateway;    // "mesh" or the listener's id
    std::string host;
    bool consumer = false;
    std::vector<ConvertedRule> rules;
};

class RouteConverter {
public:
    RouteConverter(const World& world, const std::vector<ApiListener>& listeners)
        : m_world(world), m_listeners(listeners) {}

    void addHttp(const ConfigObjectPtr& object) {
        const auto* route = config::as<config::Route>(object->typed);
        if (route == nullptr) {
            return;
        }
        for (const bool mesh : {false, true}) {
            const auto parents = acceptedParents(*object, *route, mesh);
            if (parents.empty()) {
                continue;
            }
            const ConvertedRules converted = convertHttpRules(m_world, object, *route, mesh);
            for (const RouteParent& parent : parents) {
                for (const std::string& host : hostsAt(parent, *route)) {
                    addRules(object, *route, parent, host, converted.rules);
                }
            }
        }
    }

    void addL4(const ConfigObjectPtr& object) {
        const auto* route = config::as<config::Route>(object->typed);
        if (route == nullptr) {
            return;
        }
        for (const bool mesh : {false, true}) {
            for (const RouteParent& parent : acceptedParents(*object, *route, mesh)) {
                const std::vector<std::string> hosts =
                    route->kind == config::RouteKind::Tcp && !mesh ? std::vector<std::string>{"*"} : hostsAt(parent, *route);
                for (const std::string& host : hosts) {
                    L4Parent target{mesh, host, portOf(*route, parent)};
                    m_result.push_back(wrap(object, convertL4Rules(m_world, object, *route, target),
                                            gatewayOf(parent), host, isConsumer(*object, parent)));
                }
            }
        }
    }

    std::vector<EffectiveVirtualServicePtr> take() {
        std::vector<EffectiveVirtualServicePtr> result;
        for (auto& [key, merged] : m_merged) {
            sortByPrecedence(merged.rules);
            auto spec = std::make_shared<config::VirtualService>();
            std::vector<RouteOrigin> origins;
            for (ConvertedRule& rule : merged.rules) {
                spec->http.push_back(std::move(rule.rule));
                origins.push_back(std::move(rule.origin));
            }
            auto made = wrap(merged.object, std::move(*spec), merged.gateway, merged.host, merged.consumer);
            made->http = std::move(origins);
            result.push_back(std::move(made));
        }
        result.insert(result.end(), m_result.begin(), m_result.end());
        std::stable_sort(result.begin(), result.end(),
                         [](const auto& a, const auto& b) { return config::olderThan(*a->object, *b->object); });
        return result;
    }

private:
    std::vector<RouteParent> acceptedParents(const ConfigObject& object, const config::Route& route, bool mesh) const {
        std::vector<RouteParent> parents = parentsOf(m_world, m_listeners, object, route);
        std::erase_if(parents, [mesh](const RouteParent& parent) {
            return !parent.accepted() || (parent.listener == nullptr) != mesh;
        });
        return parents;
    }

    // Each host stands alone, as the API asks.
    std::vector<std::string> hostsAt(const RouteParent& parent, const config::Route& route) const {
        if (parent.listener == nullptr) {
            return parent.meshHosts;
        }
        std::vector<std::string> hosts = route.hostnames.empty() ? std::vector<std::string>{"*"} : route.hostnames;
        std::erase_if(hosts, [&](const std::string& host) {
            return route.kind != config::RouteKind::Tls && isolated(m_listeners, *parent.listener, host);
        });
        return hosts;
    }

    static std::string gatewayOf(const RouteParent& parent) {
        return parent.listener == nullptr ? kMesh : parent.listener->gateway.id;
    }
    static std::optional<std::uint32_t> portOf(const config::Route& route, const RouteParent& parent) {
        return parent.listener == nullptr ? route.parents[parent.reference].port : std::nullopt;
    }
    static bool isConsumer(const ConfigObject& object, const RouteParent& parent) {
        return parent.listener == nullptr && parent.meshNamespace != object.ref.ns;
    }

    void addRules(const ConfigObjectPtr& object, const config::Route& route, const RouteParent& parent,
                  const std::string& host, const std::vector<ConvertedRule>& rules) {
        if (rules.empty()) {
            return;
        }
        const std::optional<std::uint32_t> port = portOf(route, parent);
        std::string key = parent.listener == nullptr ? object->ref.ns : parent.listener->gateway.id;
        if (port) {
            key += "/" + std::to_string(*port);
        }
        Merged& merged = m_merged[key + "/" + host];
        if (!merged.object) {
            merged.object = object;
            merged.gateway = gatewayOf(parent);
            merged.host = host;
            merged.consumer = isConsumer(*object, parent);
        }
        for (ConvertedRule rule : rules) {
            if (port && rule.rule.matches.empty()) {
                rule.rule.matches.emplace_back();
            }
            for (config::HttpMatch& match : rule.rule.matches) {
                match.port = port;
            }
            merged.rules.push_back(std::move(rule));
        }
    }

    static std::shared_ptr<EffectiveVirtualService> wrap(const ConfigObjectPtr& object, config::VirtualService spec,
                                                         const std::string& gateway, const std::string& host,
                                                         bool consumer) {
        auto made = std::make_shared<EffectiveVirtualService>();
        spec.hosts = {host};
        spec.gateways = {gateway};
        made->object = object;
        made->spec = std::make_shared<const config::VirtualService>(std::move(spec));
        made->gateways = {gateway};
        made->exportTo = {consumer ? "." : "*"};
        made->gatewayApi = true;
        made->consumerRoute = consumer;
        return made;
    }

    const World& m_world;
    const std::vector<ApiListener>& m_listeners;
    std::map<std::string, Merged> m_merged; // by gateway or namespace and port, and host
    std::vector<EffectiveVirtualServicePtr> m_result;
};

bool worse(const std::string& a, const std::string& b) {
    const auto rank = [](const std::string& reason) {
        return reason.empty() ? 3 : reason == "NotAllowedByListeners" ? 2 : reason == "NoMatchingListenerHostname" ? 1 : 0;
    };
    return rank(a) < rank(b);
}

ConvertedRules rulesFor(const World& world, const ConfigObjectPtr& object, const config::Route& route, bool mesh) {
    if (route.kind == config::RouteKind::Http || route.kind == config::RouteKind::Grpc) {
        return convertHttpRules(world, object, route, mesh);
    }
    ConvertedRules result;
    const Backend worst = worstL4Backend(world, object, route, mesh);
    result.reason = worst.reason;
    result.message = worst.message;
    return result;
}

} // namespace

ConvertedGatewayApi convertGatewayApi(const World& world) {
    ConvertedGatewayApi result;
    const std::vector<ApiListener> listeners = apiListeners(world);
    for (const ApiListener& listener : listeners) {
        result.gateways.push_back(listener.gateway);
    }
    RouteConverter converter(world, listeners);
    for (const ConfigObjectPtr& object : routesOf(world, {"HTTPRoute", "GRPCRoute"})) {
        converter.addHttp(object);
    }
    for (const ConfigObjectPtr& object : routesOf(world, {"TCPRoute", "TLSRoute"})) {
        converter.addL4(object);
    }
    result.virtualServices = converter.take();
    result.destinationRules = backendTlsRules(world);
    return result;
}

std::vector<ParentAnswer> attachment(const World& world, const ConfigObject& object) {
    const auto* route = config::as<config::Route>(object.typed);
    const ConfigObjectPtr shared = world.find(object.ref);
    if (route == nullptr || !shared) {
        return {};
    }
    const std::vector<ApiListener> listeners = apiListeners(world);
    std::vector<ParentAnswer> answers;
    for (const config::ParentReference& parent : route->parents) {
        answers.push_back({parent, false, "NoMatchingParent", true, "ResolvedRefs", "no such parent is served by Istio"});
    }
    std::vector<bool> seen(answers.size(), false);
    for (const RouteParent& parent : parentsOf(world, listeners, object, *route)) {
        ParentAnswer& answer = answers[parent.reference];
        // One listener that takes the route is enough.
        if (!seen[parent.reference] || worse(answer.accepted ? "" : answer.reason, parent.denied)) {
            answer.accepted = parent.accepted();
            answer.reason = parent.accepted() ? "Accepted" : parent.denied;
            answer.message = parent.message;
            seen[parent.reference] = true;
        }
    }
    for (ParentAnswer& answer : answers) {
        const bool mesh = answer.parent.kind == "Service" || answer.parent.kind == "ServiceEntry";
        const ConvertedRules rules = rulesFor(world, shared, *route, mesh);
        answer.resolvedRefs = rules.reason == "ResolvedRefs";
        answer.refsReason = rules.reason;
        if (answer.accepted) {
            answer.message = rules.message;
        }
    }
    return answers;
}

} // namespace meshdeck::policy
