#include "routes/trace.h"

#include <algorithm>
#include <map>

#include "policy/expectations/request_json.h"
#include "policy/host_name.h"
#include "policy/routing/destination.h"
#include "policy/scope.h"
#include "policy/security/authorization.h"
#include "policy/security/inbound.h"

namespace meshdeck::views {
namespace {

using config::Json;
using policy::Proxy;
using policy::Verdict;
using policy::Workload;

std::string labelOf(const mesh::Labels& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

const Workload* workloadOf(const policy::World& world, const policy::Cluster& cluster) {
    for (const policy::Endpoint* endpoint : cluster.endpoints) {
        if (endpoint->workload < world.workloads().size()) {
            return &world.workloads()[endpoint->workload];
        }
    }
    return nullptr;
}

std::shared_ptr<const policy::Scope> scopeOf(const policy::Simulator& simulator, const policy::Request& request) {
    // The simulator keeps its own scopes; this one is made only for what the page shows beside its answer.
    policy::WorldPtr world = policy::WorldPtr(std::shared_ptr<void>(), &simulator.world());
    Proxy proxy = request.from;
    if (request.direction == policy::Request::Direction::Gateway) {
        proxy.type = Proxy::Type::Router;
    }
    return policy::Scope::of(std::move(world), proxy);
}

mesh::ResourceRef destinationRuleOf(const policy::Scope& scope, const policy::Cluster& cluster) {
    if (cluster.service == nullptr) {
        return {};
    }
    const policy::DestinationRuleChoice& choice = scope.destinationRule(*cluster.service);
    if (choice.merged) {
        for (std::size_t i = 0; i < choice.merged->subsets.size() && i < choice.subsetOrigins.size(); ++i) {
            if (choice.merged->subsets[i].name == cluster.subset && choice.subsetOrigins[i]) {
                return choice.subsetOrigins[i]->ref;
            }
        }
    }
    return choice.rules.empty() ? mesh::ResourceRef{} : choice.rules.front()->object->ref;
}

policy::Request asSentOn(const policy::Request& request, const policy::RequestResult& result) {
    policy::Request onward = request;
    onward.host = result.upstreamHost.value_or(request.host);
    onward.path = result.upstreamPath.value_or(request.path);
    if (!result.upstreamHeaders.empty()) {
        onward.headers = result.upstreamHeaders;
    }
    return onward;
}

// What a request that goes to this destination meets. The simulator followed the chosen one itself.
void admit(const policy::Scope& scope, const policy::Cluster& cluster, const TraceAnswer& answer, TraceEnd& end) {
    if (cluster.name == answer.result.cluster) {
        end.mtls = answer.result.mtls;
        end.authorization = answer.result.authorization;
        end.verdict = answer.result.verdict;
        end.status = answer.result.status;
        return;
    }
    if (!cluster.exists || cluster.service == nullptr || cluster.endpoints.empty()) {
        end.verdict = cluster.exists ? Verdict::NoEndpoints : Verdict::NoCluster;
        return;
    }
    policy::RequestResult other;
    other.verdict = Verdict::Routed;
    other.cluster = cluster.name;
    other.retries = answer.result.retries;
    policy::deliver(scope, *cluster.service, cluster.port, cluster.subset, *cluster.endpoints.front(),
                    asSentOn(answer.request, answer.result), other);
    end.mtls = other.mtls;
    end.authorization = other.authorization;
    end.verdict = other.verdict;
    end.status = other.status;
}

void addEnds(const policy::Scope& scope, TraceAnswer& answer) {
    const policy::World& world = scope.world();
    for (const policy::DestinationShare& share : answer.result.destinations) {
        const policy::Cluster cluster = policy::resolveCluster(scope, share.host, share.subset, share.port, share.port);
        TraceEnd end;
        end.share = share;
        end.endpoints = share.endpoints.size();
        if (const Workload* workload = workloadOf(world, cluster)) {
            end.ns = workload->ns;
            end.workload = workload->name;
            end.pod = workload->pod;
            end.version = labelOf(workload->labels, "version");
            end.sidecar = workload->sidecar;
        }
        end.destinationRule = destinationRuleOf(scope, cluster);
        admit(scope, cluster, answer, end);
        answer.ends.push_back(std::move(end));
    }
    std::ranges::stable_sort(answer.ends, std::greater<>(), [](const TraceEnd& end) { return end.share.percent; });
}

std::vector<std::string> namesOf(const std::vector<policy::ConfigObjectPtr>& objects) {
    std::vector<std::string> names;
    for (const policy::ConfigObjectPtr& object : objects) {
        names.push_back(object->ref.ns + "/" + object->ref.name);
    }
    return names;
}

void addPolicies(const policy::Scope& scope, TraceAnswer& answer) {
    if (answer.ends.empty()) {
        return;
    }
    const policy::DestinationShare& share = answer.ends.front().share;
    const policy::Cluster cluster = policy::resolveCluster(scope, share.host, share.subset, share.port, share.port);
    const Workload* workload = workloadOf(scope.world(), cluster);
    if (workload == nullptr || !(workload->sidecar || workload->ambient)) {
        return;
    }
    const policy::PolicySet set = policy::policiesFor(scope.world(), policy::proxyOf(scope.world(), *workload));
    answer.policies = TracePolicies{set.deny.size(), set.allow.size(), set.custom.size(), namesOf(set.deny), namesOf(set.allow)};
}

void addHidden(const std::shared_ptr<const policy::Scope>& scope, TraceAnswer& answer) {
    if (answer.request.from.type == Proxy::Type::Router) {
        return; // a gateway's routes are those of its own hosts
    }
    std::string host = answer.request.host;
    host = host.substr(0, host.find(':'));
    const auto effective = policy::effectiveConfig(scope, host, answer.request.port);
    if (!effective) {
        return;
    }
    for (const policy::HiddenConfig& each : effective->hidden) {
        answer.hidden.push_back({each.object->ref, each.by ? std::optional(each.by->ref) : std::nullopt, each.why});
    }
    answer.warnings = effective->warnings;
}

void addSender(const policy::Scope& scope, TraceAnswer& answer) {
    const policy::World& world = scope.world();
    const policy::Request& request = answer.request;
    const Workload* workload = world.workload(request.from.ns + "/" + request.from.name);
    if (workload != nullptr) {
        answer.senderPod = workload->pod;
        answer.senderVersion = labelOf(workload->labels, "version");
    }
    if (request.sourcePrincipal) {
        answer.principal = *request.sourcePrincipal;
    } else if (!request.outside && request.from.type != Proxy::Type::None) {
        answer.principal = policy::principalOf(world, request.from);
    }
    if (const policy::ConfigObjectPtr sidecar = scope.sidecar()) {
        answer.sidecarObject = sidecar->ref.ns + "/" + sidecar->ref.name;
    }
}

// What people call a destination, where that tells it from the others.
std::string called(const policy::DestinationShare& share) {
    return share.subset.empty() ? share.host.substr(0, share.host.find('.')) : share.subset;
}

Json plain(double number) {
    const auto whole = static_cast<std::int64_t>(number);
    return static_cast<double>(whole) == number ? Json(whole) : Json(number);
}

Json splitOf(const policy::RequestResult& result) {
    std::map<std::string, int> uses;
    for (const auto& share : result.destinations) {
        ++uses[called(share)];
    }
    Json split = Json::object();
    for (const auto& share : result.destinations) {
        split[uses[called(share)] == 1 ? called(share) : share.cluster] = plain(share.percent);
    }
    return split;
}

} // namespace

TraceAnswer trace(const TraceQuery& query, const policy::Simulator& simulator, const policy::Simulator* live) {
    TraceAnswer answer;
    answer.query = query;
    auto request = policy::readRequest(query.request, {simulator.world(), "default", true});
    if (!request) {
        answer.problem = request.error();
        return answer;
    }
    answer.request = std::move(*request);
    answer.result = simulator.run(answer.request);
    answer.ladders = policy::ruleLadders(simulator.world(), answer.result);
    const auto scope = scopeOf(simulator, answer.request);
    addSender(*scope, answer);
    addEnds(*scope, answer);
    addPolicies(*scope, answer);
    addHidden(scope, answer);
    if (query.draft && live != nullptr) {
        if (auto same = policy::readRequest(query.request, {live->world(), "default", true})) {
            answer.live = live->run(*same);
        }
    }
    return answer;
}

Json expectationOf(const policy::RequestResult& result) {
    Json expect = {{"verdict", std::string(policy::name(result.verdict))}};
    if (result.verdict == Verdict::Routed && result.destinations.size() > 1) {
        expect["split"] = splitOf(result);
    } else if (result.verdict == Verdict::Routed && !result.cluster.empty()) {
        expect["cluster"] = result.cluster;
    }
    if (result.status && *result.status != 200) {
        expect["status"] = *result.status;
    }
    if (!result.location.empty()) {
        expect["location"] = result.location;
    }
    if (result.verdict == Verdict::Denied && result.authorization && result.authorization->policy) {
        expect["policy"] = result.authorization->policy->ref.display();
    }
    return expect;
}

} // namespace meshdeck::views
