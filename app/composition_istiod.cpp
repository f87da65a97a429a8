#include "composition_istiod.h"

#include <utility>

#include "config/json.h"
#include "sources/istiod/istiod_replicas.h"

namespace meshdeck::app {
namespace {

constexpr const char* kRootNamespace = "istio-system";
constexpr const char* kPlaintextPort = ":15010";
constexpr std::uint16_t kTlsPort = 15012;
constexpr const char* kInsteadHint = "or forward its port 15012 yourself and name it with --istiod 127.0.0.1:15012";
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

std::string textAt(const config::Json& json, std::string_view pointer) {
    const config::Json* found = config::at(json, pointer);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

bool isReady(const config::Json& pod) {
    const config::Json* conditions = config::at(pod, "/status/conditions");
    if (textAt(pod, "/status/phase") != "Running" || !textAt(pod, "/metadata/deletionTimestamp").empty() ||
        conditions == nullptr || !conditions->is_array()) {
        return false;
    }
    for (const config::Json& condition : *conditions) {
        if (textAt(condition, "/type") == "Ready") {
            return textAt(condition, "/status") == "True";
        }
    }
    return false;
}

Result<std::vector<IstiodPod>> findPods(sources::KubernetesClient& client, const std::stop_token& stop) {
    sources::ApiRequest request;
    request.path = std::string("/api/v1/namespaces/") + kRootNamespace + "/pods?labelSelector=app%3Distiod";
    const auto answer = client.send(std::move(request), stop);
    if (!answer) {
        Error error = answer.error();
        error.what = "istiod's pods cannot be listed: " + error.what;
        if (error.kind == ErrorKind::Forbidden) {
            error.hint = std::string("list on pods of istio-system is needed, ") + kInsteadHint;
        }
        return tl::unexpected(std::move(error));
    }
    auto pods = readyIstiods(answer->body);
    if (pods && pods->empty()) {
        return fail(ErrorKind::NotFound, "no pod of istiod is ready in istio-system",
                    "with a control plane outside of the cluster, name its address with --istiod HOST:15012");
    }
    return pods;
}

// Every ready replica, each behind a port-forward.
sources::ReplicaFinder replicaFinder(sources::KubernetesClient& client, sources::PortForwarder& forwarder) {
    return [&client, &forwarder](const std::stop_token& stop) -> Result<std::vector<sources::IstiodOptions>> {
        auto pods = findPods(client, stop);
        if (!pods) {
            return tl::unexpected(pods.error());
        }
        std::vector<sources::IstiodOptions> replicas;
        for (const IstiodPod& pod : *pods) {
            sources::IstiodOptions& istiod = replicas.emplace_back();
            istiod.address = std::string(kRootNamespace) + "/" + pod.name;
            istiod.serverName = pod.serverNames.front();
            istiod.dial = [&forwarder, pod](const std::string& caPem, const std::stop_token& until) {
                auto socket = forwarder.open({kRootNamespace, pod.name, kTlsPort},
                                             sources::ForwardTls{caPem, pod.serverNames}, until);
                if (!socket && socket.error().kind == ErrorKind::Forbidden) {
                    socket.error().hint += std::string(", ") + kInsteadHint;
                }
                return socket;
            };
        }
        return replicas;
    };
}

} // namespace

Result<std::vector<IstiodPod>> readyIstiods(const std::string& podList) {
    const config::Json json = config::Json::parse(podList, nullptr, false);
    const config::Json* items = json.is_object() ? config::at(json, "/items") : nullptr;
    if (items == nullptr || !items->is_array()) {
        return fail(ErrorKind::Protocol, "the list of istiod's pods cannot be read");
    }
    std::vector<IstiodPod> pods;
    for (const config::Json& item : *items) {
        IstiodPod pod{textAt(item, "/metadata/name"), {}};
        if (pod.name.empty() || !isReady(item)) {
            continue;
        }
        const std::string revision = textAt(item, "/metadata/labels/istio.io~1rev");
        if (!revision.empty() && revision != "default") {
            pod.serverNames.push_back("istiod-" + revision + "." + kRootNamespace + ".svc");
        }
        pod.serverNames.push_back(std::string("istiod.") + kRootNamespace + ".svc");
        pods.push_back(std::move(pod));
    }
    return pods;
}

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
                                                        sources::KubernetesClient& client,
                                                        sources::PortForwarder& forwarder, const Clock& clock) {
    const sources::MeshEndpoints& endpoints = client.context().endpoints;
    sources::IstiodOptions istiod;
    istiod.address = options.istiod.value_or(endpoints.istiod);
    if (istiod.address.empty()) {
        const auto replicas = [&] {
            return std::make_unique<sources::IstiodReplicas>(replicaFinder(client, forwarder),
                                                             istiodCredentials(client, false, clock), clock);
        };
        return std::make_unique<sources::IstiodSource>(replicas(), replicas(), clock);
    }
    if (!options.istiod && !endpoints.istiodServerName.empty()) {
        istiod.serverName = endpoints.istiodServerName;
    }
    istiod.plaintext = istiod.address.ends_with(kPlaintextPort);
    return std::make_unique<sources::IstiodSource>(istiod, istiodCredentials(client, istiod.plaintext, clock), clock);
}

} // namespace meshdeck::app
