// Routing for services whose callers are in ambient mode: ztunnel knows no routes, so rules count at a waypoint only
// (facts/semantics.md 5, 7.2): KIA0210 to KIA0212, KIA1109, KIA1113, KIA1114.
#include <algorithm>

#include "policy/checks/check_lists.h"
#include "policy/checks/kiali/ambient.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

struct Codes {
    std::string_view withoutWaypoint, notEnrolled, elsewhere;
};

void checkService(const CheckContext& context, const ConfigObjectPtr& object, const Service& service,
                  const std::string& pointer, const Codes& codes, std::vector<Finding>& into) {
    if (service.name.empty() || !ambientNamespace(context.world(), service.ns)) {
        return;
    }
    const Enrolment enrolment = enrolmentOf(context, service.ns, service.labels);
    const std::string name = service.ns + "/" + service.name;
    if (enrolment.state == Enrolment::State::Found) {
        const std::string& home = object->ref.ns;
        if (home != service.ns && home != enrolment.ns && home != context.mesh().rootNamespace) {
            report(into, codes.elsewhere, object, "/metadata/namespace",
                   "The waypoint of Service " + name + " does not use it, for it lies in another namespace than the service");
        }
        return;
    }
    if (waypointIn(context, service.ns)) {
        report(into, codes.notEnrolled, object, pointer,
               "Callers in ambient mode do not use it: Service " + name + " is not enrolled to the waypoint of its namespace "
               "(label istio.io/use-waypoint)");
    } else {
        report(into, codes.withoutWaypoint, object, pointer,
               "Callers in ambient mode do not use it: no waypoint serves Service " + name);
    }
}

void checkRule(const CheckContext& context, const ConfigObjectPtr& object, const config::DestinationRule& rule,
               std::vector<Finding>& into) {
    const Service* service = isWildcard(rule.host) ? nullptr : context.serviceFor(rule.host, object->ref.ns);
    if (service != nullptr) {
        checkService(context, object, *service, "/spec/host", {"KIA0210", "KIA0211", "KIA0212"}, into);
    }
}

void checkVirtualService(const CheckContext& context, const ConfigObjectPtr& object, const config::VirtualService& vs,
                         std::vector<Finding>& into) {
    if (!vs.gateways.empty() && std::find(vs.gateways.begin(), vs.gateways.end(), "mesh") == vs.gateways.end()) {
        return;
    }
    for (std::size_t i = 0; i < vs.hosts.size(); ++i) {
        const Service* service = isWildcard(vs.hosts[i]) ? nullptr : context.serviceFor(vs.hosts[i], object->ref.ns);
        if (service != nullptr) {
            checkService(context, object, *service, "/spec/hosts/" + std::to_string(i), {"KIA1109", "KIA1113", "KIA1114"}, into);
        }
    }
}

} // namespace

std::vector<Check> ambientRoutingChecks() {
    return {
        {"ambient.destinationRule", {"KIA0210", "KIA0211", "KIA0212"}, CheckScope::Context,
         {{kNetworking, "DestinationRule"}}, ambientReads(), false, forEachTyped<config::DestinationRule>(checkRule)},
        {"ambient.virtualService", {"KIA1109", "KIA1113", "KIA1114"}, CheckScope::Context,
         {{kNetworking, "VirtualService"}}, ambientReads(), false, forEachTyped<config::VirtualService>(checkVirtualService)},
    };
}

} // namespace meshdeck::policy
