// An ADS server in the test's own process that answers as told, over TLS or not.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "envoy/service/discovery/v3/ads.grpc.pb.h"

namespace meshdeck::sources::test {

struct KeyPair {
    std::string certPem;
    std::string keyPem;
};
// A self-signed certificate for `dnsName`, its own root.
KeyPair selfSigned(const std::string& dnsName);

class FakeIstiod final : public envoy::service::discovery::v3::AggregatedDiscoveryService::Service {
public:
    struct Reaction {
        grpc::Status end = grpc::Status::OK; // not OK: ends the stream instead of answering
        std::string response;                // a serialized DiscoveryResponse
        bool close = false;                  // ends the stream in good order after the answer
        bool silent = false;                 // never answers
    };

    // TLS with `certificate`, or plaintext without one.
    explicit FakeIstiod(const KeyPair* certificate = nullptr, const std::string& address = "127.0.0.1:0");
    ~FakeIstiod() override;

    // What the next requests meet, in order; the last one stays.
    void react(std::vector<Reaction> reactions);

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] int streams() const;
    [[nodiscard]] std::vector<std::string> tokens() const;   // authorization of every stream
    [[nodiscard]] std::vector<std::string> requests() const; // serialized
    void awaitRequests(std::size_t count) const;

private:
    using Stream = grpc::ServerReaderWriter<envoy::service::discovery::v3::DiscoveryResponse,
                                            envoy::service::discovery::v3::DiscoveryRequest>;
    grpc::Status StreamAggregatedResources(grpc::ServerContext* context, Stream* stream) override;

    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::deque<Reaction> m_reactions;
    std::vector<std::string> m_tokens;
    std::vector<std::string> m_requests;
    int m_port = 0;
    std::unique_ptr<grpc::Server> m_server;
};

} // namespace meshdeck::sources::test
