// The cluster's objects, kept in step: every watched kind by a reflector of its own (config/kinds.h; Secrets are never
// among them), cluster-wide or, where only that is allowed, namespace by namespace.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sources/interfaces.h"
#include "sources/kubernetes/kubernetes_client.h"

namespace meshdeck::sources {

struct KubernetesSourceOptions {
    std::vector<std::string> namespaces; // only these; empty: the whole cluster, as far as it is allowed
};

class KubernetesSource final : public Source {
public:
    // The client outlives the source.
    KubernetesSource(KubernetesClient& client, KubernetesSourceOptions options, const Clock& clock = systemClock());
    ~KubernetesSource() override;

    [[nodiscard]] std::string name() const override { return "kubernetes"; }
    void start(DeltaSink& sink) override;
    void refresh() override; // what waits for a later attempt is tried now; open watches are fresh anyway
    void setInView(std::vector<std::string> namespaces) override; // no effect: config matters wherever it lies
    void stop() override;

private:
    class Core;
    KubernetesClient& m_client;
    KubernetesSourceOptions m_options;
    const Clock& m_clock;
    std::unique_ptr<Core> m_core; // from start to stop
};

} // namespace meshdeck::sources
