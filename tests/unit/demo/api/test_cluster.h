// A small cluster on a free port, with Bookinfo's reviews, for the tests of the API server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/demo/api/demo_cluster.h"
#include "app/demo/api/json_values.h"
#include "unit/demo/api/tls_client.h"

namespace meshdeck::demo::api::test {

inline const std::string kReviewsPath = "/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews";
inline const std::string kVirtualServicesPath = "/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices";

// Namespaces, one pod with the service account of istiod, three services, the VirtualService reviews with weights 90
// and 10.
[[nodiscard]] std::vector<Json> smallMesh();
[[nodiscard]] Json virtualService(const std::string& name, int firstWeight, int secondWeight);

class TestCluster {
public:
    explicit TestCluster(const std::vector<Json>& objects = smallMesh(), ClusterOptions options = quickOptions(),
                         PodPages* pods = nullptr);

    // No waiting where the real server waits.
    [[nodiscard]] static ClusterOptions quickOptions();

    [[nodiscard]] DemoCluster& cluster() { return *m_cluster; }
    [[nodiscard]] unsigned short port() const;
    [[nodiscard]] KubeconfigContent access() const { return m_cluster->kubeconfig(); }
    [[nodiscard]] Headers adminHeaders(const std::string& contentType = {}) const;
    [[nodiscard]] Headers viewerHeaders() const;
    [[nodiscard]] std::unique_ptr<TlsClient> client() const;

    // One request of the admin on a connection of its own.
    [[nodiscard]] Answer get(const std::string& target) const;
    [[nodiscard]] Answer write(const std::string& method, const std::string& target, const std::string& body,
                               const std::string& contentType = "application/json") const;
    [[nodiscard]] Answer jsonPatch(const std::string& target, const std::string& operations) const;

private:
    std::unique_ptr<DemoCluster> m_cluster;
};

// The body as JSON; null when it is none.
[[nodiscard]] Json bodyOf(const Answer& answer);

} // namespace meshdeck::demo::api::test
