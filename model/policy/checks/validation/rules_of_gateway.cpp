// Gateways, as istiod's webhook accepts them.
#include <algorithm>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/names.h"
#include "policy/checks/validation/rules_between.h"
#include "policy/host_name.h"
#include "policy/world.h"

namespace meshdeck::policy::validation {
namespace {

using config::Gateway;
using config::GatewayServer;
using config::ServerTls;

bool needsCertificate(const ServerTls& tls) {
    return tls.mode == "SIMPLE" || tls.mode == "MUTUAL" || tls.mode == "OPTIONAL_MUTUAL";
}

void checkCertificates(const ServerTls& tls, const config::Json& written, const std::string& place,
                       std::vector<Problem>& into) {
    const bool credential = !tls.credentialName.empty() || !tls.credentialNames.empty();
    const bool files = !tls.serverCertificate.empty() || !tls.privateKey.empty() || !tls.caCertificates.empty();
    const bool list = valueAt(written, "/tlsCertificates").is_array() && !valueAt(written, "/tlsCertificates").empty();
    if (tls.mode == "ISTIO_MUTUAL" && (credential || files || list)) {
        into.push_back({place, "ISTIO_MUTUAL uses the mesh's own certificates and takes no others"});
        return;
    }
    if ((tls.mode.empty() || tls.mode == "PASSTHROUGH" || tls.mode == "AUTO_PASSTHROUGH") && (credential || files || list)) {
        into.push_back({place, "with " + (tls.mode.empty() ? std::string("PASSTHROUGH") : tls.mode) +
                                   " TLS is not terminated, so certificates are ignored", true});
    }
    const int sources = (!tls.serverCertificate.empty() && !tls.privateKey.empty() ? 1 : 0) +
                        (tls.credentialName.empty() ? 0 : 1) + (tls.credentialNames.empty() ? 0 : 1) + (list ? 1 : 0);
    if (sources > 1) {
        into.push_back({place, "only one of credentialName, credentialNames, tlsCertificates and serverCertificate with "
                               "privateKey may be set"});
    }
    if (!needsCertificate(tls) || credential) {
        return;
    }
    if (tls.mode != "SIMPLE" && tls.caCertificates.empty()) {
        into.push_back({place, tls.mode + " needs caCertificates to check clients with"});
    }
    if (!list && (tls.serverCertificate.empty() || tls.privateKey.empty())) {
        into.push_back({place, tls.mode + " needs a certificate: credentialName, or serverCertificate and privateKey"});
    }
}

void checkTls(const GatewayServer& server, const config::Json& written, const std::string& place,
              std::vector<Problem>& into) {
    const Protocol protocol = parseProtocol(server.port.protocol);
    if (isTlsFamily(protocol) && !server.tls) {
        into.push_back({place, "a server of protocol " + server.port.protocol + " needs tls settings"});
    }
    if (!server.tls) {
        return;
    }
    const bool plain = server.tls->mode.empty() || server.tls->mode == "PASSTHROUGH";
    if (!isTlsFamily(protocol) && !server.port.protocol.empty()) {
        if (!isHttp(protocol)) {
            into.push_back({place + "/tls", "tls settings are for HTTPS and TLS ports only"});
        } else if (!plain || !server.tls->serverCertificate.empty() || !server.tls->privateKey.empty() ||
                   !server.tls->caCertificates.empty()) {
            into.push_back({place + "/tls", "a plain HTTP port takes no tls settings but httpsRedirect"});
        }
    }
    if (!isHttp(protocol) && server.tls->httpsRedirect) {
        into.push_back({place + "/tls/httpsRedirect", "httpsRedirect is for HTTP servers", true});
    }
    checkCertificates(*server.tls, valueAt(written, "/tls"), place + "/tls", into);
}

void checkServer(const GatewayServer& server, const config::Json& written, const std::string& place,
                 std::vector<Problem>& into) {
    if (server.hosts.empty()) {
        into.push_back({place, "a server needs hosts"});
    }
    for (std::size_t i = 0; i < server.hosts.size(); ++i) {
        if (std::string problem = namespacedHostProblem(server.hosts[i], true); !problem.empty()) {
            into.push_back({place + "/hosts/" + std::to_string(i), std::move(problem)});
        }
    }
    if (!valueAt(written, "/port").is_object()) {
        return; // said by its own rule
    }
    if (server.port.protocol.empty() || !isProtocol(server.port.protocol)) {
        into.push_back({place + "/port/protocol", "\"" + server.port.protocol + "\" is no protocol Istio knows"});
    }
    if (server.port.name.empty()) {
        into.push_back({place + "/port", "a port needs a name"});
    }
    if (server.port.targetPort.value_or(0) > 0) {
        into.push_back({place + "/port/targetPort", "targetPort has no meaning at a gateway"});
    }
    if (!server.bind.empty() && !server.bind.starts_with("unix://") && !isAddress(server.bind)) {
        into.push_back({place + "/bind", "bind must be an address"});
    }
    checkTls(server, written, place, into);
}

} // namespace

std::vector<Problem> gatewayProblems(const config::ConfigObject& object, const Gateway& gateway) {
    std::vector<Problem> problems;
    if (!isDnsLabel(object.ref.name)) {
        problems.push_back({"/metadata/name", "the name of a Gateway is a DNS label, without dots"});
    }
    if (gateway.servers.empty()) {
        problems.push_back({"/spec", "a Gateway needs servers"});
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < gateway.servers.size(); ++i) {
        const std::string place = "/spec/servers/" + std::to_string(i);
        const GatewayServer& server = gateway.servers[i];
        checkServer(server, valueAt(*object.json, place), place, problems);
        if (!server.port.name.empty() && !names.insert(server.port.name).second) {
            problems.push_back({place + "/port/name", "two servers call their port \"" + server.port.name + "\""});
        }
    }
    return problems;
}

} // namespace meshdeck::policy::validation
