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

bool selectorMatches(const config::Json& selector, const mesh::Labels& labels) {
    if (!selector.is_object()) {
        return true;
    }
    const config::Json& wanted = valueAt(selector, "/matchLabels");
    if (wanted.is_object()) {
        for (const auto& [key, value] : wanted.items()) {
            const auto found = labels.find(key);
            if (found == labels.end() || !value.is_string() || found->second != value.get_ref<const std::string&>()) {
                return false;
            }
        }
    }
    const config::Json& expressions = valueAt(selector, "/matchExpressions");
    if (!expressions.is_array()) {
        return true;
    }
    return std::all_of(expressions.begin(), expressions.end(), [&](const config::Json& expression) {
        const auto found = labels.find(text(valueAt(expression, "/key")));
        const std::string op = text(valueAt(expression, "/operator"));
        const config::Json& values = valueAt(expression, "/values");
        const bool listed = found != labels.end() && values.is_array() &&
                            std::any_of(values.begin(), values.end(),
                                        [&](const config::Json& value) { return text(value) == found->second; });
        if (op == "In") {
            return listed;
        }
        if (op == "NotIn") {
            return !listed;
        }
        return op == "Exists" ? found != labels.end() : found == labels.end();
    });
}

} // namespace meshdeck::policy
