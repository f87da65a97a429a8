// The schemas of the custom kinds that people edit: known fields and their types, as the CRDs of Istio declare them.
// Kinds without a schema here keep every field.
#pragma once

#include <string>
#include <vector>

#include "app/demo/api/resources.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

struct SchemaFindings {
    std::vector<std::string> unknownFields; // "spec.http[0].nonsense"
    std::vector<Cause> causes;              // wrong types, values that are not of an enumeration, missing fields
};

// Checks an object against its kind's schema and removes the unknown fields from it, as the real server prunes them.
[[nodiscard]] SchemaFindings checkSchema(Json& object, const Resource& resource);

// The shape of a kind's spec, null when there is none (schema_shapes.cpp). A shape is "string", "integer", "number",
// "boolean", "any", "enum A B", "duration", "@name" (another shape), [shape], {"field": shape}, or {"*": shape} for a
// map; a field "name!" is required.
[[nodiscard]] const Json* specShape(const Resource& resource);
[[nodiscard]] const Json& namedShape(const std::string& name);

} // namespace meshdeck::demo::api
