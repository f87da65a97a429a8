#include "mesh/snapshot.h"

namespace meshdeck::mesh {

std::string_view name(SourceState state) {
    switch (state) {
    case SourceState::Absent: return "absent";
    case SourceState::Connecting: return "connecting";
    case SourceState::Live: return "live";
    case SourceState::Stale: return "stale";
    case SourceState::Partial: return "partial";
    case SourceState::Denied: return "denied";
    }
    return "";
}

const SourceHealth* MeshSnapshot::source(std::string_view sourceName) const {
    for (const SourceHealth& source : sources) {
        if (source.name == sourceName) {
            return &source;
        }
    }
    return nullptr;
}

ResourcePtr MeshSnapshot::resource(const ResourceRef& ref) const {
    if (!config) {
        return nullptr;
    }
    const auto found = config->find(ref);
    return found == config->end() ? nullptr : found->second;
}

SnapshotChanges changesBetween(const MeshSnapshot* before, const MeshSnapshot& after) {
    SnapshotChanges changes = 0;
    const auto mark = [&](SnapshotChange change, bool differs) {
        changes |= differs ? static_cast<SnapshotChanges>(change) : 0U;
    };
    mark(SnapshotChange::Config, before == nullptr || before->config != after.config);
    mark(SnapshotChange::Inventory, before == nullptr || before->inventory != after.inventory);
    mark(SnapshotChange::Graph, before == nullptr || before->graph != after.graph);
    mark(SnapshotChange::Proxies, before == nullptr || before->proxies != after.proxies);
    mark(SnapshotChange::Sources, before == nullptr || before->sources != after.sources);
    return changes;
}

} // namespace meshdeck::mesh
