// Kiali's checks of Gateway API objects (facts/semantics.md 7.4), and references without a grant.
#include <algorithm>
#include <map>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/gatewayapi/convert.h"

namespace meshdeck::policy {
namespace {

using config::KubeGateway;

void checkGateway(const CheckContext& context, const ConfigObjectPtr& object, const KubeGateway& gateway,
                  std::vector<Finding>& into) {
    const auto& classes = context.world().ofKind(kGatewayApi, "GatewayClass");
    const bool builtIn = gateway.gatewayClass == "istio" || gateway.gatewayClass == "istio-waypoint" ||
                         gateway.gatewayClass == "istio-remote" || gateway.gatewayClass == "istio-east-west";
    if (!builtIn && std::none_of(classes.begin(), classes.end(), [&](const ConfigObjectPtr& one) {
            return one->ref.name == gateway.gatewayClass;
        })) {
        report(into, "KIA1504", object, "/spec/gatewayClassName", "There is no GatewayClass \"" + gateway.gatewayClass + "\"");
    }
    std::set<std::string> names;
    std::set<std::tuple<std::uint32_t, std::string, std::string>> served;
    for (std::size_t i = 0; i < gateway.listeners.size(); ++i) {
        const config::GatewayListener& listener = gateway.listeners[i];
        const std::string place = "/spec/listeners/" + std::to_string(i);
        if (!names.insert(listener.name).second) {
            report(into, "KIA1503", object, place + "/name", "Two listeners are called \"" + listener.name + "\"");
        }
        if (!served.emplace(listener.port, listener.protocol, listener.hostname).second) {
            report(into, "KIA1501", object, place,
                   "Two listeners serve \"" + listener.hostname + "\" on port " + std::to_string(listener.port));
        }
    }
}

void checkAddresses(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::map<std::pair<std::string, std::string>, std::vector<ConfigObjectPtr>> users;
    for (const ConfigObjectPtr& object : context.world().ofKind(kGatewayApi, "Gateway")) {
        const auto* gateway = config::as<KubeGateway>(object->typed);
        if (gateway == nullptr) {
            continue;
        }
        for (const auto& address : gateway->addresses) {
            users[address].push_back(object);
        }
    }
    for (const auto& [address, list] : users) {
        for (const ConfigObjectPtr& object : list) {
            if (list.size() > 1 && std::find(objects.begin(), objects.end(), object) != objects.end()) {
                report(into, "KIA1502", object, "/spec/addresses", "Other Gateways ask for the address " + address.second + " too");
            }
        }
    }
}

void checkRoutes(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        for (const ParentAnswer& answer : attachment(context.world(), *object)) {
            if (!answer.accepted) {
                report(into, "KIA1401", object, "/spec/parentRefs",
                       "\"" + answer.parent.name + "\" does not accept the route (" + answer.reason + ")" +
                           (answer.message.empty() ? "" : ": " + answer.message));
            }
            if (!answer.resolvedRefs) {
                report(into, answer.refsReason == "RefNotPermitted" ? "MD0017" : "KIA1402", object, "/spec/rules",
                       "A backend cannot be used (" + answer.refsReason + "), so its share of the requests gets 500" +
                           (answer.message.empty() ? "" : ": " + answer.message));
            }
        }
    }
}

void checkGrants(const CheckContext& context, const ConfigObjectPtr& object, const config::ReferenceGrant& grant,
                 std::vector<Finding>& into) {
    for (std::size_t i = 0; i < grant.from.size(); ++i) {
        if (!grant.from[i].ns.empty() && !context.namespaceKnown(grant.from[i].ns)) {
            report(into, "KIA1601", object, "/spec/from/" + std::to_string(i) + "/namespace",
                   "There is no namespace \"" + grant.from[i].ns + "\"");
        }
    }
}

} // namespace

std::vector<Check> kialiGatewayApiChecks() {
    const std::pair<std::string_view, std::string_view> gateway{kGatewayApi, "Gateway"};
    return {
        {"gatewayApi.gateway", {"KIA1501", "KIA1503", "KIA1504"}, CheckScope::Context, {gateway},
         {{kGatewayApi, "GatewayClass"}}, false, forEachTyped<KubeGateway>(checkGateway)},
        {"gatewayApi.addresses", {"KIA1502"}, CheckScope::Context, {gateway}, {gateway}, false, checkAddresses},
        {"gatewayApi.routes", {"KIA1401", "KIA1402", "MD0017"}, CheckScope::Context,
         {{kGatewayApi, "HTTPRoute"}, {kGatewayApi, "GRPCRoute"}, {kGatewayApi, "TLSRoute"}, {kGatewayApi, "TCPRoute"}},
         {gateway, {kGatewayApi, "GatewayClass"}, {kGatewayApi, "ReferenceGrant"}, {"", "Service"}, {"", "Namespace"},
          {kNetworking, "ServiceEntry"}}, false, checkRoutes},
        {"gatewayApi.grants", {"KIA1601"}, CheckScope::Context, {{kGatewayApi, "ReferenceGrant"}}, {{"", "Namespace"}}, false,
         forEachTyped<config::ReferenceGrant>(checkGrants)},
    };
}

} // namespace meshdeck::policy
