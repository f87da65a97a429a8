// One request and its answer on a QNetworkAccessManager; lives on the I/O thread. Private to this folder.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>

#include "sources/http/http_client.h"

class QNetworkAccessManager;

namespace meshdeck::sources::http {

// Scheme, host and port of a URL: what a connection is shared by.
[[nodiscard]] std::string originOf(const std::string& url);

class Exchange final : public QObject {
public:
    struct Events {
        std::function<void(HttpResponse head)> onHead;
        std::function<void(std::string_view bytes)> onBytes;
        std::function<void(Status end)> onEnd; // exactly once, unless the exchange is deleted before
    };

    // With `stream` the timeout ends at the headers, and maxBytes does not count.
    Exchange(HttpRequest request, bool stream, Events events);
    ~Exchange() override;

    void start(QNetworkAccessManager& manager, const HttpOptions& options, const QSslConfiguration& ssl);
    // Ends it with Cancelled.
    void cancel();

private:
    void head();
    void read();
    void finish();
    void end(Status status);
    [[nodiscard]] Status outcome() const;

    HttpRequest m_request;
    bool m_stream;
    Events m_events;
    bool m_insecure = false;
    bool m_headSeen = false;
    bool m_ended = false;
    std::size_t m_received = 0;
    QTimer m_timer;
    QNetworkReply* m_reply = nullptr;
    QList<QSslError> m_sslErrors;
};

} // namespace meshdeck::sources::http
