// One connection: TLS handshake, requests in turn, answers or a watch stream. Private to the server (heavy headers).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>

#include "app/demo/api/https_server.h"

namespace meshdeck::demo::api {

namespace net = boost::asio;
namespace ssl = boost::asio::ssl;
using tcp = boost::asio::ip::tcp;

// What all connections of a server use; it outlives them.
struct SessionShared {
    HttpsOptions options;
    HttpsServer::Handler handler;
    ObjectStore& store;
    Faults& faults;
};

// Runs by itself until the client leaves or an error ends it.
void startSession(tcp::socket socket, ssl::context& tls, SessionShared& shared);

} // namespace meshdeck::demo::api
