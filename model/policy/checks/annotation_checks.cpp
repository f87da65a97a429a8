// Istio's annotations on Kubernetes objects (facts/semantics.md 7.5).
#include <algorithm>
#include <array>

#include "policy/checks/annotation_table.h"
#include "policy/checks/check_lists.h"

namespace meshdeck::policy {
namespace {

std::string pointerOf(const std::string& annotation) {
    std::string escaped;
    for (const char c : annotation) {
        escaped += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return "/metadata/annotations/" + escaped;
}

bool belongs(std::string_view kinds, std::string_view kind) {
    while (!kinds.empty()) {
        const std::size_t comma = kinds.find(',');
        if (kinds.substr(0, comma) == kind) {
            return true;
        }
        kinds = comma == std::string_view::npos ? std::string_view() : kinds.substr(comma + 1);
    }
    return false;
}

void checkOne(const ConfigObjectPtr& object, const std::string& name, const std::string& value,
              std::vector<Finding>& into) {
    const std::string pointer = pointerOf(name);
    const AnnotationRule* rule = findAnnotation(name);
    if (rule == nullptr) {
        report(into, "IST0108", object, pointer, "Istio knows no annotation \"" + name + "\"");
        return;
    }
    // Who sets the label too keeps the annotation on purpose, for old versions.
    if (rule->deprecated && !(name == "sidecar.istio.io/inject" && object->labels.contains(name))) {
        report(into, "IST0135", object, pointer,
               "The annotation \"" + name + "\" is deprecated" +
                   (name == "sidecar.istio.io/inject" ? "; use the label of the same name" : ""));
    }
    if (!rule->kinds.empty() && !belongs(rule->kinds, object->ref.kind)) {
        report(into, "IST0107", object, pointer,
               "The annotation \"" + name + "\" has an effect on " + std::string(rule->kinds) + " only");
        return;
    }
    if (const std::string problem = valueProblem(rule->value, value); !problem.empty()) {
        report(into, "IST0125", object, pointer, "The value \"" + value + "\" of \"" + name + "\" is wrong: " + problem);
    }
}

void checkAnnotations(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        for (const auto& [name, value] : object->annotations) {
            if (isIstioAnnotation(name)) {
                checkOne(object, name, value, into);
            }
        }
    }
}

// istio-cni takes the place of the init container and writes these itself.
bool writtenByCni(const ConfigObject& object, const std::string& name) {
    static constexpr std::array<std::string_view, 4> kWritten{
        "sidecar.istio.io/interceptionMode", "traffic.sidecar.istio.io/includeInboundPorts",
        "traffic.sidecar.istio.io/excludeInboundPorts", "traffic.sidecar.istio.io/includeOutboundIPRanges"};
    const auto* pod = config::as<config::KubePod>(object.typed);
    return pod != nullptr && std::find(kWritten.begin(), kWritten.end(), name) != kWritten.end() &&
           std::none_of(pod->spec.containers.begin(), pod->spec.containers.end(),
                        [](const config::KubeContainer& one) { return one.init && one.name == "istio-init"; });
}

void checkAlpha(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        for (const auto& [name, value] : object->annotations) {
            if (isAlphaAnnotation(name) && name != "sidecar.istio.io/status" && !writtenByCni(*object, name)) {
                report(into, "IST0136", object, pointerOf(name),
                       "The annotation \"" + name + "\" belongs to a feature in its alpha phase");
            }
        }
    }
}

} // namespace

std::vector<Check> annotationChecks() {
    const std::vector<std::pair<std::string_view, std::string_view>> kinds{
        {"", "Namespace"}, {"", "Service"}, {"", "Pod"}, {"apps", "Deployment"}};
    return {{"annotations", {"IST0107", "IST0108", "IST0125", "IST0135"}, CheckScope::Object, kinds, {}, false,
             checkAnnotations},
            {"annotations.alpha", {"IST0136"}, CheckScope::Object, kinds, {}, true, checkAlpha}};
}

} // namespace meshdeck::policy
