#include "routes/policy_feed.h"

#include <algorithm>
#include <mutex>

#include "common/main_thread_queue.h"
#include "policy/checks/snapshot_checks.h"
#include "policy/request_path.h"

namespace meshdeck::views {
namespace {

// What waits for the worker; what is absent was not asked for anew.
struct Wishes {
    bool mesh = false; // snapshot, mesh config or draft are other ones
    mesh::SnapshotPtr snapshot;
    std::shared_ptr<const config::MeshConfig> config;
    std::vector<policy::ConfigEdit> draft;
    std::optional<TraceQuery> trace;
    std::optional<EffectiveQuery> effective;
    std::optional<std::vector<policy::Expectation>> saved;
};

policy::CheckOptions clusterChecks() {
    policy::CheckOptions options;
    options.secretsKnown = false; // a cluster is never asked for its Secrets
    return options;
}

} // namespace

// The worker's own part is touched by its jobs alone, one after the other.
struct PolicyFeed::Shared {
    std::mutex mutex;
    PolicyFeed* feed = nullptr; // null after its end
    MainThreadQueue* ui = nullptr;
    Wishes wishes;
    bool posted = false;

    policy::SnapshotChecks checks{clusterChecks()};
    std::vector<policy::ConfigEdit> draft;
    PolicyStatePtr state;
    std::unique_ptr<policy::Simulator> live, drafted;
    std::optional<TraceQuery> trace;
    std::optional<EffectiveQuery> effective;
    std::vector<policy::Expectation> saved;

    void work();
    void follow(const Wishes& now);
    void answerTrace();
    void answerEffective();
    void runSaved();

    // On the UI thread, unless the feed is gone by then.
    template <typename Tell>
    void deliver(Tell tell) {
        const std::lock_guard lock(mutex);
        if (ui != nullptr) {
            ui->post([this, tell] { tell(*feed); });
        }
    }
};

void PolicyFeed::Shared::work() {
    Wishes now;
    {
        const std::lock_guard lock(mutex);
        posted = false;
        now = wishes;
        wishes.mesh = false;
        wishes.trace.reset();
        wishes.effective.reset();
        wishes.saved.reset();
        if (feed == nullptr) {
            return;
        }
    }
    const PolicyStatePtr before = state;
    if (now.mesh && now.snapshot) {
        follow(now);
    }
    const bool changed = state != before;
    const bool asked = now.trace.has_value();
    trace = now.trace ? now.trace : trace;
    if (trace && (asked || changed)) {
        answerTrace();
    }
    const bool looked = now.effective.has_value();
    effective = now.effective ? now.effective : effective;
    if (effective && (looked || changed)) {
        answerEffective();
    }
    if (now.saved) {
        saved = std::move(*now.saved);
    }
    if (now.saved || (changed && !saved.empty())) {
        runSaved();
    }
}

void PolicyFeed::Shared::follow(const Wishes& now) {
    const bool other = checks.follow(*now.snapshot, now.config);
    const auto same = [](const policy::ConfigEdit& a, const policy::ConfigEdit& b) { return a.ref == b.ref && a.object == b.object; };
    const bool redrafted = !std::ranges::equal(draft, now.draft, same);
    if (!other && !redrafted && state) {
        return;
    }
    draft = now.draft;
    if (other || !live) {
        live = std::make_unique<policy::Simulator>(checks.world());
    }
    drafted.reset();
    std::shared_ptr<PolicyState> next;
    if (draft.empty()) {
        next = std::make_shared<PolicyState>(*policyState(checks.world(), checks.report()->findings));
    } else {
        const policy::SnapshotChecks::Draft after = checks.with(draft);
        drafted = std::make_unique<policy::Simulator>(after.world);
        next = std::make_shared<PolicyState>(
            *policyState(checks.world(), checks.report()->findings, after.world, after.report->findings, draft));
    }
    next->checks = checks.report()->checks;
    next->meshConfigKnown = now.config != nullptr;
    state = std::move(next);
    deliver([state = state](PolicyFeed& told) { Q_EMIT told.stateReady(state); });
}

void PolicyFeed::Shared::answerTrace() {
    if (!live) {
        return; // as soon as there is a mesh
    }
    const bool withDraft = trace->draft && drafted;
    TraceQuery query = *trace;
    query.draft = withDraft;
    auto answer = std::make_shared<const TraceAnswer>(views::trace(query, withDraft ? *drafted : *live, withDraft ? live.get() : nullptr));
    deliver([answer](PolicyFeed& told) { Q_EMIT told.traced(answer); });
}

void PolicyFeed::Shared::answerEffective() {
    if (!live) {
        return;
    }
    const bool withDraft = effective->draft && state->draft;
    auto answer = std::make_shared<const EffectiveAnswer>(views::effective(*effective, withDraft ? state->draft : state->world));
    deliver([answer](PolicyFeed& told) { Q_EMIT told.effectiveReady(answer); });
}

void PolicyFeed::Shared::runSaved() {
    if (!live) {
        return;
    }
    auto runs = std::make_shared<std::vector<SavedRun>>();
    for (const policy::Expectation& each : saved) {
        SavedRun run{policy::runExpectation(each, *live, {}), std::nullopt};
        if (drafted) {
            run.draft = policy::runExpectation(each, *drafted, {});
        }
        runs->push_back(std::move(run));
    }
    deliver([runs = SavedRuns(runs)](PolicyFeed& told) { Q_EMIT told.savedRun(runs); });
}

PolicyFeed::PolicyFeed(Executor& worker, QObject* parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
    , m_worker(worker) {
    m_shared->feed = this;
    m_shared->ui = new MainThreadQueue(this);
}

PolicyFeed::~PolicyFeed() {
    const std::lock_guard lock(m_shared->mutex);
    m_shared->feed = nullptr;
    m_shared->ui = nullptr;
}

// Called with what is wished for already in place; one job takes all that waits.
void PolicyFeed::wake() {
    {
        const std::lock_guard lock(m_shared->mutex);
        if (m_shared->posted) {
            return;
        }
        m_shared->posted = true;
    }
    m_worker.post([shared = m_shared] { shared->work(); });
}

void PolicyFeed::setSnapshot(mesh::SnapshotPtr snapshot) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wishes.snapshot = std::move(snapshot);
        m_shared->wishes.mesh = true;
    }
    wake();
}

void PolicyFeed::setMeshConfig(std::shared_ptr<const config::MeshConfig> mesh) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wishes.config = std::move(mesh);
        m_shared->wishes.mesh = true;
    }
    wake();
}

void PolicyFeed::setDraft(std::vector<policy::ConfigEdit> edits) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wishes.draft = std::move(edits);
        m_shared->wishes.mesh = true;
    }
    wake();
}

void PolicyFeed::ask(TraceQuery query) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wishes.trace = std::move(query);
    }
    wake();
}

void PolicyFeed::ask(EffectiveQuery query) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wishes.effective = std::move(query);
    }
    wake();
}

void PolicyFeed::setSaved(std::vector<policy::Expectation> saved) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wishes.saved = std::move(saved);
    }
    wake();
}

} // namespace meshdeck::views
