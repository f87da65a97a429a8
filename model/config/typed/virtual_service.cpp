#include "config/typed/virtual_service.h"

#include <QByteArray>

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

void readDestination(const Json& json, Destination& out) {
    get(json, "host", out.host);
    get(json, "subset", out.subset);
    if (const Json* port = objectMember(json, "port")) {
        get(*port, "number", out.port);
    }
}

void readHeaderOperations(const Json& json, HeaderOperations& out) {
    get(json, "set", out.set);
    get(json, "add", out.add);
    get(json, "remove", out.remove);
}

void readHeaderEdits(const Json& json, HeaderEdits& out) {
    object(json, "request", out.request, readHeaderOperations);
    object(json, "response", out.response, readHeaderOperations);
}

void readRouteDestination(const Json& json, RouteDestination& out) {
    object(json, "destination", out.destination, readDestination);
    get(json, "weight", out.weight);
    object(json, "headers", out.headers, readHeaderEdits);
}

void readHttpMatch(const Json& json, HttpMatch& out) {
    get(json, "name", out.name);
    get(json, "uri", out.uri);
    get(json, "scheme", out.scheme);
    get(json, "method", out.method);
    get(json, "authority", out.authority);
    get(json, "headers", out.headers);
    get(json, "withoutHeaders", out.withoutHeaders);
    get(json, "queryParams", out.queryParams);
    get(json, "ignoreUriCase", out.ignoreUriCase);
    get(json, "port", out.port);
    get(json, "sourceLabels", out.sourceLabels);
    get(json, "sourceNamespace", out.sourceNamespace);
    get(json, "gateways", out.gateways);
}

void readRedirect(const Json& json, HttpRedirect& out) {
    get(json, "uri", out.uri);
    get(json, "prefixRewrite", out.prefixRewrite);
    get(json, "authority", out.authority);
    get(json, "scheme", out.scheme);
    get(json, "port", out.port);
    get(json, "derivePort", out.derivePort);
    get(json, "redirectCode", out.code);
    if (out.code == 0) {
        out.code = 301;
    }
}

void readDirectResponse(const Json& json, HttpDirectResponse& out) {
    get(json, "status", out.status);
    if (const Json* body = objectMember(json, "body")) {
        get(*body, "string", out.body);
        if (const std::string bytes = textMember(*body, "bytes"); !bytes.empty()) {
            out.body = QByteArray::fromBase64(QByteArray::fromStdString(bytes)).toStdString();
        }
    }
}

void readRewrite(const Json& json, HttpRewrite& out) {
    get(json, "uri", out.uri);
    get(json, "authority", out.authority);
    if (const Json* regex = objectMember(json, "uriRegexRewrite")) {
        out.regexMatch = textMember(*regex, "match");
        get(*regex, "rewrite", out.regexRewrite);
    }
}

void readDelay(const Json& json, HttpFault::Delay& out) {
    get(json, "percent", out.percent); // deprecated, still honoured (facts 1.8)
    percentage(json, "percentage", out.percent);
    get(json, "fixedDelay", out.fixedDelay);
}

void readAbort(const Json& json, HttpFault::Abort& out) {
    percentage(json, "percentage", out.percent);
    get(json, "httpStatus", out.httpStatus);
    get(json, "grpcStatus", out.grpcStatus);
}

void readFault(const Json& json, HttpFault& out) {
    object(json, "delay", out.delay, readDelay);
    object(json, "abort", out.abort, readAbort);
}

void readMirror(const Json& json, HttpMirror& out) {
    object(json, "destination", out.destination, readDestination);
    std::optional<double> percent;
    percentage(json, "percentage", percent);
    out.percent = percent.value_or(100);
}

// `mirror` with its percentage beside it, in three spellings of different age.
void readSingleMirror(const Json& json, HttpRoute& out) {
    const Json* mirror = objectMember(json, "mirror");
    if (mirror == nullptr) {
        return;
    }
    HttpMirror result;
    readDestination(*mirror, result.destination);
    std::optional<double> percent;
    get(json, "mirror_percent", percent);
    get(json, "mirrorPercent", percent);
    percentage(json, "mirrorPercentage", percent);
    result.percent = percent.value_or(100);
    out.mirrors.push_back(std::move(result));
}

void readCors(const Json& json, CorsPolicy& out) {
    if (const Json* origins = listMember(json, "allowOrigins")) {
        for (const Json& origin : *origins) {
            out.allowOrigins.push_back(stringMatch(origin, false));
        }
    } else if (const Json* old = listMember(json, "allowOrigin")) { // deprecated: exact texts
        for (const Json& origin : *old) {
            out.allowOrigins.push_back(
                {StringMatch::Kind::Exact, origin.is_string() ? origin.get<std::string>() : std::string()});
        }
    }
    get(json, "allowMethods", out.allowMethods);
    get(json, "allowHeaders", out.allowHeaders);
    get(json, "exposeHeaders", out.exposeHeaders);
    get(json, "maxAge", out.maxAge);
    get(json, "allowCredentials", out.allowCredentials);
    get(json, "unmatchedPreflights", out.unmatchedPreflights);
}

void readDelegate(const Json& json, Delegate& out) {
    get(json, "name", out.name);
    get(json, "namespace", out.ns);
}

void readHttpRoute(const Json& json, HttpRoute& out) {
    get(json, "name", out.name);
    list(json, "match", out.matches, readHttpMatch);
    list(json, "route", out.route, readRouteDestination);
    object(json, "redirect", out.redirect, readRedirect);
    object(json, "directResponse", out.directResponse, readDirectResponse);
    object(json, "delegate", out.delegate, readDelegate);
    object(json, "rewrite", out.rewrite, readRewrite);
    get(json, "timeout", out.timeout);
    object(json, "retries", out.retries, readRetries);
    object(json, "fault", out.fault, readFault);
    readSingleMirror(json, out);
    const Json* mirrors = listMember(json, "mirrors");
    out.mirrorsListed = mirrors != nullptr && !mirrors->empty();
    list(json, "mirrors", out.mirrors, readMirror);
    object(json, "corsPolicy", out.cors, readCors);
    object(json, "headers", out.headers, readHeaderEdits);
}

void readL4Match(const Json& json, L4Match& out) {
    get(json, "sniHosts", out.sniHosts);
    get(json, "destinationSubnets", out.destinationSubnets);
    get(json, "port", out.port);
    get(json, "sourceLabels", out.sourceLabels);
    get(json, "sourceNamespace", out.sourceNamespace);
    get(json, "gateways", out.gateways);
}

void readL4Route(const Json& json, L4Route& out) {
    list(json, "match", out.matches, readL4Match);
    list(json, "route", out.route, readRouteDestination);
}

} // namespace

void readRetries(const Json& json, HttpRetry& out) {
    get(json, "attempts", out.attempts);
    get(json, "perTryTimeout", out.perTryTimeout);
    get(json, "backoff", out.backoff);
    get(json, "retryOn", out.retryOn);
    get(json, "retryRemoteLocalities", out.retryRemoteLocalities);
    get(json, "retryIgnorePreviousHosts", out.retryIgnorePreviousHosts);
}

VirtualService virtualService(const Json& object) {
    const Json& spec = specOf(object);
    VirtualService out;
    get(spec, "hosts", out.hosts);
    get(spec, "gateways", out.gateways);
    get(spec, "exportTo", out.exportTo);
    list(spec, "http", out.http, readHttpRoute);
    list(spec, "tls", out.tls, readL4Route);
    list(spec, "tcp", out.tcp, readL4Route);
    return out;
}

} // namespace meshdeck::config::readers
