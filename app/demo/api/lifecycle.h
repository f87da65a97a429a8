// What the server itself writes into the metadata of an object that is created.
#pragma once

#include "app/demo/api/access.h"
#include "app/demo/api/resources.h"
#include "app/demo/contract.h"

namespace meshdeck::demo::api {

// uid, creationTimestamp and generation, where the object does not bring them (a mesh may start with aged objects),
// storage apiVersion, and the member order of each sort of kind.
void completeNew(Json& object, const Resource& resource, std::chrono::system_clock::time_point now);
// The order in which the real server writes members: sorted for custom kinds, as declared for native ones.
[[nodiscard]] Json ordered(Json object, const Resource& resource);

} // namespace meshdeck::demo::api
