// Folds what the sources deliver into immutable snapshots, on one strand. The only owner of the current state.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "mesh/snapshot.h"
#include "session/traffic_fold.h"
#include "sources/interfaces.h"
#include "traffic/graph_builder.h"

namespace meshdeck::session {

struct SessionConfig {
    std::string context; // shown everywhere; identity of the mesh
    traffic::GraphOptions graph;
    traffic::HealthThresholds thresholds;
    std::size_t historyPoints = 240; // RED points kept a node
    // Of the sources that poll: twice as long without an answer and they are stale.
    std::map<std::string, Duration> pollIntervals;
    Duration publishEvery = std::chrono::milliseconds(50); // bursts are gathered for so long; the first is published at once
    Duration checkHealthEvery = std::chrono::seconds(1);
};

class Session final : public sources::DeltaSink {
public:
    // The clock outlives the session.
    Session(SessionConfig config, const Clock& clock);
    // The same with another graph builder than traffic::buildGraph.
    Session(SessionConfig config, const Clock& clock, GraphBuilder builder);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Before start() only.
    void addSource(std::unique_ptr<sources::Source> source);
    // Called on the session's strand for each new snapshot; must only hand over (post to a Mailbox). Before start().
    void onSnapshot(std::function<void(mesh::SnapshotPtr)> listener);
    void start();
    // Stops and joins the sources and the strand. Idempotent.
    void stop();

    // Any thread.
    void deliver(sources::Delta delta) override;
    void setGraphOptions(traffic::GraphOptions options);
    // The namespaces somebody looks at just now; empty: all that the graph options name. Sources ask for these first and
    // with everything they know.
    void setInView(std::vector<std::string> namespaces);
    void refresh();
    [[nodiscard]] mesh::SnapshotPtr latest() const; // never null
    // Blocks until `done` says yes to a snapshot, the time is over or the session stops; the last snapshot either way.
    // `done` is called on the calling thread.
    [[nodiscard]] mesh::SnapshotPtr waitFor(const std::function<bool(const mesh::MeshSnapshot&)>& done,
                                            Duration limit) const;

private:
    class Fold;
    std::unique_ptr<Fold> m_fold;
};

// True when every source has answered once or failed: the moment a one-shot command may print. A source that connects
// and already gives a hint has failed once in a way that does not pass by itself; nobody waits for its next attempt.
[[nodiscard]] bool settled(const mesh::MeshSnapshot& snapshot);

} // namespace meshdeck::session
