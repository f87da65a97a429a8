// Kubernetes objects of a planned mesh, complete as an API server stores them except for resourceVersion and
// managedFields, which the server that takes them in adds.
#pragma once

#include <string>
#include <vector>

#include "app/demo/mesh/plan.h"

namespace meshdeck::demo {

inline constexpr const char* kIstioVersion = "1.30.3";
inline constexpr const char* kTrustDomain = "cluster.local";
inline constexpr const char* kClusterId = "Kubernetes";

// Everything of the mesh in the order of creation: namespaces, the control plane, accounts, services, workloads,
// config.
[[nodiscard]] std::vector<Json> meshObjects(const MeshPlan& plan, std::uint32_t seed);

// Ids and names that are the same in every run of a seed.
class ObjectNames {
public:
    explicit ObjectNames(std::uint32_t seed)
        : m_seed(seed) {}

    [[nodiscard]] std::string uid(const std::string& kind, const std::string& ns, const std::string& name) const;
    // Of a Deployment's pod template, as the ReplicaSet's name and the pods' label have it.
    [[nodiscard]] std::string templateHash(const std::string& ns, const std::string& deployment) const;
    // The five letters at the end of a pod's name.
    [[nodiscard]] std::string podSuffix(const std::string& replicaSet, int index) const;
    // metadata with name, namespace (when not empty), uid, creationTimestamp and generation.
    [[nodiscard]] Json metadata(const std::string& kind, const std::string& ns, const std::string& name) const;

private:
    std::uint32_t m_seed;
};

// Deployment, ReplicaSet and Pods; firstPod is the number of pods made before, for the pods' addresses.
void appendWorkload(const MeshPlan& plan, const WorkloadPlan& workload, const ObjectNames& names, int firstPod,
                    std::vector<Json>& objects);
// istiod and what belongs to it in istio-system.
void appendControlPlane(const MeshPlan& plan, const ObjectNames& names, std::vector<Json>& objects);

[[nodiscard]] Json serviceObject(const ServicePlan& service, const ObjectNames& names, int index);
[[nodiscard]] std::string podAddress(int index);

} // namespace meshdeck::demo
