// A WebSocket client over one connection of its own: TCP or TLS, through the same proxies and with the same trust as
// every request of http_client.h. Lives on a thread with an event loop. Private to sources.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtNetwork/QSslError>
#include <QtNetwork/QSslSocket>

#include "sources/http/http_client.h"
#include "sources/http/websocket_frames.h"

namespace meshdeck::sources::http {

struct WebSocketRequest {
    std::string url; // http:// or https://
    Headers headers;
    std::string protocol; // the one subprotocol that is offered
    HttpOptions options;
    Duration limit = std::chrono::seconds(10); // until it is open
};

class WebSocket final : public QObject {
public:
    struct Events {
        std::function<void()> onOpen;
        std::function<void(std::string_view message)> onMessage;
        std::function<void()> onSent; // some of what was waiting has gone out
        std::function<void(const HttpResponse& answer)> onRefused; // no upgrade; nothing follows
        std::function<void(const Error& why)> onEnd;               // nothing follows
    };

    WebSocket(WebSocketRequest request, Events events);
    ~WebSocket() override;

    void start();
    // One binary message; only while it is open.
    void send(std::string_view message);
    // Bytes that wait for the network.
    [[nodiscard]] std::size_t unsent() const;
    // No more messages until it is taken back; the network's own flow control holds the server.
    void setPaused(bool paused);

private:
    void connected();
    void readable();
    void readUpgrade(std::string_view bytes);
    void deliver();
    void disconnected();
    void failed();
    void end(Error why);
    void refuse(const HttpResponse& answer);

    WebSocketRequest m_request;
    Events m_events;
    std::string m_key;
    std::string m_host; // "host:port"
    QSslSocket m_socket;
    QTimer m_timer;
    QList<QSslError> m_sslErrors;
    UpgradeReader m_upgrade;
    MessageReader m_messages;
    bool m_open = false;
    bool m_paused = false;
    bool m_ended = false;
    bool m_delivering = false;
};

} // namespace meshdeck::sources::http
