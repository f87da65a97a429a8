#include <algorithm>
#include <set>

#include "policy/effective/parts.h"
#include "policy/routing/destination.h"
#include "policy/security/authorization.h"

namespace meshdeck::policy::effective {

namespace {

constexpr const char* kTls = "TLS";
constexpr const char* kAuthorization = "Authorization";

bool selects(const mesh::Labels& selector, const mesh::Labels& labels) {
    return std::includes(labels.begin(), labels.end(), selector.begin(), selector.end());
}

// Adds a value unless one with the same words is there: the endpoints of a service mostly agree.
void addOnce(EffectiveConfig& into, EffectiveValue value) {
    const bool known = std::any_of(into.values.begin(), into.values.end(), [&](const EffectiveValue& each) {
        return each.group == value.group && each.name == value.name && each.value == value.value &&
               each.object == value.object;
    });
    if (!known) {
        into.values.push_back(std::move(value));
    }
}

void addPolicies(const World& world, const Workload& workload, const Proxy& server, EffectiveConfig& into) {
    const PolicySet policies = policiesFor(world, server);
    const auto add = [&](const std::vector<ConfigObjectPtr>& list, const char* action) {
        for (const ConfigObjectPtr& object : list) {
            const std::string level = object->ref.ns == world.mesh().rootNamespace ? "root namespace"
                                      : object->ref.ns == workload.ns              ? "namespace " + object->ref.ns
                                                                                   : object->ref.ns;
            addOnce(into, {kAuthorization, action, object->ref.display(), level, object, "/spec"});
        }
    };
    add(policies.custom, "CUSTOM");
    add(policies.deny, "DENY");
    add(policies.allow, "ALLOW");
    add(policies.audit, "AUDIT");
    add(policies.dryRun, "dry run");
    add(policies.requestAuthentications, "tokens");
    if (policies.custom.empty() && policies.deny.empty() && policies.allow.empty()) {
        addOnce(into, {kAuthorization, workload.name, "everything is allowed: no policy selects it", "Istio's default", nullptr, ""});
    }
}

} // namespace

void addServerSide(const Subject& subject, EffectiveConfig& into) {
    const World& world = subject.client.world();
    const Cluster cluster =
        resolveCluster(subject.client, subject.service.host, subject.subset, subject.port, subject.port);
    if (cluster.endpoints.empty()) {
        into.warnings.push_back("no endpoints are known: TLS and policies of the server cannot be told");
        return;
    }
    std::set<std::string> seen;
    for (const Endpoint* endpoint : cluster.endpoints) {
        const Workload& workload = world.workloads()[endpoint->workload];
        const MtlsResult tls = mtlsOfEdge(subject.client, subject.service, subject.port, subject.subset, *endpoint);
        const std::string outcome(name(tls.outcome));
        addOnce(into, {kTls, "to " + workload.name, outcome, tls.client, tls.clientObject, ""});
        addOnce(into, {kTls, "accepted by " + workload.name, tls.server, "server", tls.serverObject, ""});
        if (workload.sidecar || workload.ambient) {
            addPolicies(world, workload, proxyOf(world, workload), into);
        } else if (seen.insert(workload.name).second) {
            addOnce(into, {kAuthorization, workload.name, "nothing is enforced: it has no proxy", "Istio's default", nullptr, ""});
        }
    }
}

void addEnvoyFilters(const Subject& subject, EffectiveConfig& into) {
    const World& world = subject.client.world();
    const Proxy& client = subject.client.proxy();
    if (client.type == Proxy::Type::None || client.type == Proxy::Type::Ztunnel) {
        return;
    }
    for (const ConfigObjectPtr& object : world.ofKind("networking.istio.io", "EnvoyFilter")) {
        const auto* spec = config::as<config::EnvoyFilter>(object->typed);
        const std::string& ns = object->ref.ns;
        if (spec == nullptr || !spec->target.targetRefs.empty() || (ns != world.mesh().rootNamespace && ns != client.ns) ||
            (spec->target.selector && !selects(*spec->target.selector, client.labels))) {
            continue;
        }
        const bool outbound = std::any_of(spec->patches.begin(), spec->patches.end(), [&](const config::EnvoyPatch& patch) {
            return patch.context == "ANY" || patch.context == (client.type == Proxy::Type::Router ? "GATEWAY" : "SIDECAR_OUTBOUND");
        });
        if (outbound) {
            into.warnings.push_back(object->ref.display() + " patches this proxy: what is said here may not hold");
        }
    }
}

} // namespace meshdeck::policy::effective
