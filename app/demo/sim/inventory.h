// Services, workloads and pods as the simulation counts on them: read from the store, joined with the plan.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "app/demo/mesh/plan.h"
#include "app/demo/sim/config.h"

namespace meshdeck::demo {

inline constexpr std::uint32_t kNone = 0xFFFFFFFFU;

struct Service {
    std::string ns, name, host; // host: FQDN, or the ServiceEntry's
    Labels selector;
    std::vector<PortPlan> ports;
    bool external = false;                // of a ServiceEntry outside the mesh
    std::vector<std::uint32_t> workloads; // that its selector finds
};

struct Workload {
    std::string ns, name, app, version, principal; // principal: "spiffe://..."; "" without a proxy
    Labels labels;
    bool sidecar = true;
    bool gateway = false;
    int containerPort = 8080;
    LatencyProfile latency;
    double errorRate = 0;
    std::vector<std::uint32_t> pods;
    [[nodiscard]] bool proxied() const { return sidecar || gateway; }
};

struct Pod {
    std::string ns, name, address;
    std::uint32_t workload = kNone;
    bool ready = true;
};

class Inventory {
public:
    // Pods that are not Running, or whose Deployment the plan does not know, take no part.
    [[nodiscard]] static Inventory read(const StoreView& store, const MeshPlan& plan);

    std::vector<Service> services;
    std::vector<Workload> workloads; // same indices as in the plan
    std::vector<Pod> pods;

    [[nodiscard]] std::uint32_t serviceOf(const std::string& host) const;
    [[nodiscard]] std::uint32_t podNamed(const std::string& ns, const std::string& name) const;

private:
    void addPods(const StoreView& store, const MeshPlan& plan);
    void addServices(const StoreView& store);
    void select();

    std::unordered_map<std::string, std::uint32_t> m_serviceByHost, m_podByName;
};

} // namespace meshdeck::demo
