// A small HTTP/1.1 server for tests, on a loopback port of its own, plain or with TLS. Each request is handed to a
// handler, which may answer, stream, wait, or cut the connection wherever it likes.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace meshdeck::test {

struct ServerRequest {
    std::string method;
    std::string target; // path and query
    std::map<std::string, std::string> headers; // names in lower case
    std::string body;
};

// The server's end of one connection; valid while the handler runs.
class Connection {
public:
    virtual ~Connection() = default;
    // A complete answer with Content-Length.
    void answer(int status, const std::string& body, const std::string& contentType = "application/json",
                const std::string& moreHeaders = {});
    void beginStream(int status = 200, const std::string& contentType = "application/json"); // chunked
    void chunk(const std::string& bytes);
    void endStream();
    virtual void raw(const std::string& bytes) = 0;
    // Blocks until the client or the server goes away.
    virtual void waitForEnd() = 0;
};

struct ServerCertificate {
    std::string certPem;
    std::string keyPem;
    std::string clientCaPem; // demand a client certificate signed by it
};

class HttpServer {
public:
    // Called on a thread of its own for each connection, once a request; return false to cut the connection.
    using Handler = std::function<bool(const ServerRequest&, Connection&)>;

    explicit HttpServer(Handler handler);
    HttpServer(Handler handler, const ServerCertificate& certificate);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::string url() const; // "http://127.0.0.1:PORT"
    [[nodiscard]] int connections() const { return m_accepted; }
    [[nodiscard]] std::vector<ServerRequest> requests() const;

private:
    void listen();
    void accept();
    void serve(int socket);

    Handler m_handler;
    void* m_tls = nullptr; // SSL_CTX
    int m_listener = -1;
    int m_port = 0;
    std::atomic<int> m_accepted = 0;
    std::atomic<bool> m_stopping = false;
    mutable std::mutex m_mutex;
    std::vector<ServerRequest> m_requests;
    std::list<int> m_sockets;
    std::vector<std::thread> m_threads;
    std::thread m_acceptor;
};

// A certificate authority for one test.
class TestAuthority {
public:
    explicit TestAuthority(const std::string& name = "Test authority");
    ~TestAuthority();
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    [[nodiscard]] const std::string& pem() const { return m_pem; }
    // Certificate and key for these names ("DNS:a", "IP:127.0.0.1"); `days` of validity from now, negative: expired.
    [[nodiscard]] ServerCertificate issue(const std::string& names, int days = 1) const;

private:
    void* m_key = nullptr;  // EVP_PKEY
    void* m_cert = nullptr; // X509
    std::string m_pem;
};

} // namespace meshdeck::test
