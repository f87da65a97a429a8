// References of a VirtualService: hosts, ports, subsets, gateways (facts/semantics.md 7.1).
#include <algorithm>
#include <map>

#include "policy/checks/check_lists.h"
#include "policy/checks/destinations.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using config::DestinationRule;
using config::VirtualService;

// Where a VirtualService has an effect: its destinations must be visible there. An explicit exportTo names them, else
// its own namespace stands for all (istioctl looks at it the same way).
std::vector<std::string> homes(const ConfigObject& object, const VirtualService& vs) {
    std::vector<std::string> result;
    for (const std::string& ns : vs.exportTo) {
        result.push_back(ns == "." ? object.ref.ns : ns);
    }
    if (result.empty()) {
        result.push_back(object.ref.ns);
    }
    return result;
}

const Service* destinationService(const CheckContext& context, const ConfigObject& object, const VirtualService& vs,
                                  const std::string& host) {
    const std::string full = resolveShortName(host, object.ref.ns, context.mesh().clusterDomain);
    for (const std::string& home : homes(object, vs)) {
        // "*" is no namespace: only what is exported to all is seen from there.
        if (const Service* service = context.serviceFor(full, home)) {
            return service;
        }
    }
    // istioctl looks at wildcard entries from the VirtualService's own namespace.
    const Service* own = context.serviceFor(full, object.ref.ns);
    return own != nullptr && isWildcard(own->host) ? own : nullptr;
}

void checkDestination(const CheckContext& context, const ConfigObjectPtr& object, const VirtualService& vs,
                      const WrittenDestination& written, std::vector<Finding>& into) {
    const config::Destination& destination = *written.destination;
    const std::string what = written.mirror ? "mirror" : "destination";
    const Service* service = destinationService(context, *object, vs, destination.host);
    if (service == nullptr) {
        report(into, "IST0101", object, written.pointer + "/host",
               "The " + what + " host \"" + destination.host + "\" is no service that namespace \"" + object->ref.ns +
                   "\" can see");
        return;
    }
    if (!destination.port) {
        if (service->ports.size() > 1) {
            std::string ports;
            for (const Port& port : service->ports) {
                ports += (ports.empty() ? "" : ", ") + std::to_string(port.number);
            }
            report(into, "IST0112", object, written.pointer,
                   "\"" + destination.host + "\" has several ports (" + ports + "), so the " + what + " must name one");
        }
        return;
    }
    if (service->port(*destination.port) == nullptr) {
        std::optional<Fix> fix;
        if (service->ports.size() == 1) {
            fix = Fix{"use port " + std::to_string(service->ports[0].number), config::Json::array()};
            fix->patch.push_back({{"op", "replace"}, {"path", written.pointer + "/port/number"},
                                  {"value", service->ports[0].number}});
        }
        report(into, "IST0101", object, written.pointer + "/port/number",
               "\"" + destination.host + "\" has no port " + std::to_string(*destination.port), std::move(fix));
    }
}

void checkHosts(const CheckContext& context, const ConfigObjectPtr& object, const VirtualService& vs,
                std::vector<Finding>& into) {
    for (const WrittenDestination& written : destinationsOf(vs)) {
        checkDestination(context, object, vs, written, into);
    }
}

// All subsets of all DestinationRules, by resolved host.
using SubsetIndex = std::map<std::pair<std::string, std::string>, std::vector<const EffectiveDestinationRule*>>;

SubsetIndex subsetIndex(const CheckContext& context) {
    SubsetIndex index;
    for (const EffectiveDestinationRule& rule : context.world().destinationRules()) {
        for (const config::DestinationSubset& subset : rule.spec->subsets) {
            index[{rule.host, subset.name}].push_back(&rule);
        }
    }
    return index;
}

// A rule in a third namespace is never used, whatever it exports (2.1).
bool usable(const CheckContext& context, const EffectiveDestinationRule& rule, const std::string& client,
            const std::string& owner) {
    const std::string& home = rule.object->ref.ns;
    return (home == client || home == owner || home == context.mesh().rootNamespace) &&
           exportedTo(rule.exportTo, home, client);
}

void checkSubset(const CheckContext& context, const SubsetIndex& index, const ConfigObjectPtr& object,
                 const VirtualService& vs, const WrittenDestination& written, std::vector<Finding>& into) {
    const config::Destination& destination = *written.destination;
    const std::string host = resolveShortName(destination.host, object->ref.ns, context.mesh().clusterDomain);
    auto found = index.find({host, destination.subset});
    if (found == index.end()) { // a rule for a wildcard may define it too
        found = std::find_if(index.begin(), index.end(), [&](const auto& entry) {
            return entry.first.second == destination.subset && isWildcard(entry.first.first) &&
                   hostsMatch(entry.first.first, host);
        });
    }
    if (found == index.end()) {
        report(into, "IST0101", object, written.pointer + "/subset",
               "No DestinationRule defines subset \"" + destination.subset + "\" of \"" + destination.host +
                   "\", so requests to it fail with 503");
        return;
    }
    const Service* service = destinationService(context, *object, vs, destination.host);
    const std::string owner = service == nullptr ? object->ref.ns : service->ns;
    const bool reachable = std::any_of(found->second.begin(), found->second.end(), [&](const auto* rule) {
        return usable(context, *rule, object->ref.ns, owner);
    });
    if (!reachable) {
        report(into, "MD0005", object, written.pointer + "/subset",
               "Subset \"" + destination.subset + "\" is defined in " + found->second.front()->object->ref.display() +
                   " alone, which clients in namespace \"" + object->ref.ns + "\" do not use");
    }
}

void checkSubsets(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                  std::vector<Finding>& into) {
    const SubsetIndex index = subsetIndex(context);
    for (const ConfigObjectPtr& object : objects) {
        const auto* vs = config::as<VirtualService>(object->typed);
        if (vs == nullptr) {
            continue;
        }
        for (const WrittenDestination& written : destinationsOf(*vs)) {
            if (!written.destination->subset.empty()) {
                checkSubset(context, index, object, *vs, written, into);
            }
        }
    }
}

// A VirtualService that routes at a gateway without a subset, while another one splits the same host for the mesh:
// the split does not count at the gateway.
void checkIngress(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                  std::vector<Finding>& into) {
    std::map<std::string, std::vector<ConfigObjectPtr>> splitting;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "VirtualService")) {
        const auto* vs = config::as<VirtualService>(object->typed);
        for (const config::HttpRoute& rule : vs->http) {
            for (const config::RouteDestination& route : rule.route) {
                const std::string& host = route.destination.host;
                if (!route.destination.subset.empty() &&
                    std::find(vs->hosts.begin(), vs->hosts.end(), host) != vs->hosts.end()) {
                    auto& list = splitting[resolveShortName(host, object->ref.ns, context.mesh().clusterDomain)];
                    if (list.empty() || list.back() != object) {
                        list.push_back(object);
                    }
                }
            }
        }
    }
    for (const ConfigObjectPtr& object : objects) {
        const auto* vs = config::as<VirtualService>(object->typed);
        if (vs == nullptr || vs->gateways.empty()) {
            continue;
        }
        for (const WrittenDestination& written : destinationsOf(*vs)) {
            if (!written.destination->subset.empty() || written.mirror || !written.pointer.starts_with("/spec/http/")) {
                continue;
            }
            const auto found = splitting.find(
                resolveShortName(written.destination->host, object->ref.ns, context.mesh().clusterDomain));
            if (found != splitting.end() && found->second.front() != object) {
                report(into, "IST0140", object, written.pointer + "/host",
                       "The subsets that " + found->second.front()->ref.display() +
                           " routes to have no effect on requests that come in at this gateway");
            }
        }
    }
}

using Claims = std::map<std::pair<std::string, std::string>, std::vector<ConfigObjectPtr>>; // scope, host

// Public claims on the same host, or on a wildcard that overlaps with a wildcard.
void addPublicRivals(const Claims& claims, const std::string& host, std::vector<ConfigObjectPtr>& into) {
    for (auto one = claims.lower_bound({"*", ""}); one != claims.end() && one->first.first == "*"; ++one) {
        const std::string& other = one->first.second;
        if (other == host || (isWildcard(host) && isWildcard(other) && hostsMatch(host, other))) {
            into.insert(into.end(), one->second.begin(), one->second.end());
        }
    }
}

void reportRivals(const std::string& host, const std::vector<ConfigObjectPtr>& rivals,
                  const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : rivals) {
        const auto other = std::find_if(rivals.begin(), rivals.end(),
                                        [&](const ConfigObjectPtr& rival) { return rival != object; });
        if (other != rivals.end() && std::find(objects.begin(), objects.end(), object) != objects.end()) {
            report(into, "IST0109", object, "/spec/hosts",
                   "The host \"" + host + "\" is routed by " + (*other)->ref.display() +
                       " too; sidecars use only one of them");
        }
    }
}

// One finding a host and a set of VirtualServices that claim it for sidecars in the same scope (1.4: the first wins).
void checkMeshHosts(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                    std::vector<Finding>& into) {
    Claims claims;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "VirtualService")) {
        const auto* vs = config::as<VirtualService>(object->typed);
        const bool mesh = vs->gateways.empty() ||
                          std::find(vs->gateways.begin(), vs->gateways.end(), "mesh") != vs->gateways.end();
        if (!mesh) {
            continue;
        }
        std::vector<std::string> scopes;
        const auto& exports = vs->exportTo.empty() ? context.mesh().defaultVirtualServiceExportTo : vs->exportTo;
        for (const std::string& ns : exports) {
            scopes.push_back(ns == "." ? object->ref.ns : ns);
        }
        if (std::find(scopes.begin(), scopes.end(), "*") != scopes.end()) {
            scopes = {"*"};
        }
        for (const std::string& scope : scopes) {
            for (const std::string& host : vs->hosts) {
                claims[{scope, resolveShortName(host, object->ref.ns, context.mesh().clusterDomain)}].push_back(object);
            }
        }
    }
    for (auto& [key, claimants] : claims) {
        std::vector<ConfigObjectPtr> rivals = claimants;
        if (key.first != "*") { // what is exported to all is seen here too
            addPublicRivals(claims, key.second, rivals);
        }
        reportRivals(key.second, rivals, objects, into);
    }
}

} // namespace

std::vector<Check> virtualServiceChecks() {
    const std::pair<std::string_view, std::string_view> vs{kNetworking, "VirtualService"};
    const std::pair<std::string_view, std::string_view> dr{kNetworking, "DestinationRule"};
    const std::pair<std::string_view, std::string_view> entry{kNetworking, "ServiceEntry"};
    const std::pair<std::string_view, std::string_view> service{"", "Service"};
    return {
        {"virtualService.destinationHost", {"IST0101", "IST0112"}, CheckScope::Context, {vs}, {service, entry}, false,
         forEachTyped<VirtualService>(checkHosts)},
        {"virtualService.subset", {"IST0101", "MD0005"}, CheckScope::Context, {vs}, {dr, service, entry}, false,
         checkSubsets},
        {"virtualService.ingressSubset", {"IST0140"}, CheckScope::Context, {vs}, {vs}, false, checkIngress},
        {"virtualService.meshHosts", {"IST0109"}, CheckScope::Context, {vs}, {vs}, false, checkMeshHosts},
    };
}

} // namespace meshdeck::policy
