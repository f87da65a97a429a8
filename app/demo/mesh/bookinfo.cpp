// Istio's Bookinfo (Apache-2.0 samples, facts only): four services, six workloads, about 120 requests/s at the gateway.
#include "app/demo/mesh/plan.h"

namespace meshdeck::demo {

namespace {

constexpr const char* kNamespace = "bookinfo";
constexpr const char* kNetworking = "networking.istio.io/v1";

WorkloadPlan workload(const std::string& app, const std::string& version, LatencyProfile latency, double errorRate) {
    WorkloadPlan plan;
    plan.ns = kNamespace;
    plan.name = app + "-" + version;
    plan.app = app;
    plan.version = version;
    plan.serviceAccount = "bookinfo-" + app;
    plan.image = "registry.istio.io/release/examples-bookinfo-" + app + "-" + version + ":1.20.3";
    plan.containerPort = 9080;
    plan.latency = latency;
    plan.errorRate = errorRate;
    return plan;
}

WorkloadPlan ingressGateway() {
    WorkloadPlan plan;
    plan.ns = "istio-system";
    plan.name = "istio-ingressgateway";
    plan.app = "istio-ingressgateway";
    plan.serviceAccount = "istio-ingressgateway-service-account";
    plan.image = "docker.io/istio/proxyv2:1.30.3";
    plan.containerPort = 8080;
    plan.gateway = true;
    plan.labels = {{"istio", "ingressgateway"}};
    return plan;
}

ServicePlan service(const std::string& app) {
    return {kNamespace, app, {{"app", app}}, {{9080, 9080, "http"}}};
}

CallPlan call(std::size_t from, const std::string& app, const std::string& path, double requestBytes,
              double responseBytes) {
    CallPlan plan;
    plan.from = from;
    plan.host = app + "." + kNamespace + ".svc.cluster.local";
    plan.port = 9080;
    plan.perRequest = 1;
    plan.paths = {{"GET", path, 1}};
    plan.requestBytes = requestBytes;
    plan.responseBytes = responseBytes;
    return plan;
}

Json destinationRule(const std::string& app, const std::vector<std::string>& versions) {
    Json subsets = Json::array();
    for (const std::string& version : versions) {
        subsets.push_back({{"name", version}, {"labels", {{"version", version}}}});
    }
    return configObject(kNetworking, "DestinationRule", kNamespace, app, {{"host", app}, {"subsets", subsets}});
}

Json weighted(const std::string& subset, int weight) {
    return {{"destination", {{"host", "reviews"}, {"subset", subset}}}, {"weight", weight}};
}

std::vector<Json> config() {
    const Json productpage = {{"destination", {{"host", "productpage"}, {"port", {{"number", 9080}}}}}};
    Json matches = Json::array();
    for (const auto& [kind, path] : std::vector<std::pair<std::string, std::string>>{{"exact", "/productpage"},
                                                                                     {"prefix", "/static"},
                                                                                     {"exact", "/login"},
                                                                                     {"exact", "/logout"},
                                                                                     {"prefix", "/api/v1/products"}}) {
        matches.push_back({{"uri", {{kind, path}}}});
    }
    const Json http = Json::array({{{"match", matches}, {"route", Json::array({productpage})}}});
    const Json reviews =
        Json::array({{{"route", Json::array({weighted("v1", 80), weighted("v2", 10), weighted("v3", 10)})}}});
    const Json server = {{"port", {{"number", 8080}, {"name", "http"}, {"protocol", "HTTP"}}},
                         {"hosts", Json::array({"*"})}};
    return {
        configObject(kNetworking, "Gateway", kNamespace, "bookinfo-gateway",
                     {{"selector", {{"istio", "ingressgateway"}}}, {"servers", Json::array({server})}}),
        configObject(kNetworking, "VirtualService", kNamespace, "bookinfo",
                     {{"hosts", Json::array({"*"})}, {"gateways", Json::array({"bookinfo-gateway"})}, {"http", http}}),
        configObject(kNetworking, "VirtualService", kNamespace, "reviews",
                     {{"hosts", Json::array({"reviews"})}, {"http", reviews}}),
        destinationRule("productpage", {"v1"}),
        destinationRule("reviews", {"v1", "v2", "v3"}),
        destinationRule("ratings", {"v1"}),
        destinationRule("details", {"v1"}),
    };
}

} // namespace

MeshPlan planBookinfo() {
    MeshPlan plan;
    plan.name = "bookinfo";
    plan.namespaces = {{"istio-system", false}, {kNamespace, true}};
    // A tenth of the visitors is logged in as jason, for the header routes of Bookinfo's examples.
    plan.classes = {{{}, 0.9}, {{{"end-user", "jason"}}, 0.1}};
    plan.workloads = {ingressGateway(),
                      workload("productpage", "v1", {14, 0.3}, 0.0005),
                      workload("details", "v1", {4, 0.4}, 0),
                      workload("reviews", "v1", {9, 0.35}, 0),
                      workload("reviews", "v2", {12, 0.4}, 0),
                      workload("reviews", "v3", {13, 0.4}, 0.002),
                      workload("ratings", "v1", {3, 0.4}, 0)};
    plan.services = {service("productpage"), service("details"), service("reviews"), service("ratings")};
    plan.services.push_back({"istio-system",
                             "istio-ingressgateway",
                             {{"app", "istio-ingressgateway"}, {"istio", "ingressgateway"}},
                             {{80, 8080, "http2"}}});

    CallPlan load;
    load.from = 0;
    load.host = "bookinfo.example.com";
    load.port = 8080;
    load.ingress = true;
    load.requestsPerSecond = 120;
    load.paths = {{"GET", "/productpage", 0.96}, {"GET", "/api/v1/products/0", 0.03}, {"POST", "/login", 0.01}};
    load.requestBytes = 700;
    load.responseBytes = 5200;
    plan.calls = {load, call(1, "details", "/details/0", 900, 400), call(1, "reviews", "/reviews/0", 900, 600),
                  call(4, "ratings", "/ratings/0", 850, 350), call(5, "ratings", "/ratings/0", 850, 350)};
    plan.config = config();
    return plan;
}

} // namespace meshdeck::demo
