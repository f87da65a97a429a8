// The demonstration mesh's cluster, put together: certificates, users, objects, the API and its server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/api/api_server.h"
#include "app/demo/api/certificates.h"
#include "app/demo/api/https_server.h"
#include "app/demo/api/kubeconfig.h"

namespace meshdeck::demo::api {

struct ClusterOptions {
    std::string mesh = "bookinfo";
    std::string viewerNamespace = "bookinfo";
    bool wrongAuthority = false; // serve with a certificate that the kubeconfig's authority has not signed
    WallClock clock = [] { return std::chrono::system_clock::now(); };
    std::chrono::milliseconds bookmarkInterval{60'000};
    std::chrono::milliseconds futureVersionWait{3'000};
};

class DemoCluster {
public:
    // Null, with the reason in error, when no certificate can be made.
    [[nodiscard]] static std::unique_ptr<DemoCluster> create(ClusterOptions options, std::string& error);
    ~DemoCluster();
    DemoCluster(const DemoCluster&) = delete;
    DemoCluster& operator=(const DemoCluster&) = delete;

    // Creates the objects in order, and the ConfigMap istio-ca-root-cert in each of their namespaces; older revisions
    // expire with that. The names of objects of a kind that is not served, or that exist already, are returned.
    [[nodiscard]] std::vector<std::string> seed(std::vector<Json> objects);
    // Starts to listen; pods may be null. pods must outlive the cluster's server.
    [[nodiscard]] bool serve(PodPages* pods, std::string& error);
    void stop(); // no request is answered after it

    [[nodiscard]] ObjectStore& store() { return m_store; }
    [[nodiscard]] Faults& faults() { return m_faults; }
    [[nodiscard]] Backends& backends() { return m_backends; }
    [[nodiscard]] std::string url() const; // "https://127.0.0.1:PORT"
    [[nodiscard]] ServerCertificate istiodCertificate() const { return m_istiod; }
    [[nodiscard]] TokenReview tokenReview() const;
    // Without the endpoints of the other servers.
    [[nodiscard]] KubeconfigContent kubeconfig() const;

private:
    DemoCluster(ClusterOptions options, KeyPair authority);
    [[nodiscard]] bool makeCertificates(std::string& error);

    ClusterOptions m_options;
    KeyPair m_authority;
    KeyPair m_serverCertificate;
    KeyPair m_client;
    ServerCertificate m_istiod;
    std::string m_adminToken;
    std::string m_viewerToken;
    ObjectStore m_store;
    Faults m_faults;
    Backends m_backends;
    TokenBook m_tokens;
    Authenticator m_authenticator;
    Authorizer m_authorizer;
    std::unique_ptr<ApiServer> m_api;
    std::unique_ptr<HttpsServer> m_server;
};

// The namespace that viewer may read: where the first Deployment outside of istio-system lives.
[[nodiscard]] std::string viewerNamespaceOf(const std::vector<Json>& objects);

} // namespace meshdeck::demo::api
