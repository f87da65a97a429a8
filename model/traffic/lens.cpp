#include "traffic/lens.h"

#include <algorithm>

#include "traffic/find/evaluate.h"

namespace meshdeck::traffic {
namespace {

bool looksAtNoise(const mesh::Graph& graph, const std::optional<Focus>& focus) {
    if (!focus) {
        return false;
    }
    const auto isNoise = [&](const std::string& id) {
        const mesh::Node* node = graph.node(id);
        return node != nullptr && noiseOf(*node).has_value();
    };
    return isNoise(focus->node) || isNoise(focus->other);
}

bool folds(const mesh::Graph& graph, FoldMode mode) {
    return mode == FoldMode::Automatic ? sizeOf(graph) > kMostFlat : mode != FoldMode::Never;
}

// A mesh of one namespace is not told by one box.
void openTheOnly(const mesh::Graph& graph, const Lens& lens, FoldOptions& options) {
    if (lens.fold != FoldMode::Automatic || namespacesOf(graph) != 1) {
        return;
    }
    for (const mesh::Node& node : graph.nodes) {
        options.open.insert(groupId(node.cluster, node.ns));
    }
}

void hide(Seen& seen, const Lens& lens, const LensFacts& facts) {
    const std::size_t before = seen.whole->nodes.size();
    if (!lens.hide.empty()) {
        const FindMatches found = findIn({*seen.whole, facts.inventory, facts.ratesKnown}, lens.hide);
        seen.whole = std::make_shared<const mesh::Graph>(hideFrom(*seen.whole, found));
    }
    if (!lens.keep.empty()) {
        const FindMatches found = findIn({*seen.whole, facts.inventory, facts.ratesKnown}, lens.keep);
        seen.whole = std::make_shared<const mesh::Graph>(keepOnly(*seen.whole, found));
    }
    seen.hidden = before - seen.whole->nodes.size();
}

} // namespace

Seen look(std::shared_ptr<const mesh::Graph> graph, const Lens& lens, const std::unordered_set<std::string>& shown, const LensFacts& facts) {
    Seen seen;
    seen.whole = std::move(graph);
    if (lens.hideNoise && !looksAtNoise(*seen.whole, lens.focus)) {
        const Kept kept = withoutNoise(*seen.whole, seen.noise);
        if (seen.noise.total() > 0) {
            seen.whole = std::make_shared<const mesh::Graph>(take(*seen.whole, kept));
        }
    }
    hide(seen, lens, facts);
    if (lens.focus) {
        if (const auto kept = partOf(*seen.whole, *lens.focus)) {
            seen.whole = std::make_shared<const mesh::Graph>(take(*seen.whole, *kept));
        } else {
            seen.focusLost = true;
        }
    }
    if (folds(*seen.whole, lens.fold)) {
        FoldOptions options;
        options.level = lens.fold == FoldMode::Clusters ? FoldLevel::Clusters : FoldLevel::Namespaces;
        options.open.insert(lens.open.begin(), lens.open.end());
        options.shown = shown;
        openTheOnly(*seen.whole, lens, options);
        seen.folded = fold(*seen.whole, options);
    }
    return seen;
}

} // namespace meshdeck::traffic
