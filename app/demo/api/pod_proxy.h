// GET .../pods/[scheme:]NAME[:PORT]/proxy/PATH: the pod's page, as the kubelet would fetch it.
#pragma once

#include "app/demo/api/api_server.h"

namespace meshdeck::demo::api {

[[nodiscard]] Reply podProxyReply(const ApiContext& context, const Request& request, const RequestInfo& info);

} // namespace meshdeck::demo::api
