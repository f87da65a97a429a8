#include "policy/checks/validation/rules_between.h"

#include <algorithm>
#include <iterator>
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

void checkPeerPorts(const Json& object, std::vector<Problem>& into) {
    const Json& ports = valueAt(object, "/spec/portLevelMtls");
    if (ports.is_object() && ports.empty()) {
        into.push_back({"/spec/portLevelMtls", "portLevelMtls without ports says nothing"});
    }
    for (const auto& [port, mode] : mapOf(ports).items()) {
        const bool number = !port.empty() && port.size() < 6 && port.find_first_not_of("0123456789") == std::string::npos;
        if (!number || std::stoul(port) < 1 || std::stoul(port) > 65535) {
            into.push_back({"/spec/portLevelMtls", "\"" + port + "\" is no port, 1 to 65535"});
        }
    }
}

void checkJwtRules(const Json& object, std::vector<Problem>& into) {
    for (const Place& rule : follow(object, "spec.jwtRules[]")) {
        const auto empty = [&](const char* field) {
            const Json& value = valueAt(*rule.value, field);
            return !value.is_string() || value.get_ref<const std::string&>().empty();
        };
        if (rule.value->is_object() && empty("/issuer") && empty("/jwksUri") && empty("/jwks_uri")) {
            into.push_back({rule.pointer, "a rule needs an issuer or a jwksUri"});
        }
        const Json& keys = valueAt(*rule.value, "/jwks");
        if (keys.is_string() && !keys.get_ref<const std::string&>().empty() &&
            !keys.get_ref<const std::string&>().starts_with("<")) { // a placeholder of a manifest's template
            const auto parsed = config::parseJson(keys.get_ref<const std::string&>());
            if (!parsed || !parsed->is_object()) {
                into.push_back({rule.pointer + "/jwks", "it is no JSON Web Key Set"});
            }
        }
    }
}

void checkPeerAuthentication(const config::PeerAuthentication& pa, std::vector<Problem>& into) {
    if (!pa.ports.empty() && (!pa.selector || pa.selector->empty())) {
        into.push_back({"/spec/portLevelMtls", "portLevelMtls needs a selector"});
    }
}

void checkServiceEntry(const ConfigObject& object, const config::ServiceEntry& entry, std::vector<Problem>& into) {
    const bool tcp = std::any_of(entry.ports.begin(), entry.ports.end(), [](const config::NamedPort& port) {
        return port.protocol.empty() || port.protocol == "TCP" || port.protocol == "tcp";
    });
    const auto allocate = object.labels.find("networking.istio.io/enable-autoallocate-ip");
    const bool refused = allocate != object.labels.end() && allocate->second == "false";
    // Found by name only where DNS resolves it; without, every connection to the port is taken (IST0134).
    if (entry.addresses.empty() && tcp && (entry.resolution.empty() || entry.resolution == "NONE" || refused)) {
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

void checkTracing(const Json& object, std::vector<Problem>& into) {
    const Json& tracing = valueAt(object, "/spec/tracing");
    if (tracing.is_array() && tracing.size() > 1) {
        into.push_back({"/spec/tracing", "only the first entry of tracing counts", true});
    }
    for (const Place& entry : follow(object, "spec.tracing[]")) {
        const Json& providers = valueAt(*entry.value, "/providers");
        if (providers.is_array() && providers.size() > 1) {
            into.push_back({entry.pointer + "/providers", "only one tracing provider is used", true});
        }
    }
    for (const Place& tag : follow(object, "spec.tracing[].customTags{}")) {
        for (const char* field : {"/literal/value", "/header/name", "/environment/name"}) {
            const Json& way = valueAt(*tag.value, std::string(field).substr(0, std::string(field).rfind('/')));
            const Json& value = valueAt(*tag.value, field);
            if (way.is_object() && (!value.is_string() || value.get_ref<const std::string&>().empty())) {
                into.push_back({tag.pointer + field, "it must not be empty"});
            }
        }
    }
}

void checkTelemetry(const Json& object, std::vector<Problem>& into) {
    checkTracing(object, into);
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

namespace {

void addUntyped(const ConfigObject& object, std::vector<Problem>& problems) {
    if (object.ref.kind == "WorkloadGroup") {
        const std::vector<Problem> own = workloadGroupProblems(object);
        problems.insert(problems.end(), own.begin(), own.end());
    } else if (object.ref.kind == "EnvoyFilter") {
        checkEnvoyFilter(*object.json, problems);
    } else if (object.ref.kind == "Telemetry") {
        checkTelemetry(*object.json, problems);
    } else if (object.ref.kind == "WasmPlugin") {
        checkWasm(*object.json, problems);
    } else if (object.ref.kind == "RequestAuthentication") {
        checkJwtRules(*object.json, problems);
    }
}

} // namespace

std::vector<Problem> problemsBetween(const ConfigObject& object) {
    std::vector<Problem> problems;
    checkTargets(*object.json, problems);
    checkExportTo(object, problems);
    const auto add = [&](std::vector<Problem> more) {
        problems.insert(problems.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    if (const auto* vs = config::as<config::VirtualService>(object.typed)) {
        add(virtualServiceProblems(object, *vs));
    } else if (const auto* gateway = config::as<config::Gateway>(object.typed)) {
        add(gatewayProblems(object, *gateway));
    } else if (const auto* sidecar = config::as<config::Sidecar>(object.typed)) {
        add(sidecarProblems(object, *sidecar));
    } else if (const auto* rule = config::as<config::DestinationRule>(object.typed)) {
        add(destinationRuleProblems(object, *rule));
    } else if (const auto* ap = config::as<config::AuthorizationPolicy>(object.typed)) {
        add(authorizationProblems(object, *ap));
    } else if (const auto* entry = config::as<config::ServiceEntry>(object.typed)) {
        checkServiceEntry(object, *entry, problems);
        add(serviceEntryProblems(*entry));
    } else if (const auto* workload = config::as<config::WorkloadEntry>(object.typed)) {
        add(workloadEntryProblems(*workload));
    } else if (const auto* pa = config::as<config::PeerAuthentication>(object.typed)) {
        checkPeerAuthentication(*pa, problems);
        checkPeerPorts(*object.json, problems);
    } else {
        addUntyped(object, problems);
    }
    return problems;
}

} // namespace meshdeck::policy::validation
