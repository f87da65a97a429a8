#include "app/demo/api/schema.h"

#include <map>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

// Field names and types of Istio's API 1.31 (networking/v1, security/v1).
constexpr const char* kVirtualService = R"({
  "hosts":["string"],"gateways":["string"],"exportTo":["string"],
  "http":[{"name":"string","match":["@httpMatch"],"route":["@httpRoute"],
    "redirect":{"uri":"string","authority":"string","port":"integer","derivePort":"enum FROM_PROTOCOL_DEFAULT FROM_REQUEST_PORT",
      "scheme":"string","redirectCode":"integer"},
    "directResponse":{"status!":"integer","body":{"string":"string","bytes":"string"}},
    "delegate":{"name":"string","namespace":"string"},
    "rewrite":{"uri":"string","authority":"string","uriRegexRewrite":{"match":"string","rewrite":"string"}},
    "timeout":"duration",
    "retries":{"attempts":"integer","perTryTimeout":"duration","retryOn":"string","retryRemoteLocalities":"any",
      "retryIgnorePreviousHosts":"any","backoff":"duration"},
    "fault":{"delay":{"percent":"integer","fixedDelay":"duration","exponentialDelay":"duration","percentage":"@percent"},
      "abort":{"httpStatus":"integer","grpcStatus":"string","http2Error":"string","percentage":"@percent"}},
    "mirror":"@destination","mirrors":[{"destination!":"@destination","percentage":"@percent"}],
    "mirrorPercent":"any","mirror_percent":"any","mirrorPercentage":"@percent",
    "corsPolicy":{"allowOrigin":["string"],"allowOrigins":["@stringMatch"],"allowMethods":["string"],
      "allowHeaders":["string"],"exposeHeaders":["string"],"maxAge":"duration","allowCredentials":"any",
      "unmatchedPreflights":"enum UNSPECIFIED FORWARD IGNORE"},
    "headers":"@headers"}],
  "tls":[{"match!":[{"sniHosts!":["string"],"destinationSubnets":["string"],"port":"integer","sourceLabels":{"*":"string"},
      "gateways":["string"],"sourceNamespace":"string"}],"route":["@tcpRoute"]}],
  "tcp":[{"match":[{"destinationSubnets":["string"],"port":"integer","sourceSubnet":"string","sourceLabels":{"*":"string"},
      "gateways":["string"],"sourceNamespace":"string"}],"route":["@tcpRoute"]}]})";

constexpr const char* kDestinationRule = R"({
  "host!":"string","trafficPolicy":"@trafficPolicy","exportTo":["string"],"workloadSelector":{"matchLabels":{"*":"string"}},
  "subsets":[{"name!":"string","labels":{"*":"string"},"trafficPolicy":"@trafficPolicy"}]})";

constexpr const char* kAuthorizationPolicy = R"({
  "selector":{"matchLabels":{"*":"string"}},"targetRef":"@targetRef","targetRefs":["@targetRef"],
  "action":"enum ALLOW DENY AUDIT CUSTOM","provider":{"name":"string"},
  "rules":[{"from":[{"source":{"principals":["string"],"notPrincipals":["string"],"requestPrincipals":["string"],
      "notRequestPrincipals":["string"],"namespaces":["string"],"notNamespaces":["string"],"ipBlocks":["string"],
      "notIpBlocks":["string"],"remoteIpBlocks":["string"],"notRemoteIpBlocks":["string"],"serviceAccounts":["string"],
      "notServiceAccounts":["string"]}}],
    "to":[{"operation":{"hosts":["string"],"notHosts":["string"],"ports":["string"],"notPorts":["string"],
      "methods":["string"],"notMethods":["string"],"paths":["string"],"notPaths":["string"]}}],
    "when":[{"key!":"string","values":["string"],"notValues":["string"]}]}]})";

constexpr const char* kPeerAuthentication = R"({
  "selector":{"matchLabels":{"*":"string"}},"mtls":"@mtls","portLevelMtls":{"*":"@mtls"}})";

constexpr const char* kRequestAuthentication = R"({
  "selector":{"matchLabels":{"*":"string"}},"targetRef":"@targetRef","targetRefs":["@targetRef"],
  "jwtRules":[{"issuer!":"string","audiences":["string"],"jwksUri":"string","jwks_uri":"string","jwks":"string",
    "fromHeaders":[{"name!":"string","prefix":"string"}],"fromParams":["string"],"fromCookies":["string"],
    "outputPayloadToHeader":"string","forwardOriginalToken":"boolean","timeout":"duration",
    "outputClaimToHeaders":[{"header!":"string","claim!":"string"}],"spaceDelimitedClaims":["string"]}]})";

constexpr const char* kShared = R"({
  "stringMatch":{"exact":"string","prefix":"string","regex":"string"},
  "percent":{"value":"number"},
  "destination":{"host!":"string","subset":"string","port":{"number":"integer"}},
  "headerOperations":{"set":{"*":"string"},"add":{"*":"string"},"remove":["string"]},
  "headers":{"request":"@headerOperations","response":"@headerOperations"},
  "httpMatch":{"name":"string","uri":"@stringMatch","scheme":"@stringMatch","method":"@stringMatch",
    "authority":"@stringMatch","headers":{"*":"@stringMatch"},"port":"integer","sourceLabels":{"*":"string"},
    "gateways":["string"],"queryParams":{"*":"@stringMatch"},"ignoreUriCase":"boolean",
    "withoutHeaders":{"*":"@stringMatch"},"sourceNamespace":"string","statPrefix":"string"},
  "httpRoute":{"destination!":"@destination","weight":"integer","headers":"@headers"},
  "tcpRoute":{"destination!":"@destination","weight":"integer"},
  "targetRef":{"group":"string","kind!":"string","name!":"string","namespace":"string"},
  "mtls":{"mode":"enum UNSET DISABLE PERMISSIVE STRICT"},
  "clientTls":{"mode":"enum DISABLE SIMPLE MUTUAL ISTIO_MUTUAL","clientCertificate":"string","privateKey":"string",
    "caCertificates":"string","credentialName":"string","subjectAltNames":["string"],"sni":"string",
    "insecureSkipVerify":"any","caCrl":"string"},
  "loadBalancer":{"simple":"enum UNSPECIFIED LEAST_CONN RANDOM PASSTHROUGH ROUND_ROBIN LEAST_REQUEST",
    "consistentHash":{"httpHeaderName":"string","httpCookie":"any","useSourceIp":"boolean","httpQueryParameterName":"string",
      "ringHash":{"minimumRingSize":"integer"},"maglev":{"tableSize":"integer"},"minimumRingSize":"integer"},
    "localityLbSetting":{"distribute":[{"from":"string","to":{"*":"integer"}}],"failover":[{"from":"string","to":"string"}],
      "failoverPriority":["string"],"enabled":"any"},
    "warmupDurationSecs":"duration","warmup":"any"},
  "connectionPool":{
    "tcp":{"maxConnections":"integer","connectTimeout":"duration","tcpKeepalive":"any","maxConnectionDuration":"duration",
      "idleTimeout":"duration"},
    "http":{"http1MaxPendingRequests":"integer","http2MaxRequests":"integer","maxRequestsPerConnection":"integer",
      "maxRetries":"integer","idleTimeout":"duration","h2UpgradePolicy":"enum DEFAULT DO_NOT_UPGRADE UPGRADE",
      "useClientProtocol":"boolean","maxConcurrentStreams":"integer"}},
  "outlierDetection":{"consecutiveErrors":"integer","splitExternalLocalOriginErrors":"boolean",
    "consecutiveLocalOriginFailures":"any","consecutiveGatewayErrors":"any","consecutive5xxErrors":"any",
    "interval":"duration","baseEjectionTime":"duration","maxEjectionPercent":"integer","minHealthPercent":"integer"},
  "portPolicy":{"port":{"number":"integer"},"loadBalancer":"@loadBalancer","connectionPool":"@connectionPool",
    "outlierDetection":"@outlierDetection","tls":"@clientTls"},
  "trafficPolicy":{"loadBalancer":"@loadBalancer","connectionPool":"@connectionPool","outlierDetection":"@outlierDetection",
    "tls":"@clientTls","portLevelSettings":["@portPolicy"],"tunnel":"any","proxyProtocol":"any","retryBudget":"any"}})";

std::map<std::string, Json> makeShapes() {
    std::map<std::string, Json> shapes;
    shapes["VirtualService.networking.istio.io"] = *parseJson(kVirtualService);
    shapes["DestinationRule.networking.istio.io"] = *parseJson(kDestinationRule);
    shapes["AuthorizationPolicy.security.istio.io"] = *parseJson(kAuthorizationPolicy);
    shapes["PeerAuthentication.security.istio.io"] = *parseJson(kPeerAuthentication);
    shapes["RequestAuthentication.security.istio.io"] = *parseJson(kRequestAuthentication);
    return shapes;
}

} // namespace

const Json* specShape(const Resource& resource) {
    static const std::map<std::string, Json> shapes = makeShapes();
    const auto shape = shapes.find(resource.qualifiedKind());
    return shape == shapes.end() ? nullptr : &shape->second;
}

const Json& namedShape(const std::string& name) {
    static const Json shared = *parseJson(kShared);
    return shared.at(name);
}

} // namespace meshdeck::demo::api
