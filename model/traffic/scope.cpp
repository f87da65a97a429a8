#include "traffic/scope.h"

namespace meshdeck::traffic {
namespace {

bool isAmbient(const mesh::Inventory& inventory, const std::string& ns) {
    const auto found = inventory.namespaces.find(ns);
    if (found != inventory.namespaces.end()) {
        const auto mode = found->second.labels.find("istio.io/dataplane-mode");
        if (mode != found->second.labels.end()) {
            return mode->second == "ambient";
        }
    }
    return false;
}

// Waypoints are gateways of both directions: their rows belong to the queries of either reporter.
bool reporterFits(Reporter reporter, Query query, const GraphOptions& options) {
    if (reporter == Reporter::Waypoint) {
        const bool counted = options.ambient == AmbientRates::Total || options.ambient == AmbientRates::Waypoint;
        return counted && query != Query::AmbientSource;
    }
    return (reporter == Reporter::Destination) == (query == Query::Destination);
}

} // namespace

NodeFilter parseNodeFilter(const std::string& node) {
    NodeFilter filter;
    const std::size_t slash = node.find('/');
    if (slash == std::string::npos) {
        return filter;
    }
    static constexpr std::string_view kService = "service:";
    filter.active = true;
    filter.ns = node.substr(0, slash);
    filter.name = node.substr(slash + 1);
    filter.service = filter.name.starts_with(kService);
    if (filter.service) {
        filter.name.erase(0, kService.size());
    }
    return filter;
}

Scope::Scope(const SampleSet& samples, const Names& names, const ClusterFacts& facts, const GraphOptions& options)
    : m_strings(samples.strings)
    , m_names(names)
    , m_options(options)
    , m_node(parseNodeFilter(options.node))
    , m_asked(samples.strings.size() + 1)
    , m_ambient(samples.strings.size() + 1) {
    const auto ask = [&](NameId ns) {
        if (names.known(ns) && !m_asked[ns]) {
            m_asked[ns] = true;
            m_ambient[ns] = facts.inventory != nullptr && isAmbient(*facts.inventory, std::string(m_strings.text(ns)));
        }
    };
    if (m_node.active) {
        // A name that no series has is none of the table's ids, and then nothing fits.
        const NameId absent = static_cast<NameId>(m_strings.size()) + 1'000'000;
        m_nodeNs = m_strings.find(m_node.ns).value_or(absent);
        m_nodeName = m_strings.find(m_node.name).value_or(absent);
        if (m_nodeNs != absent) {
            ask(m_nodeNs);
        }
        return;
    }
    if (!options.namespaces.empty()) {
        for (const std::string& ns : options.namespaces) {
            if (const auto id = m_strings.find(ns)) {
                ask(*id);
            }
        }
        return;
    }
    for (const Sample& sample : samples.samples) {
        ask(sample.label(Label::SourceWorkloadNamespace));
        ask(sample.label(Label::DestinationWorkloadNamespace));
        ask(sample.label(Label::DestinationServiceNamespace));
    }
}

NameId Scope::askedBy(const Sample& sample, Query query) const {
    const bool tcp = sample.measure == Measure::TcpSentBytes || sample.measure == Measure::TcpReceivedBytes;
    const bool noZtunnel = m_options.ambient == AmbientRates::None || m_options.ambient == AmbientRates::Waypoint;
    if (!reporterFits(sample.reporter, query, m_options) ||
        (tcp && noZtunnel && sample.label(Label::App) == m_names.ztunnel)) {
        return 0;
    }
    if (m_node.active) {
        return askedByNode(sample, query);
    }
    const NameId from = sample.label(Label::SourceWorkloadNamespace);
    const NameId to = sample.label(Label::DestinationWorkloadNamespace);
    switch (query) {
    case Query::Unserved: {
        const NameId ns = m_names.known(to) || m_names.known(sample.label(Label::DestinationWorkload))
                              ? 0
                              : unservedNamespace(sample);
        return ns != from ? ns : 0;
    }
    case Query::AmbientSource:
        return !tcp && asked(to) && m_ambient[to] && from != to ? to : 0;
    case Query::Destination:
        return asked(to) ? to : 0;
    case Query::Source:
        return asked(from) ? from : 0;
    }
    return 0;
}

// "reviews.bookinfo.svc.cluster.local" belongs to bookinfo: the first inner part of the host that was asked for.
NameId Scope::unservedNamespace(const Sample& sample) const {
    const std::string_view host = m_names.text(sample.label(Label::DestinationService));
    std::size_t begin = host.find('.', 1);
    while (begin != std::string_view::npos) {
        const std::size_t end = host.find('.', begin + 1);
        if (end == std::string_view::npos || end + 1 == host.size()) {
            break;
        }
        const auto id = m_strings.find(host.substr(begin + 1, end - begin - 1));
        if (id && asked(*id)) {
            return *id;
        }
        begin = end;
    }
    return 0;
}

NameId Scope::askedByNode(const Sample& sample, Query query) const {
    if (m_node.service) {
        const bool addressed = sample.label(Label::DestinationServiceName) == m_nodeName &&
                               sample.label(Label::DestinationServiceNamespace) == m_nodeNs;
        const bool unserved = query == Query::Unserved && !m_names.known(sample.label(Label::DestinationWorkload));
        return addressed && (query == Query::Destination || unserved) ? m_nodeNs : 0;
    }
    const bool in = sample.label(Label::DestinationWorkloadNamespace) == m_nodeNs &&
                    sample.label(Label::DestinationWorkload) == m_nodeName;
    const bool out =
        sample.label(Label::SourceWorkloadNamespace) == m_nodeNs && sample.label(Label::SourceWorkload) == m_nodeName;
    return (query == Query::Destination && in) || (query == Query::Source && out) ? m_nodeNs : 0;
}

} // namespace meshdeck::traffic
