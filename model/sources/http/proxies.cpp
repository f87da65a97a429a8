#include "sources/http/proxies.h"

#include <cstdlib>

#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QNetworkProxy>

#include "base/redaction.h"
#include "base/text.h"

namespace meshdeck::sources::http {
namespace {

std::string firstOf(const Environment& environment, const char* upper, const char* lower) {
    std::string value = environment(upper);
    return value.empty() ? environment(lower) : value;
}

bool isLoopback(const QString& host) {
    return host == QStringLiteral("localhost") || QHostAddress(host).isLoopback();
}

bool excludes(const QString& rule, const QString& host, int port) {
    if (rule == QStringLiteral("*")) {
        return true;
    }
    if (rule.contains(QLatin1Char('/'))) {
        const auto subnet = QHostAddress::parseSubnet(rule);
        const QHostAddress address(host);
        return !address.isNull() && !subnet.first.isNull() && address.isInSubnet(subnet);
    }
    QString name = rule;
    const auto colon = rule.lastIndexOf(QLatin1Char(':'));
    if (colon > 0 && rule.count(QLatin1Char(':')) == 1) {
        if (rule.mid(colon + 1).toInt() != port) {
            return false;
        }
        name = rule.left(colon);
    }
    while (name.startsWith(QLatin1Char('.')) || name.startsWith(QLatin1Char('*'))) {
        name = name.mid(1);
    }
    return !name.isEmpty() && (host == name || host.endsWith(QLatin1Char('.') + name));
}

class Factory final : public QNetworkProxyFactory {
public:
    explicit Factory(std::string proxyUrl) : m_proxyUrl(std::move(proxyUrl)) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
        const QUrl url = query.url();
        const std::string proxy =
            !m_proxyUrl.empty()
                ? m_proxyUrl
                : proxyFromEnvironment(url.scheme().toStdString(), query.peerHostName().toStdString(),
                                       query.peerPort(), processEnvironment);
        if (proxy.empty()) {
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        }
        const auto parsed = parseProxy(proxy);
        return {parsed ? *parsed : QNetworkProxy(QNetworkProxy::NoProxy)};
    }

private:
    std::string m_proxyUrl;
};

} // namespace

std::string processEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string proxyFromEnvironment(const std::string& scheme, const std::string& host, int port,
                                 const Environment& environment) {
    const QString name = QString::fromStdString(host).toLower();
    if (isLoopback(name)) {
        return {};
    }
    const QString noProxy = QString::fromStdString(firstOf(environment, "NO_PROXY", "no_proxy"));
    for (const QString& rule : noProxy.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        if (excludes(rule.trimmed().toLower(), name, port)) {
            return {};
        }
    }
    return scheme == "https" ? firstOf(environment, "HTTPS_PROXY", "https_proxy")
                             : firstOf(environment, "HTTP_PROXY", "http_proxy");
}

Result<QNetworkProxy> parseProxy(const std::string& url) {
    const std::string full = url.find("://") == std::string::npos ? "http://" + url : url;
    const QUrl parsed = QUrl::fromEncoded(QByteArray::fromStdString(full), QUrl::StrictMode);
    const QString scheme = parsed.scheme();
    const bool socks = scheme == QStringLiteral("socks5") || scheme == QStringLiteral("socks5h");
    if (!parsed.isValid() || parsed.host().isEmpty() || (!socks && scheme != QStringLiteral("http"))) {
        return fail(ErrorKind::InvalidArgument,
                    "the proxy " + text::safe(redact(url)) + " cannot be used",
                    scheme == QStringLiteral("https") ? "a proxy that is itself reached over TLS is not supported; "
                                                        "give its http:// or socks5:// address"
                                                      : "it must be an http:// or socks5:// address");
    }
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, parsed.host(),
                         static_cast<quint16>(parsed.port(socks ? 1080 : 80)),
                         parsed.userName(QUrl::FullyDecoded), parsed.password(QUrl::FullyDecoded));
}

std::unique_ptr<QNetworkProxyFactory> makeProxyFactory(const std::string& proxyUrl) {
    return std::make_unique<Factory>(proxyUrl);
}

} // namespace meshdeck::sources::http
