#include "config/typed/destination_rule.h"

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

void readConnectionPool(const Json& json, ConnectionPool& out) {
    if (const Json* tcp = objectMember(json, "tcp")) {
        get(*tcp, "maxConnections", out.maxConnections);
        get(*tcp, "connectTimeout", out.connectTimeout);
        get(*tcp, "idleTimeout", out.tcpIdleTimeout);
    }
    if (const Json* http = objectMember(json, "http")) {
        get(*http, "http1MaxPendingRequests", out.http1MaxPendingRequests);
        get(*http, "http2MaxRequests", out.http2MaxRequests);
        get(*http, "maxRequestsPerConnection", out.maxRequestsPerConnection);
        get(*http, "maxRetries", out.maxRetries);
        get(*http, "idleTimeout", out.idleTimeout);
        get(*http, "h2UpgradePolicy", out.h2UpgradePolicy);
        get(*http, "useClientProtocol", out.useClientProtocol);
    }
}

void readOutlierDetection(const Json& json, OutlierDetection& out) {
    get(json, "consecutive5xxErrors", out.consecutive5xxErrors);
    get(json, "consecutiveGatewayErrors", out.consecutiveGatewayErrors);
    get(json, "consecutiveLocalOriginFailures", out.consecutiveLocalOriginFailures);
    get(json, "splitExternalLocalOriginErrors", out.splitExternalLocalOriginErrors);
    get(json, "interval", out.interval);
    get(json, "baseEjectionTime", out.baseEjectionTime);
    get(json, "maxEjectionPercent", out.maxEjectionPercent);
    get(json, "minHealthPercent", out.minHealthPercent);
}

std::string hashOn(const Json& hash) {
    if (const std::string header = textMember(hash, "httpHeaderName"); !header.empty()) {
        return "header " + header;
    }
    if (const Json* cookie = objectMember(hash, "httpCookie")) {
        return "cookie " + textMember(*cookie, "name");
    }
    bool sourceIp = false;
    get(hash, "useSourceIp", sourceIp);
    if (sourceIp) {
        return "source IP";
    }
    const std::string query = textMember(hash, "httpQueryParameterName");
    return query.empty() ? std::string() : "query parameter " + query;
}

void readLoadBalancer(const Json& json, LoadBalancer& out) {
    get(json, "simple", out.simple);
    if (const Json* hash = objectMember(json, "consistentHash")) {
        out.hashOn = hashOn(*hash);
    }
    out.localitySetting = objectMember(json, "localityLbSetting") != nullptr;
    get(json, "warmupDurationSecs", out.warmup);
    if (const Json* warmup = objectMember(json, "warmup")) {
        get(*warmup, "duration", out.warmup);
    }
}

void readClientTls(const Json& json, ClientTls& out) {
    get(json, "mode", out.mode);
    get(json, "clientCertificate", out.clientCertificate);
    get(json, "privateKey", out.privateKey);
    get(json, "caCertificates", out.caCertificates);
    get(json, "credentialName", out.credentialName);
    get(json, "subjectAltNames", out.subjectAltNames);
    get(json, "sni", out.sni);
    get(json, "insecureSkipVerify", out.insecureSkipVerify);
}

// The four blocks that every level has.
template <typename Policy>
void readBlocks(const Json& json, Policy& out) {
    object(json, "connectionPool", out.connectionPool, readConnectionPool);
    object(json, "outlierDetection", out.outlierDetection, readOutlierDetection);
    object(json, "loadBalancer", out.loadBalancer, readLoadBalancer);
    object(json, "tls", out.tls, readClientTls);
}

void readPortPolicy(const Json& json, PortPolicy& out) {
    if (const Json* port = objectMember(json, "port")) {
        get(*port, "number", out.port);
    }
    readBlocks(json, out);
}

void readTrafficPolicy(const Json& json, TrafficPolicy& out) {
    readBlocks(json, out);
    out.tunnel = objectMember(json, "tunnel") != nullptr;
    out.proxyProtocol = objectMember(json, "proxyProtocol") != nullptr;
    out.retryBudget = objectMember(json, "retryBudget") != nullptr;
    list(json, "portLevelSettings", out.portLevelSettings, readPortPolicy);
}

void readSubset(const Json& json, DestinationSubset& out) {
    get(json, "name", out.name);
    get(json, "labels", out.labels);
    object(json, "trafficPolicy", out.trafficPolicy, readTrafficPolicy);
}

} // namespace

DestinationRule destinationRule(const Json& object) {
    const Json& spec = specOf(object);
    DestinationRule out;
    get(spec, "host", out.host);
    fields::object(spec, "trafficPolicy", out.trafficPolicy, readTrafficPolicy);
    list(spec, "subsets", out.subsets, readSubset);
    get(spec, "exportTo", out.exportTo);
    matchLabels(spec, "workloadSelector", out.workloadSelector);
    return out;
}

} // namespace meshdeck::config::readers
