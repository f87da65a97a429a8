#include "policy/checks/validation/rules_between.h"

#include <algorithm>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/fields.h"

namespace meshdeck::policy::validation {
namespace {

using config::ConfigObject;
using config::Json;

void checkSelector(const Json& labels, const std::string& pointer, std::vector<Problem>& into) {
    if (!labels.is_object()) {
        return;
    }
    for (const auto& [key, value] : labels.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : std::string();
        if (key.empty()) {
            into.push_back({pointer, "a label key must not be empty"});
        }
        if (key.find('*') != std::string::npos || text.find('*') != std::string::npos) {
            into.push_back({pointer, "a selector knows no wildcards: " + key + "=" + text});
        }
    }
}

void checkTargets(const Json& object, std::vector<Problem>& into) {
    checkSelector(valueAt(object, "/spec/selector/matchLabels"), "/spec/selector/matchLabels", into);
    checkSelector(valueAt(object, "/spec/workloadSelector/labels"), "/spec/workloadSelector/labels", into);
    int ways = 0;
    for (const char* field : {"/spec/selector", "/spec/targetRef", "/spec/targetRefs"}) {
        ways += valueAt(object, field).is_null() ? 0 : 1;
    }
    if (ways > 1) {
        into.push_back({"/spec", "only one of selector, targetRef and targetRefs may be set"});
    }
    std::vector<Place> refs = follow(object, "spec.targetRefs[]");
    for (const Place& one : follow(object, "spec.targetRef")) {
        refs.push_back(one);
    }
    for (const Place& ref : refs) {
        const Json& ns = valueAt(*ref.value, "/namespace");
        if (ns.is_string() && !ns.get_ref<const std::string&>().empty()) {
            into.push_back({ref.pointer + "/namespace", "a policy cannot target an object of another namespace"});
        }
    }
}

void checkExportTo(const ConfigObject& object, std::vector<Problem>& into) {
    const Json& list = valueAt(*object.json, "/spec/exportTo");
    std::set<std::string> seen;
    bool all = false;
    for (const Json& entry : list.is_array() ? list : Json::array()) {
        const std::string ns = entry.is_string() ? entry.get<std::string>() : std::string();
        if (!seen.insert(ns).second) {
            into.push_back({"/spec/exportTo", "exportTo lists \"" + ns + "\" twice"});
        }
        all = all || ns == "*";
        if (ns == "~" && object.ref.kind != "ServiceEntry") {
            into.push_back({"/spec/exportTo", "only a ServiceEntry may be exported to nobody (~)"});
        }
    }
    if (all && seen.size() > 1) {
        into.push_back({"/spec/exportTo", "exportTo cannot name namespaces beside \"*\""});
    }
}

void checkAuthorization(const ConfigObject& object, const config::AuthorizationPolicy& policy,
                        std::vector<Problem>& into) {
    using config::AuthorizationAction;
    const bool rejects = policy.action == AuthorizationAction::Deny || policy.action == AuthorizationAction::Custom;
    if (rejects && !policy.hasRules) {
        into.push_back({"/spec", "DENY and CUSTOM need rules"});
    }
    if (policy.action == AuthorizationAction::Custom && policy.provider.empty()) {
        into.push_back({"/spec/provider", "CUSTOM needs the name of a provider"});
    }
    for (const Place& source : follow(*object.json, "spec.rules[].from[].source")) {
        const auto has = [&](const char* field) { return !valueAt(*source.value, std::string("/") + field).is_null(); };
        if ((has("serviceAccounts") || has("notServiceAccounts")) &&
            (has("principals") || has("namespaces") || has("notPrincipals") || has("notNamespaces"))) {
            into.push_back({source.pointer, "serviceAccounts cannot be combined with principals or namespaces"});
        }
        if (source.value->is_object() && source.value->empty()) {
            into.push_back({source.pointer, "a source must say something"});
        }
    }
    for (const Place& operation : follow(*object.json, "spec.rules[].to[].operation")) {
        if (operation.value->is_object() && operation.value->empty()) {
            into.push_back({operation.pointer, "an operation must say something"});
        }
    }
    for (const Place& when : follow(*object.json, "spec.rules[].when[]")) {
        if (valueAt(*when.value, "/values").is_null() && valueAt(*when.value, "/notValues").is_null()) {
            into.push_back({when.pointer, "a condition needs values or notValues"});
        }
    }
}

void checkPeerAuthentication(const config::PeerAuthentication& pa, std::vector<Problem>& into) {
    if (!pa.ports.empty() && (!pa.selector || pa.selector->empty())) {
        into.push_back({"/spec/portLevelMtls", "portLevelMtls needs a selector"});
    }
}

bool wrongNumber(const Json& value, double least, double most) {
    return !value.is_null() && (!value.is_number() || value.get<double>() < least || value.get<double>() > most);
}

void checkTrafficPolicies(const Json& object, std::vector<Problem>& into) {
    for (const char* path : {"spec.trafficPolicy", "spec.subsets[].trafficPolicy", "spec.trafficPolicy.portLevelSettings[]",
                             "spec.subsets[].trafficPolicy.portLevelSettings[]"}) {
        for (const Place& policy : follow(object, path)) {
            if (policy.value->is_object() && policy.value->empty()) {
                into.push_back({policy.pointer, "an empty traffic policy says nothing"});
            }
            const Json& warmup = valueAt(*policy.value, "/loadBalancer/warmup");
            const std::string place = policy.pointer + "/loadBalancer/warmup";
            if (warmup.is_object() && !warmup.contains("duration")) {
                into.push_back({place, "warmup needs a duration"});
            }
            if (wrongNumber(valueAt(warmup, "/minimumPercent"), 0, 100)) {
                into.push_back({place + "/minimumPercent", "minimumPercent must be from 0 to 100"});
            }
            if (wrongNumber(valueAt(warmup, "/aggression"), 1, 1e9)) {
                into.push_back({place + "/aggression", "aggression must be at least 1"});
            }
            for (const char* field : {"/outlierDetection/maxEjectionPercent", "/outlierDetection/minHealthPercent"}) {
                if (wrongNumber(valueAt(*policy.value, field), 0, 100)) {
                    into.push_back({policy.pointer + field, "a percentage must be from 0 to 100"});
                }
            }
        }
    }
}

void checkServiceEntry(const config::ServiceEntry& entry, std::vector<Problem>& into) {
    const bool tcp = std::any_of(entry.ports.begin(), entry.ports.end(), [](const config::NamedPort& port) {
        return port.protocol.empty() || port.protocol == "TCP" || port.protocol == "tcp";
    });
    // Found by name only where DNS resolves it; without, every connection to the port is taken (IST0134).
    if (entry.addresses.empty() && tcp && (entry.resolution.empty() || entry.resolution == "NONE")) {
        into.push_back({"/spec/addresses", "A TCP port of an entry without addresses takes all traffic to that port, "
                                           "unless addresses are allocated by istiod", true});
    }
    if (entry.workloadSelector && !entry.workloadSelector->empty() && !entry.endpoints.empty()) {
        into.push_back({"/spec/endpoints", "only one of workloadSelector and endpoints may be set"});
    }
}

void checkEnvoyFilter(const Json& object, std::vector<Problem>& into) {
    into.push_back({"/spec", "An EnvoyFilter changes Envoy's own config, which may mean something else in the next "
                             "version; prefer another kind where there is one", true});
    for (const Place& patch : follow(object, "spec.configPatches[]")) {
        const Json& value = valueAt(*patch.value, "/patch/value");
        const std::string applies = valueAt(*patch.value, "/applyTo").is_string()
                                        ? valueAt(*patch.value, "/applyTo").get<std::string>() : std::string();
        if ((applies == "HTTP_FILTER" || applies == "NETWORK_FILTER") && value.is_object() && value.contains("name") &&
            !value.contains("typed_config") && !value.contains("typedConfig")) {
            into.push_back({patch.pointer + "/patch/value", "A filter without typed_config is not accepted by new Envoys",
                            true});
        }
    }
}

void checkTelemetry(const Json& object, std::vector<Problem>& into) {
    for (const Place& tag : follow(object, "spec.metrics[].overrides[].tagOverrides{}")) {
        const Json& operation = valueAt(*tag.value, "/operation");
        const bool remove = operation == "REMOVE";
        const bool value = !valueAt(*tag.value, "/value").is_null();
        if (remove && value) {
            into.push_back({tag.pointer, "a tag that is removed has no value"});
        }
        if (!remove && !value) {
            into.push_back({tag.pointer, "a tag that is set needs a value"});
        }
    }
}

void checkWasm(const Json& object, std::vector<Problem>& into) {
    for (const Place& variable : follow(object, "spec.vmConfig.env[]")) {
        if (valueAt(*variable.value, "/valueFrom") == "HOST" && !valueAt(*variable.value, "/value").is_null()) {
            into.push_back({variable.pointer, "a variable taken from the host has no value of its own"});
        }
    }
}

} // namespace

std::vector<Problem> problemsBetween(const ConfigObject& object) {
    std::vector<Problem> problems;
    checkTargets(*object.json, problems);
    checkExportTo(object, problems);
    if (const auto* vs = config::as<config::VirtualService>(object.typed)) {
        const std::vector<Problem> own = virtualServiceProblems(object, *vs);
        problems.insert(problems.end(), own.begin(), own.end());
    } else if (const auto* ap = config::as<config::AuthorizationPolicy>(object.typed)) {
        checkAuthorization(object, *ap, problems);
    } else if (const auto* pa = config::as<config::PeerAuthentication>(object.typed)) {
        checkPeerAuthentication(*pa, problems);
    } else if (const auto* entry = config::as<config::ServiceEntry>(object.typed)) {
        checkServiceEntry(*entry, problems);
    } else if (object.ref.kind == "DestinationRule") {
        checkTrafficPolicies(*object.json, problems);
    } else if (object.ref.kind == "EnvoyFilter") {
        checkEnvoyFilter(*object.json, problems);
    } else if (object.ref.kind == "Telemetry") {
        checkTelemetry(*object.json, problems);
    } else if (object.ref.kind == "WasmPlugin") {
        checkWasm(*object.json, problems);
    }
    return problems;
}

} // namespace meshdeck::policy::validation
