// One ADS stream on which a request is sent and its answer waited for, again and again. Private to this folder: the
// only header here that knows gRPC.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include <grpcpp/grpcpp.h>

#include "envoy/service/discovery/v3/ads.grpc.pb.h"

namespace meshdeck::sources {

// The callback API: gRPC's threads only copy and signal. A stream that failed is of no further use.
class SyncStream final
    : public grpc::ClientBidiReactor<envoy::service::discovery::v3::DiscoveryRequest,
                                     envoy::service::discovery::v3::DiscoveryResponse> {
public:
    // `token` may be empty.
    SyncStream(std::shared_ptr<grpc::Channel> channel, const std::string& token);
    // Cancels the stream and waits for its end.
    ~SyncStream() override;

    // Sends `request`, waits for one answer and puts it into `answer`. DEADLINE_EXCEEDED after `limit`, CANCELLED when
    // stopped, else the status with which the server ended the stream. One caller at a time.
    grpc::Status ask(const envoy::service::discovery::v3::DiscoveryRequest& request,
                     envoy::service::discovery::v3::DiscoveryResponse& answer, std::chrono::milliseconds limit,
                     std::stop_token stop);

private:
    void OnReadDone(bool ok) override;
    void OnWriteDone(bool ok) override;
    void OnDone(const grpc::Status& status) override;
    // Lets the stream end and answers with what the server said.
    grpc::Status end(std::unique_lock<std::mutex>& lock);

    std::shared_ptr<grpc::Channel> m_channel;
    std::unique_ptr<envoy::service::discovery::v3::AggregatedDiscoveryService::Stub> m_stub;
    grpc::ClientContext m_context;
    envoy::service::discovery::v3::DiscoveryRequest m_outgoing;
    envoy::service::discovery::v3::DiscoveryResponse m_incoming;

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_answered = false;
    bool m_written = false;
    bool m_broken = false;
    bool m_held = true;
    std::optional<grpc::Status> m_end;
};

} // namespace meshdeck::sources
