#include <array>

#include "policy/effective/parts.h"
#include "policy/traffic_policy.h"

namespace meshdeck::policy::effective {

namespace {

constexpr const char* kDefault = "Istio's default";
constexpr const char* kGroup = "Traffic policy";

// One block of the policy: its fields by the same path.
class Block {
public:
    Block(const char* name, const PolicyPlace& place, EffectiveConfig& into) : m_name(name), m_place(place), m_into(into) {}

    // `set`: the field is written, so that the block's place is its origin.
    void add(const std::string& field, std::string value, bool set, const std::string& path = {},
             const char* byDefault = kDefault) {
        EffectiveValue result{kGroup, m_name + (field.empty() ? "" : "." + field), std::move(value), byDefault, nullptr, ""};
        if (set && m_place.object) {
            result.level = m_place.level;
            result.object = m_place.object;
            result.pointer = m_place.pointer + path;
        }
        m_into.values.push_back(std::move(result));
    }

    void limit(const std::string& field, const std::optional<std::int64_t>& value, const std::string& path) {
        const bool set = value && *value != 0; // 0 cannot be told from unset
        add(field, set ? std::to_string(*value) : "not limited", set, path);
    }

    void duration(const std::string& field, const std::optional<config::ConfigDuration>& value,
                  config::ConfigDuration byDefault, const std::string& path, const char* level = kDefault) {
        add(field, durationText(value.value_or(byDefault)), value.has_value(), path, level);
    }

private:
    std::string m_name;
    const PolicyPlace& m_place;
    EffectiveConfig& m_into;
};

void addPool(const EffectiveTrafficPolicy& policy, const config::MeshConfig& mesh, EffectiveConfig& into) {
    static const config::ConnectionPool kNone;
    const config::ConnectionPool& pool = policy.connectionPool != nullptr ? *policy.connectionPool : kNone;
    Block block("connectionPool", policy.connectionPoolPlace, into);
    block.limit("maxConnections", pool.maxConnections, "/tcp/maxConnections");
    block.duration("connectTimeout", pool.connectTimeout, mesh.connectTimeout, "/tcp/connectTimeout", "mesh config");
    block.limit("http1MaxPendingRequests", pool.http1MaxPendingRequests, "/http/http1MaxPendingRequests");
    block.limit("http2MaxRequests", pool.http2MaxRequests, "/http/http2MaxRequests");
    block.limit("maxRequestsPerConnection", pool.maxRequestsPerConnection, "/http/maxRequestsPerConnection");
    block.limit("maxRetries", pool.maxRetries, "/http/maxRetries");
    if (pool.idleTimeout) { // the HTTP value wins
        block.duration("idleTimeout", pool.idleTimeout, {}, "/http/idleTimeout");
    } else {
        block.duration("idleTimeout", pool.tcpIdleTimeout, std::chrono::hours(1), "/tcp/idleTimeout");
    }
}

void addOutliers(const EffectiveTrafficPolicy& policy, EffectiveConfig& into) {
    Block block("outlierDetection", policy.outlierDetectionPlace, into);
    if (policy.outlierDetection == nullptr) {
        block.add("", "none: no endpoint is ever ejected", false);
        return;
    }
    const config::OutlierDetection& outliers = *policy.outlierDetection;
    const auto errors = [&](const char* field, const std::optional<std::int64_t>& value, std::int64_t byDefault) {
        const std::int64_t number = value.value_or(byDefault);
        block.add(field, number == 0 ? "off" : std::to_string(number), value.has_value(), std::string("/") + field);
    };
    const auto percent = [&](const char* field, const std::optional<std::int64_t>& value, std::int64_t byDefault) {
        block.add(field, std::to_string(value.value_or(byDefault)) + " %", value.has_value(), std::string("/") + field);
    };
    errors("consecutive5xxErrors", outliers.consecutive5xxErrors, 5);
    errors("consecutiveGatewayErrors", outliers.consecutiveGatewayErrors, 0);
    block.duration("interval", outliers.interval, std::chrono::seconds(10), "/interval");
    block.duration("baseEjectionTime", outliers.baseEjectionTime, std::chrono::seconds(30), "/baseEjectionTime");
    percent("maxEjectionPercent", outliers.maxEjectionPercent, 10);
    percent("minHealthPercent", outliers.minHealthPercent, 0);
}

void addBalancing(const Subject& subject, const EffectiveTrafficPolicy& policy, EffectiveConfig& into) {
    Block block("loadBalancer", policy.loadBalancerPlace, into);
    const config::LoadBalancer* balancer = policy.loadBalancer;
    const Resolution resolution = subject.service.resolution;
    if (resolution == Resolution::Passthrough && (balancer == nullptr || balancer->simple.empty())) {
        block.add("simple", "PASSTHROUGH: the address the client asked for", false);
    } else if (balancer != nullptr && !balancer->hashOn.empty()) {
        block.add("consistentHash", "by " + balancer->hashOn, true, "/consistentHash");
    } else {
        const bool set = balancer != nullptr && !balancer->simple.empty() && balancer->simple != "UNSPECIFIED";
        block.add("simple", set ? balancer->simple : "LEAST_REQUEST", set, "/simple");
    }
    if (balancer != nullptr && balancer->warmup) {
        block.duration("warmup", balancer->warmup, {}, "");
    }
}

// Why a rule that stands for the host is not used.
std::string whyHidden(const EffectiveDestinationRule& loser, const Subject& subject, const DestinationRuleChoice& choice) {
    const std::string& ns = loser.object->ref.ns;
    const std::string& client = subject.client.proxy().ns;
    const std::string& root = subject.client.world().mesh().rootNamespace;
    if (ns != client && ns != subject.service.ns && ns != root) {
        return "it is neither in the client's namespace nor in the service's nor in " + root;
    }
    if (choice.rules.empty()) {
        return "its workload selector does not select this client, or a more specific host of its namespace is not exported";
    }
    const EffectiveDestinationRule& winner = *choice.rules.front();
    if (winner.object->ref.ns != ns) {
        return winner.object->ref.ns == client ? "a rule in the client's namespace comes first"
                                               : "a rule in the service's namespace comes first";
    }
    if (winner.host != loser.host) {
        return "the other rule's host " + winner.host + " is more specific";
    }
    return winner.spec->workloadSelector ? "the other rule selects this client by its labels"
                                         : "it has another exportTo or workload selector, so the two are not merged";
}

} // namespace

void addTrafficPolicy(const Subject& subject, EffectiveConfig& into) {
    const DestinationRuleChoice& choice = subject.client.destinationRule(subject.service);
    for (std::size_t i = 0; i < choice.rules.size(); ++i) {
        const ConfigObjectPtr& object = choice.rules[i]->object;
        const std::string& ns = object->ref.ns;
        const std::string level = ns == subject.client.proxy().ns ? "client's namespace"
                                  : ns == subject.service.ns      ? "service's namespace"
                                                                  : "root namespace";
        into.values.push_back({kGroup, i == 0 ? "DestinationRule" : "merged with", object->ref.display(), level, object, ""});
    }
    if (choice.rules.empty()) {
        into.values.push_back({kGroup, "DestinationRule", "none", kDefault, nullptr, ""});
    }
    for (const EffectiveDestinationRule* loser : choice.hidden) {
        into.hidden.push_back({loser->object, choice.rules.empty() ? nullptr : choice.rules.front()->object,
                               whyHidden(*loser, subject, choice)});
    }
    const EffectiveTrafficPolicy policy = effectiveTrafficPolicy(choice, subject.port, subject.subset);
    if (policy.subsetMissing) {
        into.warnings.push_back("no DestinationRule that this client sees defines subset " + subject.subset +
                                ": requests to it are answered with 503");
        return;
    }
    addPool(policy, subject.client.world().mesh(), into);
    addOutliers(policy, into);
    addBalancing(subject, policy, into);
}

} // namespace meshdeck::policy::effective
