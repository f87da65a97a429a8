#include "app/demo/telemetry/ads_answers.h"

#include <algorithm>

#include "app/demo/mesh/objects.h"
#include "envoy/service/status/v3/csds.pb.h"

namespace meshdeck::demo {

namespace {

using envoy::config::core::v3::Node;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using envoy::service::status::v3::ClientConfig;

constexpr const char* kSystemNamespace = "istio-system";

std::string metadataText(const Node& node, const char* key) {
    const auto field = node.metadata().fields().find(key);
    return field == node.metadata().fields().end() ? std::string() : field->second.string_value();
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (true) {
        const std::size_t end = text.find(separator, at);
        parts.push_back(text.substr(at, end - at));
        if (end == std::string::npos) {
            return parts;
        }
        at = end + 1;
    }
}

void setTime(google::protobuf::Timestamp& stamp, Time time) {
    const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    stamp.set_seconds(nanos / 1000000000);
    stamp.set_nanos(static_cast<std::int32_t>(nanos % 1000000000));
}

ClientConfig clientConfig(const ProxyStatus& proxy) {
    ClientConfig config;
    config.mutable_node()->set_id(proxy.pod + "." + proxy.ns);
    auto& metadata = *config.mutable_node()->mutable_metadata()->mutable_fields();
    metadata["CLUSTER_ID"].set_string_value(kClusterId);
    metadata["ISTIO_VERSION"].set_string_value(kIstioVersion);
    metadata["NAMESPACE"].set_string_value(proxy.ns);
    for (const XdsType type : kXdsTypes) {
        const TypeStatus& status = proxy.types[static_cast<std::size_t>(type)];
        ClientConfig::GenericXdsConfig& entry = *config.add_generic_xds_configs();
        entry.set_type_url(typeUrlOf(type));
        setTime(*entry.mutable_last_updated(), status.sent);
        if (!status.error.empty()) {
            entry.set_config_status(envoy::service::status::v3::ERROR);
            entry.mutable_error_state()->set_details(status.error);
            setTime(*entry.mutable_error_state()->mutable_last_update_attempt(), status.sent);
        } else {
            entry.set_config_status(status.sentNonce == status.ackedNonce ? envoy::service::status::v3::SYNCED
                                                                          : envoy::service::status::v3::STALE);
        }
    }
    return config;
}

bool maySee(const TokenIdentity& identity, const ProxyStatus& proxy) {
    return identity.ns == kSystemNamespace || identity.ns == proxy.ns;
}

void addSyncz(DiscoveryResponse& response, const TokenIdentity& identity, const AdsState& state) {
    for (const ProxyStatus& proxy : state.proxies) {
        if (maySee(identity, proxy)) {
            response.add_resources()->PackFrom(clientConfig(proxy));
        }
    }
}

// istiod's own JSON of the same state, as its HTTP handler of the name gives it.
Json synczDocument(const TokenIdentity& identity, const AdsState& state) {
    static constexpr const char* kNames[] = {"cluster", "endpoint", "listener", "route"};
    Json list = Json::array();
    for (const ProxyStatus& proxy : state.proxies) {
        if (!maySee(identity, proxy)) {
            continue;
        }
        Json entry = {{"cluster_id", kClusterId},
                      {"proxy", proxy.pod + "." + proxy.ns},
                      {"proxy_type", proxy.router ? "router" : "sidecar"},
                      {"istio_version", kIstioVersion}};
        for (const XdsType type : kXdsTypes) {
            const TypeStatus& status = proxy.types[static_cast<std::size_t>(type)];
            const std::string name = kNames[static_cast<std::size_t>(type)];
            entry[name + "_sent"] = status.sentNonce;
            entry[name + "_acked"] = status.ackedNonce;
            Json& resource = entry["resources"][typeUrlOf(type)];
            resource = {{"sent", status.sentNonce}, {"acked", status.ackedNonce}};
            if (!status.error.empty()) {
                resource["lastError"] = status.error;
            }
        }
        list.push_back(std::move(entry));
    }
    return list;
}

void addDebug(DiscoveryResponse& response, const DiscoveryRequest& request, const TokenIdentity& identity,
              const AdsState& state) {
    const std::string name = request.resource_names_size() == 1 ? request.resource_names(0) : std::string();
    Json document;
    if (name == "list") {
        document = {"config_dump", "list", "syncz"};
    } else if (name == "syncz") {
        document = synczDocument(identity, state);
    } else {
        return;
    }
    google::protobuf::Any& resource = *response.add_resources();
    resource.set_type_url("istio.io/debug");
    resource.set_value(document.dump());
}

} // namespace

AdsPeer authenticate(const TokenReview& review, const std::string& authorization) {
    const AdsPeer refused{{grpc::StatusCode::UNAUTHENTICATED, "authentication failure"}, {}};
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme) || !review) {
        return refused;
    }
    const std::optional<TokenIdentity> identity = review(authorization.substr(scheme.size()));
    if (!identity ||
        std::find(identity->audiences.begin(), identity->audiences.end(), "istio-ca") == identity->audiences.end()) {
        return refused;
    }
    return {grpc::Status::OK, *identity};
}

grpc::Status checkNode(const Node& node, const TokenIdentity& identity) {
    if (node.id().empty()) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "missing node information"};
    }
    const std::vector<std::string> parts = split(node.id(), '~');
    if (parts.size() != 4) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "missing parts in the service node \"" + node.id() + "\""};
    }
    std::string ns = metadataText(node, "NAMESPACE");
    if (ns.empty()) {
        ns = split(parts[3], '.').front(); // the DNS domain begins with it
    }
    const std::string account = metadataText(node, "SERVICE_ACCOUNT");
    if (ns != identity.ns || (!account.empty() && account != identity.serviceAccount)) {
        return {grpc::StatusCode::PERMISSION_DENIED, "authorization failed: no identities ([spiffe://" +
                                                         std::string(kTrustDomain) + "/ns/" + identity.ns + "/sa/" +
                                                         identity.serviceAccount + "]) matched " + ns + "/" + account};
    }
    return grpc::Status::OK;
}

std::optional<DiscoveryResponse> answerDiscovery(const DiscoveryRequest& request, const Node& node,
                                                 const TokenIdentity& identity, const AdsState& state,
                                                 std::uint64_t answerNumber) {
    const bool debug = request.type_url().starts_with("istio.io/debug");
    if (!debug && !request.response_nonce().empty()) {
        return std::nullopt; // an acknowledgement or a rejection of what was sent
    }
    DiscoveryResponse response;
    response.set_version_info(state.version);
    response.set_type_url(request.type_url());
    response.set_nonce(state.version + "demo-" + std::to_string(answerNumber));
    if (request.type_url() == "istio.io/debug/syncz") {
        response.mutable_control_plane()->set_identifier(
            Json({{"Component", "istiod"},
                  {"ID", "istiod"},
                  {"Info", {{"version", kIstioVersion}, {"revision", "default"}, {"status", "Clean"}}}})
                .dump());
    }
    // The generator is chosen by the node's metadata; the wrong one for a type answers with an empty list.
    const std::string generator = metadataText(node, "GENERATOR");
    if (request.type_url() == "istio.io/debug") {
        addDebug(response, request, identity, state);
    } else if (request.type_url() == "istio.io/debug/syncz" && (generator.empty() || generator == "event")) {
        addSyncz(response, identity, state);
    }
    return response;
}

} // namespace meshdeck::demo
