// pods/portforward over a WebSocket, and services/proxy: the ways through the API server to what runs in the mesh.
#pragma once

#include "app/demo/api/api_server.h"

namespace meshdeck::demo::api {

// Accepts the upgrade, to be carried on by the connection (port_forward_tunnel.h), or says why not.
[[nodiscard]] Reply portForwardReply(const ApiContext& context, const Request& request, const RequestInfo& info);

// The answer of the Service's backend to the same method, query and body; the caller's credentials are left out. Blocks
// until it answers.
[[nodiscard]] Reply serviceProxyReply(const ApiContext& context, const Request& request, const RequestInfo& info);

} // namespace meshdeck::demo::api
