// How istiod is reached with what a kubeconfig gives.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "composition.h"
#include "sources/istiod/istiod_source.h"
#include "sources/kubernetes/kubernetes_client.h"

namespace meshdeck::app {

// Where --istiod or the cluster's extension meshdeck.dev/endpoints says; null without either: its ports are not
// reachable from outside of the cluster by themselves. `client` and `clock` outlive the source.
[[nodiscard]] std::unique_ptr<sources::IstiodSource> makeIstiodSource(const ConnectionOptions& options,
                                                                      sources::KubernetesClient& client,
                                                                      const Clock& clock);

// The root certificate of ConfigMap istio-ca-root-cert and a token for istio-system/default with audience istio-ca.
[[nodiscard]] sources::CredentialsProvider istiodCredentials(sources::KubernetesClient& client, bool plaintext,
                                                             const Clock& clock);

// A source that is not there and says so.
class AbsentSource final : public sources::Source {
public:
    AbsentSource(std::string name, std::string detail, std::string hint);
    [[nodiscard]] std::string name() const override { return m_name; }
    void start(sources::DeltaSink& sink) override;
    void refresh() override {}
    void setInView(std::vector<std::string> /*namespaces*/) override {}
    void stop() override {}

private:
    std::string m_name;
    std::string m_detail;
    std::string m_hint;
};

} // namespace meshdeck::app
