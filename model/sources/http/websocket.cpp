#include "sources/http/websocket.h"

#include <QtCore/QUrl>
#include <QtNetwork/QNetworkProxyFactory>

#include "base/text.h"
#include "sources/http/proxies.h"
#include "sources/http/tls.h"

namespace meshdeck::sources::http {
namespace {

constexpr qint64 kReadBuffer = qint64(1) << 20;
constexpr qint64 kPiece = qint64(64) << 10;

std::string targetOf(const QUrl& url) {
    QByteArray target = url.path(QUrl::FullyEncoded).toUtf8();
    if (target.isEmpty()) {
        target = "/";
    }
    if (url.hasQuery()) {
        target += '?' + url.query(QUrl::FullyEncoded).toUtf8();
    }
    return target.toStdString();
}

} // namespace

WebSocket::WebSocket(WebSocketRequest request, Events events)
    : m_request(std::move(request)), m_events(std::move(events)), m_key(newWebSocketKey()) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        end({ErrorKind::Timeout, m_host + " does not answer", "check the network and the VPN", {}});
    });
    connect(&m_socket, &QSslSocket::readyRead, this, [this] { readable(); });
    connect(&m_socket, &QSslSocket::disconnected, this, [this] { disconnected(); });
    connect(&m_socket, &QSslSocket::bytesWritten, this, [this] {
        if (m_open && !m_ended) {
            m_events.onSent();
        }
    });
    connect(&m_socket, &QSslSocket::sslErrors, this, [this](const QList<QSslError>& errors) {
        m_sslErrors = errors;
        if (m_request.options.tls.insecureSkipVerify) {
            m_socket.ignoreSslErrors();
        }
    });
    connect(&m_socket, &QSslSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        if (error != QAbstractSocket::RemoteHostClosedError) {
            failed();
        }
    });
}

WebSocket::~WebSocket() {
    m_ended = true;
    m_socket.disconnect(this);
    m_socket.abort();
}

void WebSocket::start() {
    const QUrl url = QUrl::fromEncoded(QByteArray::fromStdString(m_request.url), QUrl::StrictMode);
    const bool tls = url.scheme() == QStringLiteral("https");
    const int port = url.port(tls ? 443 : 80);
    const std::string host = url.host().toStdString();
    m_host = (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
    m_timer.start(std::chrono::duration_cast<std::chrono::milliseconds>(m_request.limit));
    const auto proxies = makeProxyFactory(m_request.options.proxyUrl);
    m_socket.setProxy(proxies->queryProxy(QNetworkProxyQuery(url)).front());
    m_socket.setReadBufferSize(kReadBuffer);
    if (!tls) {
        connect(&m_socket, &QSslSocket::connected, this, [this] { connected(); });
        m_socket.connectToHost(url.host(), static_cast<quint16>(port));
        return;
    }
    auto ssl = sslConfiguration(m_request.options.tls);
    if (!ssl) {
        end(ssl.error());
        return;
    }
    ssl->setAllowedNextProtocols({QByteArrayLiteral("http/1.1")}); // an upgrade is none in HTTP/2
    m_socket.setSslConfiguration(*ssl);
    connect(&m_socket, &QSslSocket::encrypted, this, [this] { connected(); });
    const std::string& name = m_request.options.tls.serverName;
    m_socket.connectToHostEncrypted(url.host(), static_cast<quint16>(port),
                                    name.empty() ? url.host() : QString::fromStdString(name));
}

void WebSocket::connected() {
    const QUrl url = QUrl::fromEncoded(QByteArray::fromStdString(m_request.url), QUrl::StrictMode);
    const auto request = upgradeRequest(m_host, targetOf(url), m_request.protocol, m_key, m_request.headers);
    if (!request) {
        end(request.error());
        return;
    }
    m_socket.write(request->data(), static_cast<qint64>(request->size()));
}

void WebSocket::readable() {
    while (!m_ended && !m_paused && m_socket.bytesAvailable() > 0) {
        const QByteArray bytes = m_socket.read(kPiece);
        const std::string_view view(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        if (!m_open) {
            readUpgrade(view);
        } else {
            m_messages.feed(view);
            deliver();
        }
    }
}

void WebSocket::readUpgrade(std::string_view bytes) {
    const auto complete = m_upgrade.feed(bytes);
    if (!complete) {
        end(complete.error());
        return;
    }
    if (!*complete) {
        return;
    }
    if (m_upgrade.response().status != 101) {
        refuse(m_upgrade.response());
        return;
    }
    if (const Status good = checkUpgrade(m_upgrade.response(), m_key, m_request.protocol); !good) {
        end(good.error());
        return;
    }
    m_timer.stop();
    m_open = true;
    m_messages.feed(m_upgrade.takeRest());
    m_events.onOpen();
    deliver();
}

void WebSocket::deliver() {
    if (m_delivering) {
        return; // an event has taken back the pause: the loop below goes on
    }
    m_delivering = true;
    while (!m_ended && !m_paused) {
        const auto message = m_messages.next();
        if (!message) {
            end(message.error());
            break;
        }
        if (!*message) {
            break;
        }
        const Message& one = **message;
        if (one.opcode == Opcode::Ping) {
            const std::string pong = encodeFrame(Opcode::Pong, one.payload, newMask());
            m_socket.write(pong.data(), static_cast<qint64>(pong.size()));
        } else if (one.opcode == Opcode::Close) {
            const std::string answer = encodeFrame(Opcode::Close, one.payload, newMask());
            m_socket.write(answer.data(), static_cast<qint64>(answer.size()));
            m_socket.flush();
            const std::string reason = one.payload.size() > 2 ? ": " + text::safe(one.payload.substr(2), false, 200) : "";
            end({ErrorKind::Unreachable, m_host + " closed the connection" + reason, {}, {}});
        } else if (one.opcode != Opcode::Pong) {
            m_events.onMessage(one.payload);
        }
    }
    m_delivering = false;
}

void WebSocket::send(std::string_view message) {
    if (!m_open || m_ended) {
        return;
    }
    const std::string frame = encodeFrame(Opcode::Binary, message, newMask());
    m_socket.write(frame.data(), static_cast<qint64>(frame.size()));
}

std::size_t WebSocket::unsent() const {
    return static_cast<std::size_t>(m_socket.bytesToWrite() + m_socket.encryptedBytesToWrite());
}

void WebSocket::setPaused(bool paused) {
    const bool resumed = m_paused && !paused;
    m_paused = paused;
    if (resumed && m_open) {
        deliver();
        readable();
    }
}

void WebSocket::disconnected() {
    if (m_ended) {
        return;
    }
    readable();
    if (!m_ended && !m_open && m_upgrade.finish()) {
        refuse(m_upgrade.response());
    } else if (!m_ended) {
        end({ErrorKind::Unreachable, m_host + " closed the connection", {}, {}});
    }
}

void WebSocket::failed() {
    const std::string detail = text::safe(m_socket.errorString().toStdString(), false, 300);
    if (!m_sslErrors.isEmpty() || m_socket.error() == QAbstractSocket::SslHandshakeFailedError || isLateTlsAlert(detail)) {
        end(m_sslErrors.isEmpty() ? Error{ErrorKind::Tls, "the TLS connection to " + m_host + " failed: " + detail, {}, {}}
                                  : describeSslErrors(m_sslErrors, m_host));
        return;
    }
    end({ErrorKind::Unreachable, "no connection to " + m_host + ": " + detail, "check the network and the VPN", {}});
}

void WebSocket::refuse(const HttpResponse& answer) {
    m_ended = true;
    m_timer.stop();
    m_events.onRefused(answer);
}

void WebSocket::end(Error why) {
    if (m_ended) {
        return;
    }
    m_ended = true;
    m_timer.stop();
    m_events.onEnd(why);
}

} // namespace meshdeck::sources::http
