#include "policy/checks/injector.h"
#include "policy/checks/json_walk.h"

#include <algorithm>

namespace meshdeck::policy {
namespace {

std::string text(const config::Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

} // namespace

std::optional<InjectorConfig> injectorConfig(const World& world, const std::string& revision) {
    const std::string name =
        revision.empty() || revision == "default" ? "istio-sidecar-injector" : "istio-sidecar-injector-" + revision;
    for (const ConfigObjectPtr& object : world.ofKind("", "ConfigMap")) {
        if (object->ref.name != name) {
            continue;
        }
        InjectorConfig result;
        const config::Json& raw = valueAt(*object->json, "/data/values");
        const auto values = raw.is_string() ? config::parseJson(raw.get_ref<const std::string&>())
                                            : Result<config::Json>(config::Json::object());
        if (!values) {
            return result;
        }
        const config::Json& byDefault = valueAt(*values, "/sidecarInjectorWebhook/enableNamespacesByDefault");
        result.enableNamespacesByDefault = byDefault.is_boolean() && byDefault.get<bool>();
        const std::string image = text(valueAt(*values, "/global/proxy/image"));
        const config::Json& tag = valueAt(*values, "/global/tag");
        result.proxyImage = image.find('/') != std::string::npos
                                ? image
                                : text(valueAt(*values, "/global/hub")) + "/" + image + ":" +
                                      (tag.is_string() ? text(tag) : tag.dump());
        return result;
    }
    return std::nullopt;
}

} // namespace meshdeck::policy
