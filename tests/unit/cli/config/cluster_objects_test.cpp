// What a cluster shows of itself, as config objects: enough for the checks to know which pods have a proxy.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/cluster_objects.h"
#include "config/resource_json.h"
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

class NoCluster final : public change::Cluster {
public:
    Result<mesh::ResourcePtr> read(const mesh::ResourceRef&, std::stop_token) override { return nothing(); }
    Result<change::WriteAnswer> patch(const mesh::ResourceRef&, const change::JsonPatch&, change::WriteOptions, std::stop_token) override {
        return nothing();
    }
    Result<change::WriteAnswer> create(const config::Json&, change::WriteOptions, std::stop_token) override { return nothing(); }
    Result<change::WriteAnswer> remove(const mesh::ResourceRef&, const change::Preconditions&, change::WriteOptions, std::stop_token) override {
        return nothing();
    }
    Result<bool> mayI(const std::string&, const mesh::ResourceRef&, std::stop_token) override { return false; }
    Result<std::string> whoAmI(std::stop_token) override { return nothing(); }

private:
    static tl::unexpected<Error> nothing() { return fail(ErrorKind::NotFound, "nothing is there"); }
};

// Gives real Services and refuses pods.
class ListingConnection final : public app::Connection {
public:
    const std::string& context() const override { return m_context; }
    app::ContextKind kind() const override { return app::ContextKind::Other; }
    session::Session& session() override { std::abort(); }
    change::Cluster& cluster() override { return m_cluster; }
    change::ProxyWatch* proxyWatch() override { return nullptr; }
    void setReadOnly(bool) override {}
    Result<std::vector<mesh::ResourcePtr>> list(std::string_view, std::string_view kind) override {
        if (kind == "Pod") {
            return fail(ErrorKind::Forbidden, "pods are forbidden");
        }
        if (kind != "Service") {
            return fail(ErrorKind::NotServed, "none");
        }
        return std::vector<mesh::ResourcePtr>{*config::readResource(
            R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"dns","namespace":"shop","creationTimestamp":"2026-01-01T00:00:00Z"},)"
            R"("spec":{"ports":[{"name":"dns","port":53,"protocol":"UDP"}]}})")};
    }

private:
    std::string m_context = "fake";
    NoCluster m_cluster;
};

} // namespace

TEST(ClusterObjects, KindsThatAreListed_areTheRealObjects) {
    auto inventory = std::make_shared<mesh::Inventory>();
    inventory->services["shop/dns"].ns = "shop";
    inventory->services["shop/dns"].name = "dns";
    inventory->services["shop/dns"].ports = {{"dns", 53, "", ""}};
    inventory->pods["shop/web"] = pod("web", mesh::DataPlane::Sidecar);
    mesh::MeshSnapshot snapshot;
    snapshot.inventory = inventory;
    snapshot.config = std::make_shared<mesh::ResourceTable>();
    ListingConnection connection;
    std::vector<std::string> notWhole;
    const auto objects = wholeClusterObjects(connection, snapshot, notWhole);
    EXPECT_EQ(notWhole, std::vector<std::string>{"Pod"});
    ASSERT_EQ(objects.size(), 2U) << "the pod of the inventory stays, the Service is replaced";
    const auto service = std::find_if(objects.begin(), objects.end(), [](const auto& one) { return one->ref.kind == "Service"; });
    ASSERT_NE(service, objects.end());
    EXPECT_TRUE((*service)->created) << "its age is known";
    EXPECT_EQ(config::as<config::KubeService>((*service)->typed)->ports.at(0).protocol, "UDP");
}

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
