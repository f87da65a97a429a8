#include "sources/istiod/syncz.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "config/json.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "envoy/service/status/v3/csds.pb.h"

namespace meshdeck::sources {
namespace {

namespace discovery = envoy::service::discovery::v3;
namespace status = envoy::service::status::v3;

constexpr std::string_view kClientConfigType = "type.googleapis.com/envoy.service.status.v3.ClientConfig";
constexpr std::string_view kDebugType = "istio.io/debug";

std::string trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    return std::string(text);
}

std::string namespaceOf(std::string_view proxyId) {
    const auto dot = proxyId.rfind('.');
    return dot == std::string_view::npos ? std::string() : std::string(proxyId.substr(dot + 1));
}

ServerTime toTime(const google::protobuf::Timestamp& stamp) {
    return ServerTime(std::chrono::seconds(stamp.seconds()) + std::chrono::milliseconds(stamp.nanos() / 1'000'000));
}

mesh::SyncState toState(status::ConfigStatus value) {
    switch (value) {
    case status::SYNCED: return mesh::SyncState::Synced;
    case status::NOT_SENT: return mesh::SyncState::NotSent;
    case status::STALE: return mesh::SyncState::Stale;
    case status::ERROR: return mesh::SyncState::Rejected;
    default: return mesh::SyncState::Unknown;
    }
}

std::string metadataText(const envoy::config::core::v3::Node& node, const char* key) {
    const auto& fields = node.metadata().fields();
    const auto found = fields.find(key);
    return found == fields.end() ? std::string() : found->second.string_value();
}

mesh::ProxyStatus toProxy(const status::ClientConfig& config) {
    mesh::ProxyStatus proxy;
    proxy.id = config.node().id();
    proxy.ns = metadataText(config.node(), "NAMESPACE");
    if (proxy.ns.empty()) {
        proxy.ns = namespaceOf(proxy.id);
    }
    proxy.cluster = metadataText(config.node(), "CLUSTER_ID");
    proxy.istioVersion = metadataText(config.node(), "ISTIO_VERSION");
    for (const status::ClientConfig::GenericXdsConfig& one : config.generic_xds_configs()) {
        mesh::ProxyType& type = proxy.types.emplace_back();
        type.typeUrl = one.type_url();
        type.state = toState(one.config_status());
        if (one.has_last_updated()) {
            type.sent = toTime(one.last_updated());
        }
        type.rejection = trimmed(one.error_state().details());
    }
    return proxy;
}

std::string textOf(const config::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

mesh::ProxyType toType(const std::string& typeUrl, const config::Json& row) {
    mesh::ProxyType type;
    type.typeUrl = typeUrl;
    type.sent = text::parseRfc3339(textOf(row, "sentTime"));
    type.rejection = trimmed(textOf(row, "lastError"));
    const std::string sent = textOf(row, "sent");
    if (!type.rejection.empty()) {
        type.state = mesh::SyncState::Rejected;
    } else if (sent.empty()) {
        type.state = mesh::SyncState::NotSent;
    } else {
        type.state = sent == textOf(row, "acked") ? mesh::SyncState::Synced : mesh::SyncState::Stale;
    }
    return type;
}

// The table of istiod's HTTP page /debug/syncz.
void readTable(const std::string& json, SynczAnswer& answer) {
    const config::Json table = config::Json::parse(json, nullptr, false);
    if (!table.is_array()) {
        ++answer.foreign; // another debug page
        return;
    }
    for (const config::Json& row : table) {
        if (!row.is_object() || textOf(row, "proxy").empty()) {
            ++(row.is_object() ? answer.unreadable : answer.foreign);
            continue;
        }
        mesh::ProxyStatus proxy;
        proxy.id = textOf(row, "proxy");
        proxy.ns = namespaceOf(proxy.id);
        proxy.cluster = textOf(row, "cluster_id");
        proxy.istioVersion = textOf(row, "istio_version");
        if (const auto resources = row.find("resources"); resources != row.end() && resources->is_object()) {
            for (const auto& [typeUrl, one] : resources->items()) {
                if (one.is_object()) {
                    proxy.types.push_back(toType(typeUrl, one));
                }
            }
        }
        answer.report.proxies.push_back(std::move(proxy));
    }
}

void readIdentifier(const std::string& identifier, SynczAnswer& answer) {
    const config::Json json = config::Json::parse(identifier, nullptr, false);
    if (!json.is_object()) {
        return;
    }
    answer.istiod = textOf(json, "ID");
    if (const auto info = json.find("Info"); info != json.end() && info->is_object()) {
        answer.istioVersion = textOf(*info, "version");
        if (answer.istioVersion == "unknown") {
            answer.istioVersion.clear();
        }
    }
}

// The library complains on standard error about what it cannot parse; we count it instead.
void takeOverProtobufLog() {
    static std::once_flag once;
    std::call_once(once, [] {
        google::protobuf::SetLogHandler([](google::protobuf::LogLevel, const char*, int, const std::string& text) {
            log(LogLevel::Debug, "protobuf", text);
        });
    });
}

} // namespace

std::string ownProxyId(const IstiodIdentity& identity) {
    return "meshdeck." + identity.ns;
}

std::string encodeSynczRequest(const IstiodIdentity& identity) {
    discovery::DiscoveryRequest request;
    request.set_type_url(std::string(kSynczType));
    request.mutable_node()->set_id("sidecar~127.0.0.1~" + ownProxyId(identity) + "~" + identity.ns + ".svc.cluster.local");
    auto& fields = *request.mutable_node()->mutable_metadata()->mutable_fields();
    fields["NAMESPACE"].set_string_value(identity.ns);
    fields["SERVICE_ACCOUNT"].set_string_value(identity.serviceAccount);
    fields["CLUSTER_ID"].set_string_value(identity.cluster);
    fields["ISTIO_VERSION"].set_string_value("65536.65536.65536"); // "newest": answers in the form of today
    return request.SerializeAsString();
}

Result<SynczAnswer> decodeSyncz(std::string_view response, const IstiodIdentity& self, ServerTime now) {
    takeOverProtobufLog();
    discovery::DiscoveryResponse message;
    if (!message.ParseFromArray(response.data(), static_cast<int>(response.size()))) {
        return fail(ErrorKind::Protocol, "istiod's answer is no discovery response", "is that address istiod's?");
    }
    SynczAnswer answer;
    answer.report.time = now;
    readIdentifier(message.control_plane().identifier(), answer);
    for (const google::protobuf::Any& any : message.resources()) {
        status::ClientConfig config;
        if (any.type_url() == kDebugType) {
            readTable(any.value(), answer);
        } else if (any.type_url() != kClientConfigType) {
            ++answer.foreign;
        } else if (!config.ParseFromString(any.value()) || config.node().id().empty()) {
            ++answer.unreadable;
        } else {
            answer.report.proxies.push_back(toProxy(config));
        }
    }
    std::vector<mesh::ProxyStatus>& proxies = answer.report.proxies;
    std::erase_if(proxies, [own = ownProxyId(self)](const mesh::ProxyStatus& one) { return one.id == own; });
    std::sort(proxies.begin(), proxies.end(),
              [](const mesh::ProxyStatus& a, const mesh::ProxyStatus& b) { return a.id < b.id; });
    for (mesh::ProxyStatus& proxy : proxies) {
        proxy.istiod = answer.istiod;
    }
    if (answer.unreadable > 0) {
        answer.report.partial = std::to_string(answer.unreadable) + " of " +
                                std::to_string(answer.unreadable + proxies.size()) + " proxies could not be read";
    }
    return answer;
}

} // namespace meshdeck::sources
