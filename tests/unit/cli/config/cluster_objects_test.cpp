// What a cluster shows of itself, as config objects: enough for the checks to know which pods have a proxy.
#include <gtest/gtest.h>

#include "cli/cluster_objects.h"
#include "policy/checks/checks.h"

namespace meshdeck::cli {
namespace {

mesh::Pod pod(const std::string& name, mesh::DataPlane plane) {
    mesh::Pod result;
    result.ns = "shop";
    result.name = name;
    result.workload = name;
    result.labels = {{"app", name}};
    result.dataPlane = plane;
    result.ready = true;
    return result;
}

} // namespace

TEST(ClusterObjects, PodsOfAnInjectedNamespace_onlyTheOneWithoutProxyIsMissingIt) {
    auto inventory = std::make_shared<mesh::Inventory>();
    inventory->namespaces["shop"] = {"shop", {{"istio-injection", "enabled"}}};
    for (const auto& [name, plane] :
         {std::pair("web", mesh::DataPlane::Sidecar), std::pair("gateway", mesh::DataPlane::Gateway),
          std::pair("waypoint", mesh::DataPlane::Waypoint), std::pair("old", mesh::DataPlane::None)}) {
        inventory->pods[std::string("shop/") + name] = pod(name, plane);
    }
    mesh::MeshSnapshot snapshot;
    snapshot.inventory = inventory;
    snapshot.config = std::make_shared<mesh::ResourceTable>();
    policy::CheckOptions options;
    options.only = {"IST0103"};
    const policy::CheckReport report = policy::runChecks(policy::World::build(clusterObjects(snapshot)), options);
    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings[0].object->ref.display(), "Pod shop/old");
}

} // namespace meshdeck::cli
