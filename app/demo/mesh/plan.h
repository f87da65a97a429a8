// What a demonstration mesh consists of and how it behaves. The Kubernetes objects are made from it (objects.h); what
// objects cannot say (who calls whom, how long a version takes, how often it fails) the simulation takes from here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/contract.h"

namespace meshdeck::demo {

enum class Protocol : std::uint8_t { Http, Grpc, Tcp };

// A share of the load that carries request headers; services hand them on to what they call.
struct TrafficClass {
    std::map<std::string, std::string> headers;
    double share = 1;
};

// Own processing time of a version, without what it waits for: log-normal.
struct LatencyProfile {
    double medianMs = 5;
    double sigma = 0.35;
};

struct WorkloadPlan {
    std::string ns;
    std::string name; // of the Deployment
    std::string app;
    std::string version; // may be empty
    std::string serviceAccount;
    std::string image;
    int replicas = 1;
    int containerPort = 8080;
    bool sidecar = true;
    bool gateway = false;                      // an Envoy as router, without an application
    std::map<std::string, std::string> labels; // of the pods, beside app and version
    LatencyProfile latency;
    double errorRate = 0; // share of requests that the application itself fails
};

struct PortPlan {
    int port = 80;
    int targetPort = 8080;
    std::string name = "http";
};

struct ServicePlan {
    std::string ns;
    std::string name;
    std::map<std::string, std::string> selector;
    std::vector<PortPlan> ports;
};

struct PathPlan {
    std::string method = "GET";
    std::string path = "/";
    double share = 1;
};

// Calls of one workload to one host.
struct CallPlan {
    std::size_t from = 0; // index in MeshPlan::workloads
    std::string host;     // FQDN of the service, or the Host header when `ingress`
    int port = 80;
    Protocol protocol = Protocol::Http;
    bool ingress = false;  // the load from outside that a gateway takes in: its VirtualServices say where it goes
    double perRequest = 0; // calls for each request that `from` handled
    double requestsPerSecond = 0; // or a rate of its own, at the mean of the day
    double failsCaller = 0;       // share of failed calls that make the caller's answer fail
    std::vector<PathPlan> paths;
    double requestBytes = 400;
    double responseBytes = 2000;
};

struct NamespacePlan {
    std::string name;
    bool injected = true;
};

struct MeshPlan {
    std::string name;
    bool nativeSidecars = false; // istio-proxy as an init container that restarts, as newer installations have it
    std::vector<NamespacePlan> namespaces;
    std::vector<TrafficClass> classes;
    std::vector<WorkloadPlan> workloads;
    std::vector<ServicePlan> services;
    std::vector<CallPlan> calls;
    std::vector<Json> config; // Istio and Gateway API objects as a user would have applied them
};

// "bookinfo", "boutique" or "fleet:N" (1 <= N <= 100000); nothing for another name.
[[nodiscard]] std::optional<MeshPlan> planMesh(const std::string& meshName, std::uint32_t seed);

[[nodiscard]] MeshPlan planBookinfo();
[[nodiscard]] MeshPlan planBoutique();
[[nodiscard]] MeshPlan planFleet(std::size_t workloads, std::uint32_t seed);

// A namespaced config object without what the server adds.
[[nodiscard]] Json configObject(const std::string& apiVersion, const std::string& kind, const std::string& ns,
                                const std::string& name, Json spec);

} // namespace meshdeck::demo
