// What of a mesh's graph is looked at: without noise, a part of it, big meshes by their namespaces. One value that a view
// keeps and a worker applies to every new graph.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "traffic/noise.h"
#include "traffic/overview.h"

namespace meshdeck::traffic {

// Automatic: by namespaces when there are more workloads than a person reads (facts/toolchain.md: a flat picture of over
// some hundred nodes is a texture).
enum class FoldMode { Automatic, Never, Namespaces, Clusters };
inline constexpr std::size_t kMostFlat = 200;

struct Lens {
    bool hideNoise = true;
    std::optional<Focus> focus;
    FoldMode fold = FoldMode::Automatic;
    std::set<std::string> open; // ids of groups drawn as what is in them
    bool operator==(const Lens&) const = default;
};

struct Seen {
    std::shared_ptr<const mesh::Graph> whole; // after noise and focus: what `folded` was made of
    std::optional<Folded> folded;             // nothing: `whole` is drawn as it is
    Noise noise;                              // left out
    bool focusLost = false;                   // its node is not in the graph: everything is shown

    [[nodiscard]] const std::shared_ptr<const mesh::Graph>& graph() const { return folded ? folded->graph : whole; }
};

// `shown` are ids drawn last. Never null graphs; the graph itself when there is nothing to do.
[[nodiscard]] Seen look(std::shared_ptr<const mesh::Graph> graph, const Lens& lens,
                        const std::unordered_set<std::string>& shown = {});

} // namespace meshdeck::traffic
