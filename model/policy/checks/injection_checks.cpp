// Sidecar injection: namespaces, pods without a proxy, stale proxies, "image: auto" (facts/semantics.md 7.5, 5).
#include <algorithm>
#include <map>

#include "config/yaml.h"
#include "policy/checks/check_lists.h"
#include "policy/checks/injector.h"
#include "policy/checks/json_walk.h"

namespace meshdeck::policy {
namespace {

using config::KubePod;
using config::KubeWorkload;

constexpr const char* kInjection = "istio-injection";
constexpr const char* kRevision = "istio.io/rev";
constexpr const char* kDataPlane = "istio.io/dataplane-mode";
constexpr std::int64_t kProxyUser = 1337; // the sidecar's own user: its traffic is not captured

std::string label(const mesh::Labels& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

bool lowerEquals(std::string text, std::string_view wanted) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text == wanted;
}

// A webhook of an injector that takes pods of such a namespace with such labels.
bool webhookMatches(const CheckContext& context, const mesh::Labels& ns, const mesh::Labels& pod) {
    for (const ConfigObjectPtr& hook : context.world().ofKind("admissionregistration.k8s.io", "MutatingWebhookConfiguration")) {
        const config::Json& webhooks = valueAt(*hook->json, "/webhooks");
        for (const config::Json& webhook : webhooks.is_array() ? webhooks : config::Json::array()) {
            const config::Json& name = valueAt(webhook, "/name");
            if (name.is_string() && name.get_ref<const std::string&>().ends_with("istio.io") &&
                selectorMatches(valueAt(webhook, "/namespaceSelector"), ns) &&
                selectorMatches(valueAt(webhook, "/objectSelector"), pod)) {
                return true;
            }
        }
    }
    return false;
}

// Whether pods of the namespace are to have a sidecar. A revision counts when its injector is known, by its ConfigMap or
// by a webhook (a tag's too): without one the label injects nothing.
bool injected(const CheckContext& context, const mesh::Labels& ns, const mesh::Labels& pod) {
    if (label(ns, kDataPlane) == "ambient") {
        return false;
    }
    if (ns.contains(kInjection)) {
        return label(ns, kInjection) == "enabled";
    }
    return ns.contains(kRevision) &&
           (injectorConfig(context.world(), label(ns, kRevision)).has_value() || webhookMatches(context, ns, pod));
}

void checkNamespace(const CheckContext& context, const ConfigObjectPtr& object, const config::KubeNamespace&,
                    std::vector<Finding>& into) {
    const std::string& name = object->ref.name;
    if (name == context.mesh().rootNamespace || isSystemNamespace(name)) {
        return;
    }
    const std::string legacy = label(object->labels, kInjection);
    const bool revision = object->labels.contains(kRevision);
    // Any other value than "enabled" says that no injection is meant: nothing contradicts it.
    const bool contradicts = !object->labels.contains(kInjection) || legacy == "enabled";
    const int labels = (object->labels.contains(kInjection) ? 1 : 0) + (contradicts && revision ? 1 : 0) +
                       (contradicts && object->labels.contains(kDataPlane) ? 1 : 0);
    if (labels > 1) {
        report(into, "IST0123", object, "/metadata/labels",
               "The namespace has " + std::to_string(labels) +
                   " of the labels istio-injection, istio.io/rev and istio.io/dataplane-mode, of which one is obeyed");
        return;
    }
    if (!legacy.empty() || revision || label(object->labels, kDataPlane) == "ambient") {
        return;
    }
    const auto injector = injectorConfig(context.world(), "");
    if ((injector && injector->enableNamespacesByDefault) || context.mesh().enableNamespacesByDefault) {
        report(into, "IST0148", object, "/metadata/name",
               "Its pods get a sidecar because Istio was installed with enableNamespacesByDefault");
        return;
    }
    Fix fix{"label the namespace istio-injection=enabled", config::Json::array()};
    if (object->labels.empty()) {
        fix.patch.push_back({{"op", "add"}, {"path", "/metadata/labels"}, {"value", {{kInjection, "enabled"}}}});
    } else {
        fix.patch.push_back({{"op", "add"}, {"path", "/metadata/labels/istio-injection"}, {"value", "enabled"}});
    }
    report(into, "IST0102", object, "/metadata/name",
           "Its pods get no sidecar; label it istio-injection=enabled, or =disabled to say that this is meant",
           std::move(fix));
}

void checkPodProxy(const CheckContext& context, const ConfigObjectPtr& object, const KubePod& pod,
                   std::vector<Finding>& into) {
    const mesh::Labels* ns = context.world().namespaceLabels(object->ref.ns);
    if (ns == nullptr || object->ref.ns == context.mesh().rootNamespace || pod.spec.hostNetwork ||
        !injected(context, *ns, object->labels)) {
        return;
    }
    std::string wanted = label(object->annotations, "sidecar.istio.io/inject");
    if (object->labels.contains("sidecar.istio.io/inject")) {
        wanted = label(object->labels, "sidecar.istio.io/inject");
    }
    const bool proxy = std::any_of(pod.spec.containers.begin(), pod.spec.containers.end(),
                                   [](const config::KubeContainer& one) { return one.name == "istio-proxy"; });
    if (!proxy && !lowerEquals(wanted, "false")) {
        report(into, "IST0103", object, "",
               "The namespace is injected but this pod has no sidecar; it was created before, so restart its workload");
    }
}

// The kind of image that injection gives the pod beside the plain one ("distroless"): the pod's annotation, else a
// ProxyConfig of its labels, its namespace or the root namespace, else the mesh's default.
std::string imageVariant(const CheckContext& context, const ConfigObject& pod) {
    std::string variant, ofNamespace, ofPod;
    for (const ConfigObjectPtr& mesh : context.world().ofKind("", "MeshConfig")) {
        const config::Json& type = valueAt(*mesh->json, "/defaultConfig/image/imageType");
        variant = type.is_string() ? type.get<std::string>() : variant;
    }
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "ProxyConfig")) {
        const auto* proxy = config::as<config::ProxyConfig>(object->typed);
        if (proxy == nullptr || proxy->image.empty()) {
            continue;
        }
        if (object->ref.ns == context.mesh().rootNamespace) {
            variant = proxy->image;
        } else if (object->ref.ns == pod.ref.ns) {
            (proxy->selector ? ofPod : ofNamespace) =
                !proxy->selector || includes(pod.labels, *proxy->selector) ? proxy->image : std::string();
        }
    }
    variant = !ofPod.empty() ? ofPod : !ofNamespace.empty() ? ofNamespace : variant;
    if (const auto written = pod.annotations.find("proxy.istio.io/config"); written != pod.annotations.end()) {
        const auto documents = config::parseYaml(written->second);
        const config::Json config = documents && !documents->empty() ? documents->front() : config::Json();
        const config::Json& type = valueAt(config, "/image/imageType");
        variant = type.is_string() ? type.get<std::string>() : variant;
    }
    return variant == "default" ? std::string() : variant;
}

bool staleImage(const CheckContext& context, const ConfigObject& object, const KubePod& pod, const std::string& wanted) {
    return std::any_of(pod.spec.containers.begin(), pod.spec.containers.end(), [&](const config::KubeContainer& one) {
        return one.name == "istio-proxy" && one.image != wanted && one.image != wanted + "-" + imageVariant(context, object);
    });
}

void checkImages(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                 std::vector<Finding>& into) {
    std::map<std::string, std::vector<std::string>> stale; // namespace, pods
    std::map<std::string, std::optional<InjectorConfig>> injectors;
    for (const ConfigObjectPtr& object : context.world().ofKind("", "Pod")) {
        const auto* pod = config::as<KubePod>(object->typed);
        const mesh::Labels* ns = context.world().namespaceLabels(object->ref.ns);
        if (ns == nullptr || !(label(*ns, kInjection) == "enabled" || ns->contains(kRevision)) ||
            object->annotations.contains("sidecar.istio.io/proxyImage")) {
            continue;
        }
        const std::string revision = label(*ns, kRevision);
        auto injector = injectors.find(revision);
        if (injector == injectors.end()) {
            injector = injectors.emplace(revision, injectorConfig(context.world(), revision)).first;
        }
        if (injector->second && staleImage(context, *object, *pod, injector->second->proxyImage)) {
            stale[object->ref.ns].push_back(object->ref.name);
        }
    }
    for (const ConfigObjectPtr& object : objects) {
        const auto found = stale.find(object->ref.name);
        if (found != stale.end()) {
            report(into, "IST0158", object, "",
                   std::to_string(found->second.size()) + " of its pods run another proxy image than the injector's (" +
                       found->second.front() + (found->second.size() > 1 ? ", ..." : "") + "); restart them");
        }
    }
}

bool autoImage(const config::PodTemplate& pods) {
    return std::any_of(pods.containers.begin(), pods.containers.end(), [](const config::KubeContainer& one) {
        return one.name == "istio-proxy" && one.image == "auto";
    });
}

void checkAutoPod(const CheckContext&, const ConfigObjectPtr& object, const KubePod& pod, std::vector<Finding>& into) {
    if (autoImage(pod.spec)) {
        report(into, "IST0147", object, "/spec/containers",
               "The proxy image is still \"auto\": no injector has filled it in, so the pod cannot start");
    }
}

void checkAutoDeployment(const CheckContext& context, const ConfigObjectPtr& object, const KubeWorkload& workload,
                         std::vector<Finding>& into) {
    if (workload.kind != "Deployment" || !autoImage(workload.pods)) {
        return;
    }
    const mesh::Labels* known = context.world().namespaceLabels(object->ref.ns);
    const mesh::Labels ns = known == nullptr ? mesh::Labels() : *known;
    if (webhookMatches(context, ns, workload.pods.labels)) {
        return;
    }
    report(into, "IST0146", object, "/spec/template/spec/containers",
           "Its proxy image is \"auto\" but no injection webhook matches it, so its pods cannot start");
}

bool runsAsProxy(const config::PodTemplate& pods) {
    return pods.runAsUser == kProxyUser ||
           std::any_of(pods.containers.begin(), pods.containers.end(), [](const config::KubeContainer& one) {
               return one.name != "istio-proxy" && one.name != "istio-init" && one.runAsUser == kProxyUser;
           });
}

constexpr const char* kUserMessage =
    "It runs as user 1337, the sidecar's own: its traffic is not captured, so no policy holds for it";

void checkPodUser(const CheckContext&, const ConfigObjectPtr& object, const KubePod& pod, std::vector<Finding>& into) {
    if (object->ref.ns != "istio-system" && runsAsProxy(pod.spec)) {
        report(into, "IST0144", object, "/spec/securityContext/runAsUser", kUserMessage);
    }
}

void checkDeploymentUser(const CheckContext&, const ConfigObjectPtr& object, const KubeWorkload& workload,
                         std::vector<Finding>& into) {
    if (workload.kind == "Deployment" && object->ref.ns != "istio-system" && runsAsProxy(workload.pods)) {
        report(into, "IST0144", object, "/spec/template/spec/securityContext/runAsUser", kUserMessage);
    }
}

} // namespace

std::vector<Check> injectionChecks() {
    const std::pair<std::string_view, std::string_view> ns{"", "Namespace"};
    const std::pair<std::string_view, std::string_view> pod{"", "Pod"};
    const std::pair<std::string_view, std::string_view> deployment{"apps", "Deployment"};
    const std::pair<std::string_view, std::string_view> map{"", "ConfigMap"};
    const std::pair<std::string_view, std::string_view> webhook{"admissionregistration.k8s.io",
                                                                "MutatingWebhookConfiguration"};
    return {
        {"namespace.injection", {"IST0102", "IST0123", "IST0148"}, CheckScope::Context, {ns}, {map}, false,
         forEachTyped<config::KubeNamespace>(checkNamespace)},
        {"pod.proxy", {"IST0103"}, CheckScope::Context, {pod}, {ns, map, webhook}, false,
         forEachTyped<KubePod>(checkPodProxy)},
        {"namespace.proxyImages", {"IST0158"}, CheckScope::Context, {ns},
         {pod, map, {kNetworking, "ProxyConfig"}, {"", "MeshConfig"}}, false, checkImages},
        {"pod.imageAuto", {"IST0147"}, CheckScope::Object, {pod}, {}, false, forEachTyped<KubePod>(checkAutoPod)},
        {"deployment.imageAuto", {"IST0146"}, CheckScope::Context, {deployment},
         {ns, webhook}, false,
         forEachTyped<KubeWorkload>(checkAutoDeployment)},
        {"pod.user", {"IST0144"}, CheckScope::Object, {pod}, {}, false, forEachTyped<KubePod>(checkPodUser)},
        {"deployment.user", {"IST0144"}, CheckScope::Object, {deployment}, {}, false,
         forEachTyped<KubeWorkload>(checkDeploymentUser)},
    };
}

} // namespace meshdeck::policy
