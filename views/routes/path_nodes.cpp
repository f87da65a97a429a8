#include "routes/path_nodes.h"

#include <algorithm>
#include <set>

#include "config/routes.h"

namespace meshdeck::views {
namespace {

class Finder {
public:
    explicit Finder(const mesh::Graph& graph)
        : m_graph(graph) {}

    void addWorkload(const std::string& ns, const std::string& workload) {
        addIf([&](const mesh::Node& node) { return node.ns == ns && !workload.empty() && node.workload == workload; });
    }
    // By its host as config writes it: short, or with its namespace.
    void addHost(const std::string& host, const std::string& ns) {
        if (const auto name = config::resolveHost(host, ns)) {
            addIf([&](const mesh::Node& node) { return node.kind == mesh::NodeKind::Service && node.ns == name->ns && node.service == name->name; });
        } else {
            addIf([&](const mesh::Node& node) { return node.kind == mesh::NodeKind::ServiceEntry && node.service == host; });
        }
    }
    void addNamespace(const std::string& ns) {
        addIf([&](const mesh::Node& node) { return node.ns == ns; });
    }

    [[nodiscard]] bool empty() const { return m_nodes.empty(); }
    [[nodiscard]] OnMap found() const {
        OnMap result;
        for (const std::uint32_t node : m_nodes) {
            result.nodes.push_back(m_graph.nodes[node].id);
        }
        for (const mesh::Edge& edge : m_graph.edges) {
            if (m_nodes.contains(edge.source) && m_nodes.contains(edge.target)) {
                result.edges.push_back(edge.id);
            }
        }
        return result;
    }

private:
    template <typename Wanted>
    void addIf(Wanted wanted) {
        for (std::uint32_t i = 0; i < m_graph.nodes.size(); ++i) {
            if (wanted(m_graph.nodes[i])) {
                m_nodes.insert(i);
            }
        }
    }
    const mesh::Graph& m_graph;
    std::set<std::uint32_t> m_nodes;
};

// Every host that the object names, wherever it stands.
void hostsIn(const config::Json& value, std::set<std::string>& hosts) {
    if (value.is_object()) {
        for (const auto& [key, member] : value.items()) {
            if (key == "host" && member.is_string()) {
                hosts.insert(member.get<std::string>());
            } else if (key == "hosts" && member.is_array()) {
                for (const config::Json& host : member) {
                    if (host.is_string()) {
                        hosts.insert(host.get<std::string>());
                    }
                }
            } else {
                hostsIn(member, hosts);
            }
        }
    } else if (value.is_array()) {
        for (const config::Json& each : value) {
            hostsIn(each, hosts);
        }
    }
}

} // namespace

OnMap onMap(const TraceAnswer& answer, const mesh::Graph& graph) {
    Finder finder(graph);
    finder.addWorkload(answer.request.from.ns, answer.request.from.name);
    for (const TraceEnd& end : answer.ends) {
        finder.addWorkload(end.ns, end.workload);
        finder.addHost(end.share.host, answer.request.from.ns);
    }
    return finder.found();
}

OnMap onMap(const config::ConfigObject& object, const mesh::Graph& graph) {
    Finder finder(graph);
    std::set<std::string> hosts;
    const config::Json* spec = object.json ? config::at(*object.json, "/spec") : nullptr;
    if (spec != nullptr) {
        hostsIn(*spec, hosts);
    }
    for (const std::string& host : hosts) {
        finder.addHost(host, object.ref.ns);
    }
    if (object.ref.kind == "Service") {
        finder.addHost(object.ref.name, object.ref.ns);
    }
    finder.addWorkload(object.ref.ns, object.ref.name);
    if (finder.empty()) {
        finder.addNamespace(object.ref.ns);
    }
    return finder.found();
}

} // namespace meshdeck::views
