// The objects a mesh starts with are complete and hang together; a fleet is made and moved cheaply.
#include <chrono>
#include <set>

#include <gtest/gtest.h>

#include "app/demo/mesh/objects.h"
#include "unit/demo/sim/mesh_run.h"

namespace meshdeck::demo {

namespace {

std::set<std::string> uidsOf(const std::vector<Json>& objects) {
    std::set<std::string> uids;
    for (const Json& object : objects) {
        uids.insert(object["metadata"]["uid"].get<std::string>());
    }
    return uids;
}

} // namespace

TEST(InitialObjects, UnknownMesh_isNothing) {
    EXPECT_FALSE(initialObjects("nothing", 1));
    EXPECT_FALSE(initialObjects("fleet:", 1));
    EXPECT_FALSE(initialObjects("fleet:0", 1));
    EXPECT_FALSE(initialObjects("fleet:12x", 1));
}

TEST(InitialObjects, EveryMesh_isCompleteAndRefersToWhatExists) {
    for (const std::string mesh : {"bookinfo", "boutique", "fleet:40"}) {
        const std::vector<Json> objects = initialObjects(mesh, 3).value();
        const std::set<std::string> uids = uidsOf(objects);
        EXPECT_EQ(uids.size(), objects.size()) << "every uid once";
        std::set<std::string> namespaces, addresses;
        std::map<std::string, int> kinds;
        for (const Json& object : objects) {
            const Json& metadata = object["metadata"];
            const std::string kind = object["kind"];
            ++kinds[kind];
            EXPECT_TRUE(object.contains("apiVersion"));
            EXPECT_FALSE(metadata["creationTimestamp"].get<std::string>().empty());
            if (kind == "Namespace") {
                namespaces.insert(metadata["name"].get<std::string>());
                continue;
            }
            EXPECT_TRUE(namespaces.contains(metadata["namespace"].get<std::string>())) << "namespaces come first";
            for (const Json& owner : metadata.value("ownerReferences", Json::array())) {
                EXPECT_TRUE(uids.contains(owner["uid"].get<std::string>())) << metadata["name"];
            }
            if (kind == "Pod") {
                EXPECT_TRUE(addresses.insert(object["status"]["podIP"].get<std::string>()).second);
                EXPECT_EQ(object["status"]["phase"], "Running");
                EXPECT_TRUE(metadata["labels"].contains("pod-template-hash"));
            }
        }
        for (const char* kind : {"Deployment", "ReplicaSet", "Pod", "Service", "ServiceAccount", "ConfigMap"}) {
            EXPECT_GT(kinds[kind], 0) << mesh << " " << kind;
        }
    }
}

TEST(InitialObjects, SameSeed_isTheSameMesh) {
    EXPECT_EQ(initialObjects("fleet:60", 5), initialObjects("fleet:60", 5));
    EXPECT_NE(initialObjects("fleet:60", 5), initialObjects("fleet:60", 6));
}

TEST(Fleet, Shape_isAsRealMeshes) {
    const MeshPlan plan = planFleet(2000, 1);
    EXPECT_EQ(plan.workloads.size(), 2001U); // and the gateway
    std::map<std::string, int> perNamespace;
    std::map<std::string, std::set<std::string>> versions, callers;
    for (const WorkloadPlan& workload : plan.workloads) {
        ++perNamespace[workload.ns];
        versions[workload.ns + "/" + workload.app].insert(workload.version);
    }
    std::set<std::pair<std::string, std::string>> edges;
    for (const CallPlan& call : plan.calls) {
        const WorkloadPlan& from = plan.workloads[call.from];
        edges.emplace(from.ns + "/" + from.app, call.host);
        callers[call.host].insert(from.app);
    }
    const double services = static_cast<double>(versions.size());
    int canaries = 0;
    std::size_t hub = 0;
    for (const auto& [app, list] : versions) {
        canaries += list.size() > 1 ? 1 : 0;
    }
    for (const auto& [host, list] : callers) {
        hub = std::max(hub, list.size());
    }
    EXPECT_NEAR(canaries / services, 0.15, 0.03);
    EXPECT_NEAR(static_cast<double>(edges.size()) / services, 3, 0.3);
    EXPECT_GT(hub, 20U);
    EXPECT_GT(perNamespace["team-1"], 4 * perNamespace["team-20"]);
}

TEST(Fleet, TenThousandWorkloads_areMadeAndMovedCheaply) {
    using Clock = std::chrono::steady_clock;
    const auto ms = [](Clock::time_point since) {
        return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
    };
    const auto planned = Clock::now();
    const MeshPlan plan = planFleet(10000, 1);
    const double planMs = ms(planned);
    const auto made = Clock::now();
    MeshRun mesh("fleet:10000"); // objects, store, inventory
    const double objectsMs = ms(made);
    const std::size_t objects = mesh.store.list("Pod").size() + mesh.store.list("Deployment").size() +
                                mesh.store.list("ReplicaSet").size() + mesh.store.list("Service").size() +
                                mesh.store.list("ServiceAccount").size();
    mesh.simulation.step(std::chrono::milliseconds(1000)); // routes are made once
    mesh.simulation.step(std::chrono::milliseconds(1000));
    const auto ticked = Clock::now();
    for (int i = 0; i < 5; ++i) {
        mesh.simulation.step(std::chrono::milliseconds(1000));
    }
    const double tickMs = ms(ticked) / 5;
    std::size_t edges = 0;
    for (const EdgeTruth& edge : mesh.simulation.truth()) {
        edges += edge.requests > 0 ? 1 : 0;
    }
    RecordProperty("plan_ms", static_cast<int>(planMs));
    RecordProperty("objects_ms", static_cast<int>(objectsMs));
    RecordProperty("tick_ms", static_cast<int>(tickMs));
    std::printf("fleet:10000: plan %.0f ms, %zu objects %.0f ms, tick %.1f ms, %zu edges with traffic\n", planMs,
                objects, objectsMs, tickMs, edges);
    EXPECT_GT(objects, 45000U);
    EXPECT_GT(edges, 20000U);
    // Limits far above what it takes (an unoptimised build on a busy machine), only to catch a change of kind.
    EXPECT_LT(planMs + objectsMs, 60000);
    EXPECT_LT(tickMs, 10000);
}

} // namespace meshdeck::demo
