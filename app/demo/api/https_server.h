// HTTPS/1.1 with keep-alive on a loopback port: reads requests, hands them to the API, writes answers and watch
// streams. The heavy headers of Beast and Asio stay in https_server.cpp and its session file.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "app/demo/api/certificates.h"
#include "app/demo/api/faults.h"
#include "app/demo/api/request.h"
#include "app/demo/api/store.h"

namespace meshdeck::demo::api {

struct HttpsOptions {
    KeyPair certificate;         // the server's
    std::string clientAuthority; // PEM; clients with a certificate of it are known by its subject
    int threads = 2;             // for any number of connections
    std::chrono::milliseconds bookmarkInterval{60'000};
    std::size_t bodyLimit = 3U * 1024 * 1024; // bytes, as the real server limits a request
};

class HttpsServer {
public:
    using Handler = std::function<Reply(const Request&)>;

    // Binds 127.0.0.1 on a free port and serves until destruction. handler is called on several threads at once and
    // must not throw; store and faults must outlive the server. Null, with the reason in error, when it cannot listen.
    [[nodiscard]] static std::unique_ptr<HttpsServer> start(HttpsOptions options, Handler handler, ObjectStore& store,
                                                            Faults& faults, std::string& error);
    ~HttpsServer();
    HttpsServer(const HttpsServer&) = delete;
    HttpsServer& operator=(const HttpsServer&) = delete;

    [[nodiscard]] unsigned short port() const;

private:
    class Impl;
    explicit HttpsServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace meshdeck::demo::api
