// What the ADS server says: identity and node checks, and the debug documents. Without a stream, so that each rule can
// be tested by itself.
#pragma once

#include <optional>
#include <string>

#include <grpcpp/support/status.h>

#include "app/demo/telemetry/ads_server.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace meshdeck::demo {

// Who opened the stream; the status that ends it otherwise. authorization: the metadata value, "" when absent.
struct AdsPeer {
    grpc::Status status;
    TokenIdentity identity;
};
[[nodiscard]] AdsPeer authenticate(const TokenReview& review, const std::string& authorization);

// The node of a stream's first request: its id has four parts and its namespace and account are the token's.
[[nodiscard]] grpc::Status checkNode(const envoy::config::core::v3::Node& node, const TokenIdentity& identity);

// The answer to one request on a stream that passed the checks; nothing when none is due (an acknowledgement).
[[nodiscard]] std::optional<envoy::service::discovery::v3::DiscoveryResponse>
answerDiscovery(const envoy::service::discovery::v3::DiscoveryRequest& request,
                const envoy::config::core::v3::Node& node, const TokenIdentity& identity, const AdsState& state,
                std::uint64_t answerNumber);

} // namespace meshdeck::demo
