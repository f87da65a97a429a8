// The policy engine behind the Routes page, on a worker: it follows snapshots and the pending change, and answers what
// was asked last again whenever the mesh is another one. All signals arrive on the UI thread; of several jobs of one kind
// that wait, only the newest runs.
#pragma once

#include <memory>

#include <QObject>

#include "base/executor.h"
#include "mesh/snapshot.h"
#include "policy/expectations/expectations.h"
#include "routes/policy_state.h"

namespace meshdeck::views {

// One saved request run on the mesh as it is, and as it would be.
struct SavedRun {
    policy::ExpectationOutcome live;
    std::optional<policy::ExpectationOutcome> draft; // absent: nothing is pending
};
using SavedRuns = std::shared_ptr<const std::vector<SavedRun>>; // in the order of the requests

class PolicyFeed final : public QObject {
    Q_OBJECT

public:
    // The executor outlives the feed, or drops its jobs.
    explicit PolicyFeed(Executor& worker, QObject* parent = nullptr);
    ~PolicyFeed() override;

    void setSnapshot(mesh::SnapshotPtr snapshot);
    void setMeshConfig(std::shared_ptr<const config::MeshConfig> mesh);
    // Objects as they would be; null ones would be gone. Empty: nothing is pending.
    void setDraft(std::vector<policy::ConfigEdit> edits);
    void ask(TraceQuery query);
    void ask(EffectiveQuery query);
    void setSaved(std::vector<policy::Expectation> saved);

Q_SIGNALS:
    void stateReady(const meshdeck::views::PolicyStatePtr& state);
    void traced(const std::shared_ptr<const meshdeck::views::TraceAnswer>& answer);
    void effectiveReady(const std::shared_ptr<const meshdeck::views::EffectiveAnswer>& answer);
    void savedRun(const meshdeck::views::SavedRuns& runs);

private:
    struct Shared;
    void wake();
    std::shared_ptr<Shared> m_shared; // what a job may touch after the feed is gone
    Executor& m_worker;
};

} // namespace meshdeck::views
