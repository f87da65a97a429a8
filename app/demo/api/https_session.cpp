#include "app/demo/api/https_session.h"

#include <algorithm>
#include <deque>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "app/demo/api/access.h"
#include "app/demo/api/port_forward_tunnel.h"
#include "app/demo/api/watch_stream.h"

namespace meshdeck::demo::api {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

// A client that reads slower than this many lines behind is cut off, as the real server does; it lists again.
constexpr std::size_t kMaxQueuedLines = 10'000;

// How long the rest of a refused body is listened to.
constexpr std::chrono::seconds kDrainLimit{10};

std::string textEntry(X509_NAME* name, int position) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, position)));
    std::string result = size > 0 ? std::string(reinterpret_cast<char*>(text), static_cast<std::size_t>(size)) : "";
    OPENSSL_free(text);
    return result;
}

// Nothing without a certificate, or with one that our authority did not sign.
std::optional<ClientCertificate> certificateOf(SSL* tls) {
    X509* certificate = SSL_get0_peer_certificate(tls);
    if (certificate == nullptr || SSL_get_verify_result(tls) != X509_V_OK) {
        return std::nullopt;
    }
    ClientCertificate result;
    X509_NAME* name = X509_get_subject_name(certificate);
    for (int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1); at >= 0; at = -1) {
        result.commonName = textEntry(name, at);
    }
    for (int at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1); at >= 0;
         at = X509_NAME_get_index_by_NID(name, NID_organizationName, at)) {
        result.organizations.push_back(textEntry(name, at));
    }
    return result;
}

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, ssl::context& tls, SessionShared& shared)
        : m_stream(std::move(socket), tls)
        , m_shared(shared)
        , m_timer(m_stream.get_executor())
        , m_bookmarkTimer(m_stream.get_executor()) {}

    void run() {
        beast::get_lowest_layer(m_stream).socket().set_option(tcp::no_delay(true));
        m_stream.async_handshake(ssl::stream_base::server, [self = shared_from_this()](const ErrorCode& error) {
            if (!error) {
                self->m_certificate = certificateOf(self->m_stream.native_handle());
                self->read();
            }
        });
    }

private:
    void read() {
        m_parser.emplace();
        m_parser->body_limit(m_shared.options.bodyLimit);
        m_parser->header_limit(64 * 1024);
        http::async_read(m_stream, m_buffer, *m_parser,
                         [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->onRead(error); });
    }

    void onRead(const ErrorCode& error) {
        if (error == http::error::body_limit) {
            Reply reply;
            reply.status = 413;
            reply.contentType = "text/plain; charset=utf-8";
            reply.body = "http: request body too large\n";
            m_keepAlive = false;
            m_draining = true;
            send(reply);
        } else if (error) {
            close();
        } else if (!m_shared.faults.hang) {
            m_keepAlive = m_parser->get().keep_alive();
            m_headOnly = m_parser->get().method() == http::verb::head;
            auto message = m_parser->release();
            if (!message[http::field::upgrade].empty()) {
                m_upgrade = message;
            }
            answer(m_shared.handler(requestOf(std::move(message))));
        }
    }

    Request requestOf(http::request<http::string_body> message) const {
        Request request;
        request.method = std::string(message.method_string());
        parseTarget(std::string(message.target()), request);
        for (const auto& field : message) {
            std::string name(field.name_string());
            std::transform(name.begin(), name.end(), name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
            request.headers.emplace(std::move(name), std::string(field.value()));
        }
        request.body = std::move(message.body());
        request.certificate = m_certificate;
        return request;
    }

    void answer(Reply reply) {
        if (reply.forward) {
            startPortForward(std::move(m_stream), std::move(*m_upgrade), *std::move(reply.forward));
        } else if (reply.watch) {
            startWatch(std::move(*reply.watch), reply);
        } else if (reply.delay.count() > 0) {
            m_timer.expires_after(reply.delay);
            m_timer.async_wait([self = shared_from_this(), reply = std::move(reply)](const ErrorCode& error) {
                if (!error) {
                    self->send(reply);
                }
            });
        } else {
            send(reply);
        }
    }

    template <typename Body>
    void setHead(http::response<Body>& message, const Reply& reply) const {
        message.result(static_cast<unsigned>(reply.status));
        message.version(11);
        message.keep_alive(m_keepAlive);
        message.set(http::field::content_type, reply.contentType);
        message.set(http::field::cache_control, "no-cache, private");
        message.set("Audit-Id", randomUuid());
        for (const auto& [name, value] : reply.headers) {
            message.insert(name, value);
        }
    }

    void send(const Reply& reply) {
        auto message = std::make_shared<http::response<http::string_body>>();
        setHead(*message, reply);
        message->body() = reply.body;
        message->prepare_payload();
        if (m_headOnly) { // the length of what a GET would have had, and nothing of it
            message->body().clear();
        }
        http::async_write(m_stream, *message,
                          [self = shared_from_this(), message](const ErrorCode& error, std::size_t) {
                              if (!error && self->m_draining) {
                                  self->drain();
                              } else if (error || !self->m_keepAlive) {
                                  self->close();
                              } else {
                                  self->read();
                              }
                          });
    }

    // Reads on what will not be used: closing with unread bytes would reset the connection, and the client, still busy
    // writing, would never see why.
    void drain() {
        ErrorCode ignored;
        beast::get_lowest_layer(m_stream).socket().shutdown(tcp::socket::shutdown_send, ignored);
        m_timer.expires_after(kDrainLimit);
        m_timer.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error) {
                self->close();
            }
        });
        discardNext();
    }

    void discardNext() {
        m_buffer.clear();
        m_stream.async_read_some(m_buffer.prepare(65536),
                                 [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                                     error ? self->close() : self->discardNext();
                                 });
    }

    void startWatch(WatchRequest request, const Reply& reply) {
        m_deadline = std::chrono::steady_clock::now() + request.timeout;
        m_watch.emplace(m_shared.store, std::move(request));
        bool ended = false;
        std::vector<std::string> first = m_watch->start(
            [weak = weak_from_this(), executor = m_stream.get_executor()](std::string line) {
                net::post(executor, [weak, line = std::move(line)]() mutable {
                    if (const auto self = weak.lock()) {
                        self->push(std::move(line));
                    }
                });
            },
            ended);
        m_lines.assign(std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
        m_ending = ended;
        m_head = std::make_unique<http::response<http::empty_body>>();
        setHead(*m_head, reply);
        m_head->chunked(true);
        m_headSerializer = std::make_unique<http::response_serializer<http::empty_body>>(*m_head);
        m_writing = true;
        http::async_write_header(
            m_stream, *m_headSerializer,
            [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->onLineWritten(error); });
        watchForLeaving();
        if (!ended) {
            armTimers();
        }
    }

    void armTimers() {
        if (m_watch->request().timeout.count() > 0) {
            m_timer.expires_at(m_deadline);
            m_timer.async_wait([self = shared_from_this()](const ErrorCode& error) {
                if (!error) {
                    self->finish();
                }
            });
        }
        if (m_watch->request().bookmarks) {
            armBookmark();
        }
    }

    // Every interval, and once two seconds before the end, so that the next watch starts from there.
    void armBookmark() {
        auto at = std::chrono::steady_clock::now() + m_shared.options.bookmarkInterval;
        const auto last = m_deadline - std::chrono::seconds(2);
        if (m_watch->request().timeout.count() > 0 && last > std::chrono::steady_clock::now() && last < at) {
            at = last;
        }
        m_bookmarkTimer.expires_at(at);
        m_bookmarkTimer.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error && self->m_watch && !self->m_ending) {
                // Posted behind the events that are already on their way to this strand.
                net::post(self->m_stream.get_executor(),
                          [self, line = self->m_watch->bookmarkLine()]() mutable { self->push(std::move(line)); });
                self->armBookmark();
            }
        });
    }

    void push(std::string line) {
        if (m_ending) {
            return;
        }
        m_lines.push_back(std::move(line));
        if (m_lines.size() > kMaxQueuedLines) {
            close();
        } else if (!m_writing) {
            writeNext();
        }
    }

    void finish() {
        m_ending = true;
        if (!m_writing) {
            writeNext();
        }
    }

    void writeNext() {
        if (m_lines.empty()) {
            m_ending ? writeEnd() : void();
            return;
        }
        // All lines that are due go out as one chunk, since clients must not rely on chunk borders anyway.
        m_chunk.clear();
        for (const std::string& line : m_lines) {
            m_chunk += line;
        }
        m_lines.clear();
        m_writing = true;
        if (Faults::take(m_shared.faults.cutWatches)) {
            m_chunk.resize(m_chunk.size() / 2);
            m_cut = true;
        }
        net::async_write(
            m_stream, http::make_chunk(net::buffer(m_chunk)),
            [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->onLineWritten(error); });
    }

    void onLineWritten(const ErrorCode& error) {
        m_writing = false;
        if (error || m_cut) {
            close();
        } else {
            writeNext();
        }
    }

    void writeEnd() {
        m_writing = true;
        m_watch.reset();
        m_bookmarkTimer.cancel();
        m_timer.cancel();
        net::async_write(m_stream, http::make_chunk_last(),
                         [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                             self->m_writing = false;
                             self->m_over = true;
                             if (error || !self->m_keepAlive) {
                                 self->close();
                             } else if (self->m_early) {
                                 self->reuse();
                             }
                         });
    }

    // One read is always open, else nobody would notice that the client has left. What it reads without an error is the
    // beginning of the next request.
    void watchForLeaving() {
        m_stream.async_read_some(m_buffer.prepare(512),
                                 [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
                                     self->m_buffer.commit(size);
                                     self->m_early = true;
                                     if (error) {
                                         self->close();
                                     } else if (self->m_over) {
                                         self->reuse();
                                     }
                                 });
    }

    // After a watch the connection takes the next request.
    void reuse() {
        m_headSerializer.reset();
        m_head.reset();
        m_ending = false;
        m_early = false;
        m_over = false;
        read();
    }

    void close() {
        m_watch.reset();
        m_timer.cancel();
        m_bookmarkTimer.cancel();
        ErrorCode ignored;
        beast::get_lowest_layer(m_stream).socket().shutdown(tcp::socket::shutdown_both, ignored);
        beast::get_lowest_layer(m_stream).socket().close(ignored);
    }

    beast::ssl_stream<beast::tcp_stream> m_stream;
    SessionShared& m_shared;
    net::steady_timer m_timer; // a delayed answer, or the end of the watch
    net::steady_timer m_bookmarkTimer;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    std::optional<http::request<http::string_body>> m_upgrade; // a request that asked for another protocol
    std::optional<ClientCertificate> m_certificate;
    bool m_keepAlive = true;
    bool m_headOnly = false;
    bool m_draining = false;

    std::optional<WatchStream> m_watch;
    std::unique_ptr<http::response<http::empty_body>> m_head;
    std::unique_ptr<http::response_serializer<http::empty_body>> m_headSerializer;
    std::chrono::steady_clock::time_point m_deadline;
    std::deque<std::string> m_lines;
    std::string m_chunk;
    bool m_writing = false;
    bool m_ending = false;
    bool m_cut = false;
    bool m_early = false; // the client has sent something while the watch was running
    bool m_over = false;  // the watch's last chunk is out
};

} // namespace

void startSession(tcp::socket socket, ssl::context& tls, SessionShared& shared) {
    std::make_shared<Session>(std::move(socket), tls, shared)->run();
}

} // namespace meshdeck::demo::api
