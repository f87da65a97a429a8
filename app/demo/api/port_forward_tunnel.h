// The connection of an accepted port-forward: WebSocket messages with a channel byte on the one side, the pod's port on
// the other (facts/wire.md 3.10). Private to the server (heavy headers).
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl.hpp>

#include "app/demo/api/request.h"

namespace meshdeck::demo::api {

// Takes the connection over, answers the upgrade and runs by itself until one side leaves.
void startPortForward(boost::beast::ssl_stream<boost::beast::tcp_stream> stream,
                      boost::beast::http::request<boost::beast::http::string_body> upgrade, ForwardRequest request);

} // namespace meshdeck::demo::api
