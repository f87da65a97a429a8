// HTTP over Qt's network stack, on one I/O thread a client. Streams (watches) and ordinary requests never share a
// QNetworkAccessManager: facts/real-servers.md 6 shows the silence that follows when they do.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace meshdeck::sources {

struct TlsOptions {
    std::string caPem; // empty: the system's roots
    std::string clientCertificatePem;
    std::string clientKeyPem;
    std::string serverName; // SNI and the name that is verified; empty: the URL's host
    bool insecureSkipVerify = false;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string url; // absolute, already percent-encoded
    Headers headers = {};
    std::string body = {};
    Duration timeout = std::chrono::seconds(30);  // whole request; for streams: until the headers
    std::size_t maxBytes = std::size_t(256) << 20U; // of the decompressed body; beyond it TooLarge
};

struct HttpResponse {
    int status = 0;
    Headers headers; // names in lower case
    std::string body;
    bool http2 = false;

    // The first header of that lower-case name, or "".
    [[nodiscard]] const std::string& header(std::string_view name) const;
};

struct HttpOptions {
    TlsOptions tls;
    std::string proxyUrl; // http, https or socks5; empty: the environment's proxies and no_proxy
    std::string userAgent = "meshdeck";
};

// Called on the client's I/O thread; must be quick. After `onEnd` nothing follows.
struct StreamEvents {
    std::function<void(const HttpResponse& head)> onHead; // status and headers, no body
    std::function<void(std::string_view bytes)> onBytes;
    std::function<void(Status end)> onEnd; // ok: the server ended it
};

// Ends its stream when destroyed; no event is delivered after the destructor has returned.
class HttpStream {
public:
    virtual ~HttpStream() = default;
};

// Redirects are not followed (credentials must not leave their origin): a 3xx is an answer like any other.
// An HTTP status is no error here; errors are of the transport: Unreachable, Tls, Timeout, TooLarge, Cancelled, Protocol.
class HttpClient {
public:
    explicit HttpClient(HttpOptions options);
    ~HttpClient(); // cancels what runs and joins the I/O thread
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Blocks; any thread but the I/O thread.
    [[nodiscard]] Result<HttpResponse> send(HttpRequest request, std::stop_token stop = {});
    // The answer comes on the I/O thread, exactly once.
    void sendAsync(HttpRequest request, std::function<void(Result<HttpResponse>)> done);
    [[nodiscard]] std::unique_ptr<HttpStream> openStream(HttpRequest request, StreamEvents events);

private:
    class Io;
    std::unique_ptr<Io> m_io;
};

} // namespace meshdeck::sources
