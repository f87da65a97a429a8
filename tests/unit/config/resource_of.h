// A Resource from JSON or YAML text, for tests that need no more than identity and text.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "config/json_read.h"
#include "config/yaml.h"
#include "mesh/resource.h"

namespace meshdeck::config {

inline mesh::ResourcePtr resourceOf(const Json& object) {
    auto resource = std::make_shared<mesh::Resource>();
    resource->apiVersion = textMember(object, "apiVersion");
    const std::size_t slash = resource->apiVersion.find('/');
    resource->ref.group = slash == std::string::npos ? "" : resource->apiVersion.substr(0, slash);
    resource->ref.kind = textMember(object, "kind");
    if (const Json* metadata = objectMember(object, "metadata")) {
        resource->ref.ns = textMember(*metadata, "namespace");
        resource->ref.name = textMember(*metadata, "name");
        resource->uid = textMember(*metadata, "uid");
        resource->resourceVersion = textMember(*metadata, "resourceVersion");
        for (const auto& [key, target] : {std::pair("labels", &resource->labels),
                                          std::pair("annotations", &resource->annotations)}) {
            if (const Json* map = objectMember(*metadata, key)) {
                for (const auto& [name, value] : map->items()) {
                    (*target)[name] = value.get<std::string>();
                }
            }
        }
    }
    resource->json = std::make_shared<const std::string>(object.dump());
    return resource;
}

inline mesh::ResourcePtr resourceOfYaml(const std::string& yaml) {
    const auto documents = parseYaml(yaml);
    EXPECT_TRUE(documents && documents->size() == 1) << yaml;
    return resourceOf(documents && !documents->empty() ? documents->front() : Json::object());
}

} // namespace meshdeck::config
