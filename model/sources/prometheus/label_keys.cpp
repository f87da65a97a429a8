#include "sources/prometheus/label_keys.h"

#include <array>
#include <utility>

#include "sources/prometheus/vector_parser.h"

namespace meshdeck::sources {
namespace {

using traffic::Label;
using traffic::Measure;

constexpr std::array<std::pair<Measure, std::string_view>, 15> kMeasures{{
    {Measure::Requests, "requests"},
    {Measure::GrpcSentMessages, "grpcSent"},
    {Measure::GrpcReceivedMessages, "grpcReceived"},
    {Measure::TcpSentBytes, "tcpSent"},
    {Measure::TcpReceivedBytes, "tcpReceived"},
    {Measure::DurationP50, "p50"},
    {Measure::DurationP95, "p95"},
    {Measure::DurationP99, "p99"},
    {Measure::RequestBytes, "requestBytes"},
    {Measure::ResponseBytes, "responseBytes"},
    {Measure::TcpOpened, "tcpOpened"},
    {Measure::TcpClosed, "tcpClosed"},
    {Measure::ExtensionRequests, "extRequests"},
    {Measure::ExtensionTcpSent, "extTcpSent"},
    {Measure::ExtensionTcpReceived, "extTcpReceived"},
}};

// How extensions (kiali_ext_*) call what Istio has other names for.
constexpr std::pair<std::string_view, Label> kExtensionLabels[] = {
    {"source_namespace", Label::SourceWorkloadNamespace},
    {"source_name", Label::SourceWorkload},
    {"dest_cluster", Label::DestinationCluster},
    {"dest_namespace", Label::DestinationServiceNamespace},
    {"dest_name", Label::DestinationServiceName},
    {"protocol", Label::RequestProtocol},
    {"status_code", Label::ResponseCode},
    {"flags", Label::ResponseFlags},
    {"secure", Label::ConnectionSecurityPolicy},
    {"extension", Label::App},
};

} // namespace

LabelKey describeKey(std::string_view name) {
    LabelKey key{std::string(name), LabelRole::Other, Label::Count};
    if (name == kMeasureLabel) {
        key.role = LabelRole::Measure;
    } else if (name == kReporterLabel) {
        key.role = LabelRole::Reporter;
    }
    for (std::size_t i = 0; i < traffic::kLabelCount; ++i) {
        if (name == traffic::labelName(static_cast<Label>(i))) {
            key.role = LabelRole::Known;
            key.label = static_cast<Label>(i);
        }
    }
    for (const auto& [alias, label] : kExtensionLabels) {
        if (name == alias) {
            key.role = LabelRole::Known;
            key.label = label;
        }
    }
    return key;
}

traffic::Reporter reporterOf(std::string_view word, traffic::Reporter otherwise) {
    if (word == "source") {
        return traffic::Reporter::Source;
    }
    if (word == "destination" || word == "dest") { // the second is what extensions write
        return traffic::Reporter::Destination;
    }
    return word == "waypoint" ? traffic::Reporter::Waypoint : otherwise;
}

std::optional<Measure> measureOf(std::string_view word) {
    for (const auto& [measure, name] : kMeasures) {
        if (name == word) {
            return measure;
        }
    }
    return std::nullopt;
}

std::string_view measureName(Measure measure) {
    for (const auto& [each, word] : kMeasures) {
        if (each == measure) {
            return word;
        }
    }
    return "";
}

} // namespace meshdeck::sources
