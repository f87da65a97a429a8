#include "app/demo/api/https_server.h"

#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "app/demo/api/https_session.h"

namespace meshdeck::demo::api {

namespace {

// HTTP/1.1 is all there is: without this choice a client that offers h2 first would take it.
int selectHttp11(SSL*, const unsigned char** out, unsigned char* outLength, const unsigned char* in,
                 unsigned int inLength, void*) {
    static const unsigned char kHttp11[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, outLength, kHttp11, sizeof kHttp11 - 1, in, inLength) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

// A client certificate is asked for and not required; a bad one is no TLS error but a 401 later, as with the real
// server.
void configure(ssl::context& context, const HttpsOptions& options) {
    context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context.use_certificate_chain(net::buffer(options.certificate.certPem));
    context.use_private_key(net::buffer(options.certificate.keyPem), ssl::context::pem);
    context.add_certificate_authority(net::buffer(options.clientAuthority));
    context.set_verify_mode(ssl::verify_peer | ssl::verify_client_once);
    context.set_verify_callback([](bool, ssl::verify_context&) { return true; });
    static const unsigned char kSession[] = "meshdeck-demo";
    SSL_CTX_set_session_id_context(context.native_handle(), kSession, sizeof kSession - 1);
    SSL_CTX_set_alpn_select_cb(context.native_handle(), selectHttp11, nullptr);
}

} // namespace

class HttpsServer::Impl {
public:
    Impl(HttpsOptions options, Handler handler, ObjectStore& store, Faults& faults)
        : m_tls(ssl::context::tls_server)
        , m_shared{std::move(options), std::move(handler), store, faults}
        , m_acceptor(m_io) {
        configure(m_tls, m_shared.options);
        const tcp::endpoint endpoint(net::ip::address_v4::loopback(), 0);
        m_acceptor.open(endpoint.protocol());
        m_acceptor.bind(endpoint);
        m_acceptor.listen();
        m_port = m_acceptor.local_endpoint().port();
        accept();
        for (int i = 0; i < m_shared.options.threads; ++i) {
            m_threads.emplace_back([this] { m_io.run(); });
        }
    }

    ~Impl() {
        m_io.stop();
        for (std::thread& thread : m_threads) {
            thread.join();
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] unsigned short port() const { return m_port; }

private:
    void accept() {
        m_acceptor.async_accept(net::make_strand(m_io),
                                [this](const boost::system::error_code& error, tcp::socket socket) {
                                    if (error == net::error::operation_aborted) {
                                        return;
                                    }
                                    if (!error) {
                                        startSession(std::move(socket), m_tls, m_shared);
                                    }
                                    accept();
                                });
    }

    ssl::context m_tls;
    SessionShared m_shared;
    net::io_context m_io;
    tcp::acceptor m_acceptor;
    std::vector<std::thread> m_threads;
    unsigned short m_port = 0;
};

std::unique_ptr<HttpsServer> HttpsServer::start(HttpsOptions options, Handler handler, ObjectStore& store,
                                                Faults& faults, std::string& error) {
    try {
        auto impl = std::make_unique<Impl>(std::move(options), std::move(handler), store, faults);
        return std::unique_ptr<HttpsServer>(new HttpsServer(std::move(impl)));
    } catch (const std::exception& exception) {
        error = exception.what();
        return nullptr;
    }
}

HttpsServer::HttpsServer(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}
HttpsServer::~HttpsServer() = default;

unsigned short HttpsServer::port() const {
    return m_impl->port();
}

} // namespace meshdeck::demo::api
