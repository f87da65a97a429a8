// How a change of the store reaches the proxies: debounce, push, one acknowledgement after the other, rejections.
#include <gtest/gtest.h>

#include "unit/demo/sim/mesh_run.h"

namespace meshdeck::demo {

namespace {

const TypeStatus& routesOf(const ProxyStatus& proxy) {
    return proxy.types[static_cast<std::size_t>(XdsType::Route)];
}

int waiting(LiveSimulation& simulation) {
    int count = 0;
    for (const ProxyStatus& proxy : simulation.adsState().proxies) {
        count += routesOf(proxy).sentNonce != routesOf(proxy).ackedNonce ? 1 : 0;
    }
    return count;
}

Json withWeights(Json reviews, int v1, int v3) {
    Json& route = reviews["spec"]["http"][0]["route"];
    route[0]["weight"] = v1;
    route[1]["weight"] = 0;
    route[2]["weight"] = v3;
    return reviews;
}

} // namespace

TEST(ControlPlane, WeightEdit_isTakenProxyByProxy) {
    MeshRun mesh("boutique");
    mesh.run(1);
    const AdsState before = mesh.simulation.adsState();
    EXPECT_EQ(waiting(mesh.simulation), 0);
    Json checkout = mesh.store.get("VirtualService", "orders", "checkout");
    checkout["spec"]["http"][0]["route"][0]["weight"] = 50;
    checkout["spec"]["http"][0]["route"][1]["weight"] = 50;
    mesh.store.put(checkout);
    std::set<int> seen;
    for (int i = 0; i < 40; ++i) {
        mesh.simulation.step(std::chrono::milliseconds(100));
        seen.insert(waiting(mesh.simulation));
    }
    EXPECT_GT(seen.size(), 6U) << "acknowledgements come one by one";
    EXPECT_EQ(*seen.begin(), 0);
    EXPECT_EQ(waiting(mesh.simulation), 0);
    const AdsState after = mesh.simulation.adsState();
    EXPECT_NE(after.version, before.version);
    for (std::size_t i = 0; i < after.proxies.size(); ++i) {
        const auto& was = before.proxies[i].types;
        const auto& is = after.proxies[i].types;
        EXPECT_GT(is[static_cast<std::size_t>(XdsType::Route)].sent,
                  was[static_cast<std::size_t>(XdsType::Route)].sent);
        EXPECT_GT(is[static_cast<std::size_t>(XdsType::Cluster)].sent,
                  was[static_cast<std::size_t>(XdsType::Cluster)].sent);
        EXPECT_EQ(is[static_cast<std::size_t>(XdsType::Endpoint)].sent,
                  was[static_cast<std::size_t>(XdsType::Endpoint)].sent);
    }
}

TEST(ControlPlane, Traffic_movesWithTheAcknowledgement) {
    MeshRun mesh("bookinfo");
    mesh.run(5);
    mesh.store.put(withWeights(mesh.store.get("VirtualService", "bookinfo", "reviews"), 0, 100));
    while (waiting(mesh.simulation) == 0) {
        mesh.simulation.step(std::chrono::milliseconds(20));
    }
    const auto productpage = [&] {
        for (const ProxyStatus& proxy : mesh.simulation.adsState().proxies) {
            if (proxy.pod.starts_with("productpage")) {
                return routesOf(proxy).sentNonce == routesOf(proxy).ackedNonce;
            }
        }
        return false;
    };
    ASSERT_FALSE(productpage());
    const double before = mesh.sent("productpage-v1", "reviews-v1").requests;
    double early = 0;
    while (!productpage()) {
        early = mesh.sent("productpage-v1", "reviews-v1").requests - before;
        mesh.simulation.step(std::chrono::milliseconds(20));
    }
    EXPECT_GT(early, 5) << "the old split goes on until the proxy has the new one";
    EXPECT_EQ(mesh.during(5, "productpage-v1", "reviews-v1").requests, 0);
}

TEST(ControlPlane, AnnotationOnly_causesNoPush) {
    MeshRun mesh("bookinfo");
    mesh.run(1);
    const std::string version = mesh.simulation.adsState().version;
    Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    reviews["metadata"]["annotations"] = {{"note", "hello"}};
    mesh.store.put(reviews);
    mesh.run(3);
    EXPECT_EQ(mesh.simulation.adsState().version, version);
}

TEST(ControlPlane, SeveralEdits_arePushedOnce) {
    MeshRun mesh("bookinfo");
    mesh.run(1);
    const Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    for (int i = 0; i < 5; ++i) {
        mesh.store.put(withWeights(reviews, 50 + i, 50 - i));
        mesh.simulation.step(std::chrono::milliseconds(40));
    }
    mesh.run(1);
    EXPECT_TRUE(mesh.simulation.adsState().version.ends_with("/2")) << mesh.simulation.adsState().version;
}

TEST(ControlPlane, RejectedService_leavesTheOldRoutesInUse) {
    MeshRun mesh("bookinfo");
    mesh.settle();
    Json reviews = withWeights(mesh.store.get("VirtualService", "bookinfo", "reviews"), 0, 100);
    reviews["metadata"]["annotations"] = {{"demo.meshdeck.dev/nack", "true"}};
    mesh.store.put(reviews);
    mesh.settle();
    int rejected = 0;
    for (const ProxyStatus& proxy : mesh.simulation.adsState().proxies) {
        const bool calls = proxy.pod.starts_with("productpage");
        EXPECT_EQ(!routesOf(proxy).error.empty(), calls) << proxy.pod;
        rejected += calls ? 1 : 0;
    }
    EXPECT_EQ(rejected, 1);
    EXPECT_GT(mesh.during(5, "productpage-v1", "reviews-v1").requests, 300);
    reviews["metadata"].erase("annotations");
    mesh.store.put(reviews);
    mesh.settle();
    for (const ProxyStatus& proxy : mesh.simulation.adsState().proxies) {
        EXPECT_TRUE(routesOf(proxy).error.empty());
    }
    EXPECT_EQ(mesh.during(5, "productpage-v1", "reviews-v1").requests, 0);
}

TEST(ControlPlane, DeletedPod_vanishesAndItsTrafficToo) {
    MeshRun mesh("boutique");
    mesh.settle();
    const std::size_t proxies = mesh.simulation.adsState().proxies.size();
    std::string name;
    for (const ObjectPtr& pod : mesh.store.list("Pod")) {
        if ((*pod)["metadata"]["labels"].value("version", "") == "v2") {
            name = (*pod)["metadata"]["name"];
        }
    }
    ASSERT_TRUE(name.starts_with("checkout-v2"));
    mesh.store.remove("Pod", "orders", name);
    mesh.settle();
    EXPECT_EQ(mesh.simulation.adsState().proxies.size(), proxies - 1);
    EXPECT_FALSE(mesh.simulation.page("orders", name, "/stats/prometheus"));
    const EdgeSum v2 = mesh.during(5, "frontend-v1", "checkout-v2");
    EXPECT_EQ(v2.requests, 0);
    const EdgeSum lost = mesh.during(20, "frontend-v1", "", "checkout.orders.svc.cluster.local");
    EXPECT_NEAR(lost.errors / lost.requests, 0.1, 0.03) << "the canary's share finds no endpoint";
}

} // namespace meshdeck::demo
