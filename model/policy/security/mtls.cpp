#include "policy/security/mtls.h"

#include <algorithm>

#include "policy/traffic_policy.h"

namespace meshdeck::policy {
namespace {

using config::MtlsMode;
using Outcome = MtlsResult::Outcome;

std::string nameOf(const ConfigObjectPtr& object) {
    return object->ref.kind + " " + object->ref.ns + "/" + object->ref.name;
}

enum class Sends { Plaintext, Mtls, Tls, Unknown };
struct ClientChoice {
    Sends sends = Sends::Plaintext;
    std::string words;
    ConfigObjectPtr object;
};

enum class Accepts { OnlyMtls, Both, OnlyPlaintext, NoProxy };
struct ServerChoice {
    Accepts accepts = Accepts::NoProxy;
    std::string words = "no proxy";
    ConfigObjectPtr object;
};

std::uint32_t workloadPortOf(const Endpoint& endpoint, std::uint32_t port) {
    const auto found = endpoint.targetPorts.find(port);
    return found == endpoint.targetPorts.end() ? port : found->second;
}

std::string modeWords(const PeerMode& mode) {
    static constexpr std::string_view kModes[] = {"UNSET", "DISABLE", "PERMISSIVE", "STRICT"};
    return std::string(kModes[static_cast<std::size_t>(mode.mode)]) + " (" +
           (mode.object == nullptr ? "Istio's default" : nameOf(mode.object)) + ")";
}

ServerChoice serverChoice(const World& world, const Workload& workload, std::uint32_t workloadPort) {
    if (!workload.sidecar && !workload.ambient) {
        return {};
    }
    const PeerMode mode = peerMode(world, workload.ns, workload.labels, workloadPort);
    ServerChoice choice{Accepts::Both, modeWords(mode), mode.object};
    if (mode.mode == MtlsMode::Strict) {
        choice.accepts = Accepts::OnlyMtls;
    } else if (mode.mode == MtlsMode::Disable && !workload.ambient) { // a ztunnel treats DISABLE as PERMISSIVE (3.4)
        choice.accepts = Accepts::OnlyPlaintext;
    }
    return choice;
}

bool allHaveSidecars(const World& world, const Service& service) {
    return std::ranges::all_of(service.endpoints, [&](const Endpoint& endpoint) {
        return world.workloads()[endpoint.workload].sidecar;
    });
}

// What a rule says of an endpoint where its cluster is left to auto mTLS. Istio looks here by other levels than for the
// cluster: a port's settings without TLS do not hide the top level's mode, and a subset knows its own policy only
// (xds/endpoints/mtls_checker.go; live-security-171). Null: nothing.
const config::ClientTls* tlsAtEndpoint(const config::DestinationRule* rule, std::uint32_t port, const std::string& subset) {
    if (rule == nullptr) {
        return nullptr;
    }
    const std::optional<config::TrafficPolicy>* policy = &rule->trafficPolicy;
    if (!subset.empty()) {
        const auto found = std::ranges::find(rule->subsets, subset, &config::DestinationSubset::name);
        if (found == rule->subsets.end()) {
            return nullptr;
        }
        policy = &found->trafficPolicy;
    }
    if (!*policy) {
        return nullptr;
    }
    for (const config::PortPolicy& settings : (*policy)->portLevelSettings) {
        if (settings.port == port && settings.tls) {
            return &*settings.tls;
        }
    }
    return (*policy)->tls ? &*(*policy)->tls : nullptr;
}

// Without TLS settings in the effective policy (3.3, steps 3 and 4). `written`: tlsAtEndpoint().
ClientChoice automatic(const World& world, const Service& service, std::uint32_t port, const Endpoint& endpoint,
                       const config::ClientTls* written) {
    if (!world.mesh().enableAutoMtls) {
        return {Sends::Plaintext, "plaintext (auto mTLS is off)", nullptr};
    }
    if (service.external) {
        return {Sends::Plaintext, "plaintext (the service is outside the mesh)", nullptr};
    }
    const PeerMode level = namespacePeerMode(world, service.ns);
    if (level.mode == MtlsMode::Disable) {
        return {Sends::Plaintext, "plaintext (" + nameOf(level.object) + " disables mTLS)", level.object};
    }
    const Workload& workload = world.workloads()[endpoint.workload];
    if (written != nullptr) {
        const std::string by = "the DestinationRule's " + written->mode + " of another level";
        return written->mode == "ISTIO_MUTUAL" ? ClientChoice{Sends::Mtls, "mTLS (" + by + ")", nullptr}
                                               : ClientChoice{Sends::Plaintext, "plaintext (" + by + " turns auto mTLS off)", nullptr};
    }
    const bool original = service.headless || service.resolution == Resolution::Passthrough;
    if (original && !workload.ambient && !allHaveSidecars(world, service)) {
        return {Sends::Plaintext, "plaintext (not every endpoint has a sidecar)", nullptr};
    }
    if (!workload.sidecar && !workload.ambient) {
        return {Sends::Plaintext, "plaintext (the endpoint has no proxy)", nullptr};
    }
    const PeerMode mode = peerMode(world, workload.ns, workload.labels, workloadPortOf(endpoint, port));
    if (mode.mode == MtlsMode::Disable && !workload.ambient) {
        return {Sends::Plaintext, "plaintext (" + nameOf(mode.object) + " disables mTLS)", mode.object};
    }
    return {Sends::Mtls, workload.ambient ? "mTLS (HBONE)" : "mTLS (auto)", nullptr};
}

ClientChoice asRuled(const config::ClientTls& tls, const ConfigObjectPtr& rule, bool selected, const Proxy& client) {
    const std::string by = rule == nullptr ? "DestinationRule" : nameOf(rule);
    if (tls.mode == "ISTIO_MUTUAL") {
        return {Sends::Mtls, "mTLS (" + by + ")", rule};
    }
    if (tls.mode != "SIMPLE" && tls.mode != "MUTUAL") {
        return {Sends::Plaintext, "plaintext (" + by + " disables TLS)", rule};
    }
    // A sidecar gets no secrets through a rule without workloadSelector: the TLS settings are dropped (2.5).
    const bool ignored = !tls.credentialName.empty() && !tls.credentialName.starts_with("configmap://") && !selected &&
                         client.type == Proxy::Type::Sidecar;
    if (ignored) {
        return {Sends::Plaintext, "plaintext (" + by + ": credentialName is ignored without workloadSelector)", rule};
    }
    return {Sends::Tls, "TLS (" + by + ": " + tls.mode + ")", rule};
}

ClientChoice ofZtunnel(const Workload& server) {
    if (server.ambient) {
        return {Sends::Mtls, "mTLS (HBONE)", nullptr};
    }
    if (server.sidecar) {
        return {Sends::Unknown, "HBONE or plaintext, as the sidecar was started", nullptr};
    }
    return {Sends::Plaintext, "plaintext (the endpoint is not in the mesh)", nullptr};
}

// A name the rule insists on that is not in the server's certificate breaks the handshake.
bool certificateFits(const World& world, const EffectiveTrafficPolicy& policy, const Workload& workload) {
    if (policy.tls == nullptr || policy.tls->mode != "ISTIO_MUTUAL" || policy.tls->subjectAltNames.empty()) {
        return true;
    }
    Proxy server;
    server.ns = workload.ns;
    server.serviceAccount = workload.serviceAccount;
    const std::string identity = "spiffe://" + principalOf(world, server);
    return std::ranges::find(policy.tls->subjectAltNames, identity) != policy.tls->subjectAltNames.end();
}

// TLS that is not Istio's goes through a sidecar only as bytes, and only where it does not expect HTTP (3.2).
Outcome ofForeignTls(const ServerChoice& server, Protocol protocol) {
    if (server.accepts == Accepts::NoProxy) {
        return Outcome::TlsOrigination;
    }
    return server.accepts == Accepts::OnlyMtls || isHttp(protocol) ? Outcome::Refused : Outcome::TlsOrigination;
}

Outcome outcomeOf(const ClientChoice& client, const ServerChoice& server, Protocol protocol) {
    switch (client.sends) {
    case Sends::Plaintext:
        return server.accepts == Accepts::OnlyMtls ? Outcome::Refused : Outcome::Plaintext;
    case Sends::Mtls:
        return server.accepts == Accepts::OnlyMtls || server.accepts == Accepts::Both ? Outcome::Mtls : Outcome::Refused;
    case Sends::Tls:
        return ofForeignTls(server, protocol);
    case Sends::Unknown:
        return server.accepts == Accepts::OnlyPlaintext ? Outcome::Plaintext : Outcome::CannotTell;
    }
    return Outcome::CannotTell;
}

Request::Tls wireOf(Sends sends) {
    if (sends == Sends::Mtls) {
        return Request::Tls::Mtls;
    }
    return sends == Sends::Tls ? Request::Tls::Tls : Request::Tls::None;
}

} // namespace

std::string_view name(MtlsResult::Outcome outcome) {
    switch (outcome) {
    case Outcome::Mtls:
        return "mtls";
    case Outcome::Plaintext:
        return "plaintext";
    case Outcome::TlsOrigination:
        return "tlsOrigination";
    case Outcome::Refused:
        return "refused";
    case Outcome::CannotTell:
        return "cannotTell";
    }
    return "cannotTell";
}

std::string principalOf(const World& world, const Proxy& proxy) {
    std::string domain = world.mesh().trustDomain;
    std::ranges::replace(domain, '@', '.');
    return domain + "/ns/" + proxy.ns + "/sa/" + (proxy.serviceAccount.empty() ? "default" : proxy.serviceAccount);
}

MtlsResult mtlsOfEdge(const Scope& client, const Service& service, std::uint32_t port, const std::string& subset,
                      const Endpoint& endpoint) {
    const World& world = client.world();
    const Workload& workload = world.workloads()[endpoint.workload];
    const ServerChoice server = serverChoice(world, workload, workloadPortOf(endpoint, port));
    ClientChoice choice;
    bool fits = true;
    switch (client.proxy().type) {
    case Proxy::Type::None:
        choice = {Sends::Plaintext, "plaintext (the client has no proxy)", nullptr};
        break;
    case Proxy::Type::Ztunnel:
        choice = ofZtunnel(workload);
        break;
    default: {
        const DestinationRuleChoice& rules = client.destinationRule(service);
        const EffectiveTrafficPolicy policy = effectiveTrafficPolicy(rules, port, subset);
        const bool selected = rules.merged != nullptr && rules.merged->workloadSelector.has_value();
        choice = policy.tls != nullptr ? asRuled(*policy.tls, policy.tlsPlace.object, selected, client.proxy())
                                       : automatic(world, service, port, endpoint,
                                                   tlsAtEndpoint(rules.merged.get(), port, subset));
        fits = certificateFits(world, policy, workload);
        break;
    }
    }
    const Port* served = service.port(port);
    const Protocol protocol = served == nullptr ? Protocol::Auto : served->protocol;
    MtlsResult result;
    result.client = choice.words;
    result.server = server.words;
    result.outcome = outcomeOf(choice, server, protocol);
    result.sends = wireOf(choice.sends);
    result.clientObject = choice.object;
    result.serverObject = server.object;
    if (!fits && result.outcome == Outcome::Mtls) {
        result.outcome = Outcome::Refused;
        result.client += ", subjectAltNames do not fit the server";
    }
    return result;
}

} // namespace meshdeck::policy
