#include "traffic/sample_rules.h"

#include <algorithm>

namespace meshdeck::traffic {
namespace {

// Four dot-separated numbers, optionally with a port: the destination was an address and nothing else is known.
bool isIpv4(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view address = text.substr(0, colon);
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (colon != std::string_view::npos) {
        const std::string_view port = text.substr(colon + 1);
        if (port.empty() || !std::all_of(port.begin(), port.end(), isDigit)) {
            return false;
        }
    }
    int dots = 0;
    std::size_t digits = 0;
    for (const char c : address) {
        if (c == '.' && digits > 0) {
            ++dots;
            digits = 0;
        } else if (isDigit(c) && digits < 3) {
            ++digits;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0;
}

bool isBadSource(const Endpoint& source, const Names& names) {
    if (!names.known(source.workloadNs)) {
        return false;
    }
    return (!names.known(source.workload) && !names.known(source.app)) || source.cluster == names.unknown;
}

// Rule 4: the egress gateway addressed by its host name, and the cluster that only the source knows.
void completeDestination(Endpoint& destination, NameId host, NameId sourceCluster, const Names& names) {
    if (host == names.egressHost && destination.service == names.egressHost) {
        destination = Endpoint{sourceCluster,    names.istioSystem, names.egressName, names.istioSystem,
                               names.egressName, names.egressName,  names.latest};
    } else if (!names.known(destination.cluster) && names.known(sourceCluster) && names.known(destination.serviceNs)) {
        destination.cluster = sourceCluster;
    }
}

bool isBadDestination(const Endpoint& destination, NameId host, const Names& names) {
    if (!names.known(destination.workload) && host == destination.service && isIpv4(names.text(host))) {
        return true;
    }
    return names.known(destination.serviceNs) && destination.cluster == names.unknown;
}

// Rule 6. An absent code (an overview that did not ask for it) stays absent.
NameId responseCode(const Sample& sample, bool grpc, const Names& names) {
    const NameId reported = sample.label(Label::ResponseCode);
    const NameId code = reported == names.zero ? names.none : reported;
    const NameId status = sample.label(Label::GrpcResponseStatus);
    const std::string_view text = names.text(code);
    const bool httpError = text.size() == 3 && (text[0] == '4' || text[0] == '5');
    return !grpc || httpError || status == 0 ? code : status;
}

mesh::Protocol protocolOf(const Sample& sample, const Names& names) {
    switch (sample.measure) {
    case Measure::TcpSentBytes:
    case Measure::TcpReceivedBytes:
    case Measure::TcpOpened:
    case Measure::TcpClosed:
        return mesh::Protocol::Tcp;
    case Measure::GrpcSentMessages:
    case Measure::GrpcReceivedMessages:
        return mesh::Protocol::Grpc;
    default:
        break;
    }
    return sample.label(Label::RequestProtocol) == names.grpc ? mesh::Protocol::Grpc : mesh::Protocol::Http;
}

} // namespace

std::optional<Flow> readFlow(const Sample& sample, const Names& names) {
    Flow flow;
    flow.source = {sample.label(Label::SourceCluster),
                   0,
                   0,
                   sample.label(Label::SourceWorkloadNamespace),
                   sample.label(Label::SourceWorkload),
                   sample.label(Label::SourceCanonicalService),
                   sample.label(Label::SourceCanonicalRevision)};
    if (isBadSource(flow.source, names)) {
        return std::nullopt;
    }
    flow.destination = {
        sample.label(Label::DestinationCluster),          sample.label(Label::DestinationServiceNamespace),
        sample.label(Label::DestinationServiceName),      sample.label(Label::DestinationWorkloadNamespace),
        sample.label(Label::DestinationWorkload),         sample.label(Label::DestinationCanonicalService),
        sample.label(Label::DestinationCanonicalRevision)};
    flow.host = sample.label(Label::DestinationService);
    completeDestination(flow.destination, flow.host, flow.source.cluster, names);
    if (isBadDestination(flow.destination, flow.host, names)) {
        return std::nullopt;
    }
    // Absent is unknown from here on (rule 2), so that both make the same node.
    for (Endpoint* end : {&flow.source, &flow.destination}) {
        end->cluster = end->cluster == 0 ? names.unknown : end->cluster;
        if (sample.outline && names.known(end->workload)) {
            end->app = end->version = names.unasked;
        }
    }
    flow.protocol = protocolOf(sample, names);
    const bool hasCode = sample.measure == Measure::Requests;
    flow.code = hasCode ? responseCode(sample, flow.protocol == mesh::Protocol::Grpc, names) : names.none;
    flow.flags = sample.label(Label::ResponseFlags);
    flow.operation = sample.label(Label::RequestOperation);
    return flow;
}

bool isWanted(Measure measure, mesh::Protocol protocol, const GraphOptions& options) {
    switch (measure) {
    case Measure::Requests:
        return protocol == mesh::Protocol::Grpc ? options.grpc == GrpcRates::Requests
                                                : options.http == RequestRates::Requests;
    case Measure::GrpcSentMessages:
        return options.grpc == GrpcRates::Sent || options.grpc == GrpcRates::Total;
    case Measure::GrpcReceivedMessages:
        return options.grpc == GrpcRates::Received || options.grpc == GrpcRates::Total;
    case Measure::TcpSentBytes:
        return options.tcp == TcpRates::Sent || options.tcp == TcpRates::Total;
    case Measure::TcpReceivedBytes:
        return options.tcp == TcpRates::Received || options.tcp == TcpRates::Total;
    default:
        return false;
    }
}

void addToClasses(mesh::ClassRates& classes, Measure measure, mesh::Protocol protocol, std::string_view code,
                  double rate) {
    classes.total += rate;
    if (measure != Measure::Requests || code.empty()) {
        return;
    }
    if (code == "-") {
        classes.noResponse += rate;
    } else if (protocol == mesh::Protocol::Grpc) {
        const bool failed = code.size() == 3 ? code[0] == '4' || code[0] == '5' : code != "0";
        classes.grpcError += failed ? rate : 0;
    } else if (code.size() == 3) {
        classes.redirect += code[0] == '3' ? rate : 0;
        classes.clientError += code[0] == '4' ? rate : 0;
        classes.serverError += code[0] == '5' ? rate : 0;
    }
}

} // namespace meshdeck::traffic
