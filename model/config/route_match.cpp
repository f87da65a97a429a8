#include "config/route_match.h"

#include <vector>

#include "config/json_read.h"

namespace meshdeck::config {

namespace {

constexpr const char* kAny = "any request";
constexpr std::size_t kShownAlternatives = 3;

std::string join(const std::vector<std::string>& parts, const std::string& glue) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : glue) + part;
    }
    return text;
}

std::string scalar(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_structured() ? "..." : value.dump();
}

std::string list(const Json& values) {
    std::vector<std::string> parts;
    for (const Json& value : values) {
        parts.push_back(scalar(value));
    }
    return join(parts, " or ");
}

// {exact|prefix|regex: X}; an empty one asks for presence.
std::string stringMatch(const std::string& what, const Json& match) {
    if (const Json* exact = member(match, "exact")) {
        return what + " is " + scalar(*exact);
    }
    if (const Json* prefix = member(match, "prefix")) {
        return what + " starts with " + scalar(*prefix);
    }
    if (const Json* regex = member(match, "regex")) {
        return what + " matches " + scalar(*regex);
    }
    return what + " is present";
}

void addMapped(std::vector<std::string>& parts, const Json& match, const char* key, const std::string& what) {
    if (const Json* conditions = objectMember(match, key)) {
        for (const auto& [name, condition] : conditions->items()) {
            parts.push_back(stringMatch(what + " " + name, condition));
        }
    }
}

std::string istioConditions(const Json& match) {
    std::vector<std::string> parts;
    constexpr std::pair<const char*, const char*> kStrings[] = {
        {"uri", "path"}, {"scheme", "scheme"}, {"method", "method"}, {"authority", "host"}};
    for (const auto& [key, what] : kStrings) {
        if (const Json* condition = objectMember(match, key)) {
            parts.push_back(stringMatch(what, *condition));
        }
    }
    addMapped(parts, match, "headers", "header");
    addMapped(parts, match, "withoutHeaders", "not: header");
    addMapped(parts, match, "queryParams", "query");
    constexpr std::pair<const char*, const char*> kLists[] = {
        {"sniHosts", "SNI is "}, {"destinationSubnets", "address in "}, {"gateways", "through "}};
    for (const auto& [key, what] : kLists) {
        if (const Json* values = listMember(match, key); values != nullptr && !values->empty()) {
            parts.push_back(what + list(*values));
        }
    }
    if (const Json* labels = objectMember(match, "sourceLabels")) {
        for (const auto& [name, value] : labels->items()) {
            parts.push_back("from " + name + "=" + scalar(value));
        }
    }
    if (const std::string ns = textMember(match, "sourceNamespace"); !ns.empty()) {
        parts.push_back("from namespace " + ns);
    }
    if (const auto port = intMember(match, "port")) {
        parts.push_back("port " + std::to_string(*port));
    }
    return join(parts, " and ");
}

// {type: Exact|RegularExpression|PathPrefix, value: X}
std::string typedMatch(const std::string& what, const Json& match) {
    const std::string type = textMember(match, "type");
    const std::string value = textMember(match, "value");
    if (type == "RegularExpression") {
        return what + " matches " + value;
    }
    if (type == "PathPrefix" || (type.empty() && what == "path")) {
        return what + " starts with " + (value.empty() ? "/" : value);
    }
    return what + " is " + value;
}

std::string gatewayConditions(const Json& match) {
    std::vector<std::string> parts;
    if (const Json* path = objectMember(match, "path")) {
        parts.push_back(typedMatch("path", *path));
    }
    if (const Json* method = member(match, "method")) {
        if (method->is_string()) {
            parts.push_back("method is " + method->get<std::string>());
        } else { // GRPCRoute
            const std::string service = textMember(*method, "service");
            const std::string name = textMember(*method, "method");
            parts.push_back("call is " + (service.empty() ? "*" : service) + "/" + (name.empty() ? "*" : name));
        }
    }
    constexpr std::pair<const char*, const char*> kLists[] = {{"headers", "header "}, {"queryParams", "query "}};
    for (const auto& [key, what] : kLists) {
        if (const Json* conditions = listMember(match, key)) {
            for (const Json& condition : *conditions) {
                parts.push_back(typedMatch(what + textMember(condition, "name"), condition));
            }
        }
    }
    return join(parts, " and ");
}

template <typename Conditions>
std::string alternatives(const Json* matches, Conditions conditions) {
    if (matches == nullptr || matches->empty()) {
        return kAny;
    }
    std::vector<std::string> parts;
    for (const Json& match : *matches) {
        std::string text = conditions(match);
        if (text.empty() || text == "path starts with /") {
            return kAny;
        }
        if (parts.size() == kShownAlternatives) {
            parts.push_back(std::to_string(matches->size() - kShownAlternatives) + " more");
            break;
        }
        parts.push_back(std::move(text));
    }
    return join(parts, ", or ");
}

} // namespace

std::string istioMatch(const Json& route) {
    return alternatives(listMember(route, "match"), istioConditions);
}

std::string gatewayMatch(const Json& rule) {
    return alternatives(listMember(rule, "matches"), gatewayConditions);
}

} // namespace meshdeck::config
