// HTTPRoutes bound to services (GAMMA), read into the same rules as VirtualServices (semantics.md 6).
#include <re2/re2.h>

#include "app/demo/sim/config.h"
#include "app/demo/sim/json_access.h"

namespace meshdeck::demo {

namespace {

StringMatch valueMatch(const Json& value) {
    StringMatch match;
    match.text = textOf(member(value, "value"));
    match.kind = StringMatch::Kind::Exact;
    if (textOf(member(value, "type")) == "RegularExpression") {
        match.kind = StringMatch::Kind::Regex;
        re2::RE2::Options options;
        options.set_log_errors(false);
        match.regex = std::make_shared<re2::RE2>(match.text, options);
    }
    return match;
}

HttpMatch routeMatch(const Json& value) {
    HttpMatch match;
    const Json& path = member(value, "path");
    if (path.is_object()) {
        match.uri = valueMatch(path);
        const std::string type = textOf(member(path, "type"));
        if (type.empty() || type == "PathPrefix") {
            match.uri->kind = StringMatch::Kind::SegmentPrefix;
        }
    }
    if (member(value, "method").is_string()) {
        match.method = StringMatch{StringMatch::Kind::Exact, textOf(member(value, "method")), false, nullptr};
    }
    const Json& headers = member(value, "headers");
    for (std::size_t i = 0; headers.is_array() && i < headers.size(); ++i) {
        std::string name = textOf(member(headers[i], "name"));
        for (char& c : name) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        match.headers.emplace(name, valueMatch(headers[i])); // the first of a name counts
    }
    return match;
}

HttpRule routeRule(const Json& value, const std::string& ns) {
    HttpRule rule;
    const Json& matches = member(value, "matches");
    for (std::size_t i = 0; matches.is_array() && i < matches.size(); ++i) {
        rule.matches.push_back(routeMatch(matches[i]));
    }
    const Json& backends = member(value, "backendRefs");
    for (std::size_t i = 0; backends.is_array() && i < backends.size(); ++i) {
        const Json& backend = backends[i];
        Destination target;
        const std::string backendNs = textOf(member(backend, "namespace"));
        target.host = resolveHost(textOf(member(backend, "name")), backendNs.empty() ? ns : backendNs);
        target.port = integerOf(member(backend, "port"));
        target.weight = numberOf(member(backend, "weight"), 1);
        const std::string kind = textOf(member(backend, "kind"));
        target.invalid = !kind.empty() && kind != "Service";
        rule.route.push_back(std::move(target));
    }
    rule.timeoutMs = durationMsOf(member(value, "timeouts", "request")).value_or(0);
    const Json& filters = member(value, "filters");
    for (std::size_t i = 0; filters.is_array() && i < filters.size(); ++i) {
        if (textOf(member(filters[i], "type")) == "RequestRedirect") {
            rule.directStatus = integerOf(member(filters[i], "requestRedirect", "statusCode")).value_or(302);
        }
    }
    double total = 0;
    for (const Destination& target : rule.route) {
        total += target.weight;
    }
    if (rule.directStatus == 0 && total <= 0) {
        rule.directStatus = 500; // no backend that takes traffic (6.3)
        rule.route.clear();
    }
    return rule;
}

} // namespace

VirtualService readHttpRoute(const Json& object) {
    VirtualService service;
    service.ns = textOf(member(object, "metadata", "namespace"));
    service.name = textOf(member(object, "metadata", "name"));
    service.created = textOf(member(object, "metadata", "creationTimestamp"));
    service.gateways = {"mesh"};
    const Json& spec = member(object, "spec");
    const Json& parents = member(spec, "parentRefs");
    std::optional<int> port;
    bool producer = false;
    for (std::size_t i = 0; parents.is_array() && i < parents.size(); ++i) {
        if (textOf(member(parents[i], "kind")) != "Service") {
            continue;
        }
        const std::string parentNs = textOf(member(parents[i], "namespace"));
        const std::string ns = parentNs.empty() ? service.ns : parentNs;
        producer |= ns == service.ns;
        service.hosts.push_back(resolveHost(textOf(member(parents[i], "name")), ns));
        port = integerOf(member(parents[i], "port"));
    }
    if (!producer) {
        service.exportTo = {"."}; // a consumer's route is for the clients of its own namespace (6.1)
    }
    const Json& rules = member(spec, "rules");
    for (std::size_t i = 0; rules.is_array() && i < rules.size(); ++i) {
        HttpRule rule = routeRule(rules[i], service.ns);
        if (port) {
            if (rule.matches.empty()) {
                rule.matches.emplace_back();
            }
            for (HttpMatch& match : rule.matches) {
                match.port = port;
            }
        }
        service.http.push_back(std::move(rule));
    }
    return service;
}

} // namespace meshdeck::demo
