// get, list and watch.
#pragma once

#include "app/demo/api/api_server.h"

namespace meshdeck::demo::api {

[[nodiscard]] Reply readReply(const ApiContext& context, const Request& request, const RequestInfo& info,
                              const Resource& resource);

// The namespace in which the store keeps an object: none for cluster-wide kinds, whatever the path says.
[[nodiscard]] inline std::string storeNamespace(const Resource& resource, const RequestInfo& info) {
    return resource.namespaced ? info.ns : std::string();
}

} // namespace meshdeck::demo::api
