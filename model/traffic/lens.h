// What of a mesh's graph is looked at: without noise, a part of it, big meshes by their namespaces. One value that a view
// keeps and a worker applies to every new graph.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "mesh/inventory.h"
#include "traffic/find/expression.h"
#include "traffic/noise.h"
#include "traffic/overview.h"

namespace meshdeck::traffic {

// Automatic: by namespaces when there are more workloads than a person reads (facts/toolchain.md: a flat picture of over
// some hundred nodes is a texture).
enum class FoldMode { Automatic, Never, Namespaces, Clusters };
inline constexpr std::size_t kMostFlat = 200;

struct Lens {
    bool hideNoise = true;
    FindExpression hide{}; // taken out, with its calls
    FindExpression keep{}; // what does not match is taken out; empty: nothing is
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
    std::size_t hidden = 0;                   // nodes that `hide` and `keep` took out

    [[nodiscard]] const std::shared_ptr<const mesh::Graph>& graph() const { return folded ? folded->graph : whole; }
};

// What a lens needs to know beside the graph.
struct LensFacts {
    const mesh::Inventory* inventory = nullptr; // for label:KEY; null: no label is known
    bool ratesKnown = true;
};

// `shown` are ids drawn last. Never null graphs; the graph itself when there is nothing to do.
[[nodiscard]] Seen look(std::shared_ptr<const mesh::Graph> graph, const Lens& lens,
                        const std::unordered_set<std::string>& shown = {}, const LensFacts& facts = {});

} // namespace meshdeck::traffic
