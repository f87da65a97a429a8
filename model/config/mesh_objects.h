// What the smaller Istio objects say of names and pods: hosts outside of the mesh, workloads outside of the cluster, and
// which pods a Gateway or an AuthorizationPolicy is about. Nothing for objects of another kind or without a spec.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mesh/resource.h"

namespace meshdeck::config {

struct ServiceEntryView {
    std::vector<std::string> hosts;
    std::vector<std::string> exportTo; // as written; empty: everywhere
    bool external = true;              // MESH_EXTERNAL, which is also what an absent location means

    // Whether workloads of `ns` see it, itself lying in `home`: "*" is everywhere, "." at home, "~" nowhere.
    [[nodiscard]] bool visibleIn(const std::string& ns, const std::string& home) const;
};
[[nodiscard]] std::optional<ServiceEntryView> serviceEntry(const mesh::Resource& resource);

// spec.labels of a WorkloadEntry.
[[nodiscard]] std::optional<mesh::Labels> workloadEntryLabels(const mesh::Resource& resource);

// spec.selector of Istio's Gateway; empty: every gateway pod.
[[nodiscard]] std::optional<mesh::Labels> gatewaySelector(const mesh::Resource& resource);

// Whom an AuthorizationPolicy is about: the pods of its namespace with these labels (none: all of them), or the named
// objects instead.
struct PolicyTargets {
    mesh::Labels selector;
    std::vector<mesh::ResourceRef> refs; // Service, Gateway, GatewayClass; in the policy's namespace
};
[[nodiscard]] std::optional<PolicyTargets> policyTargets(const mesh::Resource& resource);

// Every label wanted is there with that value.
[[nodiscard]] bool hasLabels(const mesh::Labels& labels, const mesh::Labels& wanted);

} // namespace meshdeck::config
