// How istiod is reached with what a kubeconfig gives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "composition.h"
#include "sources/istiod/istiod_source.h"
#include "sources/kubernetes/kubernetes_client.h"
#include "sources/kubernetes/port_forward.h"

namespace meshdeck::app {

// Where --istiod or the cluster's extension meshdeck.dev/endpoints says; without either every replica in the cluster,
// each through a port-forward of our own, for its ports are not reachable from outside. All references outlive the source.
[[nodiscard]] std::unique_ptr<sources::IstiodSource> makeIstiodSource(const ConnectionOptions& options,
                                                                      sources::KubernetesClient& client,
                                                                      sources::PortForwarder& forwarder,
                                                                      const Clock& clock);

// A pod of istiod that takes connections.
struct IstiodPod {
    std::string name;
    std::vector<std::string> serverNames; // in its certificate; a revision's own name first
    bool operator==(const IstiodPod&) const = default;
};
// The ready ones of a PodList's JSON. Protocol when it is none.
[[nodiscard]] Result<std::vector<IstiodPod>> readyIstiods(const std::string& podList);

// The root certificate of ConfigMap istio-ca-root-cert and a token for istio-system/default with audience istio-ca.
[[nodiscard]] sources::CredentialsProvider istiodCredentials(sources::KubernetesClient& client, bool plaintext,
                                                             const Clock& clock);

} // namespace meshdeck::app
