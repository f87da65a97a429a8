// Between a Resource and its JSON.
#pragma once

#include "config/json.h"
#include "mesh/resource.h"

namespace meshdeck::config {

// Reads identity and metadata from one Kubernetes object; `json` keeps `text` as it came. Protocol error without
// apiVersion, kind or metadata.name.
[[nodiscard]] Result<mesh::ResourcePtr> readResource(std::string text);

// The object of a resource, parsed.
[[nodiscard]] Result<Json> parse(const mesh::Resource& resource);

// One entry of metadata.managedFields: who wrote, when, which fields ("spec.http").
struct FieldOwner {
    std::string manager;
    std::string operation; // "Apply" or "Update"
    std::string time;      // RFC 3339
    std::vector<std::string> fields;
};
[[nodiscard]] std::vector<FieldOwner> fieldOwners(const Json& object);

} // namespace meshdeck::config
