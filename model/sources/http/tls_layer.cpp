#include "sources/http/tls_layer.h"

#include <array>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/text.h"

namespace meshdeck::sources::http {
namespace {

struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Error tlsError(std::string what, std::string hint = {}) {
    return {ErrorKind::Tls, std::move(what), std::move(hint), {}};
}

bool addRoots(SSL_CTX* context, const std::string& pem) {
    const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    bool any = false;
    while (X509* root = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        any = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root) == 1 || any;
        X509_free(root);
    }
    ERR_clear_error(); // the end of the text is an error to OpenSSL
    return any;
}

bool addNames(SSL* ssl, const TlsLayerOptions& options) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    bool good = !options.names.empty() && SSL_set_tlsext_host_name(ssl, options.names.front().c_str()) == 1;
    for (std::size_t i = 0; i < options.names.size(); ++i) {
        const char* name = options.names[i].c_str();
        good = (i == 0 ? SSL_set1_host(ssl, name) : SSL_add1_host(ssl, name)) == 1 && good;
    }
    return good;
}

} // namespace

class TlsLayer::State {
public:
    State(Owned<SSL_CTX> context, Owned<SSL> ssl, std::string name)
        : m_context(std::move(context)), m_ssl(std::move(ssl)), m_name(std::move(name)), m_in(BIO_new(BIO_s_mem())),
          m_out(BIO_new(BIO_s_mem())) {
        BIO_set_mem_eof_return(m_in, -1); // empty is not the end
        SSL_set_bio(m_ssl.get(), m_in, m_out);
        SSL_set_connect_state(m_ssl.get());
    }

    Status advance() {
        ERR_clear_error();
        if (SSL_is_init_finished(m_ssl.get()) == 0) {
            const int result = SSL_do_handshake(m_ssl.get());
            if (result <= 0) {
                return SSL_get_error(m_ssl.get(), result) == SSL_ERROR_WANT_READ ? Status() : tl::unexpected(failure());
            }
        }
        if (Status written = flushPending(); !written) {
            return written;
        }
        return readPlain();
    }

    Status feed(std::string_view bytes) {
        BIO_write(m_in, bytes.data(), static_cast<int>(bytes.size()));
        return advance();
    }

    Status send(std::string_view plain) {
        m_pending.append(plain);
        return ready() ? flushPending() : Status();
    }

    [[nodiscard]] bool ready() const { return SSL_is_init_finished(m_ssl.get()) == 1; }
    [[nodiscard]] bool closed() const { return m_closed; }
    std::string takePlain() { return std::exchange(m_plain, {}); }

    std::string takeOutgoing() {
        std::string bytes(BIO_ctrl_pending(m_out), '\0');
        if (!bytes.empty()) {
            BIO_read(m_out, bytes.data(), static_cast<int>(bytes.size()));
        }
        return bytes;
    }

private:
    Status flushPending() {
        if (!m_pending.empty()) {
            const int written = SSL_write(m_ssl.get(), m_pending.data(), static_cast<int>(m_pending.size()));
            if (written <= 0) {
                return tl::unexpected(failure());
            }
            m_pending.clear(); // memory takes all
        }
        return {};
    }

    Status readPlain() {
        std::array<char, 16384> piece{};
        for (;;) {
            const int count = SSL_read(m_ssl.get(), piece.data(), static_cast<int>(piece.size()));
            if (count > 0) {
                m_plain.append(piece.data(), static_cast<std::size_t>(count));
                continue;
            }
            switch (SSL_get_error(m_ssl.get(), count)) {
            case SSL_ERROR_WANT_READ: return {};
            case SSL_ERROR_ZERO_RETURN: m_closed = true; return {};
            default: return tl::unexpected(failure());
            }
        }
    }

    [[nodiscard]] Error failure() const {
        if (const long verified = SSL_get_verify_result(m_ssl.get()); verified != X509_V_OK) {
            return tlsError("the certificate of " + m_name + " was refused: " + X509_verify_cert_error_string(verified),
                            "compare with the root certificate and the names it should have");
        }
        const unsigned long code = ERR_get_error();
        const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
        return tlsError("the TLS connection to " + m_name + " failed" +
                        (reason == nullptr ? std::string() : ": " + text::safe(reason)));
    }

    Owned<SSL_CTX> m_context;
    Owned<SSL> m_ssl;
    const std::string m_name;
    BIO* m_in; // both belong to m_ssl
    BIO* m_out;
    std::string m_pending;
    std::string m_plain;
    bool m_closed = false;
};

TlsLayer::TlsLayer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TlsLayer::~TlsLayer() = default;

Result<std::unique_ptr<TlsLayer>> TlsLayer::client(const TlsLayerOptions& options) {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (!addRoots(context.get(), options.caPem)) {
        return tl::unexpected(tlsError("the root certificate cannot be read", "it must be in PEM form"));
    }
    Owned<SSL> ssl(SSL_new(context.get()));
    const std::string alpn = static_cast<char>(options.protocol.size()) + options.protocol;
    const bool offered = SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(alpn.data()),
                                             static_cast<unsigned>(alpn.size())) == 0; // zero is success here
    if (!offered || !addNames(ssl.get(), options)) {
        return tl::unexpected(Error{ErrorKind::Internal, "TLS cannot be set up", {}, {}});
    }
    auto state = std::make_unique<State>(std::move(context), std::move(ssl), text::safe(options.names.front()));
    return std::unique_ptr<TlsLayer>(new TlsLayer(std::move(state)));
}

Status TlsLayer::begin() {
    return m_state->advance();
}
Status TlsLayer::received(std::string_view bytes) {
    return m_state->feed(bytes);
}
Status TlsLayer::send(std::string_view plain) {
    return m_state->send(plain);
}
bool TlsLayer::ready() const {
    return m_state->ready();
}
bool TlsLayer::closed() const {
    return m_state->closed();
}
std::string TlsLayer::takeOutgoing() {
    return m_state->takeOutgoing();
}
std::string TlsLayer::takePlain() {
    return m_state->takePlain();
}

} // namespace meshdeck::sources::http
