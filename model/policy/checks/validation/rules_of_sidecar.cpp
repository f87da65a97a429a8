// Sidecars, as istiod's webhook accepts them.
#include <algorithm>
#include <map>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/names.h"
#include "policy/checks/validation/rules_between.h"
#include "policy/host_name.h"

namespace meshdeck::policy::validation {
namespace {

using config::Sidecar;
using config::SidecarEgress;
using config::SidecarIngress;

bool isLocalEndpoint(const std::string& endpoint) {
    if (endpoint.empty() || endpoint.starts_with("unix://")) {
        return true;
    }
    const std::size_t colon = endpoint.rfind(':');
    if (colon == std::string::npos || colon + 1 == endpoint.size() || endpoint.size() - colon > 6 ||
        endpoint.find_first_not_of("0123456789", colon + 1) != std::string::npos || !isPort(std::stod(endpoint.substr(colon + 1)))) {
        return false;
    }
    static const std::set<std::string> kHosts{"", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"};
    return kHosts.contains(endpoint.substr(0, colon));
}

void checkPort(const config::NamedPort& port, const std::string& bind, const std::string& place,
               std::vector<Problem>& into) {
    if (!port.name.empty() && !isDnsLabel(port.name)) {
        into.push_back({place + "/port/name", "\"" + port.name + "\" is no DNS label"});
    }
    if (!port.protocol.empty() && !isProtocol(port.protocol)) {
        into.push_back({place + "/port/protocol", "\"" + port.protocol + "\" is no protocol Istio knows"});
    }
    if (port.targetPort.value_or(0) > 0) {
        into.push_back({place + "/port/targetPort", "targetPort has no meaning in a Sidecar"});
    }
    if (port.number == 0 ? !bind.starts_with("unix://") : !isPort(port.number)) {
        into.push_back({place + "/port/number", "it must be a port, 1 to 65535"});
    } else if (port.number != 0 && !bind.empty() && !isAddress(bind)) {
        into.push_back({place + "/bind", "bind must be an address"});
    }
}

void checkIngress(const Sidecar& sidecar, const config::Json& spec, std::vector<Problem>& into) {
    std::set<std::uint32_t> ports;
    for (std::size_t i = 0; i < sidecar.ingress.size(); ++i) {
        const SidecarIngress& ingress = sidecar.ingress[i];
        const std::string place = "/spec/ingress/" + std::to_string(i);
        if (!valueAt(spec, "/ingress/" + std::to_string(i) + "/port").is_object()) {
            into.push_back({place, "an ingress listener needs a port"});
            continue;
        }
        checkPort(ingress.port, ingress.bind, place, into);
        if (!ports.insert(ingress.port.number).second) {
            into.push_back({place + "/port/number", "two ingress listeners have port " + std::to_string(ingress.port.number)});
        }
        if (!isLocalEndpoint(ingress.defaultEndpoint)) {
            into.push_back({place + "/defaultEndpoint",
                            "it must be 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT, :PORT or unix://PATH"});
        }
    }
}

void checkHosts(const SidecarEgress& egress, const std::string& ownNamespace, const std::string& place,
                std::vector<Problem>& into) {
    if (egress.hosts.empty()) {
        into.push_back({place, "an egress listener needs hosts"});
    }
    std::map<std::string, std::set<std::string>> seen;
    for (std::size_t i = 0; i < egress.hosts.size(); ++i) {
        const std::string field = place + "/hosts/" + std::to_string(i);
        if (std::string problem = namespacedHostProblem(egress.hosts[i], false); !problem.empty()) {
            into.push_back({field, std::move(problem)});
            continue;
        }
        NamespacedHost host = splitNamespacedHost(egress.hosts[i]);
        host.ns = host.ns == "." ? ownNamespace : host.ns;
        std::set<std::string>& ofNamespace = seen[host.ns];
        const bool again = host.host == "*" ? !ofNamespace.empty() : ofNamespace.contains(host.host) || ofNamespace.contains("*");
        if (again) {
            into.push_back({field, "\"" + egress.hosts[i] + "\" is imported already", true});
        }
        ofNamespace.insert(host.host);
    }
    if (const auto all = seen.find("*"); all != seen.end() && all->second.contains("*") && seen.size() > 1) {
        into.push_back({place + "/hosts", "\"*/*\" imports everything, so other hosts beside it say nothing", true});
    }
}

void checkEgress(const config::ConfigObject& object, const Sidecar& sidecar, std::vector<Problem>& into) {
    std::set<std::uint32_t> ports;
    for (std::size_t i = 0; i < sidecar.egress.size(); ++i) {
        const SidecarEgress& egress = sidecar.egress[i];
        const std::string place = "/spec/egress/" + std::to_string(i);
        if (egress.port) {
            checkPort(*egress.port, egress.bind, place, into);
            if (egress.port->number != 0 && !ports.insert(egress.port->number).second) {
                into.push_back({place + "/port/number", "two egress listeners have port " + std::to_string(egress.port->number)});
            }
        } else if (i + 1 < sidecar.egress.size()) {
            into.push_back({place, "the egress listener without a port must be the last one"});
        }
        checkHosts(egress, object.ref.ns, place, into);
    }
}

} // namespace

std::vector<Problem> sidecarProblems(const config::ConfigObject& object, const Sidecar& sidecar) {
    std::vector<Problem> problems;
    const config::Json& spec = valueAt(*object.json, "/spec");
    if (sidecar.egress.empty() && sidecar.ingress.empty() && valueAt(spec, "/outboundTrafficPolicy").is_null() &&
        valueAt(spec, "/inboundConnectionPool").is_null()) {
        problems.push_back({"/spec", "a Sidecar that says nothing is not accepted"});
        return problems;
    }
    if (sidecar.workloadSelector && sidecar.workloadSelector->empty()) {
        problems.push_back({"/spec/workloadSelector", "a selector without labels is for the whole namespace", true});
    }
    checkIngress(sidecar, spec, problems);
    checkEgress(object, sidecar, problems);
    return problems;
}

} // namespace meshdeck::policy::validation
