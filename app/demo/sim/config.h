// The mesh configuration as the simulated proxies apply it: Istio's and Gateway API's objects read from the store.
// Rules and defaults: facts/semantics.md (sections named beside each part).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/demo/contract.h"

namespace re2 {
class RE2;
}

namespace meshdeck::demo {

using Labels = std::map<std::string, std::string>;
// Whether every pair of `wanted` is in `labels`.
[[nodiscard]] bool selects(const Labels& wanted, const Labels& labels);

// exact, prefix, RE2 over the whole value, or mere presence (1.6).
struct StringMatch {
    enum class Kind { Exact, Prefix, SegmentPrefix, Regex, Present };
    Kind kind = Kind::Present;
    std::string text;
    bool ignoreCase = false;
    std::shared_ptr<const re2::RE2> regex;
    [[nodiscard]] bool matches(const std::string& value) const;
};

struct HttpMatch {
    std::optional<StringMatch> uri, method, authority;
    std::map<std::string, StringMatch> headers, withoutHeaders;
    std::optional<int> port;
    Labels sourceLabels;
    std::string sourceNamespace;
    std::vector<std::string> gateways; // "mesh" or "ns/name"
};

struct Destination {
    std::string host; // FQDN
    std::string subset;
    std::optional<int> port;
    double weight = 0;
    bool invalid = false; // a Gateway API backend that does not resolve: its share answers 500
};

struct Fault {
    double delayShare = 0; // of 1
    double delayMs = 0;
    double abortShare = 0;
    int abortStatus = 0; // HTTP
    int abortGrpc = -1;  // gRPC status instead
};

struct RetryPolicy {
    int attempts = 2;
    std::optional<double> perTryMs;
    bool on5xx = false;
    bool onGatewayError = false;
    bool onConnectFailure = true;
    bool onGrpcUnavailable = true;
    std::set<int> codes;
};

struct Mirror {
    Destination destination;
    double share = 1;
};

struct HttpRule {
    std::vector<HttpMatch> matches; // none: every request
    std::vector<Destination> route;
    std::vector<Mirror> mirrors;
    Fault fault;
    RetryPolicy retries;
    double timeoutMs = 0; // 0: none
    int directStatus = 0; // answer of the proxy itself, redirects included
};

struct VirtualService {
    std::string ns, name, created;
    std::vector<std::string> hosts;
    std::vector<std::string> gateways; // resolved; "mesh" when the object names none
    std::vector<std::string> exportTo;
    std::vector<HttpRule> http;
    std::vector<HttpRule> tcp;
    std::string rejection; // what its proxies answer instead of taking it (annotation demo.meshdeck.dev/nack)
};

struct TrafficPolicy {
    std::string tlsMode; // "" when not set
    struct Outlier {
        int consecutive5xx = 5;
        double intervalMs = 10000;
        double baseEjectionMs = 30000;
        double maxEjectionPercent = 10;
    };
    std::optional<Outlier> outlier;
    std::optional<int> maxRequests, maxPending, maxConnections;
};

struct Subset {
    std::string name;
    Labels labels;
    TrafficPolicy policy;
};

struct DestinationRule {
    std::string ns, name, host, created;
    std::vector<std::string> exportTo;
    TrafficPolicy policy;
    std::map<int, TrafficPolicy> ports;
    std::vector<Subset> subsets;
};

enum class MtlsMode { Unset, Disable, Permissive, Strict };

struct PeerAuthentication {
    std::string ns, name, created;
    Labels selector;
    MtlsMode mode = MtlsMode::Unset;
    std::map<int, MtlsMode> ports; // container ports
};

// values and notValues of one field of a rule; empty lists do not constrain (4.3).
struct ValueSet {
    std::vector<std::string> values, notValues;
    [[nodiscard]] bool constrains() const { return !values.empty() || !notValues.empty(); }
};

struct AuthorizationRule {
    struct Source {
        ValueSet principals, namespaces;
        bool unsupported = false; // constrained by something the simulation has not (IP blocks, JWT)
    };
    struct Operation {
        ValueSet hosts, ports, methods, paths;
        [[nodiscard]] bool needsHttp() const {
            return hosts.constrains() || methods.constrains() || paths.constrains();
        }
    };
    struct Condition {
        std::string key;
        ValueSet values;
    };
    std::vector<Source> from;
    std::vector<Operation> to;
    std::vector<Condition> when;
};

struct AuthorizationPolicy {
    enum class Action { Allow, Deny, Other };
    std::string ns, name;
    Labels selector;
    Action action = Action::Allow;
    std::vector<AuthorizationRule> rules;
};

struct GatewayServers {
    std::string ns, name;
    Labels selector;
    struct Server {
        int port = 0;
        std::vector<std::string> hosts;
    };
    std::vector<Server> servers;
};

// One immutable state of all of it.
struct Config {
    std::uint64_t push = 0;                      // counts the states that were pushed
    std::string version;                         // "<time>/<push>", as istiod names it
    std::vector<VirtualService> virtualServices; // oldest first
    std::vector<DestinationRule> destinationRules;
    std::vector<PeerAuthentication> peerAuthentications; // oldest first
    std::vector<AuthorizationPolicy> authorizationPolicies;
    std::vector<GatewayServers> gateways;
    // Exact host -> indices; wildcards are in the lists after it.
    std::unordered_map<std::string, std::vector<std::size_t>> servicesByHost, rulesByHost;
    std::vector<std::size_t> wildcardServices, wildcardRules;
    std::unordered_map<std::string, std::vector<std::size_t>> policiesByNamespace, peersByNamespace;
};

// The kinds that a change of must be pushed for.
[[nodiscard]] const std::vector<std::string>& configKinds();
// What of an object has an effect on proxies: two objects of equal text cause no push between them.
[[nodiscard]] std::string effectOf(const Json& object);
// Reads the store; objects that cannot be understood are left out.
[[nodiscard]] std::shared_ptr<Config> readConfig(const StoreView& store);

// The parts, one a kind.
[[nodiscard]] VirtualService readVirtualService(const Json& object);
[[nodiscard]] VirtualService readHttpRoute(const Json& object); // bound to services (GAMMA); hosts empty otherwise
[[nodiscard]] DestinationRule readDestinationRule(const Json& object);
[[nodiscard]] PeerAuthentication readPeerAuthentication(const Json& object);
[[nodiscard]] AuthorizationPolicy readAuthorizationPolicy(const Json& object);
[[nodiscard]] GatewayServers readGateway(const Json& object);
// A host without a dot is a service of `ns` (1.1).
[[nodiscard]] std::string resolveHost(const std::string& host, const std::string& ns);

} // namespace meshdeck::demo
