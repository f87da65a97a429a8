#include "config/typed/kube.h"

#include <algorithm>

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

// An int-or-string of Kubernetes, as text.
std::string intOrString(const Json& json, std::string_view key) {
    std::optional<std::int64_t> number;
    get(json, key, number);
    return number ? std::to_string(*number) : textMember(json, key);
}

void readServicePort(const Json& json, KubeServicePort& out) {
    get(json, "name", out.name);
    get(json, "port", out.port);
    get(json, "protocol", out.protocol);
    out.targetPort = intOrString(json, "targetPort");
    get(json, "appProtocol", out.appProtocol);
}

void readUser(const Json& json, std::optional<std::int64_t>& out) {
    if (const Json* context = objectMember(json, "securityContext")) {
        get(*context, "runAsUser", out);
    }
}

void readContainer(const Json& json, KubeContainer& out) {
    get(json, "name", out.name);
    get(json, "image", out.image);
    readUser(json, out.runAsUser);
    if (const Json* ports = listMember(json, "ports")) {
        for (const Json& port : *ports) {
            std::uint32_t number = 0;
            get(port, "containerPort", number);
            out.ports.emplace_back(textMember(port, "name"), number);
        }
    }
}

// Of a pod, or of the template of one.
void readPod(const Json& json, PodTemplate& out) {
    if (const Json* metadata = objectMember(json, "metadata")) {
        get(*metadata, "labels", out.labels);
        get(*metadata, "annotations", out.annotations);
    }
    const Json& spec = specOf(json);
    out.serviceAccount = "default";
    get(spec, "serviceAccount", out.serviceAccount); // deprecated spelling
    get(spec, "serviceAccountName", out.serviceAccount);
    if (out.serviceAccount.empty()) {
        out.serviceAccount = "default";
    }
    get(spec, "hostNetwork", out.hostNetwork);
    readUser(spec, out.runAsUser);
    get(spec, "nodeName", out.node);
    list(spec, "containers", out.containers, readContainer);
    const std::size_t own = out.containers.size();
    list(spec, "initContainers", out.containers, readContainer);
    for (std::size_t i = own; i < out.containers.size(); ++i) {
        out.containers[i].init = true;
    }
}

void readOwner(const Json& metadata, KubePod& out) {
    const Json* owners = listMember(metadata, "ownerReferences");
    if (owners == nullptr || owners->empty()) {
        return;
    }
    const auto controller = std::find_if(owners->begin(), owners->end(), [](const Json& owner) {
        bool is = false;
        get(owner, "controller", is);
        return is;
    });
    const Json& owner = controller != owners->end() ? *controller : owners->front();
    get(owner, "kind", out.ownerKind);
    get(owner, "name", out.ownerName);
}

} // namespace

KubeService kubeService(const Json& object) {
    const Json& spec = specOf(object);
    KubeService out;
    get(spec, "selector", out.selector);
    list(spec, "ports", out.ports, readServicePort);
    get(spec, "clusterIP", out.clusterIp);
    get(spec, "clusterIPs", out.clusterIps);
    get(spec, "type", out.type);
    get(spec, "externalName", out.externalName);
    get(spec, "externalIPs", out.externalIps);
    get(spec, "publishNotReadyAddresses", out.publishNotReady);
    return out;
}

KubePod kubePod(const Json& object) {
    KubePod out;
    readPod(object, out.spec);
    if (const Json* metadata = objectMember(object, "metadata")) {
        readOwner(*metadata, out);
    }
    const Json* status = objectMember(object, "status");
    if (status == nullptr) {
        return out;
    }
    get(*status, "podIP", out.ip);
    get(*status, "phase", out.phase);
    if (const Json* conditions = listMember(*status, "conditions")) {
        for (const Json& condition : *conditions) {
            if (textMember(condition, "type") == "Ready") {
                out.ready = textMember(condition, "status") == "True";
            }
        }
    }
    return out;
}

KubeWorkload kubeWorkload(const Json& object, std::string_view kind) {
    const Json& spec = specOf(object);
    KubeWorkload out;
    out.kind = kind;
    matchLabels(spec, "selector", out.selector);
    fields::object(spec, "template", out.pods, readPod);
    if (out.pods.serviceAccount.empty()) {
        out.pods.serviceAccount = "default";
    }
    get(spec, "replicas", out.replicas);
    return out;
}

} // namespace meshdeck::config::readers
