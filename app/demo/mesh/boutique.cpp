// An online shop of eleven services in three namespaces, with something of everything an operator meets: a canary that
// fails 6 %, a caller without a sidecar, a denied edge, a host outside the mesh, a cache over TCP.
#include "app/demo/mesh/plan.h"

namespace meshdeck::demo {

namespace {

constexpr const char* kNetworking = "networking.istio.io/v1";
constexpr const char* kSecurity = "security.istio.io/v1";

// Collects the mesh and finds workloads again by name.
class Builder {
public:
    MeshPlan plan;

    WorkloadPlan& workload(const std::string& ns, const std::string& app, const std::string& version, int port,
                           LatencyProfile latency) {
        WorkloadPlan workload;
        workload.ns = ns;
        workload.name = version.empty() ? app : app + "-" + version;
        workload.app = app;
        workload.version = version;
        workload.serviceAccount = app;
        workload.image = "registry.example.com/boutique/" + app + ":" + (version.empty() ? "1.4" : version + ".3");
        workload.containerPort = port;
        workload.latency = latency;
        m_index[ns + "/" + workload.name] = plan.workloads.size();
        plan.workloads.push_back(std::move(workload));
        return plan.workloads.back();
    }

    void service(const std::string& ns, const std::string& app, std::vector<PortPlan> ports) {
        plan.services.push_back({ns, app, {{"app", app}}, std::move(ports)});
    }

    CallPlan& call(const std::string& from, const std::string& host, int port, Protocol protocol, double perRequest,
                   const std::string& path) {
        CallPlan call;
        call.from = m_index.at(from);
        call.host = host;
        call.port = port;
        call.protocol = protocol;
        call.perRequest = perRequest;
        call.paths = {{protocol == Protocol::Grpc ? "POST" : "GET", path, 1}};
        plan.calls.push_back(std::move(call));
        return plan.calls.back();
    }

    // Of a gRPC service: its name in the package, e.g. "CartService/GetCart".
    CallPlan& grpc(const std::string& from, const std::string& ns, const std::string& app, int port, double perRequest,
                   const std::string& method) {
        return call(from, app + "." + ns + ".svc.cluster.local", port, Protocol::Grpc, perRequest,
                    "/boutique." + method);
    }

private:
    std::map<std::string, std::size_t> m_index;
};

void addWorkloads(Builder& mesh) {
    WorkloadPlan& gateway = mesh.workload("shop", "shop-gateway", "", 8080, {1, 0.3});
    gateway.gateway = true;
    gateway.image = "docker.io/istio/proxyv2:1.30.3";
    gateway.labels = {{"istio", "shop-gateway"}};
    gateway.replicas = 2;
    mesh.workload("shop", "frontend", "v1", 8080, {7, 0.4}).replicas = 3;
    mesh.workload("shop", "catalog", "v1", 3550, {3, 0.4}).replicas = 3;
    mesh.workload("shop", "recommendation", "v1", 8080, {6, 0.5}).replicas = 2;
    mesh.workload("shop", "ads", "v1", 9555, {4, 0.5}).replicas = 2;
    mesh.workload("shop", "cart", "v1", 7070, {3, 0.5}).replicas = 2;
    mesh.workload("shop", "stock-import", "v1", 8080, {5, 0.3}).sidecar = false;
    mesh.workload("orders", "checkout", "v1", 5050, {8, 0.45}).replicas = 3;
    mesh.workload("orders", "checkout", "v2", 5050, {16, 0.8}).errorRate = 0.06;
    mesh.workload("orders", "shipping", "v1", 50051, {4, 0.4}).replicas = 2;
    mesh.workload("orders", "email", "v1", 8080, {9, 0.5});
    mesh.workload("platform", "currency", "v1", 7000, {1.5, 0.4}).replicas = 3;
    mesh.workload("platform", "payment", "v1", 50051, {11, 0.5}).replicas = 2;
    mesh.workload("platform", "redis-cart", "v1", 6379, {0.4, 0.3});
}

void addServices(Builder& mesh) {
    mesh.service("shop", "shop-gateway", {{80, 8080, "http2"}});
    mesh.service("shop", "frontend", {{80, 8080, "http"}});
    mesh.service("shop", "catalog", {{3550, 3550, "grpc"}, {8081, 3550, "http-import"}});
    mesh.service("shop", "recommendation", {{8080, 8080, "grpc"}});
    mesh.service("shop", "ads", {{9555, 9555, "grpc"}});
    mesh.service("shop", "cart", {{7070, 7070, "grpc"}});
    mesh.service("orders", "checkout", {{5050, 5050, "grpc"}});
    mesh.service("orders", "shipping", {{50051, 50051, "grpc"}});
    mesh.service("orders", "email", {{5000, 8080, "grpc"}});
    mesh.service("platform", "currency", {{7000, 7000, "grpc"}});
    mesh.service("platform", "payment", {{50051, 50051, "grpc"}});
    mesh.service("platform", "redis-cart", {{6379, 6379, "tcp-redis"}});
}

// Calls for each request of the caller: together 620 requests/s at the gateway become the rates of the shop.
void addCalls(Builder& mesh) {
    CallPlan& load = mesh.call("shop/shop-gateway", "shop.example.com", 8080, Protocol::Http, 0, "/");
    load.ingress = true;
    load.requestsPerSecond = 620;
    load.responseBytes = 11000;
    load.paths = {
        {"GET", "/", 0.3}, {"GET", "/product", 0.45}, {"GET", "/cart", 0.15}, {"POST", "/cart/checkout", 0.1}};

    const std::string front = "shop/frontend-v1";
    mesh.grpc(front, "shop", "catalog", 3550, 1.2, "ProductCatalogService/GetProduct").failsCaller = 0.5;
    mesh.grpc(front, "shop", "recommendation", 8080, 0.5, "RecommendationService/ListRecommendations");
    mesh.grpc(front, "shop", "ads", 9555, 0.4, "AdService/GetAds");
    mesh.grpc(front, "shop", "cart", 7070, 0.6, "CartService/GetCart").failsCaller = 0.5;
    mesh.grpc(front, "platform", "currency", 7000, 1.5, "CurrencyService/Convert").failsCaller = 0.5;
    mesh.grpc(front, "orders", "checkout", 5050, 0.2, "CheckoutService/PlaceOrder").failsCaller = 1;
    mesh.grpc("shop/recommendation-v1", "shop", "catalog", 3550, 1, "ProductCatalogService/ListProducts");
    for (const char* version : {"v1", "v2"}) {
        const std::string checkout = std::string("orders/checkout-") + version;
        mesh.grpc(checkout, "shop", "cart", 7070, 1, "CartService/EmptyCart").failsCaller = 0.5;
        mesh.grpc(checkout, "platform", "currency", 7000, 2, "CurrencyService/Convert").failsCaller = 0.5;
        mesh.grpc(checkout, "orders", "shipping", 50051, 1, "ShippingService/ShipOrder").failsCaller = 0.5;
        mesh.grpc(checkout, "platform", "payment", 50051, 1, "PaymentService/Charge").failsCaller = 1;
        mesh.grpc(checkout, "orders", "email", 5000, 1, "EmailService/SendOrderConfirmation");
    }
    // A leftover of an older release: mails try to look up the charge, and are not allowed to.
    mesh.grpc("orders/email-v1", "platform", "payment", 50051, 0.0065, "PaymentService/GetCharge");

    CallPlan& redis = mesh.call("shop/cart-v1", "redis-cart.platform.svc.cluster.local", 6379, Protocol::Tcp, 1, "");
    redis.requestBytes = 310;
    redis.responseBytes = 2250;
    CallPlan& smtp = mesh.call("orders/email-v1", "smtp.example.com", 587, Protocol::Tcp, 1, "");
    smtp.requestBytes = 470;
    smtp.responseBytes = 40;
    CallPlan& import =
        mesh.call("shop/stock-import-v1", "catalog.shop.svc.cluster.local", 8081, Protocol::Http, 0, "/import/stock");
    import.requestsPerSecond = 3.2;
    import.paths.front().method = "PUT";
    import.requestBytes = 5200;
    import.responseBytes = 180;
}

Json weighted(const char* subset, int weight) {
    return {{"destination", {{"host", "checkout"}, {"subset", subset}}}, {"weight", weight}};
}

Json subset(const char* version) {
    return {{"name", version}, {"labels", {{"version", version}}}};
}

void addRouting(std::vector<Json>& config) {
    const Json server = {{"port", {{"number", 8080}, {"name", "http"}, {"protocol", "HTTP"}}},
                         {"hosts", Json::array({"shop.example.com"})}};
    config.push_back(configObject(kNetworking, "Gateway", "shop", "shop-gateway",
                                  {{"selector", {{"istio", "shop-gateway"}}}, {"servers", Json::array({server})}}));
    const Json frontend = {{"destination", {{"host", "frontend"}, {"port", {{"number", 80}}}}}};
    const Json toFrontend = {{"route", Json::array({frontend})}, {"timeout", "10s"}};
    config.push_back(configObject(kNetworking, "VirtualService", "shop", "shop",
                                  {{"hosts", Json::array({"shop.example.com"})},
                                   {"gateways", Json::array({"shop-gateway"})},
                                   {"http", Json::array({toFrontend})}}));
    const Json split = {
        {"route", Json::array({weighted("v1", 90), weighted("v2", 10)})},
        {"timeout", "3s"},
        {"retries", {{"attempts", 2}, {"perTryTimeout", "2s"}, {"retryOn", "connect-failure,refused-stream"}}}};
    config.push_back(configObject(kNetworking, "VirtualService", "orders", "checkout",
                                  {{"hosts", Json::array({"checkout"})}, {"http", Json::array({split})}}));
    const Json outlier = {{"consecutive5xxErrors", 5}, {"interval", "10s"}, {"baseEjectionTime", "30s"}};
    config.push_back(configObject(kNetworking, "DestinationRule", "orders", "checkout",
                                  {{"host", "checkout"},
                                   {"trafficPolicy", {{"outlierDetection", outlier}}},
                                   {"subsets", Json::array({subset("v1"), subset("v2")})}}));
    const Json pool = {{"http", {{"http2MaxRequests", 64}}}};
    config.push_back(
        configObject(kNetworking, "DestinationRule", "shop", "ads",
                     {{"host", "ads"}, {"trafficPolicy", {{"connectionPool", pool}, {"outlierDetection", outlier}}}}));
    const Json smtpPort = {{"number", 587}, {"name", "tcp-smtp"}, {"protocol", "TCP"}};
    config.push_back(configObject(kNetworking, "ServiceEntry", "orders", "smtp",
                                  {{"hosts", Json::array({"smtp.example.com"})},
                                   {"location", "MESH_EXTERNAL"},
                                   {"ports", Json::array({smtpPort})},
                                   {"resolution", "DNS"}}));
    const Json parent = {{"group", ""}, {"kind", "Service"}, {"name", "shipping"}, {"port", 50051}};
    const Json backend = {{"name", "shipping"}, {"port", 50051}};
    const Json rule = {{"backendRefs", Json::array({backend})}, {"timeouts", {{"request", "5s"}}}};
    config.push_back(configObject("gateway.networking.k8s.io/v1", "HTTPRoute", "orders", "shipping",
                                  {{"parentRefs", Json::array({parent})}, {"rules", Json::array({rule})}}));
}

void addSecurity(std::vector<Json>& config) {
    for (const auto& [ns, mode] :
         {std::pair{"shop", "PERMISSIVE"}, std::pair{"orders", "STRICT"}, std::pair{"platform", "STRICT"}}) {
        config.push_back(configObject(kSecurity, "PeerAuthentication", ns, "default", {{"mtls", {{"mode", mode}}}}));
    }
    const Json source = {{"source", {{"principals", Json::array({"cluster.local/ns/orders/sa/checkout"})}}}};
    const Json rule = {{"from", Json::array({source})}};
    config.push_back(configObject(
        kSecurity, "AuthorizationPolicy", "platform", "payment-callers",
        {{"selector", {{"matchLabels", {{"app", "payment"}}}}}, {"action", "ALLOW"}, {"rules", Json::array({rule})}}));
    const Json cart = {{"source", {{"principals", Json::array({"cluster.local/ns/shop/sa/cart"})}}}};
    const Json port = {{"operation", {{"ports", Json::array({"6379"})}}}};
    const Json redisRule = {{"from", Json::array({cart})}, {"to", Json::array({port})}};
    config.push_back(configObject(kSecurity, "AuthorizationPolicy", "platform", "redis-cart",
                                  {{"selector", {{"matchLabels", {{"app", "redis-cart"}}}}},
                                   {"action", "ALLOW"},
                                   {"rules", Json::array({redisRule})}}));
}

} // namespace

MeshPlan planBoutique() {
    Builder mesh;
    mesh.plan.name = "boutique";
    mesh.plan.nativeSidecars = true;
    mesh.plan.namespaces = {{"istio-system", false}, {"shop", true}, {"orders", true}, {"platform", true}};
    // A twentieth of the customers tries new things, marked by a header.
    mesh.plan.classes = {{{}, 0.95}, {{{"x-user-group", "beta"}}, 0.05}};
    addWorkloads(mesh);
    addServices(mesh);
    addCalls(mesh);
    addRouting(mesh.plan.config);
    addSecurity(mesh.plan.config);
    return std::move(mesh.plan);
}

} // namespace meshdeck::demo
