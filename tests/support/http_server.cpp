#include "support/http_server.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/test_certificates.h"

namespace meshdeck::test {
namespace {

class Wire final : public Connection {
public:
    Wire(int socket, SSL* tls) : m_socket(socket), m_tls(tls) {}

    void raw(const std::string& bytes) override {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const auto rest = static_cast<int>(bytes.size() - sent);
            const auto count = m_tls != nullptr ? SSL_write(m_tls, bytes.data() + sent, rest)
                                                : ::send(m_socket, bytes.data() + sent, static_cast<std::size_t>(rest),
                                                         MSG_NOSIGNAL);
            if (count <= 0) {
                return;
            }
            sent += static_cast<std::size_t>(count);
        }
    }

    void waitForEnd() override {
        while (read()) {
        }
    }

    // More bytes into the buffer; false at the end.
    bool read() {
        std::array<char, 16384> chunk{};
        const auto count = m_tls != nullptr ? SSL_read(m_tls, chunk.data(), static_cast<int>(chunk.size()))
                                            : ::recv(m_socket, chunk.data(), chunk.size(), 0);
        if (count > 0) {
            m_buffer.append(chunk.data(), static_cast<std::size_t>(count));
        }
        return count > 0;
    }

    bool next(ServerRequest& request) {
        std::size_t end = std::string::npos;
        while ((end = m_buffer.find("\r\n\r\n")) == std::string::npos) {
            if (!read()) {
                return false;
            }
        }
        parseHead(m_buffer.substr(0, end + 2), request);
        m_buffer.erase(0, end + 4);
        const auto length = request.headers.find("content-length");
        const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
        while (m_buffer.size() < size) {
            if (!read()) {
                return false;
            }
        }
        request.body = m_buffer.substr(0, size);
        m_buffer.erase(0, size);
        return true;
    }

private:
    static void parseHead(const std::string& head, ServerRequest& request) {
        const auto first = head.find("\r\n");
        const std::string line = head.substr(0, first);
        const auto a = line.find(' ');
        const auto b = line.rfind(' ');
        request.method = line.substr(0, a);
        request.target = line.substr(a + 1, b - a - 1);
        for (std::size_t at = first + 2; at < head.size();) {
            const auto end = head.find("\r\n", at);
            const auto colon = head.find(':', at);
            std::string name = head.substr(at, colon - at);
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
            const auto value = head.find_first_not_of(' ', colon + 1);
            request.headers[name] = head.substr(value, end - value);
            at = end + 2;
        }
    }

    int m_socket;
    SSL* m_tls;
    std::string m_buffer;
};

} // namespace

void Connection::answer(int status, const std::string& body, const std::string& contentType,
                        const std::string& moreHeaders) {
    raw("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: " + contentType +
        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + moreHeaders + "\r\n" + body);
}

void Connection::beginStream(int status, const std::string& contentType) {
    raw("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: " + contentType +
        "\r\nTransfer-Encoding: chunked\r\n\r\n");
}

void Connection::chunk(const std::string& bytes) {
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
    raw(size.data() + bytes + "\r\n");
}

void Connection::endStream() {
    raw("0\r\n\r\n");
}

HttpServer::HttpServer(Handler handler) : m_handler(std::move(handler)) {
    listen();
}

HttpServer::HttpServer(Handler handler, const ServerCertificate& certificate) : m_handler(std::move(handler)) {
    m_tls = serverContext(certificate);
    listen();
}

HttpServer::~HttpServer() {
    m_stopping = true;
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    {
        const std::lock_guard lock(m_mutex);
        for (const int socket : m_sockets) {
            ::shutdown(socket, SHUT_RDWR);
        }
    }
    for (std::thread& thread : m_threads) {
        thread.join();
    }
    ::close(m_listener);
    SSL_CTX_free(static_cast<SSL_CTX*>(m_tls));
}

std::string HttpServer::url() const {
    return (m_tls != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(m_port);
}

std::vector<ServerRequest> HttpServer::requests() const {
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void HttpServer::listen() {
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(m_listener, 256);
    ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

void HttpServer::accept() {
    while (!m_stopping) {
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        ++m_accepted;
        const std::lock_guard lock(m_mutex);
        m_sockets.push_back(socket);
        m_threads.emplace_back([this, socket] { serve(socket); });
    }
}

void HttpServer::serve(int socket) {
    SSL* tls = nullptr;
    bool good = true;
    if (m_tls != nullptr) {
        tls = SSL_new(static_cast<SSL_CTX*>(m_tls));
        SSL_set_fd(tls, socket);
        good = SSL_accept(tls) == 1;
    }
    Wire wire(socket, tls);
    ServerRequest request;
    while (good && wire.next(request)) {
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(request);
        }
        good = m_handler(request, wire);
        request = {};
    }
    SSL_free(tls);
    const std::lock_guard lock(m_mutex);
    m_sockets.remove(socket);
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
}

} // namespace meshdeck::test
