#include "map/cards.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/safe_label.h"
#include "map/card_words.h"
#include "map/edge_style.h"
#include "map/edge_labels.h"
#include "map/group_cards.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

using mesh::Graph;
using mesh::Node;
using mesh::NodeFlag;
using mesh::NodeKind;

constexpr std::size_t kHttp = 0, kGrpc = 1, kTcp = 2;

bool runs(const Node& node) { // something with pods, not a name for it
    return node.kind == NodeKind::App || node.kind == NodeKind::Workload;
}

std::string appKey(const Node& node) {
    return node.cluster + '|' + node.ns + '|' + (node.app.empty() ? node.workload : node.app);
}

class CardMaker {
public:
    // `seen` when groups of it are closed: `graph` is then what is left of it.
    CardMaker(const Graph& graph, const TelemetryState& telemetry, traffic::EdgeFigure labels, const traffic::Seen* seen = nullptr)
        : m_graph(graph)
        , m_seen(seen)
        , m_telemetry(telemetry)
        , m_labels(labels)
        , m_card(graph.nodes.size(), -1) {}

    Scene make() {
        m_scene.ratesKnown = m_telemetry.known;
        m_scene.stale = m_telemetry.since;
        findFamilies();
        addNamespaces();
        addCards();
        addGroups();
        addEdges();
        bundleAlike(m_scene);
        finish();
        return std::move(m_scene);
    }

private:
    // Members of each app, and the services whose traffic goes to that app alone.
    void findFamilies() {
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i) {
            if (runs(m_graph.nodes[i])) {
                m_apps[appKey(m_graph.nodes[i])].push_back(i);
            }
        }
        std::map<std::size_t, std::set<std::string>> reached;
        for (const mesh::Edge& edge : m_graph.edges) {
            const Node& source = m_graph.nodes[edge.source];
            const Node& target = m_graph.nodes[edge.target];
            if (source.kind == NodeKind::Service && runs(target)) {
                reached[edge.source].insert(appKey(target));
            }
        }
        for (const auto& [service, apps] : reached) {
            if (apps.size() == 1 && m_graph.nodes[service].ns == m_graph.nodes[m_apps[*apps.begin()].front()].ns) {
                m_services[*apps.begin()].push_back(service);
            }
        }
    }

    int addBox(std::string id, const QString& title, bool app) {
        SceneBox box;
        box.id = std::move(id);
        box.title = title;
        box.app = app;
        m_scene.boxes.push_back(box);
        return static_cast<int>(m_scene.boxes.size()) - 1;
    }

    void addNamespaces() {
        std::set<std::pair<std::string, std::string>> names;
        std::set<std::string> clusters;
        for (const Node& node : m_graph.nodes) {
            if (node.kind == NodeKind::Box) {
                clusters.insert(node.cluster); // those of closed groups count for the titles
                clusters.erase(std::string());
                continue;
            }
            if (!node.ns.empty() && node.ns != "unknown" && node.kind != NodeKind::ServiceEntry &&
                !node.has(NodeFlag::Egress) && node.kind != NodeKind::Unknown) {
                names.emplace(node.cluster, node.ns);
                clusters.insert(node.cluster);
            }
        }
        m_manyClusters = clusters.size() > 1;
        int colour = 0;
        for (const auto& [cluster, ns] : names) {
            const QString title = m_manyClusters ? safeText(ns + " · " + cluster) : safeText(ns);
            const int box = addBox("ns|" + cluster + '|' + ns, title, false);
            m_scene.boxes.back().colour = colour++;
            m_namespaces[{cluster, ns}] = box;
        }
    }

    int namespaceOf(const Node& node) const {
        const auto found = m_namespaces.find({node.cluster, node.ns});
        const bool outside = node.kind == NodeKind::ServiceEntry || node.has(NodeFlag::Egress);
        return found == m_namespaces.end() || outside ? -1 : found->second;
    }

    void addCards() {
        for (auto& [key, members] : m_apps) {
            auto services = m_services[key];
            std::sort(members.begin(), members.end(), [this](std::size_t a, std::size_t b) {
                return std::tie(m_graph.nodes[a].version, m_graph.nodes[a].workload, a) <
                       std::tie(m_graph.nodes[b].version, m_graph.nodes[b].workload, b);
            });
            if (members.size() == 1) {
                std::vector<std::size_t> folded{members.front()};
                if (!services.empty()) {
                    folded.insert(folded.begin(), services.front());
                }
                addCard(folded, namespaceOf(m_graph.nodes[members.front()]), -1);
                continue;
            }
            const Node& first = m_graph.nodes[members.front()];
            const int box = addBox("app|" + key, safeText(first.app.empty() ? first.workload : first.app), true);
            m_scene.boxes.back().parent = namespaceOf(first);
            for (const std::size_t service : services) {
                addCard({service}, box, -1);
            }
            for (std::size_t i = 0; i < members.size(); ++i) {
                addCard({members[i]}, box, static_cast<int>(i));
            }
        }
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i) {
            if (m_card[i] < 0 && m_graph.nodes[i].kind != NodeKind::Box && !joinsItsApp(i)) {
                addCard({i}, namespaceOf(m_graph.nodes[i]), -1);
            }
        }
    }

    void addGroups() {
        for (std::size_t i = 0; m_seen != nullptr && i < m_graph.nodes.size(); ++i) {
            const Node& node = m_graph.nodes[i];
            const traffic::Group* group = node.kind == NodeKind::Box ? m_seen->folded->group(node.id) : nullptr;
            if (group != nullptr) {
                SceneNode card = groupCard(*group, node, m_telemetry, m_manyClusters);
                if (group->kind == traffic::GroupKind::Quiet) {
                    const auto home = m_namespaces.find({node.cluster, node.ns});
                    card.box = home == m_namespaces.end() ? -1 : home->second;
                }
                for (const std::uint32_t member : group->nodes) {
                    card.members.push_back(m_seen->whole->nodes[member].id);
                }
                m_card[i] = static_cast<int>(m_scene.nodes.size());
                m_scene.nodes.push_back(std::move(card));
            }
        }
    }

    // A service nobody calls, whose app is on the map under the same name, is told by the app's card: a gateway takes
    // its calls from outside of the mesh, where no proxy counts them for the service.
    bool joinsItsApp(std::size_t service) {
        const Node& node = m_graph.nodes[service];
        const auto app = m_apps.find(node.cluster + '|' + node.ns + '|' + node.service);
        if (node.kind != NodeKind::Service || !node.has(NodeFlag::Idle) || app == m_apps.end()) {
            return false;
        }
        m_card[service] = m_card[app->second.front()];
        SceneNode& card = m_scene.nodes[static_cast<std::size_t>(m_card[service])];
        card.members.push_back(node.id);
        addBadges(node, card.badges);
        return true;
    }

    void addCard(const std::vector<std::size_t>& members, int box, int version) {
        const Node& face = m_graph.nodes[members.front()];
        const Node& runner = m_graph.nodes[members.back()];
        SceneNode card;
        card.id = face.id;
        card.box = box;
        card.version = version;
        card.ns = safeText(face.ns);
        card.name = safeText(version >= 0 && !face.version.empty() ? face.version : nameOf(face));
        card.glyph = glyphOf(runner, face.kind == NodeKind::Service, version >= 0);
        card.kindWord = kindWordOf(card.glyph);
        for (const std::size_t i : members) {
            const Node& node = m_graph.nodes[i];
            card.members.push_back(node.id);
            addBadges(node, card.badges);
            card.health = i == members.front() ? node.health : worse(card.health, node.health);
            if (card.reason.isEmpty() && node.health == card.health) {
                card.reason = safeText(node.reason);
            }
            m_card[i] = static_cast<int>(m_scene.nodes.size());
        }
        card.dashed = face.kind == NodeKind::ServiceEntry || face.has(NodeFlag::Outside) || face.has(NodeFlag::Egress);
        card.dead = runner.has(NodeFlag::Dead);
        takeFigures(card, members, version >= 0);
        m_scene.nodes.push_back(std::move(card));
    }

    void takeFigures(SceneNode& card, const std::vector<std::size_t>& members, bool version) {
        const Node& face = m_graph.nodes[members.front()];
        // What comes in tells a node's load; a caller that nobody calls is told by what it sends.
        const bool sends = face.in[kHttp].total + face.in[kGrpc].total + face.in[kTcp].total <= 0;
        const auto& rates = sends ? m_graph.nodes[members.back()].out : face.in;
        const double requests = rates[kHttp].total + rates[kGrpc].total;
        mesh::ClassRates sum = rates[kHttp];
        sum.total = requests;
        sum.noResponse += rates[kGrpc].noResponse;
        sum.serverError += rates[kGrpc].serverError;
        sum.grpcError += rates[kGrpc].grpcError;
        card.rate = requests;
        card.errorShare = sends ? 0 : failedShare(sum);
        card.figures = nodeFigures(requests, rates[kTcp].total, card.errorShare, version && requests > 0);
        if (card.health == mesh::Health::Failing) {
            card.figuresTone = Tone::Failing;
        }
        if (face.kind == NodeKind::Unknown) { // never "no permission": there is nothing one could be allowed to read
            card.figures = QStringLiteral("not identified");
            card.reason = QStringLiteral("calls without a sidecar, so nothing says who it is");
        } else if (face.has(NodeFlag::Inaccessible)) {
            card.figures = QStringLiteral("no permission");
        } else if (m_graph.nodes[members.back()].has(NodeFlag::MissingSidecar)) {
            card.figures = QStringLiteral("no sidecar");
        } else if (card.dead) {
            card.figures = QStringLiteral("no pods");
        }
        if (!m_telemetry.known) {
            card.figures = QStringLiteral("no rate known");
            card.figuresTone = Tone::Tertiary;
            card.health = mesh::Health::Unknown;
            card.errorShare = 0;
            card.reason.clear();
        }
    }

    void addEdges() {
        std::map<std::tuple<int, int, mesh::Protocol, bool>, std::size_t> known;
        for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
            const mesh::Edge& edge = m_graph.edges[i];
            const int source = m_card[edge.source], target = m_card[edge.target];
            const EdgeStyle style = edgeStyleOf(m_graph, edge, m_telemetry.known);
            if (source < 0 || target < 0 || (source == target && edge.source != edge.target)) {
                continue;
            }
            const auto [at, isNew] =
                known.emplace(std::tuple(source, target, edge.protocol, style == EdgeStyle::Denied), m_scene.edges.size());
            if (isNew) {
                SceneEdge drawn;
                drawn.id = edge.id;
                drawn.source = source;
                drawn.target = target;
                drawn.protocol = edge.protocol;
                drawn.style = style;
                drawn.health = edge.health;
                drawn.medianMs = edge.latency.p50 ? edge.latency.p50->value : 0;
                const SceneNode& from = m_scene.nodes[static_cast<std::size_t>(source)];
                const SceneNode& to = m_scene.nodes[static_cast<std::size_t>(target)];
                if (to.version >= 0 && from.box == to.box && from.glyph == Glyph::Service) {
                    drawn.version = to.version;
                }
                if (m_telemetry.known) {
                    const double seconds = std::max(1.0, std::chrono::duration<double>(m_graph.window).count());
                    drawn.label = splitLabel(edge.weight, edge.rates.total * seconds);
                } else if (edge.weight.configured) {
                    drawn.label = splitLabel({edge.weight.configured, {}}, 0);
                }
                m_scene.edges.push_back(std::move(drawn));
            }
            SceneEdge& drawn = m_scene.edges[at->second];
            addMembers(i, drawn);
            const double rate = edge.protocol == mesh::Protocol::Tcp ? edge.rates.total / 1024 : edge.rates.total;
            const double failed = drawn.errorShare * drawn.rate + failedShare(edge.rates) * rate;
            if (edge.mtls) {
                const double before = drawn.mtlsShare < 0 ? 0 : drawn.mtlsShare * drawn.rate;
                const double all = (drawn.mtlsShare < 0 ? 0 : drawn.rate) + rate;
                drawn.mtlsShare = all > 0 ? (before + edge.mtls->value / 100 * rate) / all : edge.mtls->value / 100;
            }
            if (style != drawn.style && isCarrying(style) && isCarrying(drawn.style)) {
                drawn.style = EdgeStyle::Partial; // one card's several workloads
            }
            drawn.rate += rate;
            drawn.errorShare = drawn.rate > 0 ? failed / drawn.rate : 0;
        }
    }

    void addMembers(std::size_t index, SceneEdge& drawn) const {
        if (m_seen == nullptr) {
            drawn.members.push_back(m_graph.edges[index].id);
            return;
        }
        for (const std::uint32_t member : m_seen->folded->membersOf[index]) {
            drawn.members.push_back(m_seen->whole->edges[member].id);
        }
        drawn.calls = std::max(drawn.calls, static_cast<std::uint32_t>(drawn.members.size()));
    }

    void finish() {
        std::vector<int> callers(m_scene.nodes.size(), 0), callees(m_scene.nodes.size(), 0);
        for (const SceneEdge& edge : m_scene.edges) {
            ++callers[static_cast<std::size_t>(edge.target)];
            if (edge.source >= 0) {
                ++callees[static_cast<std::size_t>(edge.source)];
            }
        }
        for (SceneEdge& edge : m_scene.edges) {
            edge.width = edge.style == EdgeStyle::Idle || edge.style == EdgeStyle::Unknown ? 1.25 : edgeWidth(edge.rate);
            labelEdge(edge, callers[static_cast<std::size_t>(edge.target)], edge.source >= 0 ? callees[static_cast<std::size_t>(edge.source)] : 2);
        }
        std::map<int, std::array<int, 3>> counts; // services, versions, others by namespace box
        for (const SceneNode& node : m_scene.nodes) {
            for (int box = node.box; box >= 0; box = m_scene.boxes[static_cast<std::size_t>(box)].parent) {
                SceneBox& b = m_scene.boxes[static_cast<std::size_t>(box)];
                b.rate += node.version < 0 ? node.rate : 0;
                if (node.group) {
                    std::transform(b.health.begin(), b.health.end(), node.group->health.begin(), b.health.begin(),
                                   [](int known, std::size_t more) { return known + static_cast<int>(more); });
                    continue;
                }
                ++b.health[static_cast<std::size_t>(node.health)];
                ++counts[box][node.glyph == Glyph::Service ? 0 : node.version >= 0 ? 1 : 2];
            }
        }
        for (auto& [box, count] : counts) {
            SceneBox& b = m_scene.boxes[static_cast<std::size_t>(box)];
            b.extra = b.app ? QString() : extraOf(count);
        }
        markOpened();
    }

    void markOpened() {
        for (std::size_t i = 0; m_seen != nullptr && i < m_seen->folded->opened.size(); ++i) {
            const traffic::OpenGroup& open = m_seen->folded->opened[i];
            const auto box = std::find_if(m_scene.boxes.begin(), m_scene.boxes.end(), [&](const SceneBox& b) { return b.id == open.id; });
            if (box != m_scene.boxes.end()) {
                box->extra = openWords(open);
                box->closable = true;
            }
        }
    }

    void labelEdge(SceneEdge& edge, int callers, int callees) const {
        LabelFacts facts{m_labels, m_telemetry.known, callers, callees, {}};
        const bool isSum = edge.calls > 1; // of many calls a latency is not known
        if (m_labels != traffic::EdgeFigure::Rate && m_labels != traffic::EdgeFigure::None && !isSum) {
            facts.value = sumOf(edge, m_seen != nullptr ? *m_seen->whole : m_graph).value(m_labels);
        }
        edge.label = edgeLabel(edge, facts, std::move(edge.label));
        edge.lock = edge.style == EdgeStyle::Plaintext || edge.style == EdgeStyle::Partial;
    }

    const Graph& m_graph;
    const traffic::Seen* m_seen;
    const TelemetryState& m_telemetry;
    traffic::EdgeFigure m_labels;
    bool m_manyClusters = false;
    Scene m_scene;
    std::vector<int> m_card; // by graph node
    std::map<std::string, std::vector<std::size_t>> m_apps;
    std::map<std::string, std::vector<std::size_t>> m_services;
    std::map<std::pair<std::string, std::string>, int> m_namespaces;
};

} // namespace

Scene makeCards(const Graph& graph, const TelemetryState& telemetry, traffic::EdgeFigure labels) {
    return CardMaker(graph, telemetry, labels).make();
}

Scene makeCards(const traffic::Seen& seen, const TelemetryState& telemetry, traffic::EdgeFigure labels) {
    Scene scene = CardMaker(*seen.graph(), telemetry, labels, seen.folded ? &seen : nullptr).make();
    scene.graph = seen.whole;
    scene.noise = seen.noise;
    scene.hidden = seen.hidden;
    scene.focusLost = seen.focusLost;
    return scene;
}

} // namespace meshdeck::views
