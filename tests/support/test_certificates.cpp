#include "support/test_certificates.h"

#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace meshdeck::test {
namespace {

constexpr long kDay = 24L * 3600L;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio memory(const std::string& text = {}) {
    return text.empty() ? Bio(BIO_new(BIO_s_mem()), BIO_free)
                        : Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
}

std::string textOf(const Bio& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string certificatePem(X509* certificate) {
    const Bio bio = memory();
    PEM_write_bio_X509(bio.get(), certificate);
    return textOf(bio);
}

X509* makeCertificate(EVP_PKEY* key, const std::string& name, int days) {
    static int serial = 1;
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -10 * kDay);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * kDay);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_pubkey(certificate, key);
    return certificate;
}

void addExtension(X509* certificate, int type, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, type, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

} // namespace

TestAuthority::TestAuthority(const std::string& name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = makeCertificate(key, name, 1);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    addExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate, key, EVP_sha256());
    m_pem = certificatePem(certificate);
    m_key = key;
    m_cert = certificate;
}

TestAuthority::~TestAuthority() {
    EVP_PKEY_free(static_cast<EVP_PKEY*>(m_key));
    X509_free(static_cast<X509*>(m_cert));
}

ServerCertificate TestAuthority::issue(const std::string& names, int days) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = makeCertificate(key, "test", days);
    X509_set_issuer_name(certificate, X509_get_subject_name(static_cast<X509*>(m_cert)));
    addExtension(certificate, NID_subject_alt_name, names);
    X509_sign(certificate, static_cast<EVP_PKEY*>(m_key), EVP_sha256());
    const Bio bio = memory();
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    ServerCertificate result{certificatePem(certificate), textOf(bio), {}};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return result;
}

void* serverContext(const ServerCertificate& certificate) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    const Bio certBio = memory(certificate.certPem);
    const Bio keyBio = memory(certificate.keyPem);
    X509* cert = PEM_read_bio_X509(certBio.get(), nullptr, nullptr, nullptr);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, cert);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(cert);
    EVP_PKEY_free(key);
    if (!certificate.clientCaPem.empty()) {
        const Bio caBio = memory(certificate.clientCaPem);
        X509* authority = PEM_read_bio_X509(caBio.get(), nullptr, nullptr, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
        X509_free(authority);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
}

} // namespace meshdeck::test
