#include "support/random_mesh.h"

namespace meshdeck::test {

std::string RandomMesh::ns() {
    return any({"shop", "pay", "istio-system"});
}
std::string RandomMesh::host() {
    return any({"reviews", "ratings.pay", "payment.pay.svc.cluster.local", "'*'", "'*.example.com'", "shop.example.com",
                "10.0.0.1", "nobody", "'*.svc.cluster.local'", "''"});
}
std::string RandomMesh::path() {
    return "'" + any({"/", "/a", "/a/b", "/a/../b", "/reviews", "", "/%41", "//", "/a?x=1&y", "noslash", "/\\"}) + "'";
}

std::string RandomMesh::stringMatch() {
    if (chance(8)) {
        return "{}";
    }
    const std::string kind = any({"exact", "prefix", "regex"});
    return "{" + kind + ": '" + any({"/", "/a", ".*", "*", "", "jason", "(", "[a-z]+", "GET", "https?"}) + "'}";
}

std::string RandomMesh::match() {
    std::string fields;
    const auto add = [&fields](const std::string& field) { fields += (fields.empty() ? "" : ", ") + field; };
    if (chance(2)) {
        add("uri: " + stringMatch());
    }
    if (chance(4)) {
        add("ignoreUriCase: true");
    }
    if (chance(4)) {
        add(any({"method", "scheme", "authority"}) + ": " + stringMatch());
    }
    if (chance(3)) {
        add(any({"headers", "withoutHeaders", "queryParams"}) + ": {" +
            any({"x-user", "'@request.auth.claims.a'", "'@request.auth.claims[a][b'", "':path'", "''"}) + ": " +
            stringMatch() + "}");
    }
    if (chance(5)) {
        add("port: " + any({"80", "9080", "0", "99999999"}));
    }
    if (chance(5)) {
        add("sourceLabels: {app: " + any({"web", "cart"}) + "}");
    }
    if (chance(6)) {
        add("gateways: [" + any({"mesh", "gw", "shop/gw"}) + "]");
    }
    return "{" + fields + "}";
}

std::string RandomMesh::destination() {
    std::string fields = "destination: {host: " + host();
    if (chance(2)) {
        fields += ", subset: " + any({"v1", "v2", "v9", "''"});
    }
    if (chance(4)) {
        fields += ", port: {number: " + any({"9080", "80", "0", "70000"}) + "}";
    }
    fields += "}";
    if (chance(2)) {
        fields += ", weight: " + any({"0", "1", "50", "-3", "4294967296"});
    }
    if (chance(4)) {
        fields += ", headers: {request: {set: {Host: x, a: b}, remove: [a, '']}, response: {add: {c: d}}}";
    }
    return "{" + fields + "}";
}

std::string RandomMesh::rule() {
    std::string fields;
    const auto add = [&fields](const std::string& field) { fields += (fields.empty() ? "" : ", ") + field; };
    if (!chance(3)) {
        add("match: [" + match() + (chance(2) ? ", " + match() : "") + "]");
    }
    switch (below(6)) {
    case 0:
        add("redirect: {uri: " + path() + ", redirectCode: " + any({"0", "302", "305"}) + ", scheme: https}");
        break;
    case 1:
        add("directResponse: {status: " + any({"200", "503", "0"}) + ", body: {string: x}}");
        break;
    case 2:
        break;
    default:
        add("route: [" + destination() + (chance(2) ? ", " + destination() : "") + "]");
    }
    if (chance(4)) {
        add("rewrite: {uri: " + path() + ", authority: other}");
    } else if (chance(6)) {
        add("rewrite: {uriRegexRewrite: {match: '" + any({"^/(.*)$", "(", ""}) + "', rewrite: '\\1\\9'}}");
    }
    if (chance(4)) {
        add("fault: {abort: {httpStatus: 555, percentage: {value: " + any({"0", "0.5", "100", "1e300", "-1"}) +
            "}}, delay: {fixedDelay: 3s}}");
    }
    if (chance(4)) {
        add("retries: {attempts: " + any({"0", "3", "-1", "9999999999"}) + ", perTryTimeout: 100ms, retryOn: '5xx,,503'}");
    }
    if (chance(4)) {
        add("timeout: " + any({"0s", "0.1s", "-1s", "junk", "10000000h"}));
    }
    if (chance(5)) {
        add("mirror: {host: " + host() + "}, mirrorPercentage: {value: " + any({"0", "1", "100"}) + "}");
    }
    return "{" + fields + "}";
}

std::string RandomMesh::virtualService(std::size_t index) {
    std::string text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: vs" +
                       std::to_string(index) + ", namespace: " + ns() + "}\nspec: {hosts: [" + host() +
                       (chance(3) ? ", " + host() : "") + "]";
    if (chance(3)) {
        text += ", gateways: [" + any({"mesh", "gw", "shop/gw, mesh", "''"}) + "]";
    }
    if (chance(5)) {
        text += ", exportTo: [" + any({"'*'", ".", "'~'", "pay"}) + "]";
    }
    text += ", http: [" + rule();
    for (std::size_t more = below(4); more > 0; --more) {
        text += ", " + rule();
    }
    return text + "]}\n---\n";
}

std::string RandomMesh::destinationRule(std::size_t index) {
    return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: dr" + std::to_string(index) +
           ", namespace: " + ns() + "}\nspec: {host: " + host() + ", trafficPolicy: {tls: {mode: " +
           any({"DISABLE", "ISTIO_MUTUAL", "SIMPLE", "odd"}) +
           "}}, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}\n---\n";
}

std::string RandomMesh::other(std::size_t index) {
    const std::string meta = "\nmetadata: {name: o" + std::to_string(index) + ", namespace: " + ns() + "}\nspec: ";
    switch (below(6)) {
    case 0:
        return "apiVersion: networking.istio.io/v1\nkind: Gateway" + meta +
               "{selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: " +
               any({"HTTP", "HTTPS", "TLS", "TCP"}) + "}, hosts: [" + host() + "], tls: {mode: " +
               any({"SIMPLE", "PASSTHROUGH", "MUTUAL"}) + ", httpsRedirect: " + any({"true", "false"}) + "}}]}\n---\n";
    case 1:
        return "apiVersion: networking.istio.io/v1\nkind: Sidecar" + meta + "{outboundTrafficPolicy: {mode: " +
               any({"ALLOW_ANY", "REGISTRY_ONLY"}) + "}, egress: [{hosts: ['" + any({"*/*", "./*", "~/*", "shop/reviews.shop.svc.cluster.local"}) +
               "']}" + (chance(2) ? ", {port: {number: 9080, protocol: HTTP, name: http}, captureMode: NONE, hosts: ['*/*']}" : "") +
               "]}\n---\n";
    case 2:
        return "apiVersion: security.istio.io/v1\nkind: PeerAuthentication" + meta + "{mtls: {mode: " +
               any({"STRICT", "PERMISSIVE", "DISABLE", "odd"}) + "}}\n---\n";
    case 3:
        return "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy" + meta + "{action: " +
               any({"ALLOW", "DENY", "CUSTOM", "AUDIT"}) + ", rules: [{to: [{operation: {paths: [" + path() +
               "], methods: [GET]}}]}]}\n---\n";
    case 4:
        return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry" + meta + "{hosts: [" + host() +
               "], ports: [{number: 9080, name: p, protocol: " + any({"HTTP", "TCP", "TLS", "odd"}) + "}], resolution: " +
               any({"NONE", "STATIC", "DNS"}) + ", endpoints: [{address: 1.2.3.4, labels: {version: v1}}]}\n---\n";
    default:
        return "apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter" + meta + "{configPatches: [{applyTo: CLUSTER}]}\n---\n";
    }
}

std::string RandomMesh::config() {
    std::string text;
    for (const char* name : {"reviews", "ratings", "payment"}) {
        const std::string where = any({"shop", "pay"});
        text += "apiVersion: v1\nkind: Service\nmetadata: {name: " + std::string(name) + ", namespace: " + where +
                "}\nspec: {clusterIP: " + any({"10.0.0.1", "None", "10.0.0.9", "''"}) + ", selector: {app: " + name +
                "}, ports: [{name: " + any({"http", "tcp", "odd", "https", "grpc"}) + ", port: " + any({"9080", "80"}) +
                "}]}\n---\n";
        if (!chance(3)) {
            text += "apiVersion: v1\nkind: Pod\nmetadata: {name: " + std::string(name) + "-0, namespace: " + where +
                    ", labels: {app: " + name + ", version: v1}, annotations: {sidecar.istio.io/status: '{}'}}\n"
                    "spec: {containers: [{name: istio-proxy}, {name: app}]}\nstatus: {podIP: 10.1.0.1}\n---\n";
        }
    }
    for (std::size_t i = 1 + below(4); i > 0; --i) {
        text += virtualService(i);
    }
    for (std::size_t i = below(3); i > 0; --i) {
        text += destinationRule(i);
    }
    for (std::size_t i = below(4); i > 0; --i) {
        text += other(i);
    }
    return text;
}

policy::Request RandomMesh::request() {
    using policy::Proxy;
    using policy::Request;
    Request request;
    request.from.type = static_cast<Proxy::Type>(below(5));
    request.from.ns = ns();
    request.from.name = "web";
    request.from.labels = {{"app", "web"}, {"istio", "ingressgateway"}};
    request.outside = chance(6);
    request.direction = static_cast<Request::Direction>(below(4));
    request.tls = chance(3) ? static_cast<Request::Tls>(below(3)) : Request::Tls::None;
    request.protocol = any({"http", "http", "http2", "tcp", "odd"});
    request.port = static_cast<std::uint32_t>(below(3) == 0 ? below(70000) : chance(2) ? 80 : 9080);
    request.address = chance(4) ? any({"10.0.0.1", "10.1.0.1", "::1", "junk"}) : std::string();
    request.host = any({"reviews", "ratings.pay", "shop.example.com", "", ":", "[", "payment.pay.svc.cluster.local:9080", "*", "10.0.0.1"});
    request.path = any({"/", "/a", "", "?", "/a/../b?x=1", "//", "\\", "/%2e%2e/%", "#"});
    request.method = any({"GET", "HEAD", "OPTIONS", "", "P"});
    request.headers = {{"X-User", any({"jason", ""})}, {"", ""}, {"x-user", "again"}, {"origin", "o"}};
    request.answerStatus = static_cast<int>(below(600));
    request.answerDelayMs = static_cast<double>(below(1000));
    if (chance(3)) {
        request.jwt = policy::Jwt{};
        request.jwt->claims = {{"a", {{"b", "c"}}}};
        request.jwt->state = static_cast<policy::Jwt::State>(below(4));
    }
    return request;
}

} // namespace meshdeck::test
