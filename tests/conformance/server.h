// The API server the suite runs against: the one of MESHDECK_CONFORMANCE_KUBECONFIG, else a meshdeck-demo of its own.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "config/json.h"
#include "sources/kubernetes/kubernetes_client.h"
#include "sources/kubernetes/kubernetes_cluster.h"

namespace meshdeck::conformance {

// Path of a kubeconfig whose server answers; starts the demonstration mesh on first use. Fails the test when there is none.
[[nodiscard]] std::string kubeconfigPath();
[[nodiscard]] sources::ContextConfig adminContext();
// A user who may get, list and watch in namespace bookinfo and nothing else.
[[nodiscard]] sources::ContextConfig viewerContext();

inline constexpr const char* kNamespace = "bookinfo";

// Every test makes its own objects, so that it runs alone and beside others.
class Suite : public testing::Test {
protected:
    Suite();
    ~Suite() override;

    // A VirtualService with the weights 90 and 10, created on the server; deleted at the end of the test.
    mesh::ResourcePtr makeRoute();
    [[nodiscard]] static config::Json route(const std::string& name);
    [[nodiscard]] static std::string freshName();
    [[nodiscard]] static mesh::ResourceRef ref(const std::string& name);
    // As the write path sends it: the version seen, test on uid and on the old weight, then the new ones.
    [[nodiscard]] static change::JsonPatch weights(const mesh::Resource& seen, int from, int to);
    [[nodiscard]] static int weight(const mesh::Resource& resource);

    sources::KubernetesClient client{adminContext()};
    sources::KubernetesCluster cluster{client};
    std::vector<mesh::ResourceRef> m_created;
};

} // namespace meshdeck::conformance
