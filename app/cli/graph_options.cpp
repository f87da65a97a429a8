#include <algorithm>
#include <utility>
#include <vector>

#include "cli/graph.h"

namespace meshdeck::cli {
namespace {

tl::unexpected<Error> wrong(const std::string& what, const std::string& hint) {
    return fail(ErrorKind::InvalidArgument, what, hint);
}

template <typename Rates>
bool choose(const std::vector<std::pair<std::string_view, Rates>>& words, std::string_view word, Rates& to) {
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto& one) { return one.first == word; });
    if (found == words.end()) {
        return false;
    }
    to = found->second;
    return true;
}

bool setRate(std::string_view protocol, std::string_view word, traffic::GraphOptions& options) {
    using traffic::GrpcRates;
    using traffic::RequestRates;
    using traffic::TcpRates;
    if (protocol == "http") {
        return choose<RequestRates>({{"none", RequestRates::None}, {"requests", RequestRates::Requests}}, word, options.http);
    }
    if (protocol == "grpc") {
        return choose<GrpcRates>({{"none", GrpcRates::None},
                                  {"requests", GrpcRates::Requests},
                                  {"sent", GrpcRates::Sent},
                                  {"received", GrpcRates::Received},
                                  {"total", GrpcRates::Total}},
                                 word, options.grpc);
    }
    return protocol == "tcp" && choose<TcpRates>({{"none", TcpRates::None},
                                                  {"sent", TcpRates::Sent},
                                                  {"received", TcpRates::Received},
                                                  {"total", TcpRates::Total}},
                                                 word, options.tcp);
}

Status setRates(std::string_view text, traffic::GraphOptions& options) {
    while (!text.empty()) {
        const auto comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos || !setRate(part.substr(0, equals), part.substr(equals + 1), options)) {
            return wrong("no such rate: \"" + std::string(part) + "\"",
                         "http=none|requests, grpc=none|requests|sent|received|total, tcp=none|sent|received|total");
        }
    }
    return {};
}

Status setBoxes(std::string_view text, traffic::GraphOptions& options) {
    options.boxApps = options.boxNamespaces = options.boxClusters = false;
    while (!text.empty() && text != "none") {
        const auto comma = text.find(',');
        const std::string_view kind = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        bool* const box = kind == "app"         ? &options.boxApps
                          : kind == "namespace" ? &options.boxNamespaces
                          : kind == "cluster"   ? &options.boxClusters
                                                : nullptr;
        if (box == nullptr) {
            return wrong("no such box: \"" + std::string(kind) + "\"", "none, or some of app,namespace,cluster");
        }
        *box = true;
    }
    return {};
}

} // namespace

Result<traffic::GraphOptions> graphOptions(const Arguments& arguments) {
    traffic::GraphOptions options = arguments.connection.graph;
    options.namespaces.insert(arguments.connection.namespaces.begin(), arguments.connection.namespaces.end());
    if (const auto type = arguments.value("type")) {
        const auto parsed = mesh::parseGraphType(*type);
        if (!parsed) {
            return wrong("no such graph: \"" + *type + "\"", "one of workload, app, versionedApp, service");
        }
        options.type = *parsed;
    }
    if (const auto node = arguments.value("node")) {
        const auto slash = node->find('/');
        if (slash == 0 || slash == std::string::npos || slash + 1 == node->size()) {
            return wrong("no node: \"" + *node + "\"", "NAMESPACE/WORKLOAD or NAMESPACE/service:NAME");
        }
        options.node = *node;
    }
    options.idleEdges = arguments.has("idle-edges");
    options.injectServices = arguments.has("inject-services");
    options.operations = arguments.has("operations");
    // Who reads Kiali's shape expects the boxes that Kiali draws unasked.
    const std::string boxes = arguments.value("box").value_or(arguments.output == "cytoscape" ? "app" : "none");
    if (const Status status = setBoxes(boxes, options); !status) {
        return tl::unexpected(status.error());
    }
    if (const auto rates = arguments.value("rates")) {
        if (const Status status = setRates(*rates, options); !status) {
            return tl::unexpected(status.error());
        }
    }
    return options;
}

} // namespace meshdeck::cli
