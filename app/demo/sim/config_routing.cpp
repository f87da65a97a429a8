// VirtualService, HTTPRoute, DestinationRule and Gateway as the proxies read them (semantics.md 1, 2, 6).
#include <re2/re2.h>

#include "app/demo/sim/config.h"
#include "app/demo/sim/json_access.h"

namespace meshdeck::demo {

namespace {

StringMatch regexMatch(const std::string& pattern) {
    StringMatch match;
    if (pattern == "*") {
        return match; // means "present"
    }
    match.kind = StringMatch::Kind::Regex;
    re2::RE2::Options options;
    options.set_log_errors(false);
    match.regex = std::make_shared<re2::RE2>(pattern, options);
    return match;
}

StringMatch stringMatch(const Json& value) {
    StringMatch match;
    for (const auto& [key, kind] :
         {std::pair{"exact", StringMatch::Kind::Exact}, std::pair{"prefix", StringMatch::Kind::Prefix}}) {
        if (member(value, key).is_string()) {
            match.kind = kind;
            match.text = textOf(member(value, key));
            return match;
        }
    }
    if (member(value, "regex").is_string()) {
        return regexMatch(textOf(member(value, "regex")));
    }
    return match;
}

std::map<std::string, StringMatch> matchMap(const Json& value) {
    std::map<std::string, StringMatch> map;
    if (value.is_object()) {
        for (const auto& [key, entry] : value.items()) {
            map[key] = stringMatch(entry);
        }
    }
    return map;
}

// "mesh" stays, "./g" and "g" are of the own namespace (1.1).
std::string resolveGateway(const std::string& gateway, const std::string& ns) {
    if (gateway == "mesh") {
        return gateway;
    }
    if (gateway.starts_with("./")) {
        return ns + gateway.substr(1);
    }
    return gateway.find('/') == std::string::npos ? ns + "/" + gateway : gateway;
}

HttpMatch httpMatch(const Json& value, const std::string& ns) {
    HttpMatch match;
    if (member(value, "uri").is_object()) {
        match.uri = stringMatch(member(value, "uri"));
        match.uri->ignoreCase = member(value, "ignoreUriCase") == Json(true);
    }
    if (member(value, "method").is_object()) {
        match.method = stringMatch(member(value, "method"));
    }
    if (member(value, "authority").is_object()) {
        match.authority = stringMatch(member(value, "authority"));
    }
    match.headers = matchMap(member(value, "headers"));
    match.withoutHeaders = matchMap(member(value, "withoutHeaders"));
    match.port = integerOf(member(value, "port"));
    match.sourceLabels = textMapOf(member(value, "sourceLabels"));
    match.sourceNamespace = textOf(member(value, "sourceNamespace"));
    for (const std::string& gateway : textListOf(member(value, "gateways"))) {
        match.gateways.push_back(resolveGateway(gateway, ns));
    }
    return match;
}

Destination destination(const Json& value, const std::string& ns) {
    Destination result;
    result.host = resolveHost(textOf(member(value, "host")), ns);
    result.subset = textOf(member(value, "subset"));
    result.port = integerOf(member(value, "port", "number"));
    return result;
}

// Percent as {"value": 12.5}, or a whole number in the older fields; absent means `otherwise`.
double share(const Json& percentage, const Json& percent, double otherwise) {
    if (percentage.is_object()) {
        return numberOf(member(percentage, "value")) / 100;
    }
    return percent.is_number() ? percent.get<double>() / 100 : otherwise;
}

int grpcStatusNamed(const std::string& name) {
    static const char* const kNames[] = {
        "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
        "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED"};
    int status = 0;
    for (const char* known : kNames) {
        if (name == known || name == std::to_string(status)) {
            return status;
        }
        ++status;
    }
    return 2;
}

Fault readFault(const Json& value) {
    Fault fault;
    const Json& delay = member(value, "delay");
    fault.delayMs = durationMsOf(member(delay, "fixedDelay")).value_or(0);
    fault.delayShare = fault.delayMs > 0 ? share(member(delay, "percentage"), member(delay, "percent"), 0) : 0;
    const Json& abort = member(value, "abort");
    fault.abortShare = share(member(abort, "percentage"), Json(), 0);
    fault.abortStatus = integerOf(member(abort, "httpStatus")).value_or(0);
    if (member(abort, "grpcStatus").is_string()) {
        fault.abortGrpc = grpcStatusNamed(textOf(member(abort, "grpcStatus")));
    }
    if (fault.abortStatus == 0 && fault.abortGrpc < 0) {
        fault.abortShare = 0;
    }
    return fault;
}

void addRetryConditions(const std::string& list, RetryPolicy& policy) {
    std::size_t at = 0;
    while (at <= list.size()) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        const std::string word = list.substr(at, comma - at);
        policy.on5xx |= word == "5xx";
        policy.onGatewayError |= word == "gateway-error";
        policy.onConnectFailure |= word == "connect-failure" || word == "5xx" || word == "gateway-error";
        policy.onGrpcUnavailable |= word == "unavailable";
        if (word.size() == 3 && word.find_first_not_of("0123456789") == std::string::npos) {
            policy.codes.insert(std::stoi(word));
        }
        at = comma + 1;
    }
}

RetryPolicy readRetries(const Json& value) {
    RetryPolicy policy; // unset: the built-in default (1.8)
    if (!value.is_object()) {
        return policy;
    }
    policy.attempts = std::max(0, integerOf(member(value, "attempts")).value_or(0));
    policy.perTryMs = durationMsOf(member(value, "perTryTimeout"));
    const std::string conditions = textOf(member(value, "retryOn"));
    if (!conditions.empty()) {
        policy.onConnectFailure = policy.onGrpcUnavailable = false;
        addRetryConditions(conditions, policy);
    }
    return policy;
}

HttpRule httpRule(const Json& value, const std::string& ns) {
    HttpRule rule;
    const Json& matches = member(value, "match");
    for (std::size_t i = 0; matches.is_array() && i < matches.size(); ++i) {
        rule.matches.push_back(httpMatch(matches[i], ns));
    }
    const Json& route = member(value, "route");
    for (std::size_t i = 0; route.is_array() && i < route.size(); ++i) {
        Destination target = destination(member(route[i], "destination"), ns);
        target.weight = numberOf(member(route[i], "weight"));
        rule.route.push_back(std::move(target));
    }
    if (member(value, "mirror").is_object()) {
        rule.mirrors.push_back({destination(member(value, "mirror"), ns),
                                share(member(value, "mirrorPercentage"), member(value, "mirrorPercent"), 1)});
    }
    const Json& mirrors = member(value, "mirrors");
    for (std::size_t i = 0; mirrors.is_array() && i < mirrors.size(); ++i) {
        rule.mirrors.push_back(
            {destination(member(mirrors[i], "destination"), ns), share(member(mirrors[i], "percentage"), Json(), 1)});
    }
    rule.fault = readFault(member(value, "fault"));
    rule.retries = readRetries(member(value, "retries"));
    rule.timeoutMs = durationMsOf(member(value, "timeout")).value_or(0);
    if (member(value, "directResponse").is_object()) {
        rule.directStatus = integerOf(member(value, "directResponse", "status")).value_or(200);
    } else if (member(value, "redirect").is_object()) {
        rule.directStatus = integerOf(member(value, "redirect", "redirectCode")).value_or(301);
    }
    return rule;
}

TrafficPolicy trafficPolicy(const Json& value) {
    TrafficPolicy policy;
    policy.tlsMode = textOf(member(value, "tls", "mode"));
    const Json& outlier = member(value, "outlierDetection");
    if (outlier.is_object()) {
        TrafficPolicy::Outlier detection;
        detection.consecutive5xx = integerOf(member(outlier, "consecutive5xxErrors")).value_or(5);
        detection.intervalMs = durationMsOf(member(outlier, "interval")).value_or(10000);
        detection.baseEjectionMs = durationMsOf(member(outlier, "baseEjectionTime")).value_or(30000);
        detection.maxEjectionPercent = numberOf(member(outlier, "maxEjectionPercent"), 10);
        policy.outlier = detection;
    }
    const Json& pool = member(value, "connectionPool");
    const auto limit = [](const Json& number) {
        const std::optional<int> set = integerOf(number);
        return set && *set > 0 ? set : std::nullopt; // 0 cannot be told from unset
    };
    policy.maxRequests = limit(member(pool, "http", "http2MaxRequests"));
    policy.maxPending = limit(member(pool, "http", "http1MaxPendingRequests"));
    policy.maxConnections = limit(member(pool, "tcp", "maxConnections"));
    return policy;
}

void readName(const Json& object, std::string& ns, std::string& name) {
    ns = textOf(member(object, "metadata", "namespace"));
    name = textOf(member(object, "metadata", "name"));
}

std::string rejectionOf(const Json& object) {
    const std::string wish = textOf(member(object, "metadata", "annotations", "demo.meshdeck.dev/nack"));
    if (wish.empty() || wish == "false") {
        return {};
    }
    if (wish != "true") {
        return wish;
    }
    return "Error adding/updating route(s) : route: unknown cluster 'outbound|0||" +
           textOf(member(object, "metadata", "name")) + ".invalid'\n";
}

} // namespace

bool StringMatch::matches(const std::string& value) const {
    const auto lowered = [this](std::string word) {
        if (ignoreCase) {
            for (char& c : word) {
                c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            }
        }
        return word;
    };
    switch (kind) {
    case Kind::Present:
        return true;
    case Kind::Exact:
        return lowered(value) == lowered(text);
    case Kind::Prefix:
        return lowered(value).starts_with(lowered(text));
    case Kind::SegmentPrefix: {
        const std::string prefix = text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
        return value == prefix || value.starts_with(prefix + "/");
    }
    case Kind::Regex:
        return regex && regex->ok() && re2::RE2::FullMatch(value, *regex);
    }
    return false;
}

std::string resolveHost(const std::string& host, const std::string& ns) {
    if (host.empty() || host == "*" || host.find('.') != std::string::npos) {
        return host;
    }
    return host + "." + ns + ".svc.cluster.local";
}

VirtualService readVirtualService(const Json& object) {
    VirtualService service;
    readName(object, service.ns, service.name);
    service.created = textOf(member(object, "metadata", "creationTimestamp"));
    const Json& spec = member(object, "spec");
    for (const std::string& host : textListOf(member(spec, "hosts"))) {
        service.hosts.push_back(resolveHost(host, service.ns));
    }
    for (const std::string& gateway : textListOf(member(spec, "gateways"))) {
        service.gateways.push_back(resolveGateway(gateway, service.ns));
    }
    if (service.gateways.empty()) {
        service.gateways = {"mesh"};
    }
    service.exportTo = textListOf(member(spec, "exportTo"));
    for (const char* kind : {"http", "tcp"}) {
        const Json& rules = member(spec, kind);
        std::vector<HttpRule>& into = *kind == 'h' ? service.http : service.tcp;
        for (std::size_t i = 0; rules.is_array() && i < rules.size(); ++i) {
            into.push_back(httpRule(rules[i], service.ns));
        }
    }
    service.rejection = rejectionOf(object);
    return service;
}

DestinationRule readDestinationRule(const Json& object) {
    DestinationRule rule;
    readName(object, rule.ns, rule.name);
    rule.created = textOf(member(object, "metadata", "creationTimestamp"));
    const Json& spec = member(object, "spec");
    rule.host = resolveHost(textOf(member(spec, "host")), rule.ns);
    rule.exportTo = textListOf(member(spec, "exportTo"));
    rule.policy = trafficPolicy(member(spec, "trafficPolicy"));
    const Json& ports = member(spec, "trafficPolicy", "portLevelSettings");
    for (std::size_t i = 0; ports.is_array() && i < ports.size(); ++i) {
        rule.ports[integerOf(member(ports[i], "port", "number")).value_or(0)] = trafficPolicy(ports[i]);
    }
    const Json& subsets = member(spec, "subsets");
    for (std::size_t i = 0; subsets.is_array() && i < subsets.size(); ++i) {
        rule.subsets.push_back({textOf(member(subsets[i], "name")), textMapOf(member(subsets[i], "labels")),
                                trafficPolicy(member(subsets[i], "trafficPolicy"))});
    }
    return rule;
}

GatewayServers readGateway(const Json& object) {
    GatewayServers gateway;
    readName(object, gateway.ns, gateway.name);
    gateway.selector = textMapOf(member(object, "spec", "selector"));
    const Json& servers = member(object, "spec", "servers");
    for (std::size_t i = 0; servers.is_array() && i < servers.size(); ++i) {
        gateway.servers.push_back(
            {integerOf(member(servers[i], "port", "number")).value_or(0), textListOf(member(servers[i], "hosts"))});
    }
    return gateway;
}

} // namespace meshdeck::demo
