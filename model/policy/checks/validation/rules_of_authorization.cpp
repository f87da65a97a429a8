// AuthorizationPolicies, as istiod's webhook accepts them (facts/semantics.md 4.3, 7.6).
#include <algorithm>
#include <array>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/fields.h"
#include "policy/checks/validation/names.h"
#include "policy/checks/validation/rules_between.h"

namespace meshdeck::policy::validation {
namespace {

using config::AuthorizationAction;
using config::AuthorizationPolicy;
using config::Json;

bool lists(const Json& value, std::string_view field) {
    const Json& list = valueAt(value, "/" + std::string(field));
    return list.is_array() && !list.empty();
}

// A list that is written must hold something, and nothing empty.
void checkLists(const Place& place, std::vector<Problem>& into) {
    for (const auto& [name, list] : mapOf(*place.value).items()) {
        for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
            if (list[i].is_string() && list[i].get_ref<const std::string&>().empty()) {
                into.push_back({place.pointer + "/" + name + "/" + std::to_string(i), "an empty value matches nothing"});
            }
        }
    }
}

void checkAddresses(const Json& list, const std::string& place, std::vector<Problem>& into) {
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        if (list[i].is_string() && !isAddressOrRange(list[i].get_ref<const std::string&>())) {
            into.push_back({place + "/" + std::to_string(i), list[i].dump() + " is no address and no range"});
        }
    }
}

void checkPorts(const Json& list, const std::string& place, std::vector<Problem>& into) {
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        const std::string text = list[i].is_string() ? list[i].get<std::string>() : std::string();
        const bool digits = !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == std::string::npos;
        if (list[i].is_string() && !text.empty() && (!digits || std::stoul(text) > 65535)) {
            into.push_back({place + "/" + std::to_string(i), "\"" + text + "\" is no port"});
        }
    }
}

// "{*}" and "{**}" are whole segments, "{**}" the last one, and stand beside no "*".
bool wrongTemplate(const std::string& path) {
    if (path.find_first_of("{}") == std::string::npos) {
        return false;
    }
    std::string rest = path;
    bool last = false;
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        const std::string segment = rest.substr(0, slash);
        rest = slash == std::string::npos ? std::string() : rest.substr(slash + 1);
        const bool one = segment == "{*}";
        const bool any = segment == "{**}";
        if (last || (!one && !any && segment.find_first_of("{}*") != std::string::npos)) {
            return true;
        }
        last = any;
    }
    return false;
}

void checkPaths(const Json& list, const std::string& place, std::vector<Problem>& into) {
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        if (list[i].is_string() && wrongTemplate(list[i].get_ref<const std::string&>())) {
            into.push_back({place + "/" + std::to_string(i),
                            list[i].dump() + ": {*} and {**} are whole segments, {**} the last one, and take no * beside them"});
        }
    }
}

constexpr std::array<std::string_view, 8> kIdentity{"principals", "notPrincipals", "namespaces", "notNamespaces",
                                                    "serviceAccounts", "notServiceAccounts", "requestPrincipals",
                                                    "notRequestPrincipals"};

void checkSource(const Place& source, bool custom, std::vector<Problem>& into) {
    const bool accounts = lists(*source.value, "serviceAccounts") || lists(*source.value, "notServiceAccounts");
    if (accounts && (lists(*source.value, "principals") || lists(*source.value, "namespaces") ||
                     lists(*source.value, "notPrincipals") || lists(*source.value, "notNamespaces"))) {
        into.push_back({source.pointer, "serviceAccounts cannot be combined with principals or namespaces"});
    }
    if (source.value->is_object() && source.value->empty()) {
        into.push_back({source.pointer, "a source must say something"});
    }
    for (const std::string_view field : kIdentity) {
        if (custom && lists(*source.value, field)) {
            into.push_back({source.pointer + "/" + std::string(field), "CUSTOM knows no identities"});
        }
    }
    for (const char* field : {"ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"}) {
        checkAddresses(valueAt(*source.value, std::string("/") + field), source.pointer + "/" + field, into);
    }
    checkLists(source, into);
}

void checkOperation(const Place& operation, std::vector<Problem>& into) {
    if (operation.value->is_object() && operation.value->empty()) {
        into.push_back({operation.pointer, "an operation must say something"});
    }
    checkPorts(valueAt(*operation.value, "/ports"), operation.pointer + "/ports", into);
    checkPorts(valueAt(*operation.value, "/notPorts"), operation.pointer + "/notPorts", into);
    checkPaths(valueAt(*operation.value, "/paths"), operation.pointer + "/paths", into);
    checkPaths(valueAt(*operation.value, "/notPaths"), operation.pointer + "/notPaths", into);
    checkLists(operation, into);
}

bool bracketed(const std::string& key, std::string_view prefix) {
    return key.starts_with(std::string(prefix) + "[") && key.ends_with("]") && key.size() > prefix.size() + 2;
}

bool knownKey(const std::string& key) {
    static constexpr std::array<std::string_view, 12> kKeys{
        "source.ip", "remote.ip", "source.namespace", "source.serviceAccount", "source.principal", "source.trustDomain",
        "request.auth.principal", "request.auth.audiences", "request.auth.presenter", "destination.ip", "destination.port",
        "connection.sni"};
    return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end() || bracketed(key, "request.headers") ||
           bracketed(key, "request.inline.headers") || bracketed(key, "request.auth.claims") ||
           (key.starts_with("experimental.") && key.ends_with("]"));
}

void checkCondition(const Place& when, bool custom, std::vector<Problem>& into) {
    const Json& written = valueAt(*when.value, "/key");
    const std::string key = written.is_string() ? written.get<std::string>() : std::string();
    if (!lists(*when.value, "values") && !lists(*when.value, "notValues")) {
        into.push_back({when.pointer, "a condition needs values or notValues"});
    }
    if (written.is_string() && !knownKey(key)) {
        into.push_back({when.pointer + "/key", key.empty() ? "a condition needs a key"
                                                           : "\"" + key + "\" is no attribute that a condition can ask for"});
    }
    if (custom && (key == "source.namespace" || key == "source.principal" || key == "source.serviceAccount" ||
                   key.starts_with("request.auth."))) {
        into.push_back({when.pointer + "/key", "CUSTOM knows no identities"});
    }
    for (const char* field : {"values", "notValues"}) {
        const Json& list = valueAt(*when.value, std::string("/") + field);
        if (key == "source.ip" || key == "remote.ip" || key == "destination.ip") {
            checkAddresses(list, when.pointer + "/" + field, into);
        } else if (key == "destination.port") {
            checkPorts(list, when.pointer + "/" + field, into);
        }
    }
    checkLists(when, into);
}

bool namesPort(const config::AuthorizationRule& rule) {
    return std::any_of(rule.to.begin(), rule.to.end(), [](const config::AuthorizationOperation& one) {
        return !one.ports.empty() || !one.notPorts.empty();
    });
}

bool namesPeer(const config::AuthorizationRule& rule) {
    return std::any_of(rule.from.begin(), rule.from.end(), [](const config::AuthorizationSource& s) {
        return !s.principals.empty() || !s.notPrincipals.empty() || !s.namespaces.empty() || !s.notNamespaces.empty() ||
               !s.serviceAccounts.empty() || !s.notServiceAccounts.empty() || !s.ipBlocks.empty() || !s.notIpBlocks.empty() ||
               !s.remoteIpBlocks.empty() || !s.notRemoteIpBlocks.empty();
    });
}

// On TCP ports the HTTP conditions of DENY fall away (4.4): istiod warns of rules that have no others.
void checkDeny(const AuthorizationPolicy& policy, std::vector<Problem>& into) {
    for (std::size_t i = 0; policy.action == AuthorizationAction::Deny && i < policy.rules.size(); ++i) {
        const config::AuthorizationRule& rule = policy.rules[i];
        const bool onlyFrom = !rule.from.empty() && rule.to.empty() && !namesPeer(rule);
        if (onlyFrom || (!rule.to.empty() && !namesPort(rule))) {
            into.push_back({"/spec/rules/" + std::to_string(i),
                            "A DENY rule with HTTP conditions alone denies all traffic to TCP ports it selects; name the "
                            "port", true});
        }
    }
}

} // namespace

std::vector<Problem> authorizationProblems(const config::ConfigObject& object, const AuthorizationPolicy& policy) {
    std::vector<Problem> problems;
    const bool custom = policy.action == AuthorizationAction::Custom;
    if ((policy.action == AuthorizationAction::Deny || custom) && !policy.hasRules) {
        problems.push_back({"/spec", "DENY and CUSTOM need rules"});
    }
    if (custom && policy.provider.empty()) {
        problems.push_back({"/spec/provider", "CUSTOM needs the name of a provider"});
    }
    if (!custom && valueAt(*object.json, "/spec/provider").is_object()) {
        problems.push_back({"/spec/provider", "a provider is for CUSTOM only"});
    }
    for (const Place& rule : follow(*object.json, "spec.rules[]")) {
        for (const char* field : {"/from", "/to"}) {
            const Json& list = valueAt(*rule.value, field);
            if (list.is_array() && list.empty()) {
                problems.push_back({rule.pointer + field, "an empty list matches nothing; leave it out for everything"});
            }
        }
    }
    for (const Place& source : follow(*object.json, "spec.rules[].from[].source")) {
        checkSource(source, custom, problems);
    }
    for (const Place& operation : follow(*object.json, "spec.rules[].to[].operation")) {
        checkOperation(operation, problems);
    }
    for (const Place& when : follow(*object.json, "spec.rules[].when[]")) {
        checkCondition(when, custom, problems);
    }
    checkDeny(policy, problems);
    return problems;
}

} // namespace meshdeck::policy::validation
