#include "sources/http/exchange.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <QtCore/QIODevice>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

#include "sources/http/reply_errors.h"
#include "sources/http/tls.h"

namespace meshdeck::sources::http {
namespace {

constexpr std::size_t kMaxHeaderBytes = std::size_t(64) << 10U; // facts/faults.md B1 27

// A request body that can be read once. Qt sends a request again when its connection closes before the answer, a PATCH
// as readily as a GET; it gives up (ContentReSendError) when the body cannot be rewound. So a write is sent at most once.
class OneShotBody final : public QIODevice {
public:
    OneShotBody(std::string body, QObject* parent) : QIODevice(parent), m_body(std::move(body)) {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] bool atEnd() const override { return m_position == m_body.size(); }
    [[nodiscard]] qint64 bytesAvailable() const override { return static_cast<qint64>(m_body.size() - m_position); }
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }

protected:
    qint64 readData(char* data, qint64 maximum) override {
        const std::size_t count = std::min(static_cast<std::size_t>(maximum), m_body.size() - m_position);
        std::copy_n(m_body.data() + m_position, count, data);
        m_position += count;
        return count == 0 ? -1 : static_cast<qint64>(count);
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    std::string m_body;
    std::size_t m_position = 0;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool hasHeader(const HttpRequest& request, const char* name) {
    return std::any_of(request.headers.begin(), request.headers.end(),
                       [name](const auto& header) { return lower(header.first) == name; });
}

// User and password of the URL go into a header at once: Qt would wait for a 401 first.
void moveUserInfo(QUrl& url, const HttpRequest& request, QNetworkRequest& out) {
    if (!url.userInfo().isEmpty() && !hasHeader(request, "authorization")) {
        const QString pair = url.userName(QUrl::FullyDecoded) + QLatin1Char(':') + url.password(QUrl::FullyDecoded);
        out.setRawHeader(QByteArrayLiteral("Authorization"), "Basic " + pair.toUtf8().toBase64());
    }
    url.setUserInfo(QString());
}

QNetworkRequest networkRequest(const HttpRequest& request, const HttpOptions& options, const QSslConfiguration& ssl) {
    QNetworkRequest out;
    QUrl url = QUrl::fromEncoded(QByteArray::fromStdString(request.url), QUrl::StrictMode);
    moveUserInfo(url, request, out);
    out.setUrl(url);
    const bool tls = url.scheme() == QStringLiteral("https");
    if (tls) {
        out.setSslConfiguration(ssl);
        out.setPeerVerifyName(QString::fromStdString(options.tls.serverName));
    }
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, tls);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setDecompressedSafetyCheckThreshold(-1); // maxBytes is our cap
    out.setRawHeader(QByteArrayLiteral("User-Agent"), QByteArray::fromStdString(options.userAgent));
    for (const auto& [name, value] : request.headers) {
        const QByteArray key = QByteArray::fromStdString(name);
        const QByteArray text = QByteArray::fromStdString(value);
        out.setRawHeader(key, out.hasRawHeader(key) && lower(name) != "user-agent" ? out.rawHeader(key) + ", " + text
                                                                                   : text);
    }
    return out;
}

} // namespace

std::string originOf(const std::string& url) {
    const QUrl parsed = QUrl::fromEncoded(QByteArray::fromStdString(url), QUrl::StrictMode);
    return (parsed.scheme() + QStringLiteral("://") + parsed.host() + QLatin1Char(':') +
            QString::number(parsed.port(parsed.scheme() == QStringLiteral("https") ? 443 : 80)))
        .toStdString();
}

Exchange::Exchange(HttpRequest request, bool stream, Events events)
    : m_request(std::move(request)), m_stream(stream), m_events(std::move(events)) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        end(fail(ErrorKind::Timeout,
                 "no answer within " + std::to_string(std::max<std::int64_t>(m_request.timeout.count() / 1000, 1)) +
                     " s",
                 "check the network and the server"));
    });
}

Exchange::~Exchange() {
    m_ended = true;
    if (m_reply != nullptr) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
    }
}

void Exchange::start(QNetworkAccessManager& manager, const HttpOptions& options, const QSslConfiguration& ssl) {
    QNetworkRequest request = networkRequest(m_request, options, ssl);
    if (!request.url().isValid() || request.url().host().isEmpty()) {
        end(fail(ErrorKind::InvalidArgument, "this is no address of a server"));
        return;
    }
    m_insecure = options.tls.insecureSkipVerify;
    m_timer.start(m_request.timeout);
    if (m_request.method == "GET" || m_request.method == "HEAD") {
        m_reply = m_request.method == "GET" ? manager.get(request) : manager.head(request);
    } else {
        if (!hasHeader(m_request, "content-type")) {
            request.setRawHeader(QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/octet-stream"));
        }
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, static_cast<qint64>(m_request.body.size()));
        auto* body = new OneShotBody(std::move(m_request.body), this);
        m_reply = manager.sendCustomRequest(request, QByteArray::fromStdString(m_request.method), body);
        body->setParent(m_reply); // the reply's transport reads it until the reply is gone
    }
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError>& errors) {
        if (m_insecure) {
            m_reply->ignoreSslErrors();
        } else {
            m_sslErrors = errors;
        }
    });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] { head(); });
    connect(m_reply, &QNetworkReply::readyRead, this, [this] { read(); });
    connect(m_reply, &QNetworkReply::finished, this, [this] { finish(); });
}

void Exchange::cancel() {
    end(fail(ErrorKind::Cancelled, "cancelled"));
}

void Exchange::head() {
    const QVariant status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (m_headSeen || m_ended || !status.isValid() || status.toInt() < 200) {
        return;
    }
    HttpResponse response;
    response.status = status.toInt();
    response.http2 = m_reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    std::size_t size = 0;
    for (const auto& [name, value] : m_reply->rawHeaderPairs()) {
        size += static_cast<std::size_t>(name.size() + value.size());
        response.headers.emplace_back(lower(name.toStdString()), value.toStdString());
    }
    if (size > kMaxHeaderBytes) {
        end(fail(ErrorKind::TooLarge, "the answer's headers are larger than 64 KiB"));
        return;
    }
    m_headSeen = true;
    if (m_stream) {
        m_timer.stop();
    }
    m_events.onHead(std::move(response));
}

void Exchange::read() {
    std::array<char, 65536> chunk{};
    while (!m_ended) {
        head();
        const qint64 count = m_reply->read(chunk.data(), static_cast<qint64>(chunk.size()));
        if (count <= 0 || m_ended) {
            return;
        }
        m_received += static_cast<std::size_t>(count);
        if (!m_stream && m_received > m_request.maxBytes) {
            end(fail(ErrorKind::TooLarge,
                     "the answer is larger than " + std::to_string(m_request.maxBytes >> 20U) + " MiB",
                     "ask for less: fewer namespaces or a shorter window"));
            return;
        }
        m_events.onBytes(std::string_view(chunk.data(), static_cast<std::size_t>(count)));
    }
}

void Exchange::finish() {
    if (m_ended) {
        return;
    }
    Status status = outcomeOf(*m_reply, m_sslErrors);
    if (status) {
        head();
        read();
    }
    if (!m_ended) {
        end(std::move(status));
    }
}

void Exchange::end(Status status) {
    if (m_ended) {
        return;
    }
    m_ended = true;
    m_timer.stop();
    if (m_reply != nullptr) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply = nullptr;
    }
    const auto onEnd = std::move(m_events.onEnd);
    onEnd(std::move(status));
}

} // namespace meshdeck::sources::http
