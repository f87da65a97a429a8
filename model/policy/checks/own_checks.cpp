// Mistakes that neither istioctl nor Kiali names (facts/semantics.md 8), with MD codes.
#include <algorithm>
#include <map>

#include "policy/checks/check_lists.h"
#include "policy/checks/destinations.h"
#include "policy/host_name.h"
#include "policy/security/mtls.h"

namespace meshdeck::policy {
namespace {

using config::DestinationRule;
using config::HttpRoute;
using config::VirtualService;

// "reviews.other" is no short name: the proxy takes it literally, although a service reviews in namespace other exists.
void checkDotted(const CheckContext& context, const ConfigObjectPtr& object, const std::string& host,
                 const std::string& pointer, std::vector<Finding>& into) {
    if (host.find('.') == std::string::npos || isWildcard(host) || isAddress(host) ||
        context.serviceFor(host, object->ref.ns) != nullptr) {
        return;
    }
    const std::string full = host + (host.ends_with(".svc") ? "." : ".svc.") + context.mesh().clusterDomain;
    if (context.serviceFor(full, object->ref.ns) == nullptr) {
        return;
    }
    Fix fix{"write " + full, config::Json::array()};
    fix.patch.push_back({{"op", "replace"}, {"path", pointer}, {"value", full}});
    report(into, "MD0001", object, pointer,
           "\"" + host + "\" has a dot, so it is not completed to " + full + " and matches nothing", std::move(fix));
}

void checkWeights(const ConfigObjectPtr& object, const std::vector<config::RouteDestination>& route,
                  const std::string& place, std::vector<Finding>& into) {
    if (route.size() < 2) {
        return;
    }
    std::int64_t sum = 0;
    for (const config::RouteDestination& one : route) {
        sum += std::max<std::int64_t>(0, one.weight.value_or(0));
    }
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (!route[i].weight && sum > 0) {
            report(into, "MD0010", object, place + "/route/" + std::to_string(i),
                   "A destination without a weight beside others gets no request");
        }
    }
    if (sum > 0 && sum != 100) {
        report(into, "MD0003", object, place + "/route",
               "The weights add up to " + std::to_string(sum) + ", so each is a share of that and not a percentage");
    }
}

void checkRule(const ConfigObjectPtr& object, const HttpRoute& rule, const std::string& place,
               std::vector<Finding>& into) {
    checkWeights(object, rule.route, place, into);
    if (rule.retries && rule.retries->attempts.value_or(0) == 0) {
        report(into, "MD0008", object, place + "/retries",
               "A retries block without attempts turns retrying off; without the block failed requests are tried twice more");
    }
    const bool delay = rule.fault && rule.fault->delay && !rule.fault->delay->percent;
    const bool abort = rule.fault && rule.fault->abort && !rule.fault->abort->percent;
    if (delay || abort) {
        const std::string kind = delay ? "delay" : "abort";
        Fix fix{"set the percentage to 100", config::Json::array()};
        fix.patch.push_back({{"op", "add"}, {"path", place + "/fault/" + kind + "/percentage"}, {"value", {{"value", 100}}}});
        report(into, "MD0009", object, place + "/fault/" + kind,
               "A fault without a percentage is injected into no request", std::move(fix));
    }
}

void checkVirtualService(const CheckContext& context, const ConfigObjectPtr& object, const VirtualService& vs,
                         std::vector<Finding>& into) {
    for (std::size_t i = 0; i < vs.hosts.size(); ++i) {
        checkDotted(context, object, vs.hosts[i], "/spec/hosts/" + std::to_string(i), into);
    }
    for (const WrittenDestination& written : destinationsOf(vs)) {
        checkDotted(context, object, written.destination->host, written.pointer + "/host", into);
    }
    for (std::size_t i = 0; i < vs.http.size(); ++i) {
        checkRule(object, vs.http[i], "/spec/http/" + std::to_string(i), into);
    }
    for (std::size_t i = 0; i < vs.tcp.size(); ++i) {
        checkWeights(object, vs.tcp[i].route, "/spec/tcp/" + std::to_string(i), into);
    }
    for (std::size_t i = 0; i < vs.tls.size(); ++i) {
        checkWeights(object, vs.tls[i].route, "/spec/tls/" + std::to_string(i), into);
    }
}

// What a port-level block drops: the top level's other settings fall back to Istio's defaults at that port (2.2).
void checkPortPolicies(const ConfigObjectPtr& object, const config::TrafficPolicy& policy, std::vector<Finding>& into) {
    for (std::size_t i = 0; i < policy.portLevelSettings.size(); ++i) {
        const config::PortPolicy& port = policy.portLevelSettings[i];
        std::string lost;
        const auto drop = [&](bool top, bool own, const char* name) {
            lost += top && !own ? (lost.empty() ? std::string(name) : ", " + std::string(name)) : std::string();
        };
        drop(policy.connectionPool.has_value(), port.connectionPool.has_value(), "connectionPool");
        drop(policy.outlierDetection.has_value(), port.outlierDetection.has_value(), "outlierDetection");
        drop(policy.loadBalancer.has_value(), port.loadBalancer.has_value(), "loadBalancer");
        drop(policy.tls.has_value(), port.tls.has_value(), "tls");
        if (!lost.empty()) {
            report(into, "MD0013", object, "/spec/trafficPolicy/portLevelSettings/" + std::to_string(i),
                   "At port " + std::to_string(port.port.value_or(0)) + " the rule's " + lost +
                       " does not count: a port's settings replace the whole policy");
        }
    }
}

// Plaintext forced by the rule into a workload that takes none. Namespace and mesh levels are KIA0207 and KIA0208.
void checkPlaintext(const CheckContext& context, const ConfigObjectPtr& object, const DestinationRule& rule,
                    std::vector<Finding>& into) {
    if (!rule.trafficPolicy || !rule.trafficPolicy->tls || rule.trafficPolicy->tls->mode != "DISABLE") {
        return;
    }
    const Service* service = context.serviceFor(rule.host, object->ref.ns);
    if (service == nullptr) {
        return;
    }
    for (const Endpoint& endpoint : service->endpoints) {
        const Workload& workload = context.world().workloads()[endpoint.workload];
        for (const auto& [port, target] : endpoint.targetPorts) {
            const PeerMode mode = peerMode(context.world(), workload.ns, workload.labels, target);
            if (!workload.sidecar || mode.mode != config::MtlsMode::Strict || mode.object == nullptr) {
                continue;
            }
            const auto* pa = config::as<config::PeerAuthentication>(mode.object->typed);
            const bool wide = pa != nullptr && !pa->selector;
            const bool root = mode.object->ref.ns == context.mesh().rootNamespace;
            report(into, !wide ? "MD0015" : root ? "KIA0208" : "KIA0207", object, "/spec/trafficPolicy/tls/mode",
                   "Plaintext to " + service->host + " is refused: " + mode.object->ref.display() + " is STRICT");
            return;
        }
    }
}

void checkDestinationRule(const CheckContext& context, const ConfigObjectPtr& object, const DestinationRule& rule,
                          std::vector<Finding>& into) {
    checkDotted(context, object, rule.host, "/spec/host", into);
    if (rule.trafficPolicy) {
        checkPortPolicies(object, *rule.trafficPolicy, into);
    }
    checkPlaintext(context, object, rule, into);
}

void checkRootSelector(const CheckContext& context, const ConfigObjectPtr& object, const config::PeerAuthentication& pa,
                       std::vector<Finding>& into) {
    if (object->ref.ns == context.mesh().rootNamespace && pa.selector && !pa.selector->empty()) {
        report(into, "MD0012", object, "/spec/selector",
               "A PeerAuthentication with a selector has no effect outside its namespace, not even in the root namespace");
    }
}

// A VirtualService and a Gateway API route for one service: whichever is first wins alone (6.3).
void checkMixed(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::map<std::string, ConfigObjectPtr> routed;
    for (const EffectiveVirtualServicePtr& vs : context.world().virtualServices()) {
        const bool mesh = std::find(vs->gateways.begin(), vs->gateways.end(), "mesh") != vs->gateways.end();
        for (const std::string& host : vs->gatewayApi && mesh ? vs->spec->hosts : std::vector<std::string>()) {
            routed.emplace(host, vs->object);
        }
    }
    for (const EffectiveVirtualServicePtr& vs : context.world().virtualServices()) {
        const bool mesh = std::find(vs->gateways.begin(), vs->gateways.end(), "mesh") != vs->gateways.end();
        if (vs->gatewayApi || !mesh || std::find(objects.begin(), objects.end(), vs->object) == objects.end()) {
            continue;
        }
        for (const std::string& host : vs->spec->hosts) {
            if (const auto other = routed.find(host); other != routed.end()) {
                report(into, "MD0014", vs->object, "/spec/hosts",
                       "\"" + host + "\" is routed by " + other->second->ref.display() +
                           " too; rules of the two kinds are not merged, one of them has no effect");
            }
        }
    }
}

} // namespace

std::vector<Check> ownChecks() {
    using Kinds = std::vector<std::pair<std::string_view, std::string_view>>;
    const Kinds services{{"", "Service"}, {kNetworking, "ServiceEntry"}};
    const Kinds edges{{"", "Service"}, {kNetworking, "ServiceEntry"}, {kSecurity, "PeerAuthentication"}, {"", "Pod"},
                      {"", "Namespace"}, {"apps", "Deployment"}, {kNetworking, "WorkloadEntry"}};
    return {
        {"virtualService.traps", {"MD0001", "MD0003", "MD0008", "MD0009", "MD0010"}, CheckScope::Context,
         {{kNetworking, "VirtualService"}}, services, false, forEachTyped<VirtualService>(checkVirtualService)},
        {"destinationRule.traps", {"MD0001", "MD0013", "MD0015", "KIA0207", "KIA0208"}, CheckScope::Context,
         {{kNetworking, "DestinationRule"}}, edges, false, forEachTyped<DestinationRule>(checkDestinationRule)},
        {"peerAuthentication.root", {"MD0012"}, CheckScope::Object, {{kSecurity, "PeerAuthentication"}}, {}, false,
         forEachTyped<config::PeerAuthentication>(checkRootSelector)},
        {"virtualService.mixedKinds", {"MD0014"}, CheckScope::Context, {{kNetworking, "VirtualService"}},
         {{kNetworking, "VirtualService"}, {kGatewayApi, "HTTPRoute"}, {kGatewayApi, "GRPCRoute"}, {"", "Service"},
          {kGatewayApi, "Gateway"}}, false, checkMixed},
    };
}

} // namespace meshdeck::policy
