// A request to follow through the mesh, and what becomes of it: the values behind `meshdeck route` (commands.md), whose
// JSON has the same names. What does not apply stays empty.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/json.h"
#include "policy/proxy.h"

namespace meshdeck::policy {

using Headers = std::vector<std::pair<std::string, std::string>>; // names in lower case, in order

struct Jwt {
    enum class State { Valid, Expired, BadSignature, Malformed };
    State state = State::Valid;
    std::string issuer;
    std::string subject;
    std::vector<std::string> audiences;
    config::Json claims = config::Json::object();
};

struct Request {
    enum class Direction { Outbound, Inbound, Gateway, Waypoint };
    enum class Tls { None, Tls, Mtls };
    std::string name;
    Proxy from;             // of Inbound: the proxy that receives it
    bool outside = false;   // a client without a proxy that calls the service directly
    Direction direction = Direction::Outbound;
    std::string address;    // of the destination; "" is any that fits
    std::uint32_t port = 80;
    std::string protocol = "http"; // "http", "http2", "tcp"
    Tls tls = Tls::None;
    std::string sni;
    std::string alpn;
    std::string scheme = "http";
    std::string host; // Host or :authority as sent, a port may be in it
    std::string path = "/"; // with the query
    std::string method = "GET";
    Headers headers;
    std::optional<std::string> sourcePrincipal; // "cluster.local/ns/shop/sa/web"
    std::string sourceAddress;
    std::optional<Jwt> jwt;
    int answerStatus = 200; // what the destination would say
    double answerDelayMs = 0;
};

enum class Verdict {
    Routed, Denied, Redirect, Direct, Fault, NoRoute, NoCluster, NoEndpoints, NoListener, NoFilterChain, NoVirtualHost,
    TlsRedirect, TlsError, MtlsError, ProtocolError, CannotTell,
};
[[nodiscard]] std::string_view name(Verdict verdict); // "routed", "noVirtualHost", "tlsRedirect", ...

// A rule that was looked at and did not match: the condition that failed, what it wanted, what it got.
struct Rejection {
    ConfigObjectPtr object;
    std::string pointer;   // "/spec/http/0/match/1"
    std::string condition; // "headers[end-user] exact"
    std::string wanted;
    std::string got;
};

struct DestinationShare {
    std::string cluster; // "outbound|9080|v1|reviews.shop.svc.cluster.local"
    std::string host;
    std::string subset;
    std::uint32_t port = 0;
    double percent = 100;
    std::vector<std::string> endpoints; // "10.0.0.1:8080", or "ns/workload" where no address is known
    std::string pointer;                // of the destination in the rule's object
    config::HeaderEdits headers;
};

struct RetryPlan {
    int attempts = 0; // beyond the first
    std::string retryOn;
    std::optional<double> perTryTimeoutMs;
};
struct FaultPlan {
    std::optional<double> delayMs, delayPercent, abortPercent;
    std::optional<int> abortStatus;
};
struct AuthorizationResult {
    enum class Decision { Allow, Deny, CannotTell };
    Decision decision = Decision::Allow;
    ConfigObjectPtr policy; // the one that decided; null when none selects the workload
    std::optional<std::size_t> rule;
    std::string reason; // one plain sentence
};
[[nodiscard]] std::string_view name(AuthorizationResult::Decision decision);

struct MtlsResult {
    enum class Outcome { Mtls, Plaintext, TlsOrigination, Refused, CannotTell };
    std::string client; // what the client sends and why: "mTLS (auto)", "plaintext (DestinationRule shop/x disables TLS)"
    std::string server; // what the server accepts: "STRICT (PeerAuthentication shop/default)"
    Outcome outcome = Outcome::Plaintext;
    Request::Tls sends = Request::Tls::None; // what goes over the wire, also where it is refused
    ConfigObjectPtr clientObject;
    ConfigObjectPtr serverObject;
};
[[nodiscard]] std::string_view name(MtlsResult::Outcome outcome);

struct Hop {
    std::string at; // "client sidecar shop/web", "gateway istio-system/ingress", "waypoint ...", "server sidecar ..."
    std::string listener, routeConfig, virtualHost, cluster;
};

struct RequestResult {
    Verdict verdict = Verdict::CannotTell;
    std::optional<int> status; // absent: the connection was refused, or cannot tell
    std::string responseFlag;
    std::string location;
    std::optional<std::string> body; // where a proxy answers
    int attempts = 0;                // requests the destination received
    std::optional<std::string> upstreamHost, upstreamPath;
    Headers upstreamHeaders;
    config::HeaderOperations responseHeaders; // changes a client sees
    std::string listener, filterChain, routeConfig, virtualHost, route, cluster;
    ConfigObjectPtr matchedObject;
    std::string matchedPointer;
    std::vector<Rejection> rejected;
    std::vector<DestinationShare> destinations;
    std::vector<DestinationShare> mirrors;
    std::optional<double> timeoutMs;
    std::optional<RetryPlan> retries;
    std::optional<FaultPlan> fault;
    std::string rewrite; // in words; empty: none
    std::optional<AuthorizationResult> authorization;
    std::optional<MtlsResult> mtls;
    std::vector<Hop> hops;
    std::vector<std::string> reasons; // why it ends as it does, and every warning (EnvoyFilter on the way)
    double delayMs = 0;               // until the client has its answer, as far as config decides it
};

} // namespace meshdeck::policy
