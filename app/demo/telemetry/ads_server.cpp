#include <atomic>
#include <chrono>

#include <grpcpp/grpcpp.h>

#include "app/demo/telemetry/ads_answers.h"
#include "app/demo/telemetry/grpc_loopback.h"
#include "envoy/service/discovery/v3/ads.grpc.pb.h"

namespace meshdeck::demo {

namespace {

using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;

struct Shared {
    TokenReview review;
    std::function<AdsState()> state;
    std::atomic<std::uint64_t> answers{0};
};

// One stream; gRPC calls its reactions one after the other and deletes it through OnDone.
class Stream : public grpc::ServerBidiReactor<DiscoveryRequest, DiscoveryResponse> {
public:
    Stream(Shared& shared, const std::string& authorization)
        : m_shared(shared) {
        m_peer = authenticate(shared.review, authorization);
        if (!m_peer.status.ok()) {
            Finish(m_peer.status);
            return;
        }
        StartRead(&m_request);
    }

    void OnReadDone(bool ok) override {
        if (!ok) {
            Finish(grpc::Status::OK); // the client has said all
            return;
        }
        if (!m_known) {
            const grpc::Status status = checkNode(m_request.node(), m_peer.identity);
            if (!status.ok()) {
                Finish(status);
                return;
            }
            m_node = m_request.node();
            m_known = true;
        }
        auto answer = answerDiscovery(m_request, m_node, m_peer.identity, m_shared.state(), ++m_shared.answers);
        if (!answer) {
            StartRead(&m_request);
            return;
        }
        m_response = std::move(*answer);
        StartWrite(&m_response);
    }

    void OnWriteDone(bool ok) override {
        if (!ok) {
            Finish(grpc::Status::CANCELLED);
            return;
        }
        StartRead(&m_request);
    }

    void OnDone() override { delete this; }

private:
    Shared& m_shared;
    AdsPeer m_peer;
    bool m_known = false;
    envoy::config::core::v3::Node m_node;
    DiscoveryRequest m_request;
    DiscoveryResponse m_response;
};

class DiscoveryService : public AggregatedDiscoveryService::CallbackService {
public:
    explicit DiscoveryService(Shared& shared)
        : m_shared(shared) {}

    grpc::ServerBidiReactor<DiscoveryRequest, DiscoveryResponse>*
    StreamAggregatedResources(grpc::CallbackServerContext* context) override {
        const auto found = context->client_metadata().find("authorization");
        const std::string authorization = found == context->client_metadata().end()
                                              ? std::string()
                                              : std::string(found->second.data(), found->second.size());
        return new Stream(m_shared, authorization);
    }

private:
    Shared& m_shared;
};

grpc::SslServerCredentialsOptions tlsOf(const ServerCertificate& certificate) {
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({certificate.keyPem, certificate.certPem});
    return tls;
}

} // namespace

class AdsServer::Impl {
public:
    Impl(const ServerCertificate& certificate, TokenReview review, std::function<AdsState()> state)
        : m_shared{std::move(review), std::move(state)}
        , m_service(m_shared)
        , m_server(m_service, grpc::SslServerCredentials(tlsOf(certificate))) {}

    [[nodiscard]] const std::string& address() const { return m_server.address(); }

private:
    Shared m_shared;
    DiscoveryService m_service;
    GrpcLoopback m_server; // last: it ends before what it serves
};

AdsServer::AdsServer(const ServerCertificate& certificate, TokenReview review, std::function<AdsState()> state)
    : m_impl(std::make_unique<Impl>(certificate, std::move(review), std::move(state))) {}
AdsServer::~AdsServer() = default;

std::string AdsServer::address() const {
    return m_impl->address();
}

} // namespace meshdeck::demo
