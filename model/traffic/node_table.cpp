#include "traffic/node_table.h"

namespace meshdeck::traffic {
namespace {

std::string orUnknown(std::string_view text) {
    return std::string(text.empty() ? std::string_view("unknown") : text);
}

} // namespace

std::string identityOf(const mesh::Node& node) {
    const auto joined = [&](std::string_view prefix, std::string_view name) {
        std::string result(prefix);
        for (const std::string_view part : {std::string_view(node.cluster), std::string_view(node.ns), name}) {
            result.append("_").append(part);
        }
        return result;
    };
    switch (node.kind) {
    case mesh::NodeKind::Workload:
        return joined("wl", node.workload);
    case mesh::NodeKind::Service:
    case mesh::NodeKind::ServiceEntry:
        return joined("svc", node.service);
    case mesh::NodeKind::Aggregate:
        return joined("agg", "request_operation_" + node.service + "_" + node.app);
    case mesh::NodeKind::Box:
        if (node.ns.empty()) {
            return "box_" + node.cluster;
        }
        return node.app.empty() ? "box_" + node.cluster + "_" + node.ns : joined("box", node.app);
    case mesh::NodeKind::Unknown:
        return node.cluster + "_unknown_source";
    case mesh::NodeKind::App:
        break;
    }
    if (!node.workload.empty()) {
        return joined("vapp", node.workload);
    }
    const bool versioned = !node.version.empty() && node.version != "latest";
    return versioned ? joined("vapp", node.app + "_" + node.version) : joined("app", node.app);
}

NodeTable::NodeTable(const Names& names, mesh::GraphType type, const mesh::Inventory* inventory)
    : m_names(names)
    , m_type(type)
    , m_inventory(inventory) {
    if (inventory == nullptr) {
        return;
    }
    for (const auto& [key, pod] : inventory->pods) {
        if (pod.dataPlane == mesh::DataPlane::Waypoint) {
            m_waypoints.insert(pod.ns + "/" + pod.workload);
        }
        if (std::string workload = pod.ns + "/" + pod.workload; !inventory->workloads.contains(workload)) {
            m_bare.emplace(std::move(workload), &pod);
        }
    }
}

NodeIndex NodeTable::source(const Endpoint& end) {
    return resolve(end, m_lastSource);
}

NodeIndex NodeTable::destination(const Endpoint& end) {
    return resolve(end, m_lastDestination);
}

NodeIndex NodeTable::resolve(const Endpoint& end, Last& last) {
    if (last.index == kNoNode || !(last.end == end)) {
        const auto [index, fresh] = m_known.insert(end);
        if (fresh) {
            *index = create(end);
        }
        last = {end, *index};
    }
    return last.index;
}

NodeIndex NodeTable::service(const Endpoint& destination) {
    if (!m_names.known(destination.service)) {
        return kNoNode;
    }
    if (m_lastService.index == kNoNode || !(m_lastService.end == destination)) {
        Endpoint key;
        key.cluster = destination.cluster;
        key.serviceNs = destination.serviceNs;
        key.service = destination.service;
        const auto [index, fresh] = m_services.insert(key);
        if (fresh) {
            *index = put(describeService(key, key.serviceNs), key.serviceNs);
        }
        m_lastService = {destination, *index};
    }
    return m_lastService.index;
}

mesh::Node NodeTable::describeService(const Endpoint& end, NameId ns) const {
    mesh::Node node;
    node.kind = mesh::NodeKind::Service;
    node.cluster = orUnknown(m_names.text(end.cluster));
    node.ns = orUnknown(m_names.text(ns));
    node.service = orUnknown(m_names.text(end.service));
    if (end.service == m_names.passthrough || end.service == m_names.blackHole) {
        node.set(mesh::NodeFlag::Egress);
    }
    return node;
}

// Series of an overview carry no app: take it from the pods' labels, where there are none from the workload's name as
// Istio would (facts/conventions.md 4.3), so that the node keeps its id when all labels come.
void NodeTable::completeApp(mesh::Node& node) const {
    const std::string key = node.ns + "/" + node.workload;
    const mesh::Labels* labels = nullptr;
    if (m_inventory != nullptr) {
        const auto found = m_inventory->workloads.find(key);
        const auto bare = m_bare.find(key);
        labels = found != m_inventory->workloads.end() ? &found->second.templateLabels
                 : bare != m_bare.end()                ? &bare->second->labels
                                                       : nullptr;
    }
    node.app = mesh::canonicalName(labels != nullptr ? *labels : mesh::Labels{}, node.workload);
    node.version = labels != nullptr ? mesh::canonicalRevision(*labels) : "";
}

NodeIndex NodeTable::operation(const Endpoint& destination, NameId operation) {
    mesh::Node node;
    node.kind = mesh::NodeKind::Aggregate;
    const NameId ns = m_names.known(destination.serviceNs) ? destination.serviceNs : destination.workloadNs;
    node.cluster = orUnknown(m_names.text(destination.cluster));
    node.ns = orUnknown(m_names.text(ns));
    node.app = m_names.known(destination.app) ? m_names.text(destination.app) : m_names.text(destination.service);
    node.service = m_names.text(operation);
    return put(std::move(node), ns);
}

NodeIndex NodeTable::create(const Endpoint& end) {
    const NameId ns = m_names.known(end.workloadNs) ? end.workloadNs : end.serviceNs;
    const bool hasWorkload = m_names.known(end.workload);
    const bool hasApp = m_names.known(end.app);
    if (!hasWorkload && !hasApp && end.service == 0 && !m_names.known(ns)) {
        mesh::Node node;
        node.kind = mesh::NodeKind::Unknown;
        node.cluster = orUnknown(m_names.text(end.cluster));
        node.ns = node.workload = node.app = node.version = "unknown";
        return put(std::move(node), ns);
    }
    const bool appGraph = m_type == mesh::GraphType::App || m_type == mesh::GraphType::VersionedApp;
    if (hasWorkload || (hasApp && appGraph)) {
        return put(describeWorkload(end, ns), ns);
    }
    return put(describeService(end, ns), ns);
}

mesh::Node NodeTable::describeWorkload(const Endpoint& end, NameId ns) const {
    mesh::Node node;
    node.kind = mesh::NodeKind::Workload;
    node.cluster = orUnknown(m_names.text(end.cluster));
    node.ns = orUnknown(m_names.text(ns));
    node.workload = m_names.known(end.workload) ? std::string(m_names.text(end.workload)) : "";
    node.app = m_names.known(end.app) ? std::string(m_names.text(end.app)) : "";
    node.version = m_names.known(end.version) ? std::string(m_names.text(end.version)) : "";
    if (end.app == m_names.unasked) {
        completeApp(node);
    }
    if (m_waypoints.contains(node.ns + "/" + node.workload)) {
        node.app.clear(); // a waypoint stays a workload: it serves many apps
        node.set(mesh::NodeFlag::Waypoint);
    }
    if (m_type == mesh::GraphType::Workload || m_type == mesh::GraphType::Service || node.app.empty()) {
        return node;
    }
    node.kind = mesh::NodeKind::App;
    if (m_type == mesh::GraphType::App) {
        node.workload.clear();
        node.version.clear();
    }
    return node;
}

NodeIndex NodeTable::put(mesh::Node node, NameId ns) {
    std::string identity = identityOf(node);
    const auto [found, fresh] = m_byIdentity.try_emplace(std::move(identity), static_cast<NodeIndex>(m_nodes.size()));
    if (fresh) {
        node.id = m_digest.hex(found->first);
        m_nodes.push_back({std::move(node), ns});
    }
    return found->second;
}

} // namespace meshdeck::traffic
