// Where the traffic's numbers come from: a Prometheus that was named, one that is found in the cluster, or the pods
// themselves.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "composition.h"
#include "sources/interfaces.h"
#include "sources/kubernetes/kubernetes_client.h"

namespace meshdeck::app {

// A Service that leads to Prometheus' query API through the API server.
struct FoundPrometheus {
    std::string ns;
    std::string name;
    std::string port;
    [[nodiscard]] std::string proxyPath() const; // "/api/v1/namespaces/NS/services/NAME:PORT/proxy"
};
// The best of a ServiceList's JSON (label app.kubernetes.io/name=prometheus): istio-system first, then by name; the port
// named http or web, else 9090, else the first.
[[nodiscard]] std::optional<FoundPrometheus> choosePrometheus(const std::string& serviceList);

// The Prometheus of --prometheus or of the endpoints extension, else one whose Service is in the cluster; while none
// answers, the scraping of `pods` (called on the source's threads). For a moment of the past, which no pod remembers, the
// Prometheus that is named itself. All references outlive the source.
[[nodiscard]] std::unique_ptr<sources::Source> makeTelemetrySource(const ConnectionOptions& options,
                                                                   sources::KubernetesClient& client,
                                                                   std::function<std::vector<mesh::Pod>()> pods,
                                                                   const Clock& clock);

} // namespace meshdeck::app
