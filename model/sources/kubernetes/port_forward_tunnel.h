// One forwarded connection: a WebSocket on the one side, a socket pair on the other. Lives on the forwarder's thread.
// Private to this folder.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

#include "sources/http/tls_layer.h"
#include "sources/http/websocket.h"
#include "sources/kubernetes/port_forward.h"

namespace meshdeck::sources::kubernetes {

// What became of an attempt: a socket, or why not; `unauthenticated` asks for fresh credentials.
struct ForwardOutcome {
    Result<FileDescriptor> socket;
    bool unauthenticated = false;
};

class PortForwardTunnel final : public QObject {
public:
    using Opened = std::function<void(ForwardOutcome)>; // exactly once
    using Over = std::function<void()>;                 // at the end; the tunnel may then be deleted later

    PortForwardTunnel(http::WebSocketRequest request, ForwardTarget target, std::optional<ForwardTls> tls, Opened opened,
                      Over over);
    ~PortForwardTunnel() override;
    void start();

private:
    void take(std::string_view message);
    void fromPod(std::string_view bytes);
    void handshake();
    void stand();
    void readLocal();
    void writeLocal();
    void flushTls();
    void refused(const HttpResponse& answer);
    void end(Error why);

    const ForwardTarget m_target;
    const std::optional<ForwardTls> m_tlsOptions;
    const std::string m_name; // "istio-system/istiod-abc, port 15012"
    Opened m_opened;
    Over m_over;
    http::WebSocket m_socket;
    ForwardChannels m_channels;
    std::unique_ptr<http::TlsLayer> m_tls;
    FileDescriptor m_local;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    std::string m_toLocal;
    bool m_ended = false;
};

} // namespace meshdeck::sources::kubernetes
