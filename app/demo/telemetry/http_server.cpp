#include "app/demo/telemetry/http_server.h"

#include <chrono>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace meshdeck::demo {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr std::chrono::minutes kIdleLimit{5}; // scrapers keep their connections between scrapes

// One connection: read a request, answer it, again until either side closes.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, const PageHandler& handler)
        : m_stream(std::move(socket))
        , m_handler(handler) {}

    void read() {
        m_request = {};
        m_stream.expires_after(kIdleLimit);
        http::async_read(m_stream, m_buffer, m_request,
                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                             if (!error) {
                                 self->answer();
                             }
                         });
    }

private:
    void answer() {
        m_response = {};
        m_response.version(m_request.version());
        m_response.keep_alive(m_request.keep_alive());
        const bool get = m_request.method() == http::verb::get || m_request.method() == http::verb::head;
        std::optional<HttpPage> page = get ? m_handler(std::string(m_request.target())) : std::nullopt;
        if (page) {
            m_response.result(http::status::ok);
            m_response.set(http::field::content_type, page->contentType);
            m_response.body() = std::move(page->body);
        } else {
            m_response.result(get ? http::status::not_found : http::status::method_not_allowed);
            m_response.set(http::field::content_type, "text/plain");
            m_response.body() = "no such page\n";
        }
        m_response.prepare_payload();
        if (m_request.method() == http::verb::head) {
            m_response.body().clear();
        }
        http::async_write(m_stream, m_response, [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (!error && self->m_response.keep_alive()) {
                self->read();
            }
        });
    }

    beast::tcp_stream m_stream;
    const PageHandler& m_handler;
    beast::flat_buffer m_buffer;
    http::request<http::string_body> m_request;
    http::response<http::string_body> m_response;
};

} // namespace

class HttpServer::Impl {
public:
    explicit Impl(PageHandler handler)
        : m_handler(std::move(handler)) {
        const tcp::endpoint loopback(boost::asio::ip::address_v4::loopback(), 0);
        beast::error_code error;
        m_acceptor.open(loopback.protocol(), error);
        if (!error) {
            m_acceptor.bind(loopback, error);
        }
        if (!error) {
            m_acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
        }
        if (error) {
            return;
        }
        m_address = "127.0.0.1:" + std::to_string(m_acceptor.local_endpoint(error).port());
        accept();
        m_thread = std::thread([this] { m_io.run(); });
    }

    ~Impl() {
        m_io.stop();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }

    [[nodiscard]] const std::string& address() const { return m_address; }

private:
    void accept() {
        m_acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
            if (!error) {
                std::make_shared<Session>(std::move(socket), m_handler)->read();
            }
            if (error != boost::asio::error::operation_aborted) {
                accept();
            }
        });
    }

    PageHandler m_handler; // outlives m_io, whose destructor drops the last sessions
    boost::asio::io_context m_io{1};
    tcp::acceptor m_acceptor{m_io};
    std::string m_address;
    std::thread m_thread;
};

HttpServer::HttpServer(PageHandler handler)
    : m_impl(std::make_unique<Impl>(std::move(handler))) {}
HttpServer::~HttpServer() = default;

std::string HttpServer::address() const {
    return m_impl->address();
}

} // namespace meshdeck::demo
