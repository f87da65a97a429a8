#include "app/demo/api/certificates.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace meshdeck::demo::api {

namespace {

template <auto Free>
struct Freer {
    template <typename T>
    void operator()(T* value) const {
        Free(value);
    }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr long kDay = 24L * 60 * 60;

std::string contentOf(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::optional<KeyPair> pemOf(X509* certificate, EVP_PKEY* key) {
    const Bio certBio(BIO_new(BIO_s_mem()));
    const Bio keyBio(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_X509(certBio.get(), certificate) != 1 ||
        PEM_write_bio_PrivateKey(keyBio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return std::nullopt;
    }
    return KeyPair{contentOf(certBio.get()), contentOf(keyBio.get())};
}

Certificate certificateOf(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Key keyOf(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

void addEntry(X509_NAME* name, const char* field, const std::string& value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
}

bool addExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Serial number, validity and public key; the subject is the caller's.
Certificate blank(EVP_PKEY* key, long days) {
    Certificate certificate(X509_new());
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U) != 1 ||
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -300) == nullptr ||
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay) == nullptr ||
        X509_set_pubkey(certificate.get(), key) != 1) {
        return nullptr;
    }
    return certificate;
}

std::string alternativeNames(const LeafRequest& request) {
    std::string names;
    for (const std::string& name : request.dnsNames) {
        names += (names.empty() ? "DNS:" : ",DNS:") + name;
    }
    for (const std::string& address : request.addresses) {
        names += (names.empty() ? "IP:" : ",IP:") + address;
    }
    return names;
}

bool addLeafExtensions(X509* certificate, X509* issuer, const LeafRequest& request) {
    const std::string names = alternativeNames(request);
    return addExtension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           addExtension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
           addExtension(certificate, issuer, NID_ext_key_usage, request.client ? "clientAuth" : "serverAuth") &&
           addExtension(certificate, issuer, NID_authority_key_identifier, "keyid") &&
           (names.empty() || addExtension(certificate, issuer, NID_subject_alt_name, names));
}

} // namespace

std::optional<KeyPair> makeAuthority(const std::string& commonName) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = key ? blank(key.get(), 3650) : nullptr;
    if (!certificate) {
        return std::nullopt;
    }
    addEntry(X509_get_subject_name(certificate.get()), "CN", commonName);
    if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) != 1 ||
        !addExtension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE") ||
        !addExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign") ||
        !addExtension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash") ||
        X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
        return std::nullopt;
    }
    return pemOf(certificate.get(), key.get());
}

std::optional<KeyPair> makeLeaf(const KeyPair& authority, const LeafRequest& request) {
    const Certificate issuer = certificateOf(authority.certPem);
    const Key issuerKey = keyOf(authority.keyPem);
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = key ? blank(key.get(), 365) : nullptr;
    if (!issuer || !issuerKey || !certificate) {
        return std::nullopt;
    }
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    for (const std::string& organization : request.organizations) {
        addEntry(subject, "O", organization);
    }
    addEntry(subject, "CN", request.commonName);
    if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) != 1 ||
        !addLeafExtensions(certificate.get(), issuer.get(), request) ||
        X509_sign(certificate.get(), issuerKey.get(), EVP_sha256()) == 0) {
        return std::nullopt;
    }
    return pemOf(certificate.get(), key.get());
}

} // namespace meshdeck::demo::api
