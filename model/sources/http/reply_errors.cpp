#include "sources/http/reply_errors.h"

#include <QtCore/QUrl>

#include "base/text.h"
#include "sources/http/tls.h"

namespace meshdeck::sources::http {
namespace {

std::string hostPort(const QUrl& url) {
    const int port = url.port(url.scheme() == QStringLiteral("https") ? 443 : 80);
    return url.host().toStdString() + ":" + std::to_string(port);
}

Status proxyError(QNetworkReply::NetworkError error, const std::string& detail) {
    const std::string hint = "check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY";
    if (error == QNetworkReply::ProxyAuthenticationRequiredError) {
        return fail(ErrorKind::Unreachable, "the proxy asks for a user name and password",
                    "put them into the proxy's address: http://user:password@host:port");
    }
    return fail(ErrorKind::Unreachable, "the proxy cannot be used: " + detail, hint);
}

Status lateAlert(const std::string& host, const std::string& detail) {
    const bool missing = detail.find("certificate required") != std::string::npos;
    return fail(ErrorKind::Tls,
                missing ? host + " demands a client certificate" : host + " ended the TLS connection: " + detail,
                missing ? "add client-certificate and client-key to the user in the kubeconfig"
                        : "the client certificate may have expired, or the server may not know its authority");
}

// Qt turns HTTP statuses into errors of these ranges; 400 becomes an "invalid operation".
bool isAnswer(QNetworkReply::NetworkError error) {
    return error == QNetworkReply::NoError || error == QNetworkReply::ProtocolInvalidOperationError ||
           (error > 200 && error < 300) || (error > 400 && error < 500);
}

} // namespace

Status outcomeOf(const QNetworkReply& reply, const QList<QSslError>& sslErrors) {
    const QNetworkReply::NetworkError error = reply.error();
    const bool hasStatus = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
    if (hasStatus && error != QNetworkReply::ContentReSendError && isAnswer(error)) {
        return {};
    }
    const std::string host = hostPort(reply.url());
    const std::string detail = text::safe(reply.errorString().toStdString(), false, 300);
    if (error == QNetworkReply::SslHandshakeFailedError) {
        return sslErrors.isEmpty() ? Status(fail(ErrorKind::Tls, "the TLS handshake with " + host + " failed: " + detail))
                                   : Status(tl::unexpected(describeSslErrors(sslErrors, host)));
    }
    if (isLateTlsAlert(detail)) {
        return lateAlert(host, detail);
    }
    if (error > 100 && error < 200) {
        return proxyError(error, detail);
    }
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
        return fail(ErrorKind::Unreachable, host + " refuses the connection",
                    "check that the server runs and that this is its address");
    case QNetworkReply::HostNotFoundError:
        return fail(ErrorKind::Unreachable, "the name " + reply.url().host().toStdString() + " cannot be resolved",
                    "check the name, the network and the VPN");
    case QNetworkReply::RemoteHostClosedError:
        return fail(ErrorKind::Unreachable, host + " closed the connection before the answer was complete");
    case QNetworkReply::ContentReSendError:
        return fail(ErrorKind::Unreachable, host + " closed the connection after the request was sent");
    case QNetworkReply::TimeoutError:
        return fail(ErrorKind::Timeout, host + " does not answer", "check the network and the VPN");
    case QNetworkReply::OperationCanceledError:
        return fail(ErrorKind::Cancelled, "cancelled");
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
        return fail(ErrorKind::Protocol, host + " does not speak HTTP as expected: " + detail,
                    "check the address and whether it needs https");
    default:
        return fail(ErrorKind::Unreachable, "no connection to " + host + ": " + detail, "check the network and the VPN");
    }
}

} // namespace meshdeck::sources::http
