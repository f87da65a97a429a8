#include "app/demo/sim/config.h"

#include <algorithm>
#include <tuple>

#include "app/demo/sim/json_access.h"

namespace meshdeck::demo {

namespace {

// Oldest first, then name, then namespace (0.2).
template <typename T>
void sortByAge(std::vector<T>& list) {
    std::stable_sort(list.begin(), list.end(), [](const T& a, const T& b) {
        return std::tie(a.created, a.name, a.ns) < std::tie(b.created, b.name, b.ns);
    });
}

template <typename T, typename Read>
void readAll(const StoreView& store, const char* kind, std::vector<T>& into, Read read) {
    for (const ObjectPtr& object : store.list(kind)) {
        into.push_back(read(*object));
    }
}

void indexHosts(Config& config) {
    for (std::size_t i = 0; i < config.virtualServices.size(); ++i) {
        for (const std::string& host : config.virtualServices[i].hosts) {
            if (host.starts_with("*")) {
                config.wildcardServices.push_back(i);
            } else {
                config.servicesByHost[host].push_back(i);
            }
        }
    }
    for (std::size_t i = 0; i < config.destinationRules.size(); ++i) {
        const std::string& host = config.destinationRules[i].host;
        if (host.starts_with("*")) {
            config.wildcardRules.push_back(i);
        } else {
            config.rulesByHost[host].push_back(i);
        }
    }
    for (std::size_t i = 0; i < config.authorizationPolicies.size(); ++i) {
        config.policiesByNamespace[config.authorizationPolicies[i].ns].push_back(i);
    }
    for (std::size_t i = 0; i < config.peerAuthentications.size(); ++i) {
        config.peersByNamespace[config.peerAuthentications[i].ns].push_back(i);
    }
}

} // namespace

bool selects(const Labels& wanted, const Labels& labels) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& pair) {
        const auto found = labels.find(pair.first);
        return found != labels.end() && found->second == pair.second;
    });
}

const std::vector<std::string>& configKinds() {
    static const std::vector<std::string> kKinds = {"VirtualService",
                                                    "DestinationRule",
                                                    "Gateway",
                                                    "ServiceEntry",
                                                    "Sidecar",
                                                    "PeerAuthentication",
                                                    "AuthorizationPolicy",
                                                    "RequestAuthentication",
                                                    "HTTPRoute",
                                                    "Telemetry",
                                                    "EnvoyFilter",
                                                    "Service"};
    return kKinds;
}

std::string effectOf(const Json& object) {
    std::string text = member(object, "spec").dump();
    const std::string rejection = textOf(member(object, "metadata", "annotations", "demo.meshdeck.dev/nack"));
    if (!rejection.empty()) {
        text += "|" + rejection;
    }
    return text;
}

std::shared_ptr<Config> readConfig(const StoreView& store) {
    auto config = std::make_shared<Config>();
    readAll(store, "VirtualService", config->virtualServices, readVirtualService);
    readAll(store, "HTTPRoute", config->virtualServices, readHttpRoute);
    readAll(store, "DestinationRule", config->destinationRules, readDestinationRule);
    readAll(store, "PeerAuthentication", config->peerAuthentications, readPeerAuthentication);
    readAll(store, "AuthorizationPolicy", config->authorizationPolicies, readAuthorizationPolicy);
    for (const ObjectPtr& object : store.list("Gateway")) {
        // Gateway API has a kind of the same name.
        if (textOf(member(*object, "apiVersion")).starts_with("networking.istio.io/")) {
            config->gateways.push_back(readGateway(*object));
        }
    }
    sortByAge(config->virtualServices);
    sortByAge(config->destinationRules);
    sortByAge(config->peerAuthentications);
    indexHosts(*config);
    return config;
}

} // namespace meshdeck::demo
