#include "composition_istiod.h"

#include <utility>

#include "config/json.h"

namespace meshdeck::app {
namespace {

constexpr const char* kRootNamespace = "istio-system";
constexpr const char* kPlaintextPort = ":15010";
constexpr std::chrono::seconds kTokenLifetime = std::chrono::hours(1);

Result<std::string> rootCertificate(sources::KubernetesClient& client, const std::stop_token& stop) {
    sources::ApiRequest request;
    request.path = std::string("/api/v1/namespaces/") + kRootNamespace + "/configmaps/istio-ca-root-cert";
    const auto answer = client.send(std::move(request), stop);
    if (!answer) {
        Error error = answer.error();
        error.what = "istiod's root certificate cannot be read: " + error.what;
        if (error.hint.empty()) {
            error.hint = "get on ConfigMap istio-system/istio-ca-root-cert is needed";
        }
        return tl::unexpected(std::move(error));
    }
    const config::Json json = config::Json::parse(answer->body, nullptr, false);
    const config::Json* certificate = config::at(json, "/data/root-cert.pem");
    return certificate != nullptr && certificate->is_string() ? certificate->get<std::string>() : std::string();
}

} // namespace

sources::CredentialsProvider istiodCredentials(sources::KubernetesClient& client, bool plaintext, const Clock& clock) {
    return [&client, &clock, plaintext](const std::stop_token& stop) -> Result<sources::IstiodCredentials> {
        sources::IstiodCredentials credentials;
        const sources::IstiodIdentity identity;
        if (!plaintext) {
            auto root = rootCertificate(client, stop);
            if (!root) {
                return tl::unexpected(root.error());
            }
            credentials.caPem = *std::move(root);
        }
        // Asked before the request: the server may shorten the lifetime but counts from later than this.
        credentials.expires = clock.wallTime() + kTokenLifetime;
        auto token = client.requestToken(identity.ns, identity.serviceAccount, "istio-ca", kTokenLifetime, stop);
        if (!token && !plaintext) {
            Error error = token.error();
            error.what = "no token for istiod: " + error.what;
            if (error.kind == ErrorKind::Forbidden) {
                error.hint = "create on serviceaccounts/token of istio-system/default is needed";
            }
            return tl::unexpected(std::move(error));
        }
        credentials.token = token.value_or(std::string());
        return credentials;
    };
}

std::unique_ptr<sources::IstiodSource> makeIstiodSource(const ConnectionOptions& options,
                                                        sources::KubernetesClient& client, const Clock& clock) {
    const sources::MeshEndpoints& endpoints = client.context().endpoints;
    sources::IstiodOptions istiod;
    istiod.address = options.istiod.value_or(endpoints.istiod);
    if (istiod.address.empty()) {
        return nullptr;
    }
    if (!options.istiod && !endpoints.istiodServerName.empty()) {
        istiod.serverName = endpoints.istiodServerName;
    }
    istiod.plaintext = istiod.address.ends_with(kPlaintextPort);
    return std::make_unique<sources::IstiodSource>(istiod, istiodCredentials(client, istiod.plaintext, clock), clock);
}

AbsentSource::AbsentSource(std::string name, std::string detail, std::string hint)
    : m_name(std::move(name)), m_detail(std::move(detail)), m_hint(std::move(hint)) {}

void AbsentSource::start(sources::DeltaSink& sink) {
    mesh::SourceHealth health;
    health.name = m_name;
    health.state = mesh::SourceState::Absent;
    health.detail = m_detail;
    health.hint = m_hint;
    sink.deliver(std::move(health));
}

} // namespace meshdeck::app
