#include "config/object.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/json_pointer.h"
#include "config/json_read.h"
#include "config/kinds.h"
#include "config/positions.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::config {

namespace {

// Kinds without a namespace that are no kinds of ours but turn up in files beside them.
constexpr std::array<std::string_view, 14> kClusterScoped = {
    "Node",          "PersistentVolume", "ClusterRole",       "ClusterRoleBinding",
    "APIService",    "StorageClass",     "PriorityClass",     "CustomResourceDefinition",
    "IngressClass",  "RuntimeClass",     "CSIDriver",         "MutatingWebhookConfiguration",
    "GatewayClass",  "ValidatingWebhookConfiguration"};

bool isNamespaced(const mesh::ResourceRef& ref) {
    if (const Kind* kind = findKind(ref.group, ref.kind)) {
        return kind->namespaced;
    }
    return std::find(kClusterScoped.begin(), kClusterScoped.end(), ref.kind) == kClusterScoped.end();
}

mesh::Labels labelsOf(const Json& metadata, std::string_view key) {
    mesh::Labels result;
    if (const Json* map = objectMember(metadata, key)) {
        for (const auto& [name, value] : map->items()) {
            if (value.is_string()) {
                result.emplace(name, value.get<std::string>());
            }
        }
    }
    return result;
}

std::optional<std::int64_t> createdAt(const Json& metadata) {
    const auto time = text::parseRfc3339(textMember(metadata, "creationTimestamp"));
    if (!time) {
        return std::nullopt;
    }
    return std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count();
}

// Identity, metadata and typed form of complete JSON. The message says what is missing.
Result<std::shared_ptr<ConfigObject>> objectOf(Json json, const std::string& defaultNamespace) {
    auto object = std::make_shared<ConfigObject>();
    object->apiVersion = textMember(json, "apiVersion");
    object->ref.kind = textMember(json, "kind");
    const Json* metadata = objectMember(json, "metadata");
    if (metadata != nullptr) {
        object->ref.name = textMember(*metadata, "name");
        if (object->ref.name.empty()) {
            object->ref.name = textMember(*metadata, "generateName");
        }
    }
    for (const auto& [value, field] : {std::pair(&object->apiVersion, "apiVersion"),
                                       std::pair(&object->ref.kind, "kind"),
                                       std::pair(&object->ref.name, "metadata.name")}) {
        if (value->empty()) {
            return fail(ErrorKind::InvalidArgument, std::string("this is no Kubernetes object: it has no ") + field);
        }
    }
    if (const auto slash = object->apiVersion.find('/'); slash != std::string::npos) {
        object->ref.group = object->apiVersion.substr(0, slash);
    }
    if (isNamespaced(object->ref)) {
        object->ref.ns = textMember(*metadata, "namespace");
        if (object->ref.ns.empty()) {
            object->ref.ns = defaultNamespace;
        }
    }
    object->labels = labelsOf(*metadata, "labels");
    object->annotations = labelsOf(*metadata, "annotations");
    object->created = createdAt(*metadata);
    object->typed = readTyped(object->ref.group, object->ref.kind, json);
    object->json = std::make_shared<const Json>(std::move(json));
    return object;
}

// The items of "List" and of lists the API answers with ("PodList"), whose items leave their kind to the list.
const Json* listItems(const Json& document) {
    const std::string kind = textMember(document, "kind");
    return kind.ends_with("List") ? listMember(document, "items") : nullptr;
}

void nameItem(const Json& list, Json& item) {
    const std::string kind = textMember(list, "kind");
    if (kind == "List" || !item.is_object() || item.contains("kind")) {
        return;
    }
    item["apiVersion"] = textMember(list, "apiVersion");
    item["kind"] = kind.substr(0, kind.size() - 4);
}

class Reader {
public:
    Reader(std::shared_ptr<const SourceText> source, const std::string& defaultNamespace)
        : m_source(std::move(source)), m_defaultNamespace(defaultNamespace) {}

    Status read(std::size_t index, Json document) {
        if (document.is_null()) {
            return {};
        }
        const Json* items = listItems(document);
        if (items == nullptr) {
            return add(index, {}, std::move(document));
        }
        for (std::size_t i = 0; i < items->size(); ++i) {
            Json item = (*items)[i];
            nameItem(document, item);
            if (auto status = addItem(index, {"items", std::to_string(i)}, std::move(item)); !status) {
                return status;
            }
        }
        return {};
    }

    [[nodiscard]] std::vector<ConfigObjectPtr> take() { return std::move(m_objects); }

private:
    Status addItem(std::size_t document, const std::vector<std::string>& path, Json item) {
        const Json* nested = listItems(item);
        if (nested == nullptr) {
            return add(document, path, std::move(item));
        }
        for (std::size_t i = 0; i < nested->size(); ++i) {
            Json inner = (*nested)[i];
            nameItem(item, inner);
            std::vector<std::string> innerPath = path;
            innerPath.insert(innerPath.end(), {"items", std::to_string(i)});
            if (auto status = addItem(document, innerPath, std::move(inner)); !status) {
                return status;
            }
        }
        return {};
    }

    Status add(std::size_t document, const std::vector<std::string>& path, Json json) {
        auto object = objectOf(std::move(json), m_defaultNamespace);
        if (!object) {
            Error error = object.error();
            const Position position = findPosition(m_source->text, document, path);
            error.what = "line " + std::to_string(position.line) + ", column " + std::to_string(position.column) +
                         ": " + error.what;
            return tl::unexpected(std::move(error));
        }
        (*object)->source = m_source;
        (*object)->document = document;
        (*object)->listPath = path;
        m_objects.push_back(std::move(*object));
        return {};
    }

    std::shared_ptr<const SourceText> m_source;
    const std::string& m_defaultNamespace;
    std::vector<ConfigObjectPtr> m_objects;
};

} // namespace

bool olderThan(const ConfigObject& a, const ConfigObject& b) {
    if (a.created != b.created) {
        return a.created && (!b.created || *a.created < *b.created);
    }
    return std::tie(a.ref.name, a.ref.ns) < std::tie(b.ref.name, b.ref.ns);
}

Result<std::vector<ConfigObjectPtr>> readConfig(std::shared_ptr<const SourceText> source,
                                                const std::string& defaultNamespace) {
    auto documents = parseYamlDocuments(source->text);
    if (!documents) {
        return tl::unexpected(documents.error());
    }
    Reader reader(std::move(source), defaultNamespace);
    for (std::size_t i = 0; i < documents->size(); ++i) {
        if (auto status = reader.read(i, std::move((*documents)[i])); !status) {
            return tl::unexpected(status.error());
        }
    }
    return reader.take();
}

Result<ConfigObjectPtr> readConfig(const mesh::Resource& resource) {
    auto json = parse(resource);
    if (!json) {
        return tl::unexpected(json.error());
    }
    auto object = objectOf(std::move(*json), {});
    if (!object) {
        return tl::unexpected(object.error());
    }
    return ConfigObjectPtr(std::move(*object));
}

Result<ConfigObjectPtr> withJson(const ConfigObject& object, Json json) {
    auto result = objectOf(std::move(json), object.ref.ns);
    if (!result) {
        return tl::unexpected(result.error());
    }
    (*result)->created = object.created;
    return ConfigObjectPtr(std::move(*result));
}

Position positionOf(const ConfigObject& object, std::string_view pointer) {
    if (!object.source) {
        return {};
    }
    auto tokens = pointerTokens(pointer).value_or(std::vector<std::string>{});
    tokens.insert(tokens.begin(), object.listPath.begin(), object.listPath.end());
    return findPosition(object.source->text, object.document, tokens);
}

} // namespace meshdeck::config
