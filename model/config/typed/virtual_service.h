// VirtualService (facts/semantics.md 1). Hosts are as written; `facts` 1.1 resolves them.
#pragma once

#include <cstdint>

#include "config/typed/string_match.h"

namespace meshdeck::config {

struct Destination {
    std::string host;
    std::string subset;
    std::optional<std::uint32_t> port;
};

struct RouteDestination {
    Destination destination;
    std::optional<std::int64_t> weight; // absent is 0 beside others, 100 % alone
    HeaderEdits headers;
};

struct HttpMatch {
    std::string name;
    std::optional<StringMatch> uri;
    std::optional<StringMatch> scheme;
    std::optional<StringMatch> method;
    std::optional<StringMatch> authority;
    StringMatches headers;
    StringMatches withoutHeaders;
    StringMatches queryParams;
    bool ignoreUriCase = false;
    std::optional<std::uint32_t> port;
    mesh::Labels sourceLabels;
    std::string sourceNamespace;
    std::vector<std::string> gateways;
    bool pathSegmentPrefix = false; // Gateway API and Ingress: a prefix ends at a segment (1.6)
};

struct HttpRedirect {
    std::string uri;
    std::string prefixRewrite; // facts 1.8: newer field; also Gateway API's ReplacePrefixMatch
    std::string authority;
    std::string scheme;
    std::optional<std::uint32_t> port;
    std::string derivePort; // "FROM_PROTOCOL_DEFAULT" or "FROM_REQUEST_PORT"
    std::uint32_t code = 301;
};
struct HttpDirectResponse {
    std::uint32_t status = 0;
    std::string body;
};
struct HttpRewrite {
    std::string uri;
    std::string authority;
    std::optional<std::string> regexMatch; // uriRegexRewrite
    std::string regexRewrite;
    bool fullPath = false; // Gateway API's ReplaceFullPath: the whole path whatever matched
};
struct HttpRetry {
    std::optional<std::int64_t> attempts;
    std::optional<ConfigDuration> perTryTimeout;
    std::optional<ConfigDuration> backoff;
    std::string retryOn;
    std::optional<bool> retryRemoteLocalities;
    std::optional<bool> retryIgnorePreviousHosts;
};
struct HttpFault {
    struct Delay {
        std::optional<double> percent; // absent: nothing is injected
        std::optional<ConfigDuration> fixedDelay;
    };
    struct Abort {
        std::optional<double> percent;
        std::optional<std::uint32_t> httpStatus;
        std::string grpcStatus;
    };
    std::optional<Delay> delay;
    std::optional<Abort> abort;
};
struct HttpMirror {
    Destination destination;
    double percent = 100;
};
struct CorsPolicy {
    std::vector<StringMatch> allowOrigins;
    std::vector<std::string> allowMethods;
    std::vector<std::string> allowHeaders;
    std::vector<std::string> exposeHeaders;
    std::optional<ConfigDuration> maxAge;
    std::optional<bool> allowCredentials;
    std::string unmatchedPreflights; // "FORWARD" (default) or "IGNORE"
};
struct Delegate {
    std::string name;
    std::string ns;
};

struct HttpRoute {
    std::string name;
    std::vector<HttpMatch> matches; // empty: every request
    std::vector<RouteDestination> route;
    std::optional<HttpRedirect> redirect;
    std::optional<HttpDirectResponse> directResponse;
    std::optional<Delegate> delegate;
    std::optional<HttpRewrite> rewrite;
    std::optional<ConfigDuration> timeout;
    std::optional<HttpRetry> retries;
    std::optional<HttpFault> fault;
    std::vector<HttpMirror> mirrors; // mirror + mirrorPercentage and mirrors alike
    bool mirrorsListed = false;      // written as `mirrors`
    std::optional<CorsPolicy> cors;
    HeaderEdits headers;
};

struct L4Match {
    std::vector<std::string> sniHosts; // tls only
    std::vector<std::string> destinationSubnets;
    std::optional<std::uint32_t> port;
    mesh::Labels sourceLabels;
    std::string sourceNamespace;
    std::vector<std::string> gateways;
};
struct L4Route {
    std::vector<L4Match> matches;
    std::vector<RouteDestination> route;
};

struct VirtualService {
    std::vector<std::string> hosts;
    std::vector<std::string> gateways;
    std::vector<std::string> exportTo;
    std::vector<HttpRoute> http;
    std::vector<L4Route> tls;
    std::vector<L4Route> tcp;
};

} // namespace meshdeck::config
