#include "config/resource_json.h"

#include <simdjson.h>

namespace meshdeck::config {
namespace {

std::string text(simdjson::dom::element object, std::string_view key) {
    std::string_view value;
    return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

mesh::Labels labels(simdjson::dom::element metadata, std::string_view key) {
    mesh::Labels result;
    simdjson::dom::object object;
    if (metadata[key].get(object) != simdjson::SUCCESS) {
        return result;
    }
    for (const auto& [name, value] : object) {
        std::string_view string;
        if (value.get(string) == simdjson::SUCCESS) {
            result.emplace(std::string(name), std::string(string));
        }
    }
    return result;
}

// fieldsV1 nests "f:<name>" and "k:{...}"; "." and the values of sets name nothing of their own.
void collectFields(const Json& fields, const std::string& prefix, int depth, std::vector<std::string>& out) {
    bool leaf = true;
    if (fields.is_object() && depth < kMaxDepth) {
        for (const auto& [key, value] : fields.items()) {
            if (key.starts_with("f:")) {
                collectFields(value, prefix.empty() ? key.substr(2) : prefix + "." + key.substr(2), depth + 1, out);
                leaf = false;
            } else if (key.starts_with("k:")) {
                collectFields(value, prefix + "[" + key.substr(2) + "]", depth + 1, out);
                leaf = false;
            }
        }
    }
    if (leaf && !prefix.empty()) {
        out.push_back(prefix);
    }
}

std::string stringAt(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Result<mesh::ResourcePtr> readResource(std::string json) {
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::element metadata;
    if (parser.parse(json).get(root) != simdjson::SUCCESS || !root.is_object() ||
        root["metadata"].get(metadata) != simdjson::SUCCESS || !metadata.is_object()) {
        return fail(ErrorKind::Protocol, "this is no Kubernetes object");
    }
    auto resource = std::make_shared<mesh::Resource>();
    resource->apiVersion = text(root, "apiVersion");
    resource->ref.kind = text(root, "kind");
    resource->ref.name = text(metadata, "name");
    if (resource->apiVersion.empty() || resource->ref.kind.empty() || resource->ref.name.empty()) {
        return fail(ErrorKind::Protocol, "a Kubernetes object lacks apiVersion, kind or metadata.name");
    }
    if (const auto slash = resource->apiVersion.find('/'); slash != std::string::npos) {
        resource->ref.group = resource->apiVersion.substr(0, slash);
    }
    resource->ref.ns = text(metadata, "namespace");
    resource->uid = text(metadata, "uid");
    resource->resourceVersion = text(metadata, "resourceVersion");
    std::int64_t generation = 0;
    if (metadata["generation"].get(generation) == simdjson::SUCCESS) {
        resource->generation = generation;
    }
    resource->labels = labels(metadata, "labels");
    resource->annotations = labels(metadata, "annotations");
    resource->json = std::make_shared<const std::string>(std::move(json));
    return mesh::ResourcePtr(std::move(resource));
}

Result<Json> parse(const mesh::Resource& resource) {
    if (!resource.json) {
        return fail(ErrorKind::Internal, resource.ref.display() + " has no text");
    }
    return parseJson(*resource.json);
}

std::vector<FieldOwner> fieldOwners(const Json& object) {
    std::vector<FieldOwner> owners;
    const auto metadata = object.is_object() ? object.find("metadata") : object.end();
    if (metadata == object.end() || !metadata->is_object()) {
        return owners;
    }
    const auto managed = metadata->find("managedFields");
    if (managed == metadata->end() || !managed->is_array()) {
        return owners;
    }
    for (const Json& entry : *managed) {
        if (!entry.is_object()) {
            continue;
        }
        FieldOwner owner{stringAt(entry, "manager"), stringAt(entry, "operation"), stringAt(entry, "time"), {}};
        if (const auto fields = entry.find("fieldsV1"); fields != entry.end()) {
            collectFields(*fields, {}, 0, owner.fields);
        }
        owners.push_back(std::move(owner));
    }
    return owners;
}

} // namespace meshdeck::config
