// What Istio has given up and will remove, IST0002 (facts/semantics.md 7.1).
#include <algorithm>
#include <array>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/checks/json_walk.h"

namespace meshdeck::policy {
namespace {

using config::Json;

constexpr std::string_view kRbac = "rbac.istio.io";
constexpr std::array<std::string_view, 4> kRbacKinds{"ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"};

// `fault.delay.percent`, a whole number, was there before `percentage`.
void checkDelays(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const Json& rules = valueAt(*object->json, "/spec/http");
        for (std::size_t i = 0; rules.is_array() && i < rules.size(); ++i) {
            const Json& percent = valueAt(rules[i], "/fault/delay/percent");
            if (!percent.is_number() || percent.get<double>() <= 0) {
                continue;
            }
            const std::string place = "/spec/http/" + std::to_string(i) + "/fault/delay";
            Fix fix{"write percentage: {value: " + percent.dump() + "}", Json::array()};
            fix.patch.push_back({{"op", "remove"}, {"path", place + "/percent"}});
            fix.patch.push_back({{"op", "add"}, {"path", place + "/percentage"}, {"value", {{"value", percent}}}});
            report(into, "IST0002", object, place + "/percent", "A delay's percent is deprecated, use percentage",
                   std::move(fix));
        }
    }
}

void checkEgressProxies(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        if (!valueAt(*object->json, "/spec/outboundTrafficPolicy/egressProxy").is_null()) {
            report(into, "IST0002", object, "/spec/outboundTrafficPolicy/egressProxy",
                   "An egressProxy of the outbound traffic policy is ignored");
        }
    }
}

void checkRbac(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const Json& kind = valueAt(*object->json, "/spec/names/kind");
        const bool definition = object->ref.kind == "CustomResourceDefinition";
        const bool removed = definition && valueAt(*object->json, "/spec/group") == kRbac && kind.is_string() &&
                             std::find(kRbacKinds.begin(), kRbacKinds.end(), kind.get_ref<const std::string&>()) !=
                                 kRbacKinds.end();
        if (removed || !definition) {
            report(into, "IST0002", object, definition ? "/spec/names/kind" : "",
                   "The kind " + (definition ? kind.get<std::string>() : object->ref.kind) + " of " + std::string(kRbac) +
                       " is no longer part of Istio and has no effect; write an AuthorizationPolicy");
        }
    }
}

// Names of the mesh's tracing providers of the kind lightstep.
std::set<std::string> lightstepProviders(const CheckContext& context) {
    std::set<std::string> names;
    for (const ConfigObjectPtr& mesh : context.world().ofKind("", "MeshConfig")) {
        const Json& providers = valueAt(*mesh->json, "/extensionProviders");
        for (const Json& provider : providers.is_array() ? providers : Json::array()) {
            const Json& name = valueAt(provider, "/name");
            if (name.is_string() && !valueAt(provider, "/lightstep").is_null()) {
                names.insert(name.get<std::string>());
            }
        }
    }
    return names;
}

void checkLightstep(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    const std::set<std::string> names = lightstepProviders(context);
    for (const ConfigObjectPtr& object : names.empty() ? std::vector<ConfigObjectPtr>() : objects) {
        const auto* telemetry = config::as<config::Telemetry>(object->typed);
        for (const std::string& provider : telemetry == nullptr ? std::vector<std::string>() : telemetry->tracingProviders) {
            if (names.contains(provider)) {
                report(into, "IST0002", object, "/spec/tracing",
                       "The provider \"" + provider + "\" is of the kind lightstep, which is deprecated; use opentelemetry");
            }
        }
    }
}

} // namespace

std::vector<Check> deprecationChecks() {
    std::vector<std::pair<std::string_view, std::string_view>> rbac{{"apiextensions.k8s.io", "CustomResourceDefinition"}};
    for (const std::string_view kind : kRbacKinds) {
        rbac.emplace_back(kRbac, kind);
    }
    return {
        {"deprecated.delayPercent", {"IST0002"}, CheckScope::Object, {{kNetworking, "VirtualService"}}, {}, false, checkDelays},
        {"deprecated.egressProxy", {"IST0002"}, CheckScope::Object, {{kNetworking, "Sidecar"}}, {}, false, checkEgressProxies},
        {"deprecated.rbac", {"IST0002"}, CheckScope::Object, rbac, {}, false, checkRbac},
        {"deprecated.lightstep", {"IST0002"}, CheckScope::Context, {{kTelemetryGroup, "Telemetry"}}, {{"", "MeshConfig"}},
         false, checkLightstep},
    };
}

} // namespace meshdeck::policy
