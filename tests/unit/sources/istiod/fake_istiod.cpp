#include "fake_istiod.h"

#include <chrono>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace meshdeck::sources::test {
namespace {

template <typename Write>
std::string pem(Write write) {
    BIO* memory = BIO_new(BIO_s_mem());
    write(memory);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

} // namespace

KeyPair selfSigned(const std::string& dnsName) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    for (const auto& [nid, value] : {std::pair{NID_subject_alt_name, "DNS:" + dnsName},
                                     std::pair{NID_basic_constraints, std::string("critical,CA:TRUE")}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(certificate, key, EVP_sha256());
    KeyPair pair;
    pair.certPem = pem([&](BIO* out) { PEM_write_bio_X509(out, certificate); });
    pair.keyPem = pem([&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pair;
}

FakeIstiod::FakeIstiod(const KeyPair* certificate, const std::string& address) {
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (certificate != nullptr) {
        grpc::SslServerCredentialsOptions tls;
        tls.pem_key_cert_pairs.push_back({certificate->keyPem, certificate->certPem});
        credentials = grpc::SslServerCredentials(tls);
    }
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, credentials, &m_port);
    builder.RegisterService(this);
    m_server = builder.BuildAndStart();
    if (!m_server) {
        throw std::runtime_error("the test's server cannot listen");
    }
}

FakeIstiod::~FakeIstiod() {
    m_server->Shutdown(std::chrono::system_clock::now());
    m_server->Wait();
}

void FakeIstiod::react(std::vector<Reaction> reactions) {
    const std::lock_guard lock(m_mutex);
    m_reactions.assign(reactions.begin(), reactions.end());
}

int FakeIstiod::streams() const {
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_tokens.size());
}

std::vector<std::string> FakeIstiod::tokens() const {
    const std::lock_guard lock(m_mutex);
    return m_tokens;
}

std::vector<std::string> FakeIstiod::requests() const {
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void FakeIstiod::awaitRequests(std::size_t count) const {
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, std::chrono::seconds(20), [&] { return m_requests.size() >= count; });
}

grpc::Status FakeIstiod::StreamAggregatedResources(grpc::ServerContext* context, Stream* stream) {
    {
        const std::lock_guard lock(m_mutex);
        const auto found = context->client_metadata().find("authorization");
        m_tokens.push_back(found == context->client_metadata().end()
                               ? std::string()
                               : std::string(found->second.data(), found->second.size()));
    }
    envoy::service::discovery::v3::DiscoveryRequest request;
    while (stream->Read(&request)) {
        Reaction reaction;
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(request.SerializeAsString());
            if (!m_reactions.empty()) {
                reaction = m_reactions.front();
            }
            if (m_reactions.size() > 1) {
                m_reactions.pop_front();
            }
            m_changed.notify_all();
        }
        if (!reaction.end.ok()) {
            return reaction.end;
        }
        if (reaction.silent) {
            continue;
        }
        envoy::service::discovery::v3::DiscoveryResponse response;
        if (!response.ParseFromString(reaction.response)) {
            return {grpc::StatusCode::INTERNAL, "the test's own response is broken"};
        }
        stream->Write(response);
        if (reaction.close) {
            return grpc::Status::OK;
        }
    }
    return grpc::Status::OK;
}

} // namespace meshdeck::sources::test
