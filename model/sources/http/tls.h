// TLS settings and TLS failures in Qt's terms; private to this folder.
#pragma once

#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>

#include "base/result.h"
#include "sources/http/http_client.h"

namespace meshdeck::sources::http {

// TLS 1.2 at least. A given CA replaces the system's roots, it never adds to them (facts/faults.md B1 5). Tls error
// when a certificate or key is no PEM that can be read.
[[nodiscard]] Result<QSslConfiguration> sslConfiguration(const TlsOptions& options);

// One sentence with the issuer, the dates or the names of the certificate, whichever was wrong.
[[nodiscard]] Error describeSslErrors(const QList<QSslError>& errors, const std::string& host);

// A server that refuses our (missing) client certificate under TLS 1.3 does so after the handshake: Qt reports an
// unknown network error with OpenSSL's alert in the text (facts/toolchain.md 7).
[[nodiscard]] bool isLateTlsAlert(const std::string& text);

} // namespace meshdeck::sources::http
