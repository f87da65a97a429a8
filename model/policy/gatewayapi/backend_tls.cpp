#include "policy/gatewayapi/backend_tls.h"

#include <algorithm>

namespace meshdeck::policy {

namespace {

config::ClientTls tlsOf(const ConfigObject& object, const config::BackendTlsPolicy& policy) {
    config::ClientTls tls;
    tls.mode = "SIMPLE";
    tls.sni = policy.hostname;
    tls.subjectAltNames =
        policy.subjectAltNames.empty() ? std::vector{policy.hostname} : policy.subjectAltNames;
    if (!policy.caCertificates.empty()) {
        tls.credentialName = "configmap://" + object.ref.ns + "/" + policy.caCertificates.front().name;
    }
    return tls;
}

struct Target {
    std::string host;
    const Service* service = nullptr;
};

Target targetOf(const World& world, const ConfigObject& policy, const config::TargetRef& ref) {
    Target target;
    if (ref.group.empty() && ref.kind == "Service") {
        target.host = ref.name + "." + policy.ref.ns + ".svc." + world.mesh().clusterDomain;
    } else if (ref.group == "networking.istio.io" && ref.kind == "ServiceEntry") {
        const ConfigObjectPtr object = world.find({ref.group, ref.kind, policy.ref.ns, ref.name});
        const auto* entry = object ? config::as<config::ServiceEntry>(object->typed) : nullptr;
        target.host = entry != nullptr && !entry->hosts.empty() ? entry->hosts.front() : std::string();
    }
    const auto services = world.servicesOfHost(target.host);
    if (!services.empty()) {
        target.service = &world.services()[services.front()];
    }
    return target;
}

// The policies of one service, put together.
struct Rule {
    ConfigObjectPtr object;
    std::shared_ptr<config::DestinationRule> spec;
};

Rule& ruleFor(std::vector<Rule>& rules, const ConfigObjectPtr& object, const std::string& host) {
    const auto known =
        std::find_if(rules.begin(), rules.end(), [&host](const Rule& rule) { return rule.spec->host == host; });
    if (known != rules.end()) {
        return *known;
    }
    auto spec = std::make_shared<config::DestinationRule>();
    spec->host = host;
    spec->trafficPolicy.emplace();
    rules.push_back({object, std::move(spec)});
    return rules.back();
}

void addTarget(const config::ClientTls& tls, const config::TargetRef& ref, const Service* service,
               config::TrafficPolicy& into) {
    if (ref.sectionName.empty()) {
        if (!into.tls) {
            into.tls = tls;
        }
        return;
    }
    if (service == nullptr) {
        return; // the name of a port of a service that is not known
    }
    for (const Port& port : service->ports) {
        const bool known = std::any_of(into.portLevelSettings.begin(), into.portLevelSettings.end(),
                                       [&port](const config::PortPolicy& other) { return other.port == port.number; });
        if (port.name == ref.sectionName && !known) {
            config::PortPolicy policy;
            policy.port = port.number;
            policy.tls = tls;
            into.portLevelSettings.push_back(std::move(policy));
        }
    }
}

} // namespace

std::vector<EffectiveDestinationRule> backendTlsRules(const World& world) {
    std::vector<Rule> rules;
    for (const ConfigObjectPtr& object : world.ofKind("gateway.networking.k8s.io", "BackendTLSPolicy")) {
        const auto* policy = config::as<config::BackendTlsPolicy>(object->typed);
        if (policy == nullptr) {
            continue;
        }
        for (const config::TargetRef& ref : policy->targets) {
            const Target target = targetOf(world, *object, ref);
            if (!target.host.empty()) {
                addTarget(tlsOf(*object, *policy), ref, target.service,
                          *ruleFor(rules, object, target.host).spec->trafficPolicy);
            }
        }
    }
    std::vector<EffectiveDestinationRule> result;
    for (Rule& rule : rules) {
        result.push_back({rule.object, rule.spec, rule.spec->host, {"*"}});
    }
    return result;
}

} // namespace meshdeck::policy
