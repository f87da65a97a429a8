#include "map/group_cards.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "common/safe_label.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

constexpr double kStays = 3; // how much stronger a new call must be than one that was drawn

QString nameOf(const traffic::Group& group, bool manyClusters) {
    switch (group.kind) {
    case traffic::GroupKind::Cluster: return safeText(group.cluster);
    case traffic::GroupKind::Namespace: return safeText(manyClusters ? group.ns + " · " + group.cluster : group.ns);
    case traffic::GroupKind::Small: return QStringLiteral("%1 small ones").arg(group.namespaces);
    case traffic::GroupKind::Outside: return QStringLiteral("outside of the mesh");
    case traffic::GroupKind::Quiet: return QStringLiteral("%1 quiet ones").arg(group.workloads);
    }
    return {};
}

QString kindOf(const traffic::Group& group) {
    switch (group.kind) {
    case traffic::GroupKind::Cluster: return QStringLiteral("cluster of %1 namespaces").arg(group.namespaces);
    case traffic::GroupKind::Namespace: return QStringLiteral("namespace");
    case traffic::GroupKind::Small: return QStringLiteral("namespaces");
    case traffic::GroupKind::Outside: return QStringLiteral("services and callers");
    case traffic::GroupKind::Quiet: return QStringLiteral("workloads with little traffic");
    }
    return {};
}

bool isSum(const Scene& scene, const SceneEdge& edge) {
    const bool from = edge.source >= 0 && scene.nodes[static_cast<std::size_t>(edge.source)].group;
    return from || scene.nodes[static_cast<std::size_t>(edge.target)].group;
}

// Denied and failing calls are why somebody looks.
bool mustShow(const SceneEdge& edge) {
    return edge.style == EdgeStyle::Denied || edge.health == mesh::Health::Failing;
}

// Marks the strongest call into and out of every card, in the order of strength.
std::vector<bool> strongest(const Scene& scene, const std::vector<std::size_t>& order) {
    std::vector<bool> keeps(scene.edges.size(), false), hasOut(scene.nodes.size(), false), hasIn(scene.nodes.size(), false);
    for (const std::size_t i : order) {
        const SceneEdge& edge = scene.edges[i];
        const auto target = static_cast<std::size_t>(edge.target);
        const bool first = edge.source >= 0 && !hasOut[static_cast<std::size_t>(edge.source)];
        if (first || !hasIn[target] || mustShow(edge)) {
            keeps[i] = true;
        }
        if (edge.source >= 0) {
            hasOut[static_cast<std::size_t>(edge.source)] = true;
        }
        hasIn[target] = true;
    }
    return keeps;
}

} // namespace

SceneNode groupCard(const traffic::Group& group, const mesh::Node& box, const TelemetryState& telemetry, bool manyClusters) {
    SceneNode card;
    card.id = group.id;
    card.members = {group.id};
    card.name = nameOf(group, manyClusters);
    card.ns = safeText(group.ns);
    card.glyph = Glyph::Group;
    card.kindWord = kindOf(group);
    card.health = telemetry.known ? group.worst : mesh::Health::Unknown;
    card.reason = telemetry.known ? safeText(box.reason) : QString();
    card.dashed = group.kind != traffic::GroupKind::Namespace && group.kind != traffic::GroupKind::Cluster;
    card.rate = group.requests.total;
    card.errorShare = telemetry.known ? failedShare(group.requests) : 0;
    card.figures = telemetry.known ? nodeFigures(group.requests.total, group.bytesPerSecond, 0, false) : QStringLiteral("no rate known");
    card.figuresTone = telemetry.known ? Tone::Secondary : Tone::Tertiary;
    auto facts = std::make_shared<GroupFacts>();
    facts->kind = group.kind;
    facts->namespaces = group.namespaces;
    facts->workloads = group.workloads;
    facts->health = group.health;
    card.group = std::move(facts);
    return card;
}

QString openWords(const traffic::OpenGroup& open) {
    QString words = open.workloads == 1 ? QStringLiteral("1 workload") : QStringLiteral("%1 workloads").arg(open.workloads);
    if (open.folded > 0) {
        words += QStringLiteral(", %1 drawn, %2 quiet ones folded").arg(open.workloads - open.folded).arg(open.folded);
    }
    return words;
}

void setWeakAside(Scene& scene, const Scene* before) {
    std::vector<std::size_t> sums;
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        if (isSum(scene, scene.edges[i])) {
            sums.push_back(i);
        }
    }
    const std::size_t most = 2 * scene.nodes.size() + 12;
    if (sums.size() <= most) {
        return;
    }
    std::unordered_set<std::string_view> drawn;
    for (std::size_t i = 0; before != nullptr && i < before->edges.size(); ++i) {
        drawn.insert(before->edges[i].id);
    }
    std::vector<double> strength(scene.edges.size(), 0);
    for (const std::size_t i : sums) {
        strength[i] = scene.edges[i].rate * (drawn.contains(scene.edges[i].id) ? kStays : 1);
    }
    std::stable_sort(sums.begin(), sums.end(), [&](std::size_t a, std::size_t b) { return strength[a] > strength[b]; });
    std::vector<bool> keeps = strongest(scene, sums);
    auto left = static_cast<std::ptrdiff_t>(most) - std::count(keeps.begin(), keeps.end(), true);
    for (const std::size_t i : sums) {
        if (left > 0 && !keeps[i]) {
            keeps[i] = true;
            --left;
        }
    }
    std::vector<SceneEdge> kept;
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        const bool weak = !keeps[i] && isSum(scene, scene.edges[i]);
        (weak ? scene.weak : kept).push_back(std::move(scene.edges[i]));
    }
    scene.edges = std::move(kept);
}

} // namespace meshdeck::views
