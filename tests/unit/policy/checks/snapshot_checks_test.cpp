// A worker that follows snapshots knows what one knows that reads the last snapshot alone.
#include "policy/checks/snapshot_checks.h"

#include <random>

#include <gtest/gtest.h>

#include "policy/world/snapshot_objects.h"

namespace meshdeck::policy {
namespace {

std::vector<std::string> lines(const CheckReport& report) {
    std::vector<std::string> all;
    for (const Finding& finding : report.findings) {
        all.push_back(finding.code + " " + finding.object->ref.display() + " " + finding.pointer + " " + finding.message);
    }
    return all;
}

std::vector<std::string> names(const World& world) {
    std::vector<std::string> all;
    for (const ConfigObjectPtr& object : world.objects()) {
        all.push_back(object->ref.display() + " " + object->json->dump());
    }
    return all;
}

mesh::ResourcePtr virtualService(const std::string& name, const std::string& host, int weight) {
    auto resource = std::make_shared<mesh::Resource>();
    resource->ref = {"networking.istio.io", "VirtualService", "shop", name};
    resource->apiVersion = "networking.istio.io/v1";
    resource->json = std::make_shared<const std::string>(
        R"({"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":")" + name +
        R"(","namespace":"shop"},"spec":{"hosts":[")" + host + R"("],"http":[{"route":[{"destination":{"host":")" + host +
        R"("},"weight":)" + std::to_string(weight) + R"(},{"destination":{"host":")" + host + R"(","subset":"v2"},"weight":10}]}]}})");
    return resource;
}

// A mesh that changes at random, a little at a time, as a cluster does.
struct Cluster {
    mesh::ResourceTable config;
    mesh::Inventory inventory;
    std::mt19937 random{11};

    void step() {
        const std::string name = "web" + std::to_string(random() % 4);
        switch (random() % 6) {
        case 0: {
            const mesh::ResourcePtr resource = virtualService(name, name, static_cast<int>(random() % 100));
            config[resource->ref] = resource;
            break;
        }
        case 1:
            config.erase({"networking.istio.io", "VirtualService", "shop", name});
            break;
        case 2:
            inventory.services["shop/" + name] = {"shop", name, {}, {{"app", name}}, {{"http", 80, "", ""}}, "10.0.0.9", "ClusterIP"};
            break;
        case 3:
            inventory.services.erase("shop/" + name);
            break;
        case 4: {
            mesh::Pod pod;
            pod.ns = "shop";
            pod.name = pod.workload = name;
            pod.labels = {{"app", name}};
            pod.ready = random() % 2 == 0;
            inventory.pods["shop/" + name] = pod;
            break;
        }
        default: {
            mesh::Workload workload;
            workload.ns = "shop";
            workload.name = name;
            workload.kind = random() % 2 == 0 ? "Deployment" : "StatefulSet";
            workload.templateLabels = {{"app", name}};
            inventory.workloads["shop/" + name] = workload;
        }
        }
        inventory.namespaces["shop"] = {"shop", {{"istio-injection", random() % 4 == 0 ? "disabled" : "enabled"}}};
    }
    [[nodiscard]] mesh::MeshSnapshot snapshot() const {
        mesh::MeshSnapshot result;
        result.config = std::make_shared<mesh::ResourceTable>(config);
        result.inventory = std::make_shared<mesh::Inventory>(inventory);
        return result;
    }
};

} // namespace

TEST(SnapshotChecks, RandomHistory_equalsTheLastSnapshotReadAlone) {
    Cluster cluster;
    SnapshotChecks checks;
    for (int i = 0; i < 150; ++i) {
        cluster.step();
        const mesh::MeshSnapshot snapshot = cluster.snapshot();
        checks.follow(snapshot, nullptr);
        const WorldPtr alone = World::build(snapshotObjects(snapshot));
        ASSERT_EQ(names(*checks.world()), names(*alone)) << "step " << i;
        ASSERT_EQ(lines(*checks.report()), lines(runChecks(alone))) << "step " << i;
    }
}

TEST(SnapshotChecks, SameSnapshot_nothingNew) {
    Cluster cluster;
    cluster.step();
    const mesh::MeshSnapshot snapshot = cluster.snapshot();
    SnapshotChecks checks;
    EXPECT_TRUE(checks.follow(snapshot, nullptr));
    const WorldPtr before = checks.world();
    EXPECT_FALSE(checks.follow(snapshot, nullptr));
    EXPECT_FALSE(checks.follow(cluster.snapshot(), nullptr)) << "other tables, equal but for the same things";
    EXPECT_EQ(checks.world(), before);
}

TEST(SnapshotChecks, Draft_isSeenByItsOwnWorldOnly) {
    Cluster cluster;
    cluster.inventory.services["shop/web"] = {"shop", "web", {}, {{"app", "web"}}, {{"http", 80, "", ""}}, "10.0.0.9", "ClusterIP"};
    SnapshotChecks checks;
    checks.follow(cluster.snapshot(), nullptr);
    const auto before = lines(*checks.report());
    const ConfigObjectPtr wrong = objectOf(*virtualService("web", "nowhere", 90));
    const auto draft = checks.with({{wrong->ref, wrong}});
    EXPECT_EQ(lines(*draft.report), lines(runChecks(draft.world)));
    EXPECT_NE(draft.world->find(wrong->ref), nullptr);
    EXPECT_GT(draft.report->findings.size(), before.size());
    EXPECT_EQ(checks.world()->find(wrong->ref), nullptr);
    cluster.config[virtualService("web", "web", 90)->ref] = virtualService("web", "web", 90);
    checks.follow(cluster.snapshot(), nullptr);
    EXPECT_EQ(lines(*checks.report()), lines(runChecks(World::build(snapshotObjects(cluster.snapshot())))));
}

} // namespace meshdeck::policy
