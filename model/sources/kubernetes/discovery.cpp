#include "sources/kubernetes/discovery.h"

#include "config/json.h"

namespace meshdeck::sources {
namespace {

using config::Json;

std::string stringOf(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The array at `key`, or an empty one.
const Json& arrayOf(const Json& object, const char* key) {
    static const Json none = Json::array();
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_array() ? *found : none;
}

std::vector<std::string> strings(const Json& array) {
    std::vector<std::string> result;
    for (const Json& entry : array) {
        if (entry.is_string()) {
            result.push_back(entry.get<std::string>());
        }
    }
    return result;
}

Result<Json> parseKind(const std::string& json, const char* kind) {
    Json document = Json::parse(json, nullptr, false);
    if (document.is_discarded() || stringOf(document, "kind") != kind) {
        return fail(ErrorKind::Protocol, "this is not a Kubernetes API: its discovery answers something else",
                    "check the server address in the kubeconfig");
    }
    return document;
}

} // namespace

std::string ServedKind::groupPath() const {
    return group.empty() ? "/api/" + version : "/apis/" + group + "/" + version;
}

std::string ServedKind::collectionPath(const std::string& ns) const {
    return groupPath() + (namespaced && !ns.empty() ? "/namespaces/" + ns : std::string()) + "/" + plural;
}

std::string ServedKind::objectPath(const std::string& ns, const std::string& name) const {
    return collectionPath(ns) + "/" + name;
}

void ApiCatalog::add(ServedKind kind) {
    auto key = std::make_pair(kind.group, kind.kind);
    m_kinds.try_emplace(std::move(key), std::move(kind));
}

const ServedKind* ApiCatalog::find(std::string_view group, std::string_view kind) const {
    const auto found = m_kinds.find(std::make_pair(std::string(group), std::string(kind)));
    return found == m_kinds.end() ? nullptr : &found->second;
}

namespace kubernetes {

Status readAggregated(const std::string& json, ApiCatalog& catalog) {
    const auto document = parseKind(json, "APIGroupDiscoveryList");
    if (!document) {
        return tl::unexpected(document.error());
    }
    for (const Json& group : arrayOf(*document, "items")) {
        const auto metadata = group.is_object() ? group.find("metadata") : group.end();
        const std::string name = metadata != group.end() ? stringOf(*metadata, "name") : std::string();
        for (const Json& version : arrayOf(group, "versions")) {
            for (const Json& resource : arrayOf(version, "resources")) {
                const auto response = resource.is_object() ? resource.find("responseKind") : resource.end();
                if (response == resource.end()) {
                    continue;
                }
                catalog.add({name, stringOf(version, "version"), stringOf(*response, "kind"),
                             stringOf(resource, "resource"), stringOf(resource, "scope") != "Cluster",
                             strings(arrayOf(resource, "verbs"))});
            }
        }
    }
    return {};
}

Result<std::vector<std::string>> readGroupList(const std::string& json) {
    const auto document = parseKind(json, "APIGroupList");
    if (!document) {
        return tl::unexpected(document.error());
    }
    std::vector<std::string> versions;
    for (const Json& group : arrayOf(*document, "groups")) {
        const auto preferred = group.is_object() ? group.find("preferredVersion") : group.end();
        if (preferred != group.end()) {
            versions.push_back(stringOf(*preferred, "groupVersion"));
        }
        for (const Json& version : arrayOf(group, "versions")) {
            const std::string name = stringOf(version, "groupVersion");
            if (versions.empty() || versions.back() != name) {
                versions.push_back(name);
            }
        }
    }
    return versions;
}

Status readResourceList(const std::string& json, ApiCatalog& catalog) {
    const auto document = parseKind(json, "APIResourceList");
    if (!document) {
        return tl::unexpected(document.error());
    }
    const std::string groupVersion = stringOf(*document, "groupVersion");
    const auto slash = groupVersion.find('/');
    const std::string group = slash == std::string::npos ? std::string() : groupVersion.substr(0, slash);
    const std::string version = slash == std::string::npos ? groupVersion : groupVersion.substr(slash + 1);
    for (const Json& resource : arrayOf(*document, "resources")) {
        const std::string name = stringOf(resource, "name");
        const auto namespaced = resource.is_object() ? resource.find("namespaced") : resource.end();
        if (name.find('/') == std::string::npos && namespaced != resource.end() && namespaced->is_boolean()) {
            catalog.add({group, version, stringOf(resource, "kind"), name, namespaced->get<bool>(),
                         strings(arrayOf(resource, "verbs"))});
        }
    }
    return {};
}

} // namespace kubernetes
} // namespace meshdeck::sources
