// Gateway API kinds (facts/semantics.md 6). HTTPRoute, GRPCRoute, TLSRoute and TCPRoute share one shape.
#pragma once

#include <cstdint>

#include "config/typed/virtual_service.h"

namespace meshdeck::config {

struct ObjectReference {
    std::string group;
    std::string kind;
    std::string ns; // "" is the object's own
    std::string name;
};

struct GatewayListener {
    std::string name;
    std::string hostname; // "" any
    std::uint32_t port = 0;
    std::string protocol; // HTTP, HTTPS, TLS, TCP
    std::string tlsMode;  // "Terminate" (default), "Passthrough"
    std::vector<ObjectReference> certificateRefs;
    std::string allowedNamespaces; // "Same" (default), "All", "Selector", "None"
    std::optional<mesh::Labels> namespaceSelector; // matchLabels of "Selector"
    bool selectorHasExpressions = false;
    std::vector<ObjectReference> allowedKinds;
};
struct KubeGateway {
    std::string gatewayClass;
    std::vector<GatewayListener> listeners;
    std::vector<std::pair<std::string, std::string>> addresses; // type, value
};
struct GatewayClass {
    std::string controller;
};

struct ParentReference {
    std::string group; // "gateway.networking.k8s.io" unless said
    std::string kind;  // "Gateway" unless said
    std::string ns;
    std::string name;
    std::string sectionName;
    std::optional<std::uint32_t> port;
};

struct PathMatch {
    std::string type = "PathPrefix"; // "Exact", "PathPrefix", "RegularExpression"
    std::string value = "/";
};
struct ApiMatch {
    std::optional<PathMatch> path; // HTTPRoute; absent: prefix "/"
    std::string method;            // HTTPRoute
    StringMatches headers;
    StringMatches queryParams;
    std::string grpcService; // GRPCRoute
    std::string grpcMethod;
    bool grpcRegex = false;
};
struct PathModifier {
    std::string type; // "ReplaceFullPath", "ReplacePrefixMatch"
    std::string value;
};
struct BackendRef {
    ObjectReference ref; // kind "Service" unless said
    std::optional<std::uint32_t> port;
    std::int64_t weight = 1;
    std::vector<struct ApiFilter> filters;
};
struct ApiFilter {
    std::string type;
    HeaderOperations headers; // RequestHeaderModifier, ResponseHeaderModifier
    std::optional<BackendRef> mirror;
    std::optional<double> mirrorPercent;
    std::string scheme; // RequestRedirect
    std::string hostname;
    std::optional<PathModifier> path; // RequestRedirect, URLRewrite
    std::optional<std::uint32_t> port;
    std::optional<std::uint32_t> statusCode;
    std::optional<CorsPolicy> cors;
};
struct ApiRetry {
    std::optional<std::int64_t> attempts;
    std::vector<std::uint32_t> codes;
    std::optional<ConfigDuration> backoff;
};
struct ApiRule {
    std::string name;
    std::vector<ApiMatch> matches;
    std::vector<ApiFilter> filters;
    std::vector<BackendRef> backends;
    std::optional<ConfigDuration> requestTimeout;
    std::optional<ConfigDuration> backendTimeout;
    std::optional<ApiRetry> retry;
};
enum class RouteKind { Http, Grpc, Tls, Tcp };
struct Route {
    RouteKind kind = RouteKind::Http;
    std::vector<ParentReference> parents;
    std::vector<std::string> hostnames;
    std::vector<ApiRule> rules;
};

struct ReferenceGrant {
    std::vector<ObjectReference> from; // group, kind, ns
    std::vector<ObjectReference> to;   // group, kind, name ("" any)
};
struct BackendTlsPolicy {
    std::vector<TargetRef> targets;
    std::string hostname;
    std::vector<std::string> subjectAltNames;
    std::vector<ObjectReference> caCertificates;
    std::string wellKnownCaCertificates;
};

} // namespace meshdeck::config
