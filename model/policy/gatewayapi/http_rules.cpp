#include "policy/gatewayapi/http_rules.h"

#include <algorithm>

namespace meshdeck::policy {

namespace {

using config::ApiFilter;
using config::ApiMatch;
using config::ApiRule;
using config::HttpMatch;
using config::HttpRoute;
using config::StringMatch;

constexpr std::int64_t kDefaultAttempts = 2;
constexpr std::uint32_t kDefaultRedirect = 302;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

StringMatch pathMatch(const std::optional<config::PathMatch>& written) {
    const config::PathMatch path = written.value_or(config::PathMatch());
    if (path.type == "Exact") {
        return {StringMatch::Kind::Exact, path.value};
    }
    if (path.type == "RegularExpression") {
        return {StringMatch::Kind::Regex, path.value};
    }
    std::string prefix = path.value; // a slash at its end says nothing
    if (prefix.size() > 1 && prefix.ends_with('/')) {
        prefix.pop_back();
    }
    return {StringMatch::Kind::Prefix, prefix};
}

// A method of gRPC is the path "/service/method".
std::optional<StringMatch> grpcMatch(const ApiMatch& match) {
    const std::string& service = match.grpcService;
    const std::string& method = match.grpcMethod;
    if (service.empty() && method.empty()) {
        return std::nullopt;
    }
    if (service.empty()) {
        return StringMatch{StringMatch::Kind::Regex, "/[^/]+/" + method};
    }
    if (match.grpcRegex) {
        return StringMatch{StringMatch::Kind::Regex, "/" + service + "/" + (method.empty() ? ".+" : method)};
    }
    return method.empty() ? StringMatch{StringMatch::Kind::Prefix, "/" + service + "/"}
                          : StringMatch{StringMatch::Kind::Exact, "/" + service + "/" + method};
}

// Of equal names the first counts.
config::StringMatches named(const config::StringMatches& written, bool headers) {
    config::StringMatches result;
    for (const auto& [name, match] : written) {
        std::string key = headers ? lower(name) : name;
        const bool known = std::any_of(result.begin(), result.end(),
                                       [&key](const auto& other) { return other.first == key; });
        if (!known) {
            result.emplace_back(std::move(key), match);
        }
    }
    return result;
}

HttpMatch convertMatch(const ApiMatch& written, config::RouteKind kind) {
    HttpMatch match;
    match.headers = named(written.headers, true);
    if (kind == config::RouteKind::Grpc) {
        match.uri = grpcMatch(written);
        return match; // a prefix ends with its slash as it is
    }
    match.uri = pathMatch(written.path);
    match.pathSegmentPrefix = true;
    match.queryParams = named(written.queryParams, false);
    if (!written.method.empty()) {
        match.method = StringMatch{StringMatch::Kind::Exact, written.method};
    }
    return match;
}

config::HttpRedirect redirectOf(const ApiFilter& filter) {
    config::HttpRedirect redirect;
    redirect.code = filter.statusCode.value_or(kDefaultRedirect);
    redirect.authority = filter.hostname;
    redirect.scheme = filter.scheme;
    redirect.port = filter.port;
    if (!filter.port) { // a new scheme has its own port, else that of the listener stays
        redirect.derivePort = filter.scheme.empty() ? "FROM_REQUEST_PORT" : "FROM_PROTOCOL_DEFAULT";
    }
    if (filter.path && filter.path->type == "ReplaceFullPath") {
        redirect.uri = filter.path->value;
    } else if (filter.path) {
        redirect.prefixRewrite = filter.path->value.empty() ? "/" : filter.path->value;
    }
    return redirect;
}

std::optional<config::HttpRewrite> rewriteOf(const ApiFilter& filter) {
    config::HttpRewrite rewrite;
    rewrite.authority = filter.hostname;
    if (filter.path) {
        rewrite.fullPath = filter.path->type == "ReplaceFullPath";
        rewrite.uri = filter.path->value;
        if (!rewrite.fullPath && rewrite.uri.ends_with('/')) {
            rewrite.uri.pop_back();
        }
        if (!rewrite.fullPath && rewrite.uri.empty()) {
            rewrite.uri = "/"; // takes the prefix away
        }
    }
    return rewrite.uri.empty() && rewrite.authority.empty() ? std::nullopt : std::optional(rewrite);
}

config::HeaderOperations headersOf(const config::HeaderOperations& written) {
    config::HeaderOperations result;
    const auto firstOnes = [](const config::StringPairs& from, config::StringPairs& to) {
        for (const auto& [name, value] : from) {
            std::string key = lower(name);
            if (std::none_of(to.begin(), to.end(), [&key](const auto& other) { return other.first == key; })) {
                to.emplace_back(std::move(key), value);
            }
        }
    };
    firstOnes(written.set, result.set);
    firstOnes(written.add, result.add);
    result.remove = written.remove;
    return result;
}

// Turns the rules of one route.
class RuleConverter {
public:
    RuleConverter(const World& world, const ConfigObjectPtr& object, const config::Route& route, bool forMesh)
        : m_world(world), m_object(object), m_kind(route.kind),
          m_user{route.kind == config::RouteKind::Grpc ? "GRPCRoute" : "HTTPRoute", object->ref.ns, !forMesh} {}

    void add(const ApiRule& written, std::size_t index) {
        HttpRoute rule;
        rule.name = written.name.empty() ? m_object->ref.ns + "." + m_object->ref.name + "." + std::to_string(index)
                                         : written.name;
        for (const ApiFilter& filter : written.filters) {
            addFilter(filter, rule);
        }
        addRetries(written, rule);
        addTimeouts(written, rule);
        addBackends(written, rule);
        const std::string pointer = "/spec/rules/" + std::to_string(index);
        if (written.matches.empty() && m_kind == config::RouteKind::Grpc) {
            return m_result.rules.push_back({rule, {m_object, pointer, std::nullopt}});
        }
        if (written.matches.empty()) { // the API's default
            rule.matches = {convertMatch({}, m_kind)};
            return m_result.rules.push_back({rule, {m_object, pointer, std::nullopt}});
        }
        for (std::size_t i = 0; i < written.matches.size(); ++i) {
            rule.matches = {convertMatch(written.matches[i], m_kind)};
            m_result.rules.push_back({rule, {m_object, pointer, i}});
        }
    }

    ConvertedRules take() {
        if (m_fatal) {
            m_result.rules.clear();
        }
        return std::move(m_result);
    }

private:
    void addFilter(const ApiFilter& filter, HttpRoute& rule) {
        const bool http = m_kind == config::RouteKind::Http;
        if (filter.type == "RequestHeaderModifier") {
            rule.headers.request = headersOf(filter.headers);
        } else if (filter.type == "ResponseHeaderModifier") {
            rule.headers.response = headersOf(filter.headers);
        } else if (filter.type == "RequestMirror") {
            addMirror(filter, rule);
        } else if (http && filter.type == "RequestRedirect") {
            rule.redirect = redirectOf(filter);
        } else if (http && filter.type == "URLRewrite") {
            rule.rewrite = rewriteOf(filter);
        } else if (http && filter.type == "CORS") {
            rule.cors = filter.cors.value_or(config::CorsPolicy());
        } else {
            fail("UnsupportedValue", "Istio has no filter of type " + filter.type, true);
        }
    }

    void addMirror(const ApiFilter& filter, HttpRoute& rule) {
        if (!filter.mirror) {
            return;
        }
        const Backend backend = resolveBackend(m_world, m_user, *filter.mirror);
        if (!backend.resolved()) {
            return fail(backend.reason, backend.message, backend.fatal);
        }
        rule.mirrors.push_back({backend.destination, filter.mirrorPercent.value_or(100)});
        rule.mirrorsListed = true;
    }

    static void addRetries(const ApiRule& written, HttpRoute& rule) {
        if (!written.retry) {
            return;
        }
        config::HttpRetry retry;
        retry.attempts = written.retry->attempts.value_or(kDefaultAttempts);
        retry.backoff = written.retry->backoff;
        if (*retry.attempts != 0) {
            retry.retryOn = "connect-failure,refused-stream,unavailable,cancelled";
            for (const std::uint32_t code : written.retry->codes) {
                retry.retryOn += "," + std::to_string(code);
            }
        }
        rule.retries = retry;
    }

    static void addTimeouts(const ApiRule& written, HttpRoute& rule) {
        if (written.requestTimeout && written.requestTimeout->count() != 0) {
            rule.timeout = written.requestTimeout;
        }
        if (!written.backendTimeout || written.backendTimeout->count() == 0) {
            return;
        }
        if (rule.retries) {
            rule.retries->perTryTimeout = written.backendTimeout;
        } else {
            rule.timeout = written.backendTimeout;
        }
    }

    void addBackends(const ApiRule& written, HttpRoute& rule) {
        std::int64_t sum = 0;
        for (const config::BackendRef& backend : written.backends) {
            sum += backend.weight;
        }
        if (sum == 0) {
            if (!rule.redirect) {
                rule.directResponse = config::HttpDirectResponse{500, {}};
            }
            return;
        }
        for (const config::BackendRef& written_backend : written.backends) {
            const Backend backend = resolveBackend(m_world, m_user, written_backend);
            if (written_backend.weight != 0 && !backend.resolved()) {
                fail(backend.reason, backend.message, backend.fatal);
            }
            config::RouteDestination destination;
            destination.destination = backend.destination;
            destination.weight = written_backend.weight;
            for (const ApiFilter& filter : written_backend.filters) {
                addBackendFilter(filter, destination);
            }
            rule.route.push_back(std::move(destination));
        }
    }

    void addBackendFilter(const ApiFilter& filter, config::RouteDestination& destination) {
        if (filter.type == "RequestHeaderModifier") {
            destination.headers.request = headersOf(filter.headers);
        } else if (filter.type == "ResponseHeaderModifier") {
            destination.headers.response = headersOf(filter.headers);
        } else {
            fail("UnsupportedValue", "Istio has no filter of type " + filter.type + " for a backend", true);
        }
    }

    void fail(const std::string& reason, const std::string& message, bool fatal) {
        m_fatal = m_fatal || fatal;
        m_result.reason = reason;
        m_result.message += (m_result.message.empty() ? "" : "; ") + message;
    }

    const World& m_world;
    const ConfigObjectPtr& m_object;
    config::RouteKind m_kind;
    BackendUser m_user;
    bool m_fatal = false;
    ConvertedRules m_result;
};

// Exact before prefix before regular expression, then no path at all.
int pathRank(const HttpMatch& match) {
    if (!match.uri) {
        return -1;
    }
    switch (match.uri->kind) {
    case StringMatch::Kind::Exact:
        return 3;
    case StringMatch::Kind::Prefix:
        return 2;
    case StringMatch::Kind::Regex:
        return 1;
    case StringMatch::Kind::Present:
        break;
    }
    return -1;
}

bool precedes(const ConvertedRule& a, const ConvertedRule& b) {
    if (a.rule.matches.empty() || b.rule.matches.empty()) {
        return !a.rule.matches.empty() && b.rule.matches.empty();
    }
    const HttpMatch& left = a.rule.matches.front();
    const HttpMatch& right = b.rule.matches.front();
    if (const int x = pathRank(left), y = pathRank(right); x != y) {
        return x > y;
    }
    const std::size_t leftLength = left.uri ? left.uri->value.size() : 0;
    const std::size_t rightLength = right.uri ? right.uri->value.size() : 0;
    if (leftLength != rightLength) {
        return leftLength > rightLength;
    }
    if (left.method.has_value() != right.method.has_value()) {
        return left.method.has_value();
    }
    if (left.headers.size() != right.headers.size()) {
        return left.headers.size() > right.headers.size();
    }
    return left.queryParams.size() > right.queryParams.size();
}

} // namespace

ConvertedRules convertHttpRules(const World& world, const ConfigObjectPtr& object, const config::Route& route,
                                bool forMesh) {
    RuleConverter converter(world, object, route, forMesh);
    for (std::size_t i = 0; i < route.rules.size(); ++i) {
        converter.add(route.rules[i], i);
    }
    return converter.take();
}

void sortByPrecedence(std::vector<ConvertedRule>& rules) {
    std::stable_sort(rules.begin(), rules.end(), precedes);
}

} // namespace meshdeck::policy
