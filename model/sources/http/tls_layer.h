// TLS as a client over any stream of bytes: what a connection inside of another one needs. Free of sockets and of Qt.
// Private to sources.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace meshdeck::sources::http {

struct TlsLayerOptions {
    std::string caPem;              // the only roots that count
    std::vector<std::string> names; // the first is asked for (SNI), any of them is accepted
    std::string protocol;           // ALPN: "h2"
};

// TLS 1.2 at least. Not thread safe.
class TlsLayer {
public:
    // Tls when the roots cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<TlsLayer>> client(const TlsLayerOptions& options);
    ~TlsLayer();
    TlsLayer(const TlsLayer&) = delete;
    TlsLayer& operator=(const TlsLayer&) = delete;

    // Bytes from the peer. Tls with one sentence when the handshake or the connection fails.
    [[nodiscard]] Status received(std::string_view bytes);
    // Plain bytes for the peer; they wait for the handshake.
    [[nodiscard]] Status send(std::string_view plain);
    // Begins the handshake; received() carries it on.
    [[nodiscard]] Status begin();
    [[nodiscard]] bool ready() const; // the handshake is done, the peer is who it should be
    [[nodiscard]] bool closed() const; // the peer has said that nothing follows
    [[nodiscard]] std::string takeOutgoing(); // for the peer
    [[nodiscard]] std::string takePlain();    // from the peer

private:
    class State;
    explicit TlsLayer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace meshdeck::sources::http
