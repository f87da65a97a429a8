#include "app/demo/api/admission.h"

#include <algorithm>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

constexpr std::size_t kMaxAnnotations = 256 * 1024; // bytes of all keys and values together

bool isSubdomain(const std::string& name) {
    const auto isAlphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    std::size_t begin = 0;
    while (begin <= name.size()) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const std::string label = name.substr(begin, end - begin);
        const bool valid =
            !label.empty() && isAlphanumeric(label.front()) && isAlphanumeric(label.back()) &&
            std::all_of(label.begin(), label.end(), [&](char c) { return isAlphanumeric(c) || c == '-'; });
        if (!valid) {
            return false;
        }
        begin = end + 1;
    }
    return name.size() <= 253;
}

void checkMetadata(const Json& object, std::vector<Cause>& causes) {
    const std::string name = nameOf(object);
    if (name.empty()) {
        causes.push_back({"FieldValueRequired", "Required value: name or generateName is required", "metadata.name"});
    } else if (!isSubdomain(name)) {
        causes.push_back(
            {"FieldValueInvalid",
             "Invalid value: " + inQuotes(name) +
                 ": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
                 "or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex "
                 "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
             "metadata.name"});
    }
    std::size_t size = 0;
    if (const Json* annotations = find(object, {"metadata", "annotations"}); annotations != nullptr) {
        for (const auto& item : annotations->items()) {
            size += item.key().size() + (item.value().is_string() ? item.value().get<std::string>().size() : 0);
        }
    }
    if (size > kMaxAnnotations) {
        causes.push_back({"FieldValueTooLong",
                          "Too long: may not be more than " + std::to_string(kMaxAnnotations) + " bytes",
                          "metadata.annotations"});
    }
}

void rule(std::vector<Cause>& causes, const std::string& field, const std::string& sentence) {
    causes.push_back({"FieldValueInvalid", "Invalid value: " + sentence, field});
}

int countOf(const Json& object, std::initializer_list<const char*> names) {
    return static_cast<int>(
        std::count_if(names.begin(), names.end(), [&](const char* name) { return object.contains(name); }));
}

void checkTarget(const Json& spec, std::vector<Cause>& causes) {
    if (countOf(spec, {"selector", "targetRef", "targetRefs"}) > 1) {
        rule(causes, "spec", "only one of targetRefs or selector can be set");
    }
    if (!stringAt(spec, {"targetRef", "namespace"}).empty()) {
        rule(causes, "spec.targetRef", "cross namespace referencing is not currently supported");
    }
}

void checkSources(const Json& spec, std::vector<Cause>& causes) {
    const Json rules = spec.value("rules", Json::array());
    for (std::size_t r = 0; r < rules.size(); ++r) {
        const Json from = rules[r].value("from", Json::array());
        for (std::size_t f = 0; f < from.size(); ++f) {
            const Json* source = find(from[f], {"source"});
            if (source != nullptr && countOf(*source, {"serviceAccounts"}) > 0 &&
                countOf(*source, {"namespaces", "principals"}) > 0) {
                rule(causes, "spec.rules[" + std::to_string(r) + "].from[" + std::to_string(f) + "].source",
                     "Cannot set serviceAccounts with namespaces or principals");
            }
        }
    }
}

// The CEL rules of Istio's CRDs that concern whole objects of the kinds we have schemas for.
void checkRules(const Json& object, const Resource& resource, std::vector<Cause>& causes) {
    const Json* spec = find(object, {"spec"});
    if (spec == nullptr || resource.group != "security.istio.io") {
        return;
    }
    checkTarget(*spec, causes);
    if (resource.kind == "AuthorizationPolicy") {
        checkSources(*spec, causes);
    }
    if (resource.kind == "PeerAuthentication" && spec->contains("portLevelMtls") && !spec->contains("selector")) {
        rule(causes, "spec", "portLevelMtls requires selector");
    }
}

// --- istiod ---------------------------------------------------------------------------------------------------------

// Negative weights, and several destinations of which none has a weight (facts/semantics.md 1.7).
void checkWeights(const Json& route, std::vector<std::string>& problems) {
    std::int64_t total = 0;
    for (const Json& destination : route) {
        const std::int64_t weight = destination.value("weight", std::int64_t{0});
        if (weight < 0) {
            problems.push_back("weight " + std::to_string(weight) + " < 0");
        }
        total += weight;
    }
    if (route.size() > 1 && total == 0) {
        problems.emplace_back("total destination weight = 0");
    }
}

void checkVirtualService(const Json& spec, std::vector<std::string>& problems) {
    const bool delegate = !spec.contains("hosts") || spec["hosts"].empty();
    if (delegate && spec.contains("gateways")) {
        problems.emplace_back("virtual service must have at least one host");
    }
    if (countOf(spec, {"http", "tls", "tcp"}) == 0) {
        problems.emplace_back("http, tcp or tls must be provided in virtual service");
    }
    for (const char* protocol : {"http", "tls", "tcp"}) {
        for (const Json& entry : spec.value(protocol, Json::array())) {
            const Json route = entry.value("route", Json::array());
            if (route.empty() && countOf(entry, {"redirect", "directResponse", "delegate"}) == 0) {
                problems.push_back(std::string(protocol) == "http"
                                       ? "HTTP route or redirect or direct_response is required"
                                       : std::string(protocol) + " route is required");
            }
            checkWeights(route, problems);
        }
    }
}

void checkDestinationRule(const Json& spec, std::vector<std::string>& problems) {
    std::vector<std::string> names;
    for (const Json& subset : spec.value("subsets", Json::array())) {
        const std::string name = stringAt(subset, {"name"});
        if (name.empty()) {
            problems.emplace_back("subset name cannot be empty");
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            problems.push_back("duplicate subset names: " + name);
        }
        names.push_back(name);
    }
}

} // namespace

std::optional<Reply> validateObject(const Json& object, const Resource& resource,
                                    const std::vector<Cause>& schemaCauses) {
    std::vector<Cause> causes;
    checkMetadata(object, causes);
    causes.insert(causes.end(), schemaCauses.begin(), schemaCauses.end());
    if (schemaCauses.empty()) {
        checkRules(object, resource, causes);
    } else {
        causes.push_back({"FieldValueInvalid",
                          "Invalid value: null: some validation rules were not checked because the object was invalid; "
                          "correct the existing errors to complete validation",
                          "<nil>"});
    }
    return causes.empty() ? std::nullopt : std::optional(invalid(resource, nameOf(object), causes));
}

std::optional<Reply> askIstiod(const Json& object, const Resource& resource) {
    std::vector<std::string> problems;
    const Json* spec = find(object, {"spec"});
    if (resource.group == "networking.istio.io" && spec != nullptr && spec->is_object()) {
        if (resource.kind == "VirtualService") {
            checkVirtualService(*spec, problems);
        } else if (resource.kind == "DestinationRule") {
            checkDestinationRule(*spec, problems);
        }
    }
    if (problems.empty()) {
        return std::nullopt;
    }
    std::string sentence = problems.front();
    if (problems.size() > 1) { // how Go joins several errors
        sentence = std::to_string(problems.size()) + " errors occurred:";
        for (const std::string& problem : problems) {
            sentence += "\n\t* " + problem;
        }
        sentence += "\n\n";
    }
    return badRequest("admission webhook \"validation.istio.io\" denied the request: configuration is invalid: " +
                      sentence);
}

} // namespace meshdeck::demo::api
