#include "traffic/extensions.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "traffic/digest.h"
#include "traffic/node_table.h"
#include "traffic/sample_rules.h"

namespace meshdeck::traffic {
namespace {

bool isWantedExtension(Measure measure, mesh::Protocol protocol, const GraphOptions& options) {
    switch (measure) {
    case Measure::ExtensionRequests:
        return isWanted(Measure::Requests, protocol, options);
    case Measure::ExtensionTcpSent:
        return isWanted(Measure::TcpSentBytes, protocol, options);
    case Measure::ExtensionTcpReceived:
        return isWanted(Measure::TcpReceivedBytes, protocol, options);
    default:
        return false;
    }
}

// One end: cluster, namespace, name.
using End = std::tuple<std::string, std::string, std::string>;

class Adder {
public:
    Adder(mesh::Graph& graph, const Names& names, const GraphOptions& options, Sha256& digest)
        : m_graph(graph)
        , m_names(names)
        , m_options(options)
        , m_digest(digest) {
        for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
            m_byId.emplace(graph.nodes[i].id, i);
        }
        m_own = m_graph.nodes.size();
    }

    void add(const Sample& sample);
    void finish();

private:
    [[nodiscard]] End endOf(const Sample& sample, Label cluster, Label ns, Label name) const;
    [[nodiscard]] std::optional<std::uint32_t> root(const End& end) const;
    std::uint32_t service(const End& end);

    struct Told {
        Reporter by = Reporter::Source;
        double secured = 0;
        double total = 0;
    };
    using Call = std::tuple<std::uint32_t, std::uint32_t, mesh::Protocol>;

    mesh::Graph& m_graph;
    const Names& m_names;
    const GraphOptions& m_options;
    Sha256& m_digest;
    std::size_t m_own = 0; // nodes of the mesh itself
    std::map<std::string, std::uint32_t> m_byId;
    std::map<Call, std::pair<mesh::Edge, Told>> m_calls;
};

End Adder::endOf(const Sample& sample, Label cluster, Label ns, Label name) const {
    const auto text = [&](Label label) { return std::string(m_names.text(sample.label(label))); };
    return {text(cluster), text(ns), text(name)};
}

std::optional<std::uint32_t> Adder::root(const End& end) const {
    const auto& [cluster, ns, name] = end;
    std::optional<std::uint32_t> elsewhere;
    for (std::uint32_t i = 0; i < m_own; ++i) {
        const mesh::Node& node = m_graph.nodes[i];
        if (node.ns != ns || (node.service != name && node.app != name && node.workload != name)) {
            continue;
        }
        if (node.cluster == cluster) {
            return i;
        }
        elsewhere = elsewhere.value_or(i); // the third party may call the cluster by another name
    }
    return elsewhere;
}

std::uint32_t Adder::service(const End& end) {
    mesh::Node node;
    node.kind = mesh::NodeKind::Service;
    std::tie(node.cluster, node.ns, node.service) = end;
    node.id = m_digest.hex(identityOf(node));
    const auto [found, fresh] = m_byId.try_emplace(node.id, static_cast<std::uint32_t>(m_graph.nodes.size()));
    if (fresh) {
        m_graph.nodes.push_back(std::move(node));
    }
    m_graph.nodes[found->second].set(mesh::NodeFlag::Extension);
    return found->second;
}

void Adder::add(const Sample& sample) {
    const bool tcp = sample.measure != Measure::ExtensionRequests;
    const std::string_view word = m_names.text(sample.label(Label::RequestProtocol));
    const mesh::Protocol protocol = tcp              ? mesh::Protocol::Tcp
                                    : word == "grpc" ? mesh::Protocol::Grpc
                                                     : mesh::Protocol::Http;
    const End from =
        endOf(sample, Label::SourceCluster, Label::SourceWorkloadNamespace, Label::SourceWorkload);
    const End to =
        endOf(sample, Label::DestinationCluster, Label::DestinationServiceNamespace, Label::DestinationServiceName);
    const bool named = !std::get<2>(from).empty() && !std::get<2>(to).empty();
    if (!named || sample.value <= 0 || !isWantedExtension(sample.measure, protocol, m_options)) {
        return;
    }
    const bool isRoot = m_names.text(sample.label(Label::SourceIsRoot)) == "true";
    const auto source = isRoot ? root(from) : std::optional(service(from));
    if (!source) {
        return;
    }
    const std::uint32_t target = service(to);
    auto& [edge, told] = m_calls[{*source, target, protocol}];
    if (edge.rates.total > 0 && told.by != sample.reporter) {
        return;
    }
    edge.source = *source;
    edge.target = target;
    edge.protocol = protocol;
    told.by = sample.reporter;
    told.total += sample.value;
    told.secured += m_names.text(sample.label(Label::ConnectionSecurityPolicy)) == "true" ? sample.value : 0;
    const std::string code(tcp ? "-" : m_names.text(sample.label(Label::ResponseCode)));
    addToClasses(edge.rates, tcp ? Measure::TcpSentBytes : Measure::Requests, protocol, code, sample.value);
    edge.responses.push_back(
        {code, std::string(m_names.text(sample.label(Label::ResponseFlags))), std::get<2>(to), sample.value});
}

void Adder::finish() {
    for (auto& [call, value] : m_calls) {
        auto& [edge, told] = value;
        edge.mtls = Percent(100 * (told.secured / told.total));
        std::sort(edge.responses.begin(), edge.responses.end(), [](const mesh::Response& a, const mesh::Response& b) {
            return std::tie(a.code, a.flags, a.host, a.rate) < std::tie(b.code, b.flags, b.host, b.rate);
        });
        const auto protocol = static_cast<std::size_t>(edge.protocol);
        m_graph.nodes[edge.source].out.at(protocol) += edge.rates;
        m_graph.nodes[edge.target].in.at(protocol) += edge.rates;
        m_graph.edges.push_back(std::move(edge));
    }
}

} // namespace

void addExtensions(mesh::Graph& graph, const SampleSet& samples, const Names& names, const GraphOptions& options,
                   Sha256& digest) {
    const auto isExtension = [](const Sample& sample) {
        return sample.measure == Measure::ExtensionRequests || sample.measure == Measure::ExtensionTcpSent ||
               sample.measure == Measure::ExtensionTcpReceived;
    };
    if (!options.node.empty() || std::none_of(samples.samples.begin(), samples.samples.end(), isExtension)) {
        return;
    }
    Adder adder(graph, names, options, digest);
    // Sources first: what both ends report counts once.
    for (const Reporter reporter : {Reporter::Source, Reporter::Destination}) {
        for (const Sample& sample : samples.samples) {
            if (isExtension(sample) && sample.reporter == reporter) {
                adder.add(sample);
            }
        }
    }
    adder.finish();
}

} // namespace meshdeck::traffic
