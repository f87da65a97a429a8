// Kiali's checks of routing objects that istioctl has no code for (facts/semantics.md 7.1, 7.3, 7.4).
#include <algorithm>
#include <map>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using config::DestinationRule;
using config::VirtualService;

void checkRoutes(const CheckContext&, const ConfigObjectPtr& object, const VirtualService& vs,
                 std::vector<Finding>& into) {
    for (std::size_t rule = 0; rule < vs.http.size(); ++rule) {
        const auto& route = vs.http[rule].route;
        const std::string place = "/spec/http/" + std::to_string(rule) + "/route";
        if (route.size() == 1 && route[0].weight.value_or(100) > 0 && route[0].weight.value_or(100) < 100) {
            report(into, "KIA1104", object, place + "/0/weight",
                   "The only destination gets every request whatever its weight says");
        }
        std::set<std::tuple<std::string, std::string, std::uint32_t>> seen;
        for (std::size_t i = 0; i < route.size(); ++i) {
            const config::Destination& one = route[i].destination;
            if (!seen.emplace(one.host, one.subset, one.port.value_or(0)).second) {
                report(into, "KIA1105", object, place + "/" + std::to_string(i),
                       "The destination \"" + one.host + (one.subset.empty() ? "" : " " + one.subset) + "\" is listed twice");
            }
        }
    }
}

template <typename T>
void checkExportTo(const CheckContext& context, const ConfigObjectPtr& object, const T& spec, std::vector<Finding>& into) {
    for (std::size_t i = 0; i < spec.exportTo.size(); ++i) {
        const std::string& ns = spec.exportTo[i];
        if (ns != "*" && ns != "." && ns != "~" && !context.namespaceKnown(ns)) {
            report(into, "KIA0005", object, "/spec/exportTo/" + std::to_string(i), "There is no namespace \"" + ns + "\"");
        }
    }
}

void checkSubsetLabels(const CheckContext&, const ConfigObjectPtr& object, const DestinationRule& rule,
                       std::vector<Finding>& into) {
    for (std::size_t i = 0; i < rule.subsets.size(); ++i) {
        if (rule.subsets[i].labels.empty()) {
            report(into, "KIA0209", object, "/spec/subsets/" + std::to_string(i),
                   "Subset \"" + rule.subsets[i].name + "\" has no labels, so it is the whole service");
        }
    }
}

// Rules of one host and subset, in any namespaces: only one of them counts for a client.
void checkDuplicateRules(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                         std::vector<Finding>& into) {
    std::map<std::pair<std::string, std::string>, std::vector<ConfigObjectPtr>> rules;
    for (const EffectiveDestinationRule& rule : context.world().destinationRules()) {
        if (rule.object->ref.kind != "DestinationRule" || rule.spec->workloadSelector) {
            continue;
        }
        if (rule.spec->subsets.empty()) {
            rules[{rule.host, ""}].push_back(rule.object);
        }
        for (const config::DestinationSubset& subset : rule.spec->subsets) {
            rules[{rule.host, subset.name}].push_back(rule.object);
        }
    }
    for (const auto& [key, list] : rules) {
        for (const ConfigObjectPtr& object : list) {
            if (list.size() > 1 && std::find(objects.begin(), objects.end(), object) != objects.end()) {
                const ConfigObjectPtr& other = list.front() == object ? list.back() : list.front();
                report(into, "KIA0201", object, "/spec/host",
                       other->ref.display() + " is for the same host" +
                           (key.second.empty() ? "" : " and subset \"" + key.second + "\"") + "; a client uses one of them");
            }
        }
    }
}

void checkEgress(const CheckContext& context, const ConfigObjectPtr& object, const config::Sidecar& sidecar,
                 std::vector<Finding>& into) {
    if (object->ref.ns == context.mesh().rootNamespace && sidecar.workloadSelector) {
        report(into, "KIA1006", object, "/spec/workloadSelector",
               "A Sidecar of the root namespace is the default of all namespaces and has no selector");
    }
    for (std::size_t i = 0; i < sidecar.egress.size(); ++i) {
        for (std::size_t k = 0; k < sidecar.egress[i].hosts.size(); ++k) {
            const NamespacedHost host = splitNamespacedHost(sidecar.egress[i].hosts[k]);
            if (host.host == "*" || host.ns == "~") {
                continue;
            }
            const auto& services = context.world().services();
            const bool known = std::any_of(services.begin(), services.end(), [&](const Service& service) {
                const bool here = host.ns == "*" || service.ns == (host.ns == "." ? object->ref.ns : host.ns);
                return here && hostsMatch(service.host, host.host);
            });
            if (!known) {
                report(into, "KIA1004", object, "/spec/egress/" + std::to_string(i) + "/hosts/" + std::to_string(k),
                       "\"" + sidecar.egress[i].hosts[k] + "\" is no service, so it imports nothing");
            }
        }
    }
}

void checkEntries(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::map<std::pair<std::string, std::uint32_t>, std::vector<ConfigObjectPtr>> entries;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "ServiceEntry")) {
        const auto* entry = config::as<config::ServiceEntry>(object->typed);
        for (const std::string& host : entry->hosts) {
            for (const config::NamedPort& port : entry->ports) {
                entries[{host, port.number}].push_back(object);
            }
        }
    }
    for (const auto& [key, list] : entries) {
        for (const ConfigObjectPtr& object : list) {
            if (list.size() > 1 && std::find(objects.begin(), objects.end(), object) != objects.end()) {
                const ConfigObjectPtr& other = list.front() == object ? list.back() : list.front();
                report(into, "KIA1211", object, "/spec/hosts",
                       other->ref.display() + " declares \"" + key.first + "\" port " + std::to_string(key.second) + " too");
            }
        }
    }
}

void checkGroup(const CheckContext& context, const ConfigObjectPtr& object, const config::WorkloadGroup& group,
                std::vector<Finding>& into) {
    const std::string& account = group.entry.serviceAccount;
    if (!account.empty() && !context.exists("", "ServiceAccount", object->ref.ns, account)) {
        report(into, "KIA1701", object, "/spec/template/serviceAccount",
               "There is no service account \"" + account + "\" in namespace \"" + object->ref.ns + "\"");
    }
}

} // namespace

std::vector<Check> kialiRoutingChecks() {
    const std::pair<std::string_view, std::string_view> vs{kNetworking, "VirtualService"};
    const std::pair<std::string_view, std::string_view> dr{kNetworking, "DestinationRule"};
    const std::pair<std::string_view, std::string_view> entry{kNetworking, "ServiceEntry"};
    const std::pair<std::string_view, std::string_view> ns{"", "Namespace"};
    return {
        {"kiali.routes", {"KIA1104", "KIA1105"}, CheckScope::Object, {vs}, {}, false, forEachTyped<VirtualService>(checkRoutes)},
        {"kiali.exportTo.virtualService", {"KIA0005"}, CheckScope::Context, {vs}, {ns}, false,
         forEachTyped<VirtualService>(checkExportTo<VirtualService>)},
        {"kiali.exportTo.destinationRule", {"KIA0005"}, CheckScope::Context, {dr}, {ns}, false,
         forEachTyped<DestinationRule>(checkExportTo<DestinationRule>)},
        {"kiali.exportTo.serviceEntry", {"KIA0005"}, CheckScope::Context, {entry}, {ns}, false,
         forEachTyped<config::ServiceEntry>(checkExportTo<config::ServiceEntry>)},
        {"kiali.subsetLabels", {"KIA0209"}, CheckScope::Object, {dr}, {}, false, forEachTyped<DestinationRule>(checkSubsetLabels)},
        {"kiali.duplicateRules", {"KIA0201"}, CheckScope::Context, {dr}, {dr}, false, checkDuplicateRules},
        {"kiali.sidecar", {"KIA1004", "KIA1006"}, CheckScope::Context, {{kNetworking, "Sidecar"}}, {{"", "Service"}, entry},
         false, forEachTyped<config::Sidecar>(checkEgress)},
        {"kiali.serviceEntries", {"KIA1211"}, CheckScope::Context, {entry}, {entry}, false, checkEntries},
        {"kiali.workloadGroup", {"KIA1701"}, CheckScope::Context, {{kNetworking, "WorkloadGroup"}},
         {{"", "ServiceAccount"}}, false, forEachTyped<config::WorkloadGroup>(checkGroup)},
    };
}

} // namespace meshdeck::policy
