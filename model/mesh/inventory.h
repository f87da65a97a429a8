// What runs in the cluster: namespaces, services, workloads and pods, reduced to what Meshdeck shows or reasons with.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mesh/resource.h"

namespace meshdeck::mesh {

struct Namespace {
    std::string name;
    Labels labels;
    bool operator==(const Namespace&) const = default;
};

struct ServicePort {
    std::string name;
    std::uint16_t port = 0;
    std::string targetPort; // number or name
    std::string appProtocol;
    bool operator==(const ServicePort&) const = default;
};

struct Service {
    std::string ns;
    std::string name;
    Labels labels;
    Labels selector; // empty: endpoints are managed by somebody else
    std::vector<ServicePort> ports;
    std::string clusterIp; // "None" for headless
    std::string type;
    bool operator==(const Service&) const = default;
};

// A Deployment, StatefulSet, DaemonSet or ReplicaSet that owns pods. Replica counts are those of its status.
struct Workload {
    std::string ns;
    std::string name;
    std::string kind;
    Labels labels;
    Labels templateLabels; // of its pods
    std::string serviceAccount;
    std::int32_t desired = 0;
    std::int32_t current = 0;
    std::int32_t available = 0;
    bool operator==(const Workload&) const = default;
};

enum class DataPlane { None, Sidecar, Ambient, Gateway, Waypoint };

struct Pod {
    std::string ns;
    std::string name;
    std::string uid;
    Labels labels;
    std::string ip;
    std::string node;
    std::string serviceAccount;
    std::string workload; // owner, a ReplicaSet's hash suffix removed; the pod's own name when it has no owner
    std::string workloadKind;
    DataPlane dataPlane = DataPlane::None;
    std::uint16_t metricsPort = 0; // prometheus.io/port, 15020 for a sidecar without one, 0: nothing to scrape
    std::string metricsPath;       // prometheus.io/path, else /stats/prometheus
    bool ready = false;
    bool operator==(const Pod&) const = default;
};

// Canonical name and revision of a workload from its pods' labels (facts/conventions.md 4.3); `fallback` is the
// workload's name, the revision's fallback "latest".
[[nodiscard]] std::string canonicalName(const Labels& podLabels, const std::string& fallback);
[[nodiscard]] std::string canonicalRevision(const Labels& podLabels);

// Keyed "namespace/name" (namespaces by name) and sorted, so that everything made from it comes in the same order.
struct Inventory {
    std::map<std::string, Namespace> namespaces;
    std::map<std::string, Service> services;
    std::map<std::string, Workload> workloads;
    std::map<std::string, Pod> pods;
};

} // namespace meshdeck::mesh
