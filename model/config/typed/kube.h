// Kubernetes kinds with what routing, security and checks read of them. mesh::Inventory is what the map draws; this is
// the complete declaration, from files too.
#pragma once

#include <cstdint>

#include "config/typed/string_match.h"

namespace meshdeck::config {

struct KubeServicePort {
    std::string name;
    std::uint32_t port = 0;
    std::string protocol = "TCP"; // TCP, UDP, SCTP
    std::string targetPort;       // number or name; "" is `port`
    std::string appProtocol;
};
struct KubeService {
    std::optional<mesh::Labels> selector;
    std::vector<KubeServicePort> ports;
    std::string clusterIp; // "None" headless
    std::vector<std::string> clusterIps;
    std::string type = "ClusterIP";
    std::string externalName;
    std::vector<std::string> externalIps;
    bool publishNotReady = false;
};

struct KubeContainer {
    std::string name;
    std::string image;
    std::vector<std::pair<std::string, std::uint32_t>> ports; // name, number
    std::optional<std::int64_t> runAsUser;
    bool init = false;
};
struct PodTemplate {
    mesh::Labels labels;
    mesh::Labels annotations;
    std::string serviceAccount; // "default" when unset
    bool hostNetwork = false;
    std::optional<std::int64_t> runAsUser;
    std::string node;
    std::vector<KubeContainer> containers; // init containers too
};
struct KubePod {
    PodTemplate spec; // labels and annotations are those of the pod itself
    std::string ip;
    std::string phase;
    bool ready = true; // without a status: as good as ready
    std::string ownerKind;
    std::string ownerName;
};
struct KubeWorkload { // Deployment, StatefulSet, DaemonSet, ReplicaSet
    std::string kind;
    std::optional<mesh::Labels> selector;
    PodTemplate pods;
    std::optional<std::int64_t> replicas;
};
struct KubeNamespace {};
struct KubeServiceAccount {};

} // namespace meshdeck::config
