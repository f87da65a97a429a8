#include "policy/world/injection.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace meshdeck::policy {

namespace {

constexpr std::array<std::string_view, 4> kNeverInjected = {"kube-system", "kube-public", "kube-node-lease",
                                                            "local-path-storage"};
constexpr std::string_view kInject = "sidecar.istio.io/inject";
constexpr std::string_view kRevision = "istio.io/rev";

std::optional<std::string> label(const mesh::Labels* labels, std::string_view key) {
    if (labels == nullptr) {
        return std::nullopt;
    }
    const auto found = labels->find(std::string(key));
    return found == labels->end() ? std::nullopt : std::optional(found->second);
}

// Whether the webhook is called at all: its namespace and object selectors.
bool webhookFires(const config::PodTemplate& pod, const mesh::Labels* namespaceLabels, bool byDefault) {
    const auto onNamespace = label(namespaceLabels, "istio-injection");
    const auto namespaceRevision = label(namespaceLabels, kRevision);
    const auto onPod = label(&pod.labels, kInject);
    const auto podRevision = label(&pod.labels, kRevision);
    const bool refused = onPod == "false";
    if (onNamespace) {
        return onNamespace == "enabled" && !refused;
    }
    if (namespaceRevision) {
        return !refused;
    }
    if (podRevision) {
        return !refused;
    }
    return onPod == "true" || (byDefault && !onPod);
}

} // namespace

bool willBeInjected(const config::PodTemplate& pod, std::string_view ns, const mesh::Labels* namespaceLabels,
                    const config::MeshConfig& mesh) {
    const bool never = std::find(kNeverInjected.begin(), kNeverInjected.end(), ns) != kNeverInjected.end();
    if (pod.hostNetwork || never || !webhookFires(pod, namespaceLabels, mesh.enableNamespacesByDefault)) {
        return false;
    }
    auto wish = label(&pod.labels, kInject); // beats the annotation
    if (!wish) {
        wish = label(&pod.annotations, kInject);
    }
    return wish != "false";
}

bool hasProxy(const config::PodTemplate& pod) {
    const bool container = std::any_of(pod.containers.begin(), pod.containers.end(),
                                       [](const auto& each) { return each.name == "istio-proxy"; });
    return container || pod.annotations.contains("sidecar.istio.io/status");
}

bool isAmbient(const config::PodTemplate& pod, bool sidecar, const mesh::Labels* namespaceLabels) {
    if (pod.hostNetwork || sidecar) {
        return false;
    }
    if (label(&pod.annotations, "ambient.istio.io/redirection") == "enabled") {
        return true;
    }
    const auto own = label(&pod.labels, "istio.io/dataplane-mode");
    return own ? own == "ambient" : label(namespaceLabels, "istio.io/dataplane-mode") == "ambient";
}

} // namespace meshdeck::policy
