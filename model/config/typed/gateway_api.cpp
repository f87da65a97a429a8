#include "config/typed/gateway_api.h"

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

void readReference(const Json& json, ObjectReference& out) {
    get(json, "group", out.group);
    get(json, "kind", out.kind);
    get(json, "namespace", out.ns);
    get(json, "name", out.name);
}

void readCertificate(const Json& json, ObjectReference& out) {
    out.kind = "Secret";
    readReference(json, out);
}

void readKind(const Json& json, ObjectReference& out) {
    out.group = "gateway.networking.k8s.io";
    readReference(json, out);
}

void readListener(const Json& json, GatewayListener& out) {
    get(json, "name", out.name);
    get(json, "hostname", out.hostname);
    get(json, "port", out.port);
    get(json, "protocol", out.protocol);
    out.tlsMode = "Terminate";
    if (const Json* tls = objectMember(json, "tls")) {
        get(*tls, "mode", out.tlsMode);
        list(*tls, "certificateRefs", out.certificateRefs, readCertificate);
    }
    out.allowedNamespaces = "Same";
    const Json* allowed = objectMember(json, "allowedRoutes");
    if (allowed == nullptr) {
        return;
    }
    list(*allowed, "kinds", out.allowedKinds, readKind);
    if (const Json* namespaces = objectMember(*allowed, "namespaces")) {
        get(*namespaces, "from", out.allowedNamespaces);
        matchLabels(*namespaces, "selector", out.namespaceSelector);
        if (const Json* selector = objectMember(*namespaces, "selector")) {
            const Json* expressions = listMember(*selector, "matchExpressions");
            out.selectorHasExpressions = expressions != nullptr && !expressions->empty();
        }
    }
}

void readParent(const Json& json, ParentReference& out) {
    out.group = "gateway.networking.k8s.io";
    out.kind = "Gateway";
    get(json, "group", out.group);
    get(json, "kind", out.kind);
    get(json, "namespace", out.ns);
    get(json, "name", out.name);
    get(json, "sectionName", out.sectionName);
    get(json, "port", out.port);
}

// Header and query matches: a list of {type, name, value}.
void readNamedMatches(const Json& json, std::string_view key, StringMatches& out) {
    const Json* items = listMember(json, key);
    if (items == nullptr) {
        return;
    }
    for (const Json& item : *items) {
        const bool regex = textMember(item, "type") == "RegularExpression";
        out.emplace_back(textMember(item, "name"),
                         StringMatch{regex ? StringMatch::Kind::Regex : StringMatch::Kind::Exact,
                                     textMember(item, "value")});
    }
}

void readPath(const Json& json, PathMatch& out) {
    get(json, "type", out.type);
    get(json, "value", out.value);
}

void readMatch(const Json& json, ApiMatch& out) {
    object(json, "path", out.path, readPath);
    get(json, "method", out.method); // of a GRPCRoute it is an object
    readNamedMatches(json, "headers", out.headers);
    readNamedMatches(json, "queryParams", out.queryParams);
    if (const Json* method = objectMember(json, "method")) {
        get(*method, "service", out.grpcService);
        get(*method, "method", out.grpcMethod);
        out.grpcRegex = textMember(*method, "type") == "RegularExpression";
    }
}

void readHeaders(const Json& json, HeaderOperations& out) {
    pairs(json, "set", "name", "value", out.set);
    pairs(json, "add", "name", "value", out.add);
    get(json, "remove", out.remove);
}

void readPathModifier(const Json& json, PathModifier& out) {
    get(json, "type", out.type);
    get(json, out.type == "ReplaceFullPath" ? "replaceFullPath" : "replacePrefixMatch", out.value);
}

StringMatch originMatch(const std::string& origin) {
    if (origin.find('*') == std::string::npos) {
        return {StringMatch::Kind::Exact, origin};
    }
    std::string regex;
    for (const char c : origin) {
        if (c == '*') {
            regex += ".*";
        } else {
            regex += std::string_view(".+?()[]{}|^$\\").find(c) != std::string_view::npos ? "\\" : "";
            regex += c;
        }
    }
    return {StringMatch::Kind::Regex, regex};
}

void readApiCors(const Json& json, CorsPolicy& out) {
    std::vector<std::string> origins;
    get(json, "allowOrigins", origins);
    for (const std::string& origin : origins) {
        out.allowOrigins.push_back(originMatch(origin));
    }
    get(json, "allowMethods", out.allowMethods);
    get(json, "allowHeaders", out.allowHeaders);
    get(json, "exposeHeaders", out.exposeHeaders);
    get(json, "allowCredentials", out.allowCredentials);
    std::optional<std::int64_t> seconds;
    get(json, "maxAge", seconds);
    if (seconds && *seconds >= 0 && *seconds <= std::numeric_limits<std::int32_t>::max()) {
        out.maxAge = std::chrono::seconds(*seconds);
    }
}

void readBackend(const Json& json, BackendRef& out);

void readMirror(const Json& json, ApiFilter& out) {
    object(json, "backendRef", out.mirror, readBackend);
    get(json, "percent", out.mirrorPercent);
    if (const Json* fraction = objectMember(json, "fraction")) {
        std::optional<double> numerator = 0;
        std::optional<double> denominator = 100;
        get(*fraction, "numerator", numerator);
        get(*fraction, "denominator", denominator);
        out.mirrorPercent = *denominator > 0 ? 100 * *numerator / *denominator : 0;
    }
}

void readFilter(const Json& json, ApiFilter& out) {
    get(json, "type", out.type);
    object(json, out.type == "ResponseHeaderModifier" ? "responseHeaderModifier" : "requestHeaderModifier",
           out.headers, readHeaders);
    if (const Json* mirror = objectMember(json, "requestMirror")) {
        readMirror(*mirror, out);
    }
    if (const Json* redirect = objectMember(json, "requestRedirect")) {
        get(*redirect, "scheme", out.scheme);
        get(*redirect, "hostname", out.hostname);
        object(*redirect, "path", out.path, readPathModifier);
        get(*redirect, "port", out.port);
        get(*redirect, "statusCode", out.statusCode);
    }
    if (const Json* rewrite = objectMember(json, "urlRewrite")) {
        get(*rewrite, "hostname", out.hostname);
        object(*rewrite, "path", out.path, readPathModifier);
    }
    object(json, "cors", out.cors, readApiCors);
}

void readBackend(const Json& json, BackendRef& out) {
    out.ref.kind = "Service";
    readReference(json, out.ref);
    get(json, "port", out.port);
    get(json, "weight", out.weight);
    list(json, "filters", out.filters, readFilter);
}

void readRetry(const Json& json, ApiRetry& out) {
    get(json, "attempts", out.attempts);
    get(json, "backoff", out.backoff);
    if (const Json* codes = listMember(json, "codes")) {
        for (const Json& code : *codes) {
            out.codes.push_back(code.is_number_unsigned() || (code.is_number_integer() && code.get<std::int64_t>() >= 0)
                                    ? code.get<std::uint32_t>()
                                    : 0);
        }
    }
}

void readRule(const Json& json, ApiRule& out) {
    get(json, "name", out.name);
    list(json, "matches", out.matches, readMatch);
    list(json, "filters", out.filters, readFilter);
    list(json, "backendRefs", out.backends, readBackend);
    if (const Json* timeouts = objectMember(json, "timeouts")) {
        get(*timeouts, "request", out.requestTimeout);
        get(*timeouts, "backendRequest", out.backendTimeout);
    }
    object(json, "retry", out.retry, readRetry);
}

void readPolicyTarget(const Json& json, TargetRef& out) {
    get(json, "group", out.group);
    get(json, "kind", out.kind);
    get(json, "name", out.name);
    get(json, "sectionName", out.sectionName);
}

} // namespace

KubeGateway kubeGateway(const Json& object) {
    const Json& spec = specOf(object);
    KubeGateway out;
    get(spec, "gatewayClassName", out.gatewayClass);
    list(spec, "listeners", out.listeners, readListener);
    if (const Json* addresses = listMember(spec, "addresses")) {
        for (const Json& address : *addresses) {
            std::string type = "IPAddress";
            get(address, "type", type);
            out.addresses.emplace_back(type, textMember(address, "value"));
        }
    }
    return out;
}

GatewayClass gatewayClass(const Json& object) {
    GatewayClass out;
    get(specOf(object), "controllerName", out.controller);
    return out;
}

Route route(const Json& object, RouteKind kind) {
    const Json& spec = specOf(object);
    Route out;
    out.kind = kind;
    list(spec, "parentRefs", out.parents, readParent);
    get(spec, "hostnames", out.hostnames);
    list(spec, "rules", out.rules, readRule);
    return out;
}

ReferenceGrant referenceGrant(const Json& object) {
    const Json& spec = specOf(object);
    ReferenceGrant out;
    list(spec, "from", out.from, readReference);
    list(spec, "to", out.to, readReference);
    return out;
}

BackendTlsPolicy backendTlsPolicy(const Json& object) {
    const Json& spec = specOf(object);
    BackendTlsPolicy out;
    list(spec, "targetRefs", out.targets, readPolicyTarget);
    const Json* validation = objectMember(spec, "validation");
    if (validation == nullptr) {
        return out;
    }
    get(*validation, "hostname", out.hostname);
    list(*validation, "caCertificateRefs", out.caCertificates, readReference);
    get(*validation, "wellKnownCACertificates", out.wellKnownCaCertificates);
    if (const Json* names = listMember(*validation, "subjectAltNames")) {
        for (const Json& name : *names) {
            out.subjectAltNames.push_back(textMember(name, textMember(name, "type") == "URI" ? "uri" : "hostname"));
        }
    }
    return out;
}

} // namespace meshdeck::config::readers
