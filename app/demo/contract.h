// What the two halves of the demonstration mesh know of each other: the Kubernetes API server (api/) holds the objects,
// the simulation (mesh/, sim/, telemetry/) reads them and makes the traffic. Nothing here comes from model: the
// demonstration mesh is the other side of the wire and must be able to disagree with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace meshdeck::demo {

using Json = nlohmann::ordered_json;
using ObjectPtr = std::shared_ptr<const Json>; // a complete Kubernetes object with apiVersion, kind and metadata

enum class ChangeType { Added, Modified, Deleted };

struct Change {
    ChangeType type = ChangeType::Added;
    ObjectPtr object;
};

// The server's objects as the simulation sees them. Thread safe; listeners run on the writing thread and must be quick.
class StoreView {
public:
    virtual ~StoreView() = default;
    // All objects of a kind ("VirtualService"), in storage form, sorted by namespace and name.
    [[nodiscard]] virtual std::vector<ObjectPtr> list(const std::string& kind) const = 0;
    virtual void subscribe(std::function<void(const Change&)> listener) = 0;
};

// The objects a mesh starts with, in the order in which they are created. name: "bookinfo", "boutique", "fleet:N".
// Nothing when there is no mesh of that name. They carry uid (ownerReferences name it), creationTimestamp, generation and
// status; resourceVersion and managedFields are the server's.
[[nodiscard]] std::optional<std::vector<Json>> initialObjects(const std::string& meshName, std::uint32_t seed);

// A running pod's pages, as the API server's pod proxy reaches them.
class PodPages {
public:
    virtual ~PodPages() = default;
    // The body of GET <path> ("/stats/prometheus") on the pod's metrics port; nothing for an unknown pod or path.
    // `filter`: Envoy's query parameter of that name, an expression that is found anywhere in a statistic's name; empty:
    // everything. An expression that makes no sense matches nothing.
    [[nodiscard]] virtual std::optional<std::string> page(const std::string& ns, const std::string& pod,
                                                          const std::string& path,
                                                          const std::string& filter = {}) = 0;
};

struct SimulationOptions {
    std::string mesh = "bookinfo";
    std::uint32_t seed = 1;
    double speed = 1; // simulated seconds per real second
};

// Who presented a token: the API server issues tokens (TokenRequest) and tells whose they are.
struct TokenIdentity {
    std::string ns;
    std::string serviceAccount;
    std::vector<std::string> audiences;
};
using TokenReview = std::function<std::optional<TokenIdentity>(const std::string& token)>;

struct ServerCertificate {
    std::string caPem;   // root that clients verify with; also ConfigMap istio-ca-root-cert
    std::string certPem; // for istiod.istio-system.svc, 127.0.0.1 and localhost
    std::string keyPem;
};

// Traffic made from the store's config: it runs on a thread of its own from construction to destruction.
class Simulation : public PodPages {
public:
    // istiod's ADS with TLS and token check, and Jaeger's query API without TLS, on free loopback ports.
    struct Endpoints {
        std::string xds;    // "127.0.0.1:PORT"
        std::string jaeger; // "127.0.0.1:PORT"
    };
    [[nodiscard]] virtual Endpoints serve(const ServerCertificate& certificate, TokenReview review) = 0;
    // Scrape targets of a Prometheus: one plain HTTP address that serves every pod's page under
    // "/pods/<namespace>/<pod>/stats/prometheus", and the list of those paths.
    struct ScrapeTargets {
        std::string address; // "127.0.0.1:PORT"
        std::vector<std::string> paths;
    };
    [[nodiscard]] virtual ScrapeTargets serveScrape() = 0;
};
[[nodiscard]] std::unique_ptr<Simulation> startSimulation(StoreView& store, const SimulationOptions& options);

} // namespace meshdeck::demo
