#include "app/demo/api/definitions.h"

#include "app/demo/api/resources.h"

namespace meshdeck::demo::api {

namespace {

Json metadataOf(const Resource& resource) {
    Json metadata = {{"name", resource.qualifiedName()}, {"generation", 1}};
    if (resource.group == "gateway.networking.k8s.io") {
        metadata["annotations"] = {
            {"api-approved.kubernetes.io", "https://github.com/kubernetes-sigs/gateway-api/pull/4530"},
            {"gateway.networking.k8s.io/bundle-version", "v1.5.0"},
            {"gateway.networking.k8s.io/channel", "standard"}};
    } else {
        metadata["labels"] = {{"app", "istio-pilot"}, {"chart", "istio"}, {"heritage", "Tiller"}, {"release", "istio"}};
        metadata["annotations"] = {{"helm.sh/resource-policy", "keep"}};
    }
    return metadata;
}

Json namesOf(const Resource& resource) {
    Json names = {{"plural", resource.plural},
                  {"singular", resource.singular},
                  {"kind", resource.kind},
                  {"listKind", resource.kind + "List"},
                  {"categories", resource.categories}};
    if (!resource.shortNames.empty()) {
        names["shortNames"] = resource.shortNames;
    }
    return names;
}

// The schemas themselves are not told: they would be megabytes that nobody here reads.
Json versionOf(const Resource& resource, const std::string& version) {
    Json json = {
        {"name", version},
        {"served", true},
        {"storage", version == resource.storageVersion},
        {"schema", {{"openAPIV3Schema", {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}}}};
    if (resource.hasSubresource("status")) {
        json["subresources"] = {{"status", Json::object()}};
    }
    return json;
}

Json condition(const char* type, const char* reason) {
    return {{"type", type}, {"status", "True"}, {"reason", reason}, {"message", ""}};
}

} // namespace

std::vector<Json> resourceDefinitions() {
    std::vector<Json> definitions;
    for (const Resource& resource : allResources()) {
        if (!resource.custom) {
            continue;
        }
        Json versions = Json::array();
        for (const std::string& version : resource.versions) {
            versions.push_back(versionOf(resource, version));
        }
        definitions.push_back(
            {{"kind", "CustomResourceDefinition"},
             {"apiVersion", "apiextensions.k8s.io/v1"},
             {"metadata", metadataOf(resource)},
             {"spec",
              {{"group", resource.group},
               {"names", namesOf(resource)},
               {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
               {"versions", versions},
               {"conversion", {{"strategy", "None"}}}}},
             {"status",
              {{"conditions",
                {condition("NamesAccepted", "NoConflicts"), condition("Established", "InitialNamesAccepted")}},
               {"acceptedNames", namesOf(resource)},
               {"storedVersions", {resource.storageVersion}}}}});
    }
    return definitions;
}

} // namespace meshdeck::demo::api
