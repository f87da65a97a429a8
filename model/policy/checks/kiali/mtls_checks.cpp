// DestinationRules and PeerAuthentications that must agree (facts/semantics.md 7.2). With auto mTLS a client finds out
// what a server takes, so most of this matters without it only: KIA0204 to KIA0206, KIA0401, KIA0501, KIA0505, KIA0506.
#include <algorithm>

#include "policy/checks/check_lists.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using config::DestinationRule;
using config::MtlsMode;
using config::PeerAuthentication;

std::string tlsMode(const DestinationRule& rule) {
    return rule.trafficPolicy && rule.trafficPolicy->tls ? rule.trafficPolicy->tls->mode : std::string();
}

bool coversMesh(const CheckContext& context, const std::string& host) {
    const std::string& domain = context.mesh().clusterDomain;
    const std::size_t dot = domain.rfind('.');
    return host == "*" || host == "*." + domain || host == "*.svc." + domain ||
           (dot != std::string::npos && host == "*" + domain.substr(dot));
}

std::string hostsOf(const CheckContext& context, const std::string& ns) {
    return "*." + ns + ".svc." + context.mesh().clusterDomain;
}

// Whether a rule for such hosts asks for that mode.
template <typename Covers>
bool someRule(const CheckContext& context, std::string_view mode, Covers covers) {
    const auto& rules = context.world().ofKind(kNetworking, "DestinationRule");
    return std::any_of(rules.begin(), rules.end(), [&](const ConfigObjectPtr& object) {
        const auto* rule = config::as<DestinationRule>(object->typed);
        return rule != nullptr && tlsMode(*rule) == mode && covers(rule->host);
    });
}

bool meshRule(const CheckContext& context, std::string_view mode) {
    return someRule(context, mode, [&](const std::string& host) { return coversMesh(context, host); });
}

// What the namespace's own selector-less PeerAuthentication says; Unset without one.
MtlsMode modeOf(const CheckContext& context, const std::string& ns) {
    for (const ConfigObjectPtr& object : context.world().ofKind(kSecurity, "PeerAuthentication")) {
        const auto* pa = config::as<PeerAuthentication>(object->typed);
        if (pa != nullptr && object->ref.ns == ns && !pa->selector) {
            return pa->mode;
        }
    }
    return MtlsMode::Unset;
}

bool accepts(MtlsMode mode) {
    return mode == MtlsMode::Strict || mode == MtlsMode::Permissive;
}

// A rule for one host without TLS settings hides the wider one that has them: rules are never merged across hosts (2.1).
void checkHidden(const CheckContext& context, const std::vector<ConfigObjectPtr>& wildcards, const ConfigObjectPtr& object,
                 const DestinationRule& rule, std::vector<Finding>& into) {
    const std::string host = resolveShortName(rule.host, object->ref.ns, context.mesh().clusterDomain);
    if (!rule.trafficPolicy || rule.trafficPolicy->tls || rule.workloadSelector) {
        return;
    }
    for (const ConfigObjectPtr& other : wildcards) {
        const auto* wide = config::as<DestinationRule>(other->typed);
        const bool near = other->ref.ns == object->ref.ns || other->ref.ns == context.mesh().rootNamespace;
        if (other == object || !near || wide->host == host || !hostSubsetOf(host, wide->host)) {
            continue;
        }
        const std::string mode = tlsMode(*wide);
        if (mode == "SIMPLE" || mode == "MUTUAL" || (mode == "ISTIO_MUTUAL" && !context.mesh().enableAutoMtls)) {
            report(into, "KIA0204", object, "/spec/trafficPolicy",
                   "It has no TLS settings and hides " + other->ref.display() + ", whose TLS mode " + mode +
                       " no longer counts for \"" + host + "\"");
            return;
        }
    }
}

void checkRule(const CheckContext& context, const ConfigObjectPtr& object, const DestinationRule& rule,
               std::vector<Finding>& into) {
    if (context.mesh().enableAutoMtls || tlsMode(rule) != "ISTIO_MUTUAL" || !isWildcard(rule.host)) {
        return;
    }
    const MtlsMode mesh = modeOf(context, context.mesh().rootNamespace);
    if (coversMesh(context, rule.host)) {
        if (!accepts(mesh)) {
            report(into, "KIA0205", object, "/spec/trafficPolicy/tls/mode",
                   "It makes all clients use mTLS, and no PeerAuthentication of the mesh says that servers take it");
        }
        return;
    }
    for (const ConfigObjectPtr& ns : context.world().ofKind("", "Namespace")) {
        if (rule.host == hostsOf(context, ns->ref.name) && !accepts(mesh) && !accepts(modeOf(context, ns->ref.name))) {
            report(into, "KIA0206", object, "/spec/trafficPolicy/tls/mode",
                   "It makes clients of namespace \"" + ns->ref.name +
                       "\" use mTLS, and no PeerAuthentication says that its servers take it");
        }
    }
}

void checkRules(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::vector<ConfigObjectPtr> wildcards;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "DestinationRule")) {
        const auto* rule = config::as<DestinationRule>(object->typed);
        if (rule != nullptr && isWildcard(rule->host)) {
            wildcards.push_back(object);
        }
    }
    for (const ConfigObjectPtr& object : objects) {
        if (const auto* rule = config::as<DestinationRule>(object->typed)) {
            checkHidden(context, wildcards, object, *rule, into);
            checkRule(context, object, *rule, into);
        }
    }
}

void checkPeer(const CheckContext& context, const ConfigObjectPtr& object, const PeerAuthentication& pa,
               std::vector<Finding>& into) {
    const bool root = object->ref.ns == context.mesh().rootNamespace;
    const std::string& ns = object->ref.ns;
    const auto ofNamespace = [&](const std::string& host) { return host == hostsOf(context, ns); };
    if (pa.selector) {
        return;
    }
    const bool mutual = meshRule(context, "ISTIO_MUTUAL");
    if (pa.mode == MtlsMode::Strict && !context.mesh().enableAutoMtls && !mutual &&
        (root || !someRule(context, "ISTIO_MUTUAL", ofNamespace))) {
        report(into, root ? "KIA0401" : "KIA0501", object, "/spec/mtls/mode",
               std::string("Servers take mTLS only and auto mTLS is off, but no DestinationRule makes clients of the ") +
                   (root ? "mesh" : "namespace") + " use it: their calls are refused");
    }
    if (pa.mode == MtlsMode::Disable && mutual && (root || !someRule(context, "DISABLE", ofNamespace))) {
        report(into, root ? "KIA0506" : "KIA0505", object, "/spec/mtls/mode",
               std::string("Servers take no mTLS, but a DestinationRule makes all clients use it") +
                   (root ? "" : " and none switches it off for this namespace") + ": their calls fail");
    }
}

} // namespace

std::vector<Check> kialiMtlsChecks() {
    const std::pair<std::string_view, std::string_view> dr{kNetworking, "DestinationRule"};
    const std::pair<std::string_view, std::string_view> pa{kSecurity, "PeerAuthentication"};
    return {
        {"kiali.tlsRules", {"KIA0204", "KIA0205", "KIA0206"}, CheckScope::Context, {dr}, {dr, pa, {"", "Namespace"}}, false,
         checkRules},
        {"kiali.peerAuthentications", {"KIA0401", "KIA0501", "KIA0505", "KIA0506"}, CheckScope::Context, {pa}, {dr, pa},
         false, forEachTyped<PeerAuthentication>(checkPeer)},
    };
}

} // namespace meshdeck::policy
