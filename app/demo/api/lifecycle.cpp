#include "app/demo/api/lifecycle.h"

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

// Moves the named members to the front, in this order; the others follow as they are.
Json inOrder(Json object, std::initializer_list<const char*> names) {
    Json result = Json::object();
    for (const char* name : names) {
        if (const auto member = object.find(name); member != object.end()) {
            result[name] = std::move(*member);
        }
    }
    for (auto& item : object.items()) {
        if (!result.contains(item.key())) {
            result[item.key()] = std::move(item.value());
        }
    }
    return result;
}

} // namespace

void completeNew(Json& object, const Resource& resource, std::chrono::system_clock::time_point now) {
    object["apiVersion"] = apiVersionOf(resource.group, resource.storageVersion);
    object["kind"] = resource.kind;
    Json& metadata = object["metadata"];
    if (stringAt(metadata, {"uid"}).empty()) {
        metadata["uid"] = randomUuid();
    }
    if (stringAt(metadata, {"creationTimestamp"}).empty()) {
        metadata["creationTimestamp"] = timestampOf(now);
    }
    const bool counted = resource.custom || resource.group == "apps" || resource.kind == "Pod";
    if (counted && !metadata.contains("generation")) {
        metadata["generation"] = 1;
    }
    object = ordered(std::move(object), resource);
}

Json ordered(Json object, const Resource& resource) {
    if (resource.custom) {
        return sorted(object);
    }
    Json result = inOrder(std::move(object), {"kind", "apiVersion", "metadata", "spec", "status"});
    if (const auto metadata = result.find("metadata"); metadata != result.end() && metadata->is_object()) {
        *metadata = inOrder(std::move(*metadata), {"name", "generateName", "namespace", "uid", "resourceVersion",
                                                   "generation", "creationTimestamp", "deletionTimestamp", "labels",
                                                   "annotations", "ownerReferences", "finalizers", "managedFields"});
    }
    return result;
}

} // namespace meshdeck::demo::api
