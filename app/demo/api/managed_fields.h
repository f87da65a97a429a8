// metadata.managedFields: which manager owns which fields, as the API server keeps it (structured merge).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/demo/api/resources.h"
#include "app/demo/contract.h"

namespace meshdeck::demo::api {

// Components as FieldsV1 writes them ("f:spec", "f:http"). Lists are atomic: owned as a whole, never by element.
using FieldPath = std::vector<std::string>;
using FieldSet = std::set<FieldPath>;

struct FieldWriter {
    std::string manager;
    std::string apiVersion;  // of the request
    std::string subresource; // "status", or empty
    std::string time;        // RFC 3339
};

// The paths an object occupies. The server's own metadata (uid, resourceVersion, ...) belongs to nobody.
[[nodiscard]] FieldSet fieldsOf(const Json& object, const Resource& resource);
// In both objects, with different values.
[[nodiscard]] FieldSet modifiedFields(const Json& before, const Json& after, const Resource& resource);
[[nodiscard]] Json fieldsJson(const FieldSet& fields);
[[nodiscard]] FieldSet parseFields(const Json& fieldsV1);
// ".spec.http"
[[nodiscard]] std::string textOfPath(const FieldPath& path);

// Sets after's managedFields after a create (before null) or an update by the writer: it owns what it added or changed,
// and the managers before it lose that. A [{}] in after clears the record first, as the real server has it.
void trackUpdate(const Json* before, Json& after, const Resource& resource, const FieldWriter& writer);

struct FieldConflict {
    Json entry; // the managedFields entry of the other manager
    FieldPath path;
};
// Merges an applied configuration into live (server-side apply). Fields of the writer's last configuration that are no
// longer in it and belong to nobody else are removed. With conflicts and without force, live is left as it is.
[[nodiscard]] std::vector<FieldConflict> applyConfiguration(Json& live, const Json& configuration,
                                                            const Resource& resource, const FieldWriter& writer,
                                                            bool force);

} // namespace meshdeck::demo::api
