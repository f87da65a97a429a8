// ServiceEntries, WorkloadEntries and WorkloadGroups, as istiod's webhook accepts them.
#include <algorithm>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/names.h"
#include "policy/checks/validation/rules_between.h"
#include "policy/host_name.h"
#include "policy/world.h"

namespace meshdeck::policy::validation {
namespace {

using config::ServiceEntry;
using config::WorkloadEntry;

void checkHosts(const ServiceEntry& entry, std::vector<Problem>& into) {
    const bool dns = entry.resolution == "DNS" || entry.resolution == "DNS_ROUND_ROBIN";
    if (entry.hosts.empty()) {
        into.push_back({"/spec/hosts", "a ServiceEntry needs a host"});
    }
    for (std::size_t i = 0; i < entry.hosts.size(); ++i) {
        const std::string place = "/spec/hosts/" + std::to_string(i);
        if (entry.hosts[i] == "*") {
            into.push_back({place, "the host \"*\" is not accepted"});
            continue;
        }
        if (std::string problem = domainProblem(entry.hosts[i], true); !problem.empty()) {
            into.push_back({place, std::move(problem)});
        } else if (dns && entry.endpoints.empty() && isWildcard(entry.hosts[i])) {
            into.push_back({place, "a wildcard cannot be resolved by DNS; name endpoints"});
        }
        if (isPartialWildcard(entry.hosts[i])) {
            into.push_back({place, "a wildcard that is not a whole label matches nothing", true});
        }
    }
}

bool httpOrTls(const config::NamedPort& port) {
    const Protocol protocol = parseProtocol(port.protocol);
    return isHttp(protocol) || isTlsFamily(protocol);
}

void checkPorts(const ServiceEntry& entry, std::vector<Problem>& into) {
    for (std::size_t i = 0; i < entry.ports.size(); ++i) {
        const std::string place = "/spec/ports/" + std::to_string(i);
        const config::NamedPort& port = entry.ports[i];
        if (!port.name.empty() && !isDnsLabel(port.name)) {
            into.push_back({place + "/name", "\"" + port.name + "\" is no DNS label"});
        }
        if (!port.protocol.empty() && !isProtocol(port.protocol)) {
            into.push_back({place + "/protocol", "\"" + port.protocol + "\" is no protocol Istio knows"});
        }
        if (port.targetPort && *port.targetPort != 0 && !isPort(*port.targetPort)) {
            into.push_back({place + "/targetPort", "it must be a port, 1 to 65535"});
        }
    }
    const bool none = entry.resolution.empty() || entry.resolution == "NONE";
    if (!none && entry.hosts.size() > 1 && !std::all_of(entry.ports.begin(), entry.ports.end(), httpOrTls)) {
        into.push_back({"/spec/hosts", "several hosts cannot be told apart on a port that is neither HTTP nor TLS"});
    }
}

void checkEndpoint(const WorkloadEntry& endpoint, const std::set<std::string>* ports, bool names, const std::string& place,
                   std::vector<Problem>& into) {
    const bool socket = endpoint.address.starts_with("unix://");
    if (endpoint.address.empty()) {
        if (endpoint.network.empty()) {
            into.push_back({place, "an endpoint needs an address"});
            return;
        }
        into.push_back({place, "an endpoint without an address is reached through its network's gateway", true});
    } else if (!socket && !isAddress(endpoint.address) && (!names || !domainProblem(endpoint.address, false).empty())) {
        into.push_back({place + "/address", "\"" + endpoint.address + "\" is no address" + (names ? " and no DNS name" : "")});
    }
    if (socket && !endpoint.ports.empty()) {
        into.push_back({place + "/ports", "a Unix socket has no ports"});
    }
    for (const auto& [name, number] : endpoint.ports) {
        if (ports != nullptr && !ports->contains(name)) {
            into.push_back({place + "/ports/" + name, "the entry has no port called \"" + name + "\""});
        }
        if (!isPort(number)) {
            into.push_back({place + "/ports/" + name, "it must be a port, 1 to 65535"});
        }
    }
}

void checkEndpoints(const ServiceEntry& entry, std::vector<Problem>& into) {
    const bool none = entry.resolution.empty() || entry.resolution == "NONE";
    if (none && !entry.endpoints.empty()) {
        into.push_back({"/spec/endpoints", "with resolution NONE there are no endpoints: the client's own address is used"});
        return;
    }
    if (none && entry.workloadSelector) {
        into.push_back({"/spec/workloadSelector", "a workloadSelector has no effect with resolution NONE", true});
    }
    if (entry.resolution == "DNS_ROUND_ROBIN" && entry.endpoints.size() > 1) {
        into.push_back({"/spec/endpoints", "DNS_ROUND_ROBIN takes one endpoint at most"});
    }
    std::set<std::string> ports;
    for (const config::NamedPort& port : entry.ports) {
        ports.insert(port.name);
    }
    for (std::size_t i = 0; i < entry.endpoints.size(); ++i) {
        checkEndpoint(entry.endpoints[i], &ports, entry.resolution != "STATIC", "/spec/endpoints/" + std::to_string(i), into);
    }
}

void checkAddresses(const ServiceEntry& entry, std::vector<Problem>& into) {
    const bool dns = entry.resolution.starts_with("DNS");
    for (std::size_t i = 0; i < entry.addresses.size(); ++i) {
        const std::string place = "/spec/addresses/" + std::to_string(i);
        if (entry.addresses[i].empty()) {
            continue; // no text: the field's type says so
        }
        if (!isAddressOrRange(entry.addresses[i])) {
            into.push_back({place, "\"" + entry.addresses[i] + "\" is no address and no range"});
        } else if (dns && entry.addresses[i].find('/') != std::string::npos) {
            into.push_back({place, "a range of addresses needs resolution NONE or STATIC"});
        }
    }
}

} // namespace

std::vector<Problem> serviceEntryProblems(const ServiceEntry& entry) {
    std::vector<Problem> problems;
    checkHosts(entry, problems);
    checkPorts(entry, problems);
    checkEndpoints(entry, problems);
    checkAddresses(entry, problems);
    if (entry.workloadSelector && entry.workloadSelector->empty()) {
        problems.push_back({"/spec/workloadSelector", "a selector without labels is for the whole namespace", true});
    }
    return problems;
}

std::vector<Problem> workloadEntryProblems(const WorkloadEntry& entry) {
    std::vector<Problem> problems;
    checkEndpoint(entry, nullptr, true, "/spec", problems);
    return problems;
}

std::vector<Problem> workloadGroupProblems(const config::ConfigObject& object) {
    std::vector<Problem> problems;
    const config::Json& probe = valueAt(*object.json, "/spec/probe");
    if (!probe.is_object()) {
        return problems;
    }
    int ways = 0;
    for (const char* way : {"/httpGet", "/tcpSocket", "/exec", "/grpc"}) {
        ways += valueAt(probe, way).is_null() ? 0 : 1;
    }
    if (ways != 1) {
        problems.push_back({"/spec/probe", "a probe needs one of httpGet, tcpSocket, exec and grpc"});
    }
    const config::Json& command = valueAt(probe, "/exec/command");
    if (!valueAt(probe, "/exec").is_null() && (!command.is_array() || command.empty())) {
        problems.push_back({"/spec/probe/exec", "exec needs a command"});
    }
    const config::Json& scheme = valueAt(probe, "/httpGet/scheme");
    if (scheme.is_string() && !scheme.get_ref<const std::string&>().empty() && scheme != "HTTP" && scheme != "HTTPS") {
        problems.push_back({"/spec/probe/httpGet/scheme", "it must be HTTP or HTTPS"});
    }
    return problems;
}

} // namespace meshdeck::policy::validation
