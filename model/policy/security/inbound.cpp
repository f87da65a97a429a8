#include "policy/security/inbound.h"

#include <algorithm>

#include "policy/security/filter_chain.h"
#include "policy/security/path_match.h"
#include "policy/security/trust_domain.h"
#include "policy/security/value_match.h"

namespace meshdeck::policy {
namespace {

using config::MtlsMode;
using security::ChainChoice;
using security::InboundPort;
using End = ChainChoice::End;
using Tls = Request::Tls;

// The last address in X-Forwarded-For is the one a sidecar believes; without it the peer's.
std::optional<std::string> remoteAddress(const Request& request, const std::optional<std::string>& source) {
    for (const auto& [name, value] : request.headers) {
        if (security::equalsIgnoringCase(name, "x-forwarded-for") && !value.empty()) {
            const std::size_t comma = value.rfind(',');
            std::string last = comma == std::string::npos ? value : value.substr(comma + 1);
            last.erase(0, last.find_first_not_of(' '));
            return last;
        }
    }
    return source;
}

// Istio's own SNI says the cluster the client chose.
std::optional<std::string> sniOf(const Arrival& arrival, const RequestResult& result) {
    if (arrival.tls == Tls::None) {
        return std::string();
    }
    if (!arrival.request.sni.empty()) {
        return arrival.request.sni;
    }
    std::string sni = result.cluster; // outbound|9080|v1|host
    if (arrival.tls != Tls::Mtls || !sni.starts_with("outbound|")) {
        return std::nullopt;
    }
    for (std::size_t at = sni.find('|'); at != std::string::npos; at = sni.find('|', at + 2)) {
        sni.replace(at, 1, "_.");
    }
    return sni;
}

std::string nameOf(const Proxy& proxy) {
    return proxy.ns + "/" + (proxy.name.empty() ? "(unnamed)" : proxy.name);
}

std::string modeWords(const PeerMode& mode) {
    static constexpr std::string_view kModes[] = {"UNSET", "DISABLE", "PERMISSIVE", "STRICT"};
    return std::string(kModes[static_cast<std::size_t>(mode.mode)]) + " (" +
           (mode.object == nullptr ? "Istio's default" : mode.object->ref.display()) + ")";
}

// Where nobody looked at the edge before (an inbound request, a client without proxy).
void fillMtls(const Arrival& arrival, const PeerMode& mode, const ChainChoice& choice, RequestResult& result) {
    const bool taken = choice.end == End::Http || choice.end == End::Tcp;
    if (!result.mtls) {
        result.mtls = MtlsResult{};
        result.mtls->client = arrival.tls == Tls::Mtls ? "mTLS" : arrival.tls == Tls::Tls ? "TLS" : "plaintext";
    }
    result.mtls->server = modeWords(mode);
    result.mtls->serverObject = mode.object;
    using Outcome = MtlsResult::Outcome;
    if (!taken) {
        result.mtls->outcome = Outcome::Refused;
    } else if (arrival.tls == Tls::None) {
        result.mtls->outcome = Outcome::Plaintext;
    } else {
        result.mtls->outcome = choice.terminated && arrival.tls == Tls::Mtls ? Outcome::Mtls : Outcome::TlsOrigination;
    }
}

void addHop(const Arrival& arrival, const InboundPort& port, bool http, RequestResult& result) {
    Hop hop;
    hop.at = "server sidecar " + nameOf(arrival.server);
    hop.listener = port.listener;
    hop.cluster = port.cluster;
    if (http) {
        hop.routeConfig = port.cluster;
        hop.virtualHost = "inbound|http|" + std::to_string(port.number);
    }
    if (arrival.request.direction == Request::Direction::Inbound) {
        result.listener = hop.listener;
        result.filterChain = port.declared ? port.chain : http ? "virtualInbound-catchall-http" : "virtualInbound";
        result.routeConfig = hop.routeConfig;
        result.virtualHost = hop.virtualHost;
        result.route = http ? "default" : "";
        result.cluster = hop.cluster;
    }
    result.hops.push_back(std::move(hop));
}

void endAtChain(const Arrival& arrival, const ChainChoice& choice, RequestResult& result) {
    switch (choice.end) {
    case End::NoChain:
        result.verdict = Verdict::NoFilterChain;
        break;
    case End::TlsError:
        result.verdict = Verdict::TlsError;
        break;
    case End::MtlsError:
        result.verdict = Verdict::MtlsError;
        break;
    default:
        result.verdict = Verdict::ProtocolError;
        break;
    }
    result.reasons.push_back(choice.reason);
    // A TLS handshake that finds no partner is a failed connection; plaintext is accepted first and closed then.
    breakConnection(arrival.request, arrival.tls == Tls::None ? Broken::Closed : Broken::Handshake, result);
}

// A certificate of a trust domain that the server does not know.
bool foreignIdentity(const World& world, const Arrival& arrival) {
    const std::string identity = arrival.principal.value_or("");
    return !identity.empty() && !security::trusts(world.mesh(), identity.substr(0, identity.find('/')));
}

void refuse(const Request& request, bool http, int status, std::string body, RequestResult& result) {
    result.verdict = Verdict::Denied;
    result.attempts = 0;
    if (http) {
        result.status = status;
        result.body = std::move(body);
        result.responseFlag.clear();
    } else {
        breakConnection(request, Broken::Closed, result);
    }
}

bool selectedBy(const config::PolicyTarget& target, const Proxy& server) {
    return target.targetRefs.empty() &&
           (!target.selector || std::ranges::all_of(*target.selector, [&](const auto& label) {
               const auto found = server.labels.find(label.first);
               return found != server.labels.end() && found->second == label.second;
           }));
}

bool patchesInbound(const config::EnvoyFilter& filter) {
    return filter.patches.empty() || std::ranges::any_of(filter.patches, [](const auto& patch) {
        return patch.context.empty() || patch.context == "ANY" || patch.context == "SIDECAR_INBOUND";
    });
}

// EnvoyFilters of the mesh and of the server's namespace may change all that is said here.
void warnOfFilters(const World& world, const Proxy& server, RequestResult& result) {
    for (const ConfigObjectPtr& object : world.ofKind("networking.istio.io", "EnvoyFilter")) {
        const auto* filter = config::as<config::EnvoyFilter>(object->typed);
        const bool near = object->ref.ns == world.mesh().rootNamespace || object->ref.ns == server.ns;
        if (filter != nullptr && near && selectedBy(filter->target, server) && patchesInbound(*filter)) {
            result.reasons.push_back("prediction may be wrong: " + object->ref.display() + " patches the server's proxy");
        }
    }
}

bool enforce(const World& world, const Arrival& arrival, const PolicySet& policies, const Proxy& server,
             const PeerRequest& request, RequestResult& result) {
    AuthorizationResult answer = authorize(world, policies, server, request, &result.rejected);
    result.reasons.push_back(answer.reason);
    const auto decision = answer.decision;
    result.authorization = std::move(answer);
    if (decision == AuthorizationResult::Decision::Allow) {
        return true;
    }
    if (decision == AuthorizationResult::Decision::CannotTell) {
        result.verdict = Verdict::CannotTell;
        result.status.reset();
        return false;
    }
    const bool http = request.http && server.type != Proxy::Type::Ztunnel;
    const JwtOutcome jwt = http ? checkJwt(policies, request) : JwtOutcome{};
    if (jwt.status) {
        refuse(arrival.request, http, *jwt.status, jwt.body, result);
    } else {
        refuse(arrival.request, http, 403, std::string(kAccessDenied), result);
    }
    return false;
}

// A pod of an ambient namespace: its ztunnel takes HBONE and plaintext, unless STRICT, and looks at connections only.
void receiveInZtunnel(const World& world, const Arrival& arrival, const PeerMode& mode, RequestResult& result) {
    Hop hop;
    hop.at = "ztunnel of " + nameOf(arrival.server);
    result.hops.push_back(std::move(hop));
    ChainChoice choice{End::Tcp, arrival.tls == Tls::Mtls, {}};
    if (mode.mode == MtlsMode::Strict && arrival.tls != Tls::Mtls) {
        choice = {End::NoChain, false, "plaintext into STRICT mTLS: the ztunnel closes it"};
    }
    fillMtls(arrival, mode, choice, result);
    if (choice.end == End::NoChain) {
        endAtChain(arrival, choice, result);
        return;
    }
    enforce(world, arrival, policiesFor(world, arrival.server), arrival.server, peerRequest(world, arrival, false), result);
}

} // namespace

PeerRequest peerRequest(const World& world, const Arrival& arrival, bool http) {
    const Request& request = arrival.request;
    PeerRequest peer;
    peer.http = http;
    if (arrival.tls != Tls::Mtls) {
        peer.principal = "";
    } else if (!arrival.principal.value_or("").empty()) { // mTLS has an identity, told or not
        peer.principal = arrival.principal;
    }
    peer.port = arrival.workloadPort;
    if (!request.sourceAddress.empty()) {
        peer.sourceAddress = request.sourceAddress;
    } else if (!request.from.addresses.empty() && request.direction != Request::Direction::Inbound) {
        peer.sourceAddress = request.from.addresses.front();
    }
    peer.remoteAddress = remoteAddress(request, peer.sourceAddress);
    peer.destinationAddress = arrival.server.addresses.empty() ? "" : arrival.server.addresses.front();
    if (http) {
        peer.host = request.host;
        peer.method = request.method;
        peer.path = security::normalizedPath(request.path, world.mesh().pathNormalization);
        peer.headers = request.headers;
    }
    peer.jwt = request.jwt;
    return peer;
}

bool admit(const World& world, const PolicySet& policies, const Proxy& server, const PeerRequest& request,
           RequestResult& result) {
    return enforce(world, Arrival{}, policies, server, request, result);
}

void deliver(const Scope& client, const Service& service, std::uint32_t port, const std::string& subset,
             const Endpoint& endpoint, const Request& request, RequestResult& result) {
    const World& world = client.world();
    const Workload& workload = world.workloads()[endpoint.workload];
    result.mtls = mtlsOfEdge(client, service, port, subset, endpoint);
    if (result.mtls->outcome == MtlsResult::Outcome::CannotTell) {
        result.verdict = Verdict::CannotTell;
        result.status.reset();
        result.reasons.push_back("the client sends " + result.mtls->client);
        return;
    }
    Arrival arrival;
    arrival.server = proxyOf(world, workload);
    if (arrival.server.addresses.empty() && !endpoint.address.empty()) {
        arrival.server.addresses.push_back(endpoint.address);
    }
    const auto target = endpoint.targetPorts.find(port);
    arrival.workloadPort = target == endpoint.targetPorts.end() ? port : target->second;
    arrival.request = request;
    arrival.tls = result.mtls->sends;
    if (arrival.tls == Tls::Mtls) {
        arrival.principal = request.sourcePrincipal ? *request.sourcePrincipal : principalOf(world, client.proxy());
    }
    const bool misnamed = result.mtls->outcome == MtlsResult::Outcome::Refused && arrival.tls == Tls::Mtls &&
                          result.mtls->client.ends_with("do not fit the server");
    if (misnamed) {
        endAtChain(arrival, {End::TlsError, false, "the server's certificate has none of the wanted subjectAltNames"}, result);
        return;
    }
    receive(world, arrival, result);
}

void receive(const World& world, const Arrival& arrival, RequestResult& result) {
    if (arrival.server.type == Proxy::Type::None) { // nobody stands between the client and the program
        if (arrival.tls == Tls::Mtls) {
            endAtChain(arrival, {End::TlsError, false, "the endpoint has no proxy to answer Istio's mTLS"}, result);
        }
        return;
    }
    const PeerMode mode = peerMode(world, arrival.server.ns, arrival.server.labels, arrival.workloadPort);
    if (arrival.server.type == Proxy::Type::Ztunnel) {
        receiveInZtunnel(world, arrival, mode, result);
        return;
    }
    if (arrival.server.type == Proxy::Type::Router) {
        result.verdict = Verdict::CannotTell;
        result.reasons.emplace_back("the request arrives at a gateway, which sends it on: ask again from there");
        return;
    }
    if (arrival.server.type == Proxy::Type::Waypoint) { // HBONE has brought the client's identity
        enforce(world, arrival, policiesFor(world, arrival.server), arrival.server, peerRequest(world, arrival, true), result);
        return;
    }
    const InboundPort port = security::inboundPort(world, arrival.server, arrival.workloadPort);
    const security::Wire wire{arrival.tls, arrival.alpn, arrival.request.protocol != "tcp",
                              arrival.request.protocol == "http2"};
    ChainChoice choice = security::chooseChain(port, mode.mode, wire);
    if (choice.terminated && foreignIdentity(world, arrival)) {
        choice = {End::MtlsError, false, "the client's trust domain is neither the mesh's own nor an alias"};
    }
    warnOfFilters(world, arrival.server, result);
    fillMtls(arrival, mode, choice, result);
    if (choice.end != End::Http && choice.end != End::Tcp) {
        endAtChain(arrival, choice, result);
        return;
    }
    const bool http = choice.end == End::Http;
    addHop(arrival, port, http, result);
    PeerRequest peer = peerRequest(world, arrival, http);
    peer.sni = sniOf(arrival, result);
    if (!choice.terminated) {
        peer.principal = ""; // bytes passed on as they are: nobody saw a certificate
    }
    enforce(world, arrival, policiesFor(world, arrival.server), arrival.server, peer, result);
}

} // namespace meshdeck::policy
