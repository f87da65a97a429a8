// A node that is missing from one reply may be back in the next: it stays on the map, without traffic and unknown, for
// two refreshes more (visual.md 8). Pure but for what it remembers; one thread, a worker: with thousands
// of nodes the copy takes longer than a frame.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "mesh/snapshot.h"

namespace meshdeck::views {

class Grace {
public:
    // The snapshot to draw: the same one when nothing is missing from its graph, else a copy with what is held.
    [[nodiscard]] mesh::SnapshotPtr hold(const mesh::SnapshotPtr& snapshot);
    // Another graph was asked for: nothing of the last one is held.
    void forget();

private:
    void countMissing(const mesh::Graph& raw);

    std::shared_ptr<const mesh::Graph> m_raw;   // the last reply
    std::shared_ptr<const mesh::Graph> m_shown; // with what is held
    std::map<std::string, int> m_missed;        // refreshes since a held node was there
};

} // namespace meshdeck::views
