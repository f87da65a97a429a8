// One API server as one context's user sees it: requests with credentials, discovery, and the few calls that other
// sources need. Thread safe.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sources/http/http_client.h"
#include "sources/kubernetes/credentials.h"
#include "sources/kubernetes/discovery.h"
#include "sources/kubernetes/kubeconfig.h"

namespace meshdeck::sources {

struct ApiRequest {
    std::string method = "GET";
    std::string path; // with query, already percent-encoded: "/api/v1/pods?limit=500"
    Headers headers = {};
    std::string body = {};
    Duration timeout = std::chrono::seconds(30);
};

// What a connection that leaves HTTP behind (port-forward) is opened with: address, credentials, trust and proxies.
struct UpgradeTarget {
    std::string url;
    Headers headers;
    HttpOptions options;
    std::uint64_t generation = 0; // of the credentials, for refused()
};

class KubernetesClient {
public:
    explicit KubernetesClient(ContextConfig context, ExecConsent consent = {}, const Clock& clock = systemClock());
    ~KubernetesClient(); // cancels what runs
    KubernetesClient(const KubernetesClient&) = delete;
    KubernetesClient& operator=(const KubernetesClient&) = delete;

    [[nodiscard]] const ContextConfig& context() const;

    // An answer of any status. A GET that is refused with 401 is sent once more with fresh credentials, a write never.
    // Blocks.
    [[nodiscard]] Result<HttpResponse> sendRaw(ApiRequest request, std::stop_token stop = {});
    // A 2xx answer in JSON or text; anything else is an Error by the server's Status.
    [[nodiscard]] Result<HttpResponse> send(ApiRequest request, std::stop_token stop = {});
    // May block for credentials; the answer comes on an I/O thread. A 401 makes the next request fetch fresh ones.
    void sendAsync(ApiRequest request, std::function<void(Result<HttpResponse>)> done, std::stop_token stop = {});
    // A watch; the timeout counts until the headers. May block for credentials.
    [[nodiscard]] Result<std::unique_ptr<HttpStream>> openStream(ApiRequest request, StreamEvents events,
                                                                 std::stop_token stop = {});

    // For `path` on this server. May block for credentials.
    [[nodiscard]] Result<UpgradeTarget> upgradeTarget(const std::string& path, const std::stop_token& stop = {});
    // Such a connection was answered 401: true when a fresh credential may be had by asking again.
    [[nodiscard]] bool refused(std::uint64_t generation);

    // What the server serves; asked once, again after `forgetCatalog`.
    [[nodiscard]] Result<std::shared_ptr<const ApiCatalog>> catalog(std::stop_token stop = {});
    void forgetCatalog();
    // "v1.31.4".
    [[nodiscard]] Result<std::string> serverVersion(std::stop_token stop = {});
    // TokenRequest for a service account, as the istiod source needs it.
    [[nodiscard]] Result<std::string> requestToken(const std::string& ns, const std::string& serviceAccount,
                                                   const std::string& audience, std::chrono::seconds lifetime,
                                                   std::stop_token stop = {});
    // Path of a pod's page through the API server; `page` begins with a slash.
    [[nodiscard]] static std::string podProxyPath(const std::string& ns, const std::string& pod, std::uint16_t port,
                                                  const std::string& page);
    // GET of it. Forbidden without get on pods/proxy.
    [[nodiscard]] Result<HttpResponse> getFromPod(const std::string& ns, const std::string& pod, std::uint16_t port,
                                                  const std::string& page, std::stop_token stop = {});

private:
    class State;
    std::unique_ptr<State> m_state;
};

} // namespace meshdeck::sources
