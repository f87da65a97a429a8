// EnvoyFilter patches, Telemetry providers, policies that choose a Gateway API gateway by labels (7.2, 7.3, 7.5).
#include <algorithm>
#include <set>

#include "policy/checks/check_lists.h"

namespace meshdeck::policy {
namespace {

using config::EnvoyFilter;
using config::EnvoyPatch;

bool relative(const EnvoyPatch& patch) {
    return patch.operation == "INSERT_BEFORE" || patch.operation == "INSERT_AFTER" || patch.operation == "REMOVE" ||
           patch.operation == "REPLACE";
}

bool routesOnly(const EnvoyPatch& patch) {
    return patch.applyTo == "ROUTE_CONFIGURATION" || patch.applyTo == "HTTP_ROUTE";
}

// Returns the code of what is wrong with the patch, or "".
std::string_view patchProblem(const EnvoyPatch& patch, bool prioritised, bool versioned) {
    if (patch.operation == "ADD") {
        return routesOnly(patch) ? "IST0153" : "";
    }
    if (patch.operation == "REMOVE" && routesOnly(patch)) {
        return "IST0154";
    }
    if (patch.operation == "REPLACE" && patch.applyTo != "NETWORK_FILTER" && patch.applyTo != "HTTP_FILTER" &&
        patch.applyTo != "VIRTUAL_HOST") {
        return "IST0152";
    }
    if (!relative(patch) || prioritised) {
        return "";
    }
    return versioned ? "IST0155" : "IST0151";
}

std::string patchMessage(std::string_view code, const EnvoyPatch& patch) {
    if (code == "IST0152") {
        return "REPLACE works for HTTP_FILTER and NETWORK_FILTER only, not for " + patch.applyTo;
    }
    if (code == "IST0153" || code == "IST0154") {
        return patch.operation + " is ignored for " + patch.applyTo;
    }
    if (code == "IST0155") {
        return patch.operation + " depends on the order of patches, no priority is set, and another patch of the same "
               "filter is bound to a proxy version, so an upgrade may drop it";
    }
    return patch.operation + " depends on the order of patches and no priority is set, so it may not be applied";
}

// Names of filters that were patched for one proxy version so far, in the order of the objects.
void checkPatches(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                  std::vector<Finding>& into) {
    std::set<std::string> versioned;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "EnvoyFilter")) {
        const auto* filter = config::as<EnvoyFilter>(object->typed);
        const bool wanted = std::find(objects.begin(), objects.end(), object) != objects.end();
        for (std::size_t i = 0; i < filter->patches.size(); ++i) {
            const EnvoyPatch& patch = filter->patches[i];
            const std::string_view code =
                patchProblem(patch, filter->priority.value_or(0) != 0, versioned.contains(patch.filterName));
            if (wanted && !code.empty()) {
                report(into, code, object, "/spec/configPatches/" + std::to_string(i), patchMessage(code, patch));
            }
            if (!patch.proxyVersion.empty()) {
                versioned.insert(patch.filterName);
            }
        }
    }
}

void checkProviders(const CheckContext& context, const ConfigObjectPtr& object, const config::Telemetry& telemetry,
                    std::vector<Finding>& into) {
    if (!context.mesh().defaultLoggingProviders.empty()) {
        return;
    }
    for (std::size_t i = 0; i < telemetry.loggingNamesProvider.size(); ++i) {
        if (!telemetry.loggingNamesProvider[i]) {
            report(into, "IST0157", object, "/spec/accessLogging/" + std::to_string(i),
                   "It names no provider and the mesh has no default one, so this access logging is ignored");
        }
    }
}

template <typename T>
const config::PolicyTarget* targetOf(const ConfigObjectPtr& object) {
    const T* typed = config::as<T>(object->typed);
    return typed == nullptr ? nullptr : &typed->target;
}

const config::PolicyTarget* anyTarget(const ConfigObjectPtr& object) {
    if (const auto* target = targetOf<config::AuthorizationPolicy>(object)) {
        return target;
    }
    if (const auto* target = targetOf<config::RequestAuthentication>(object)) {
        return target;
    }
    if (const auto* target = targetOf<config::Telemetry>(object)) {
        return target;
    }
    return targetOf<config::WasmPlugin>(object);
}

void checkGatewaySelectors(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                           std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const config::PolicyTarget* target = anyTarget(object);
        if (target == nullptr || !target->targetRefs.empty() || !target->selector) {
            continue;
        }
        std::set<std::string> said;
        for (const Workload* workload : context.selected(&object->ref.ns, *target->selector)) {
            if (!workload->gatewayName.empty() && said.insert(workload->gatewayName).second) {
                report(into, "IST0166", object, "/spec/selector",
                       "A selector has no effect on the Gateway API gateway \"" + workload->gatewayName +
                           "\"; use targetRefs");
            }
        }
    }
}

} // namespace

std::vector<Check> extensionChecks() {
    const std::pair<std::string_view, std::string_view> filter{kNetworking, "EnvoyFilter"};
    return {
        {"envoyFilter.patches", {"IST0151", "IST0152", "IST0153", "IST0154", "IST0155"}, CheckScope::Context, {filter},
         {filter}, false, checkPatches},
        {"telemetry.providers", {"IST0157"}, CheckScope::Object, {{kTelemetryGroup, "Telemetry"}}, {}, false,
         forEachTyped<config::Telemetry>(checkProviders)},
        {"gatewayApi.selectors", {"IST0166"}, CheckScope::Context,
         {{kSecurity, "AuthorizationPolicy"}, {kSecurity, "RequestAuthentication"}, {kTelemetryGroup, "Telemetry"},
          {kExtensions, "WasmPlugin"}},
         {{"", "Pod"}, {"apps", "Deployment"}, {"", "Namespace"}}, false, checkGatewaySelectors},
    };
}

} // namespace meshdeck::policy
