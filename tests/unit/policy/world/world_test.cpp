#include "policy/world.h"

#include <gtest/gtest.h>

#include "policy/proxy.h"
#include "world_of.h"

namespace meshdeck::policy {

namespace {

const char* const kShop = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  clusterIP: 10.1.0.1
  ports: [{name: http, port: 9080, targetPort: web}, {name: tcp-x, port: 7}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v1, namespace: shop}
spec:
  template:
    metadata: {labels: {app: reviews, version: v1}}
    spec:
      serviceAccountName: reviews
      containers: [{name: reviews, image: x, ports: [{name: web, containerPort: 8080}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v2, namespace: shop}
spec:
  template:
    metadata: {labels: {app: reviews, version: v2, sidecar.istio.io/inject: "false"}}
---
apiVersion: v1
kind: Pod
metadata:
  name: reviews-v1-abc-1
  namespace: shop
  labels: {app: reviews, version: v1}
  ownerReferences: [{kind: ReplicaSet, name: reviews-v1-abc, controller: true}]
spec: {containers: [{name: reviews, ports: [{name: web, containerPort: 8081}]}, {name: istio-proxy}]}
status: {podIP: 10.0.0.7, phase: Running, conditions: [{type: Ready, status: "True"}]}
)";

} // namespace

TEST(World, ServicesAndWorkloads_areJoinedBySelector) {
    const auto world = worldOf(kShop);
    ASSERT_EQ(world->services().size(), 1U);
    const Service& service = world->services()[0];
    EXPECT_EQ(service.host, "reviews.shop.svc.cluster.local");
    EXPECT_EQ(service.exportTo, std::vector<std::string>{"*"});
    ASSERT_NE(service.port(9080), nullptr);
    EXPECT_EQ(service.port(9080)->protocol, Protocol::Http);
    ASSERT_EQ(world->workloads().size(), 2U); // the Deployment that has a pod is not there twice
    EXPECT_EQ(world->workloads()[0].name, "reviews-v1");
    EXPECT_EQ(world->workloads()[0].pod, "reviews-v1-abc-1");
    EXPECT_TRUE(world->workloads()[0].sidecar);
    EXPECT_EQ(world->workloads()[1].name, "reviews-v2");
    EXPECT_FALSE(world->workloads()[1].sidecar);
    ASSERT_EQ(service.endpoints.size(), 2U);
    EXPECT_EQ(service.endpoints[0].address, "10.0.0.7");
    EXPECT_EQ(service.endpoints[0].targetPorts.at(9080), 8081U);
    EXPECT_EQ(service.endpoints[0].targetPorts.at(7), 7U);
    EXPECT_FALSE(service.endpoints[1].targetPorts.contains(9080)); // no container port of that name
    ASSERT_NE(world->workload("shop/reviews-v1-abc-1"), nullptr);
    EXPECT_EQ(proxyOf(*world, *world->workload("shop/reviews-v1")).type, Proxy::Type::Sidecar);
    EXPECT_EQ(proxyOf(*world, *world->workload("shop/reviews-v2")).type, Proxy::Type::None);
    ASSERT_EQ(world->servicesOfHost(service.host).size(), 1U);
    EXPECT_TRUE(world->servicesOfHost("x").empty());
}

TEST(World, TwoObjectsOfOneIdentity_laterOneCounts) {
    auto objects = objectsOf("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}]}\n");
    const auto later = objectsOf("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 2}]}\n");
    objects.insert(objects.end(), later.begin(), later.end());
    const auto world = World::build(objects);
    ASSERT_EQ(world->services().size(), 1U);
    EXPECT_EQ(world->services()[0].ports[0].number, 2U);
}

TEST(World, ServiceEntry_givesOneServiceAHostWithItsEndpoints) {
    const auto world = worldOf(R"(
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: data}
spec:
  hosts: [DB.example.com, other.example.com]
  addresses: [10.9.0.0/24]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 5432, name: tcp, protocol: TCP, targetPort: 6000}]
  endpoints:
  - {address: 10.2.0.1, serviceAccount: db, labels: {v: "1"}}
  - {address: 10.2.0.2, ports: {tcp: 7000}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: web, namespace: data}
spec: {hosts: [web.example.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: vms, namespace: data}
spec:
  hosts: [vm.example.com]
  resolution: STATIC
  workloadSelector: {labels: {app: vm}}
  ports: [{number: 80, name: http, protocol: HTTP}]
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm1, namespace: data}
spec: {address: 10.3.0.1, labels: {app: vm}, serviceAccount: vm}
)");
    ASSERT_EQ(world->services().size(), 4U);
    const Service& db = world->services()[world->servicesOfHost("db.example.com")[0]];
    EXPECT_FALSE(db.external);
    ASSERT_EQ(db.endpoints.size(), 2U);
    EXPECT_EQ(db.endpoints[0].targetPorts.at(5432), 6000U);
    EXPECT_EQ(db.endpoints[1].targetPorts.at(5432), 7000U);
    EXPECT_TRUE(world->workloads()[db.endpoints[0].workload].sidecar);
    EXPECT_FALSE(world->workloads()[db.endpoints[1].workload].sidecar);
    const Service& web = world->services()[world->servicesOfHost("web.example.com")[0]];
    EXPECT_TRUE(web.external);
    ASSERT_EQ(web.endpoints.size(), 1U);
    EXPECT_EQ(web.endpoints[0].address, "web.example.com");
    const Service& vm = world->services()[world->servicesOfHost("vm.example.com")[0]];
    ASSERT_EQ(vm.endpoints.size(), 1U);
    EXPECT_EQ(vm.endpoints[0].address, "10.3.0.1");
    EXPECT_TRUE(world->workloads()[vm.endpoints[0].workload].sidecar);
}

TEST(World, ExternalNameAndHeadless_keepWhatTheyAre) {
    const auto world = worldOf(R"(
apiVersion: v1
kind: Service
metadata: {name: ext}
spec: {type: ExternalName, externalName: Www.Example.com}
---
apiVersion: v1
kind: Service
metadata: {name: hl, annotations: {networking.istio.io/exportTo: "., shop"}}
spec: {clusterIP: None}
)");
    EXPECT_EQ(world->services()[0].resolution, Resolution::Alias);
    EXPECT_EQ(world->services()[0].aliasOf, "www.example.com");
    EXPECT_TRUE(world->services()[1].headless);
    EXPECT_EQ(world->services()[1].exportTo, (std::vector<std::string>{".", "shop"}));
    EXPECT_TRUE(world->services()[1].addresses.empty());
}

TEST(World, Injection_followsNamespaceAndPodLabels) {
    const auto sidecar = [](const std::string& ns, const std::string& pod) {
        const auto world = worldOf("apiVersion: v1\nkind: Namespace\nmetadata: {name: ns1, labels: {" + ns +
                                   "}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: ns1}\n"
                                   "spec: {template: {metadata: {labels: {" + pod + "}}}}\n");
        return world->workloads()[0].sidecar;
    };
    EXPECT_TRUE(sidecar("istio-injection: enabled", ""));
    EXPECT_FALSE(sidecar("istio-injection: enabled", "sidecar.istio.io/inject: \"false\""));
    EXPECT_TRUE(sidecar("istio.io/rev: a", ""));
    EXPECT_FALSE(sidecar("istio.io/rev: a, istio-injection: disabled", ""));
    EXPECT_TRUE(sidecar("", "sidecar.istio.io/inject: \"true\""));
    EXPECT_TRUE(sidecar("", "istio.io/rev: a"));
    EXPECT_FALSE(sidecar("", ""));
}

TEST(World, Ambient_isNamespaceLabelUnlessThePodSaysNone) {
    const auto world = worldOf(R"(
apiVersion: v1
kind: Namespace
metadata: {name: ns1, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: ns1}
spec: {template: {metadata: {labels: {app: a}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: b, namespace: ns1}
spec: {template: {metadata: {labels: {istio.io/dataplane-mode: none}}}}
)");
    EXPECT_TRUE(world->workloads()[0].ambient);
    EXPECT_FALSE(world->workloads()[1].ambient);
    EXPECT_EQ(proxyOf(*world, world->workloads()[0]).type, Proxy::Type::Ztunnel);
}

TEST(World, VirtualServices_areResolvedAndOrderedByAge) {
    const auto world = worldOf(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: new, namespace: shop}
spec: {hosts: [Reviews], gateways: [gw, mesh, ./own, other/gw, old.ns.svc.cluster.local], http: [{route: [{destination: {host: reviews}}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: old, namespace: shop, creationTimestamp: "2024-01-01T00:00:00Z"}
spec: {hosts: [a.b], http: [{route: [{destination: {host: reviews}}]}]}
)");
    ASSERT_EQ(world->virtualServices().size(), 2U);
    EXPECT_EQ(world->virtualServices()[0]->object->ref.name, "old"); // the other one is not created yet
    const EffectiveVirtualService& made = *world->virtualServices()[1];
    EXPECT_EQ(made.spec->hosts[0], "reviews.shop.svc.cluster.local");
    EXPECT_EQ(made.spec->http[0].route[0].destination.host, "reviews.shop.svc.cluster.local");
    EXPECT_EQ(made.gateways, (std::vector<std::string>{"shop/gw", "mesh", "shop/own", "other/gw", "ns/old"}));
    EXPECT_EQ(world->virtualServices()[0]->gateways, std::vector<std::string>{"mesh"});
    EXPECT_EQ(made.http[0].pointer, "/spec/http/0");
}

TEST(World, ServiceWithoutSelector_hasTheAddressesOfItsSlices) {
    const auto world = worldOf(R"(
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: shop}
spec: {ports: [{name: http, port: 80, targetPort: 9000}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: legacy-1, namespace: shop, labels: {kubernetes.io/service-name: legacy}}
addressType: IPv4
ports: [{name: http, port: 9000}]
endpoints:
- {addresses: [192.0.2.7]}
- {addresses: [192.0.2.8], conditions: {ready: false}}
- {addresses: [10.0.0.1], targetRef: {kind: Pod, name: some-pod}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: other-1, namespace: shop, labels: {kubernetes.io/service-name: other}}
endpoints: [{addresses: [192.0.2.9]}]
)");
    ASSERT_EQ(world->services().size(), 1U);
    const Service& service = world->services()[0];
    ASSERT_EQ(service.endpoints.size(), 1U) << "ready, of this service, and not a pod's";
    EXPECT_EQ(service.endpoints[0].address, "192.0.2.7");
    EXPECT_EQ(service.endpoints[0].targetPorts, (std::map<std::uint32_t, std::uint32_t>{{80, 9000}}));
    EXPECT_EQ(world->workload("shop/192.0.2.7"), nullptr) << "an address is no workload";
}

TEST(World, SliceEdited_changesTheEndpoints) {
    const auto world = worldOf("apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n");
    EXPECT_TRUE(world->services()[0].endpoints.empty());
    const auto slice = objectsOf("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
                                 "metadata: {name: s-1, namespace: shop, labels: {kubernetes.io/service-name: s}}\n"
                                 "ports: [{name: http, port: 80}]\nendpoints: [{addresses: [192.0.2.7]}]\n")[0];
    EXPECT_EQ(world->with({{slice->ref, slice}})->services()[0].endpoints.size(), 1U);
}

} // namespace meshdeck::policy
