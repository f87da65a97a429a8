#include "sources/kubernetes/kubernetes_client.h"

#include <mutex>
#include <vector>

#include "base/text.h"
#include "config/json.h"
#include "sources/kubernetes/api_status.h"

namespace meshdeck::sources {
namespace {

using config::Json;

constexpr const char* kAggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                                    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                                    "application/json";

bool hasHeader(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return true;
        }
    }
    return false;
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool isAggregated(const HttpResponse& response) {
    return response.header("content-type").find("APIGroupDiscoveryList") != std::string::npos;
}

} // namespace

class KubernetesClient::State {
public:
    State(ContextConfig context, ExecConsent consent, const Clock& clock)
        : m_context(std::move(context)), m_where("Kubernetes API of context " + text::safe(m_context.name)),
          m_credentials(m_context, std::move(consent), clock) {}

    [[nodiscard]] const ContextConfig& context() const { return m_context; }
    [[nodiscard]] Credentials& credentials() { return m_credentials; }

    // The error as the user meets it: which server, in front of what went wrong.
    [[nodiscard]] Error named(Error error) const {
        if (error.source.empty()) {
            error.source = m_where;
        }
        return error;
    }

    struct Prepared {
        std::shared_ptr<HttpClient> http;
        HttpRequest request;
        std::uint64_t generation = 0;
    };

    Result<Prepared> prepare(const ApiRequest& from, const std::stop_token& stop) {
        auto credential = m_credentials.get(stop);
        if (!credential) {
            return tl::unexpected(named(credential.error()));
        }
        Prepared prepared;
        prepared.generation = credential->generation;
        prepared.http = http(*credential);
        prepared.request.method = from.method;
        prepared.request.url = m_context.cluster.server + from.path;
        prepared.request.headers = from.headers;
        prepared.request.body = from.body;
        prepared.request.timeout = from.timeout;
        Headers& headers = prepared.request.headers;
        headers.insert(headers.end(), credential->headers.begin(), credential->headers.end());
        if (!hasHeader(headers, "Accept")) {
            headers.emplace_back("Accept", "application/json");
        }
        if (m_context.cluster.disableCompression) {
            headers.emplace_back("Accept-Encoding", "identity");
        }
        return prepared;
    }

    Result<UpgradeTarget> upgradeTarget(const std::string& path, const std::stop_token& stop) {
        auto credential = m_credentials.get(stop);
        if (!credential) {
            return tl::unexpected(named(credential.error()));
        }
        HttpOptions options = httpOptions(*credential);
        Headers headers = {{"User-Agent", options.userAgent}};
        headers.insert(headers.end(), credential->headers.begin(), credential->headers.end());
        return UpgradeTarget{m_context.cluster.server + path, std::move(headers), std::move(options),
                             credential->generation};
    }

    std::mutex catalogMutex;
    std::shared_ptr<const ApiCatalog> catalog;

private:
    [[nodiscard]] HttpOptions httpOptions(const Credential& credential) const {
        const ClusterEntry& cluster = m_context.cluster;
        return {{m_context.caPem, credential.clientCertificatePem, credential.clientKeyPem, cluster.tlsServerName,
                 cluster.insecureSkipTlsVerify},
                cluster.proxyUrl,
                "meshdeck"};
    }

    // A client certificate belongs to its connections, so a new one needs a new client. The old ones live on while
    // somebody uses them, and end here: never on their own I/O thread.
    std::shared_ptr<HttpClient> http(const Credential& credential) {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_retired, [](const auto& client) { return client.use_count() == 1; });
        if (m_http && (credential.clientCertificatePem != m_certificate || credential.clientKeyPem != m_key)) {
            m_retired.push_back(std::move(m_http));
        }
        if (!m_http) {
            m_certificate = credential.clientCertificatePem;
            m_key = credential.clientKeyPem;
            m_http = std::make_shared<HttpClient>(httpOptions(credential));
        }
        return m_http;
    }

    const ContextConfig m_context;
    const std::string m_where;
    Credentials m_credentials;
    std::mutex m_mutex;
    std::shared_ptr<HttpClient> m_http;
    std::string m_certificate;
    std::string m_key;
    std::vector<std::shared_ptr<HttpClient>> m_retired;
};

KubernetesClient::KubernetesClient(ContextConfig context, ExecConsent consent, const Clock& clock)
    : m_state(std::make_unique<State>(std::move(context), std::move(consent), clock)) {}
KubernetesClient::~KubernetesClient() = default;

const ContextConfig& KubernetesClient::context() const {
    return m_state->context();
}

Result<HttpResponse> KubernetesClient::sendRaw(ApiRequest request, std::stop_token stop) {
    for (int attempt = 0;; ++attempt) {
        auto prepared = m_state->prepare(request, stop);
        if (!prepared) {
            return tl::unexpected(prepared.error());
        }
        auto response = prepared->http->send(std::move(prepared->request), stop);
        if (!response) {
            return tl::unexpected(m_state->named(response.error()));
        }
        const bool renewable = response->status == 401 && m_state->credentials().refused(prepared->generation);
        if (!renewable || attempt > 0 || request.method != "GET") {
            return response;
        }
    }
}

Result<HttpResponse> KubernetesClient::send(ApiRequest request, std::stop_token stop) {
    auto response = sendRaw(std::move(request), std::move(stop));
    if (!response) {
        return response;
    }
    if (Status good = kubernetes::check(*response); !good) {
        return tl::unexpected(m_state->named(good.error()));
    }
    return response;
}

void KubernetesClient::sendAsync(ApiRequest request, std::function<void(Result<HttpResponse>)> done,
                                 std::stop_token stop) {
    auto prepared = m_state->prepare(request, stop);
    if (!prepared) {
        done(tl::unexpected(prepared.error()));
        return;
    }
    State* state = m_state.get(); // its HTTP clients end before it does
    prepared->http->sendAsync(std::move(prepared->request), [state, generation = prepared->generation,
                                                             done = std::move(done)](Result<HttpResponse> response) {
        if (!response) {
            done(tl::unexpected(state->named(response.error())));
            return;
        }
        if (response->status == 401) {
            (void)state->credentials().refused(generation); // the next request fetches fresh ones, if there are any
        }
        done(std::move(response));
    });
}

Result<std::unique_ptr<HttpStream>> KubernetesClient::openStream(ApiRequest request, StreamEvents events,
                                                                 std::stop_token stop) {
    auto prepared = m_state->prepare(request, stop);
    if (!prepared) {
        return tl::unexpected(prepared.error());
    }
    State* state = m_state.get();
    events.onHead = [state, generation = prepared->generation, onHead = std::move(events.onHead)](
                        const HttpResponse& head) {
        if (head.status == 401) {
            (void)state->credentials().refused(generation);
        }
        onHead(head);
    };
    events.onEnd = [state, onEnd = std::move(events.onEnd)](Status end) {
        onEnd(end ? Status() : Status(tl::unexpected(state->named(end.error()))));
    };
    return prepared->http->openStream(std::move(prepared->request), std::move(events));
}

Result<UpgradeTarget> KubernetesClient::upgradeTarget(const std::string& path, const std::stop_token& stop) {
    return m_state->upgradeTarget(path, stop);
}

bool KubernetesClient::refused(std::uint64_t generation) {
    return m_state->credentials().refused(generation);
}

Result<std::shared_ptr<const ApiCatalog>> KubernetesClient::catalog(std::stop_token stop) {
    const std::lock_guard lock(m_state->catalogMutex); // asked once, whoever wants it meanwhile waits
    if (m_state->catalog) {
        return m_state->catalog;
    }
    auto catalog = std::make_shared<ApiCatalog>();
    for (const char* path : {"/api", "/apis"}) {
        auto response = send({"GET", path, {{"Accept", kAggregated}}, {}, std::chrono::seconds(30)}, stop);
        if (!response) {
            return tl::unexpected(response.error());
        }
        Status read;
        if (isAggregated(*response)) {
            read = kubernetes::readAggregated(response->body, *catalog);
        } else if (std::string_view(path) == "/api") {
            const auto core = send({"GET", "/api/v1", {}, {}, std::chrono::seconds(30)}, stop);
            read = core ? kubernetes::readResourceList(core->body, *catalog) : tl::unexpected(core.error());
        } else {
            const auto versions = kubernetes::readGroupList(response->body);
            read = versions ? Status() : tl::unexpected(versions.error());
            for (std::size_t i = 0; versions && i < versions->size(); ++i) {
                const auto list = send({"GET", "/apis/" + (*versions)[i], {}, {}, std::chrono::seconds(30)}, stop);
                if (list) { // an aggregated API whose server is down answers 503: only its own kinds are missing
                    (void)kubernetes::readResourceList(list->body, *catalog);
                }
            }
        }
        if (!read) {
            return tl::unexpected(m_state->named(read.error()));
        }
    }
    m_state->catalog = std::move(catalog);
    return m_state->catalog;
}

void KubernetesClient::forgetCatalog() {
    const std::lock_guard lock(m_state->catalogMutex);
    m_state->catalog.reset();
}

Result<std::string> KubernetesClient::serverVersion(std::stop_token stop) {
    auto response = send({"GET", "/version", {}, {}, std::chrono::seconds(10)}, std::move(stop));
    if (!response) {
        return tl::unexpected(response.error());
    }
    const Json version = Json::parse(response->body, nullptr, false);
    const auto name = version.is_object() ? version.find("gitVersion") : version.end();
    if (version.is_discarded() || name == version.end() || !name->is_string()) {
        return tl::unexpected(m_state->named({ErrorKind::Protocol, "this is not a Kubernetes API", {}, {}}));
    }
    return name->get<std::string>();
}

Result<std::string> KubernetesClient::requestToken(const std::string& ns, const std::string& serviceAccount,
                                                   const std::string& audience, std::chrono::seconds lifetime,
                                                   std::stop_token stop) {
    const Json body = {{"apiVersion", "authentication.k8s.io/v1"},
                       {"kind", "TokenRequest"},
                       {"spec", {{"audiences", Json::array({audience})}, {"expirationSeconds", lifetime.count()}}}};
    auto response = send({"POST", "/api/v1/namespaces/" + ns + "/serviceaccounts/" + serviceAccount + "/token",
                          {{"Content-Type", "application/json"}}, dump(body), std::chrono::seconds(30)},
                         std::move(stop));
    if (!response) {
        return tl::unexpected(response.error());
    }
    const Json answer = Json::parse(response->body, nullptr, false);
    const auto status = answer.is_object() ? answer.find("status") : answer.end();
    const Json token = status != answer.end() && status->is_object() ? status->value("token", Json()) : Json();
    if (!token.is_string()) {
        return tl::unexpected(m_state->named({ErrorKind::Protocol, "the answer to a TokenRequest has no token", {}, {}}));
    }
    return token.get<std::string>();
}

std::string KubernetesClient::podProxyPath(const std::string& ns, const std::string& pod, std::uint16_t port,
                                           const std::string& page) {
    return "/api/v1/namespaces/" + ns + "/pods/" + pod + ":" + std::to_string(port) + "/proxy" + page;
}

Result<HttpResponse> KubernetesClient::getFromPod(const std::string& ns, const std::string& pod, std::uint16_t port,
                                                  const std::string& page, std::stop_token stop) {
    auto response = sendRaw({"GET", podProxyPath(ns, pod, port, page), {{"Accept", "*/*"}}, {},
                             std::chrono::seconds(15)},
                            std::move(stop));
    if (response && (response->status < 200 || response->status >= 300)) {
        return tl::unexpected(m_state->named(kubernetes::toError(kubernetes::statusOf(*response))));
    }
    return response;
}

} // namespace meshdeck::sources
