#include "views/sample_routes.h"

#include <cstdio>
#include <cstdlib>

#include "config/resource_json.h"
#include "config/yaml.h"
#include "views/sample_mesh.h"

namespace meshdeck::views::sample {
namespace {

constexpr const char* kReviews = R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - name: mobile
    match:
    - uri: {prefix: /}
      headers: {user-agent: {regex: ".*Mobile.*"}}
    route:
    - destination: {host: reviews, subset: v2}
  - name: batch
    match:
    - method: {exact: GET}
      sourceLabels: {app: ratings-batch}
    route:
    - destination: {host: reviews, subset: v1}
  - name: beta
    match:
    - uri: {prefix: /}
      headers: {x-user-group: {exact: beta}}
    fault:
      delay: {percentage: {value: 5}, fixedDelay: 2s}
    route:
    - destination: {host: reviews, subset: v3}
      weight: 80
    - destination: {host: reviews, subset: v2}
      weight: 20
    timeout: 2.5s
    retries: {attempts: 0}
  - name: default
    route:
    - destination: {host: reviews, subset: v1}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: bookinfo}
spec:
  host: reviews
  trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
  - {name: v3, labels: {version: v3}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: bookinfo}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reviews-viewer, namespace: bookinfo}
spec:
  selector: {matchLabels: {app: reviews}}
  action: ALLOW
  rules:
  - from: [{source: {principals: [cluster.local/ns/bookinfo/sa/productpage]}}]
    to: [{operation: {methods: [GET]}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: bookinfo-gateway, namespace: bookinfo}
spec:
  selector: {app: istio-ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [bookinfo.example.com]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: bookinfo, namespace: bookinfo}
spec:
  hosts: [bookinfo.example.com]
  gateways: [bookinfo-gateway]
  http:
  - match: [{uri: {exact: /login}}, {uri: {prefix: /api/v1/products}}]
    route: [{destination: {host: productpage, port: {number: 9080}}}]
  - match: [{uri: {prefix: /old}}]
    redirect: {uri: /productpage}
  - route: [{destination: {host: productpage, port: {number: 9080}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings, namespace: bookinfo}
spec:
  hosts: [ratings]
  http:
  - route: [{destination: {host: ratings, subset: v9}}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: bookinfo}
spec:
  egress: [{hosts: ["./*", "istio-system/*"]}]
)";

void add(const std::string& yaml, mesh::ResourceTable& config) {
    const auto documents = config::parseYaml(yaml);
    if (!documents) {
        (void)std::fprintf(stderr, "%s\n", documents.error().what.c_str());
        std::abort();
    }
    for (const config::Json& document : *documents) {
        const auto resource = config::readResource(document.dump());
        config[(*resource)->ref] = *resource;
    }
}

std::shared_ptr<mesh::MeshSnapshot> withInventory() {
    auto snapshot = std::make_shared<mesh::MeshSnapshot>(*bookinfo());
    auto inventory = std::make_shared<mesh::Inventory>(*snapshot->inventory);
    int address = 0;
    for (auto& [key, service] : inventory->services) {
        service.ports = {{service.name == "mongodb" ? "tcp" : "http", static_cast<std::uint16_t>(service.name == "mongodb" ? 27017 : 9080), "9080", ""}};
        service.clusterIp = "10.96.0." + std::to_string(++address);
    }
    for (auto& [key, pod] : inventory->pods) {
        pod.ip = "10.244.0." + std::to_string(++address);
        if (pod.ns == "istio-system") {
            pod.dataPlane = mesh::DataPlane::Gateway;
        }
    }
    inventory->namespaces["bookinfo"].labels = {{"istio-injection", "enabled"}};
    snapshot->inventory = inventory;
    return snapshot;
}

} // namespace

mesh::SnapshotPtr bookinfoRoutes(const std::string& yaml) {
    auto snapshot = withInventory();
    auto config = std::make_shared<mesh::ResourceTable>();
    add(kReviews, *config);
    if (!yaml.empty()) {
        add(yaml, *config);
    }
    snapshot->config = config;
    return snapshot;
}

mesh::SnapshotPtr bookinfoRoutes() {
    return bookinfoRoutes({});
}

mesh::SnapshotPtr manyRoutes(int count) {
    auto snapshot = std::make_shared<mesh::MeshSnapshot>(*bookinfo());
    auto config = std::make_shared<mesh::ResourceTable>();
    auto inventory = std::make_shared<mesh::Inventory>();
    for (int i = 0; i < count; ++i) {
        const std::string ns = "team" + std::to_string(i % 10);
        const std::string name = "svc" + std::to_string(i);
        inventory->namespaces[ns].name = ns;
        inventory->services[ns + "/" + name] = {ns, name, {}, {{"app", name}}, {{"http", 80, "8080", ""}}, "10.96.1.1", "ClusterIP"};
        auto resource = std::make_shared<mesh::Resource>();
        resource->ref = {"networking.istio.io", "VirtualService", ns, name};
        resource->apiVersion = "networking.istio.io/v1";
        resource->json = std::make_shared<const std::string>(
            R"({"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":")" + name + R"(","namespace":")" + ns +
            R"("},"spec":{"hosts":[")" + name + R"("],"http":[{"match":[{"uri":{"prefix":"/a"}}],"route":[{"destination":{"host":")" + name +
            R"(","subset":"v1"}}]},{"route":[{"destination":{"host":")" + name + R"("}}]}]}})");
        (*config)[resource->ref] = resource;
    }
    snapshot->config = config;
    snapshot->inventory = inventory;
    return snapshot;
}

} // namespace meshdeck::views::sample
