#include "sources/http/tls.h"

#include <openssl/crypto.h>

#include <QtCore/QDateTime>
#include <QtCore/QStringList>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslKey>

#include "base/text.h"

namespace meshdeck::sources::http {
namespace {

// Qt's network threads are detached: QThread::wait() returns while their thread-local OpenSSL state is still being
// freed, and OpenSSL's own clean-up at exit would free it a second time (seen as "double free" at the end of a run).
// Without that clean-up the system takes the memory back. Before main(), for it must be the first call of all.
[[maybe_unused]] const int kNoCleanUpAtExit = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

QByteArray bytes(const std::string& text) {
    return QByteArray::fromStdString(text);
}

Result<QSslKey> readKey(const std::string& pem) {
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        QSslKey key(bytes(pem), algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull()) {
            return key;
        }
    }
    return fail(ErrorKind::Tls, "the client key cannot be read", "it must be an unencrypted RSA or EC key in PEM form");
}

std::string issuerName(const QSslCertificate& certificate) {
    QStringList names = certificate.issuerInfo(QSslCertificate::CommonName);
    if (names.isEmpty()) {
        names = certificate.issuerInfo(QSslCertificate::Organization);
    }
    return names.isEmpty() ? std::string("without a name")
                           : "\"" + text::safe(names.join(QStringLiteral(", ")).toStdString()) + "\"";
}

std::string date(const QDateTime& time) {
    return time.toUTC().toString(Qt::ISODate).toStdString();
}

std::string coveredNames(const QSslCertificate& certificate) {
    QStringList names;
    const auto alternatives = certificate.subjectAlternativeNames();
    for (auto it = alternatives.cbegin(); it != alternatives.cend(); ++it) {
        names << it.value();
    }
    if (names.isEmpty()) {
        names = certificate.subjectInfo(QSslCertificate::CommonName);
    }
    return text::safe(names.mid(0, 6).join(QStringLiteral(", ")).toStdString()) + (names.size() > 6 ? ", ..." : "");
}

Error tlsError(std::string what, std::string hint) {
    return {ErrorKind::Tls, std::move(what), std::move(hint), {}};
}

Error describeOne(const QSslError& error, const std::string& host) {
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::CertificateExpired:
        return tlsError("the certificate of " + host + " expired on " + date(certificate.expiryDate()),
                        "have the server's certificate renewed, or check this machine's clock");
    case QSslError::CertificateNotYetValid:
        return tlsError("the certificate of " + host + " is not valid before " + date(certificate.effectiveDate()),
                        "check this machine's clock");
    case QSslError::HostNameMismatch:
        return tlsError("the certificate is for " + coveredNames(certificate) + ", not for " + host,
                        "use one of these names, or set tls-server-name in the kubeconfig");
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return tlsError("the certificate of " + host + " is signed by an unknown authority, issuer " +
                            issuerName(certificate),
                        "check that the certificate authority given for this server is the one that signed it");
    default:
        return tlsError("the certificate of " + host + " was refused: " +
                            text::safe(error.errorString().toStdString()),
                        {});
    }
}

// A wrong authority explains more than what follows from it, so it is told first.
int rank(const QSslError& error) {
    switch (error.error()) {
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid: return 0;
    case QSslError::HostNameMismatch: return 2;
    default: return 1;
    }
}

} // namespace

Result<QSslConfiguration> sslConfiguration(const TlsOptions& options) {
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setAllowedNextProtocols({QByteArrayLiteral("h2"), QByteArrayLiteral("http/1.1")});
    configuration.setPeerVerifyMode(options.insecureSkipVerify ? QSslSocket::VerifyNone : QSslSocket::VerifyPeer);
    if (!options.caPem.empty()) {
        const auto roots = QSslCertificate::fromData(bytes(options.caPem), QSsl::Pem);
        if (roots.isEmpty()) {
            return fail(ErrorKind::Tls, "the certificate authority given for the server cannot be read",
                        "it must be one or more certificates in PEM form");
        }
        configuration.setCaCertificates(roots);
    }
    if (options.clientCertificatePem.empty()) {
        return configuration;
    }
    const auto chain = QSslCertificate::fromData(bytes(options.clientCertificatePem), QSsl::Pem);
    if (chain.isEmpty()) {
        return fail(ErrorKind::Tls, "the client certificate cannot be read", "it must be in PEM form");
    }
    auto key = readKey(options.clientKeyPem);
    if (!key) {
        return tl::unexpected(key.error());
    }
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(*key);
    return configuration;
}

Error describeSslErrors(const QList<QSslError>& errors, const std::string& host) {
    if (errors.isEmpty()) {
        return tlsError("the TLS handshake with " + host + " failed", {});
    }
    const QSslError* first = &errors.front();
    for (const QSslError& error : errors) {
        if (rank(error) < rank(*first)) {
            first = &error;
        }
    }
    return describeOne(*first, host);
}

bool isLateTlsAlert(const std::string& text) {
    return text.find("tlsv1") != std::string::npos || text.find("sslv3 alert") != std::string::npos ||
           text.find("alert certificate") != std::string::npos || text.find("alert bad certificate") != std::string::npos;
}

} // namespace meshdeck::sources::http
