// create, update, patch, delete.
#pragma once

#include "app/demo/api/api_server.h"

namespace meshdeck::demo::api {

[[nodiscard]] Reply writeReply(const ApiContext& context, const Request& request, const RequestInfo& info,
                               const Resource& resource);

} // namespace meshdeck::demo::api
