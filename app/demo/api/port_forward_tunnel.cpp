#include "app/demo/api/port_forward_tunnel.h"

#include <array>
#include <deque>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace meshdeck::demo::api {

namespace {

namespace beast = boost::beast;
namespace net = boost::asio;
namespace websocket = boost::beast::websocket;
using tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr char kData = 0;
constexpr char kError = 1;
constexpr std::size_t kMaxQueued = 64; // messages to the client before the pod has to wait

class Tunnel : public std::enable_shared_from_this<Tunnel> {
public:
    Tunnel(beast::ssl_stream<beast::tcp_stream> stream, beast::http::request<beast::http::string_body> upgrade,
           ForwardRequest request)
        : m_socket(std::move(stream))
        , m_pod(m_socket.get_executor())
        , m_upgrade(std::move(upgrade))
        , m_request(std::move(request)) {}

    void run() {
        beast::get_lowest_layer(m_socket).expires_never();
        m_socket.binary(true);
        m_socket.set_option(websocket::stream_base::decorator([protocol = m_request.protocol](websocket::response_type& r) {
            r.set(beast::http::field::sec_websocket_protocol, protocol);
        }));
        m_socket.async_accept(m_upgrade, [self = shared_from_this()](const ErrorCode& error) {
            if (!error) {
                self->announce();
            }
        });
    }

private:
    // The first message of each channel is the port, low byte first.
    void announce() {
        const std::string port = {static_cast<char>(m_request.port & 0xFFU), static_cast<char>(m_request.port >> 8U)};
        send(kData + port);
        send(kError + port);
        if (!m_request.local) {
            refuse("connect: connection refused");
            return;
        }
        m_pod.async_connect({net::ip::address_v4::loopback(), *m_request.local},
                            [self = shared_from_this()](const ErrorCode& error) {
                                if (error) {
                                    self->refuse(error.message());
                                    return;
                                }
                                self->m_pod.set_option(tcp::no_delay(true));
                                self->readPod();
                                self->readClient();
                            });
    }

    void refuse(const std::string& reason) {
        send(kError + ("error forwarding port " + std::to_string(m_request.port) + " to pod: dial tcp4 127.0.0.1:" +
                       std::to_string(m_request.port) + ": " + reason));
        m_ending = true;
        readClient(); // its answer to our closing
    }

    void send(std::string message) {
        m_queue.push_back(std::move(message));
        if (!m_writing) {
            writeNext();
        }
    }

    void writeNext() {
        if (m_queue.empty()) {
            if (m_ending) {
                m_socket.async_close(websocket::close_code::normal, [self = shared_from_this()](const ErrorCode&) {});
            }
            return;
        }
        m_writing = true;
        m_socket.async_write(net::buffer(m_queue.front()),
                             [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                                 self->m_writing = false;
                                 if (error) {
                                     self->close();
                                     return;
                                 }
                                 const bool wasFull = self->m_queue.size() >= kMaxQueued;
                                 self->m_queue.pop_front();
                                 if (wasFull && self->m_podWaits) {
                                     self->m_podWaits = false;
                                     self->readPod();
                                 }
                                 if (!self->m_writing) {
                                     self->writeNext();
                                 }
                             });
    }

    void readPod() {
        m_pod.async_read_some(net::buffer(m_piece), [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
            if (error) {
                self->m_ending = true;
                self->m_writing ? void() : self->writeNext();
                return;
            }
            self->send(kData + std::string(self->m_piece.data(), size));
            self->m_podWaits = self->m_queue.size() >= kMaxQueued;
            if (!self->m_podWaits) {
                self->readPod();
            }
        });
    }

    void readClient() {
        m_buffer.clear();
        m_socket.async_read(m_buffer, [self = shared_from_this()](const ErrorCode& error, std::size_t) {
            if (error) {
                self->close();
                return;
            }
            self->toPod();
        });
    }

    void toPod() {
        const std::string message = beast::buffers_to_string(m_buffer.data());
        if (message.size() < 2 || message[0] != kData || !m_pod.is_open()) {
            readClient(); // nothing else is for the pod
            return;
        }
        m_toPod = message.substr(1);
        net::async_write(m_pod, net::buffer(m_toPod), [self = shared_from_this()](const ErrorCode& error, std::size_t) {
            error ? self->close() : self->readClient();
        });
    }

    void close() {
        ErrorCode ignored;
        m_pod.close(ignored);
        beast::get_lowest_layer(m_socket).socket().close(ignored);
    }

    websocket::stream<beast::ssl_stream<beast::tcp_stream>> m_socket;
    tcp::socket m_pod;
    beast::http::request<beast::http::string_body> m_upgrade;
    ForwardRequest m_request;
    beast::flat_buffer m_buffer;
    std::array<char, 32768> m_piece{};
    std::deque<std::string> m_queue;
    std::string m_toPod;
    bool m_writing = false;
    bool m_ending = false;
    bool m_podWaits = false;
};

} // namespace

void startPortForward(beast::ssl_stream<beast::tcp_stream> stream,
                      beast::http::request<beast::http::string_body> upgrade, ForwardRequest request) {
    std::make_shared<Tunnel>(std::move(stream), std::move(upgrade), std::move(request))->run();
}

} // namespace meshdeck::demo::api
