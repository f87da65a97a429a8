#include "policy/label_selector.h"

#include <algorithm>

#include "config/json_read.h"

namespace meshdeck::policy {

using config::Json;

namespace {

bool expressionMatches(const Json& expression, const mesh::Labels& labels) {
    const auto label = labels.find(config::textMember(expression, "key"));
    const std::string operation = config::textMember(expression, "operator");
    if (operation == "Exists" || operation == "DoesNotExist") {
        return (label != labels.end()) == (operation == "Exists");
    }
    bool listed = false;
    if (const Json* values = config::listMember(expression, "values"); values != nullptr && label != labels.end()) {
        listed = std::any_of(values->begin(), values->end(), [&label](const Json& value) {
            return value.is_string() && value.get_ref<const std::string&>() == label->second;
        });
    }
    return listed == (operation == "In");
}

} // namespace

bool selectorMatches(const Json& selector, const mesh::Labels& labels) {
    if (const Json* wanted = config::objectMember(selector, "matchLabels")) {
        for (const auto& [key, value] : wanted->items()) {
            const auto label = labels.find(key);
            if (label == labels.end() || !value.is_string() || value.get_ref<const std::string&>() != label->second) {
                return false;
            }
        }
    }
    const Json* expressions = config::listMember(selector, "matchExpressions");
    return expressions == nullptr || std::all_of(expressions->begin(), expressions->end(), [&labels](const Json& one) {
        return expressionMatches(one, labels);
    });
}

} // namespace meshdeck::policy
