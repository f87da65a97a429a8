#include "cli/change_watch.h"

#include "base/text.h"
#include "cli/report.h"

namespace meshdeck::cli {

namespace {

class SessionFeed final : public change::TrafficFeed {
public:
    explicit SessionFeed(session::Session& session) : m_session(session) {}

    mesh::SnapshotPtr newerThan(std::optional<ServerTime> after, Duration limit, const std::stop_token& stop) override {
        const auto fresh = [&](const mesh::MeshSnapshot& snapshot) {
            return stop.stop_requested() || (snapshot.graph && (!after || snapshot.graph->time > *after));
        };
        const mesh::SnapshotPtr snapshot = m_session.waitFor(fresh, limit);
        return snapshot && snapshot->graph && (!after || snapshot->graph->time > *after) ? snapshot : nullptr;
    }

private:
    session::Session& m_session;
};

change::WatchOptions watchOptions(const Arguments& arguments, const ChangeOptions& options) {
    change::WatchOptions watch;
    watch.watch = options.watch;
    watch.window = arguments.connection.window;
    return watch;
}

} // namespace

std::unique_ptr<change::TrafficFeed> sessionFeed(session::Session& session) {
    return std::make_unique<SessionFeed>(session);
}

ChangeWatch::ChangeWatch(const ChangeWorld& world, const Arguments& arguments, const ChangeOptions& options,
                         const Streams& streams)
    : m_world(world)
    , m_arguments(arguments)
    , m_options(options)
    , m_streams(streams)
    , m_progress(arguments.quiet, streams)
    , m_watch(*world.traffic, *world.clock, watchOptions(arguments, options), [this](const std::string& phase) {
        m_progress.show(phase);
    }) {}

Status ChangeWatch::begin(const change::Plan& plan) {
    Status taken = m_watch.takeBaseline(plan, {});
    m_progress.clear();
    return taken;
}

std::string ChangeWatch::journalNote() const {
    return "watched for " + text::age(m_options.watch) + ", to be taken back on a breach while that process lives";
}

WatchOutcome ChangeWatch::finish(const change::ApplyReport& applied) {
    WatchOutcome outcome;
    for (const change::RejectedProxy& proxy : applied.proxies.rejected) { // such config must not stay
        outcome.reasons.push_back("rejected by " + proxy.proxy + ": " + proxy.message);
    }
    for (const change::ObjectConditions& one : applied.conditions) {
        if (one.state == change::ConditionState::Refused) {
            outcome.reasons.push_back(one.ref.display() + " was not accepted: " + one.message);
        }
    }
    if (outcome.reasons.empty()) {
        note("watching for " + text::age(m_options.watch) + "; the watch ends with this program", m_arguments.quiet, m_streams);
        outcome.report = m_watch.watch({});
        m_progress.clear();
        if (outcome.report.verdict == change::BreachVerdict::Worse) {
            outcome.reasons.push_back(outcome.report.sentence());
        }
    } else {
        outcome.report.note = "not watched: the change was not accepted";
    }
    if (!outcome.reasons.empty()) {
        takeBack(applied.journal, outcome);
    }
    return outcome;
}

// The same guarded path as any other change: as left, dry run, intent, one write, proxies.
void ChangeWatch::takeBack(const std::string& id, WatchOutcome& outcome) {
    change::ApplyEngine engine = engineOf(m_world);
    auto plan = engine.planRollback(id, {});
    auto preview = plan ? engine.preview(*plan, {}) : Result<change::Preview>(tl::unexpected(plan.error()));
    if (!preview) {
        outcome.problem = preview.error();
        return;
    }
    change::ApplyOptions options{m_world.context, m_options.waitForProxies, m_arguments.has("allow-owned"), id};
    options.note = "taken back by itself: " + outcome.reasons.front();
    auto report = engine.apply(*preview, options, {}, [this](const std::string& phase, const auto&) { m_progress.show(phase); });
    m_progress.clear();
    outcome.rollbackPlan = std::move(preview->plan);
    if (report) {
        outcome.rollback = std::move(*report);
    } else {
        outcome.problem = report.error();
    }
}

int codeOf(const WatchOutcome& outcome) {
    if (outcome.rollback && outcome.rollback->outcome == change::Outcome::Unknown) {
        return kOutcomeUnknown;
    }
    if (outcome.problem) {
        return outcome.problem->kind == ErrorKind::Conflict ? kSomethingToReport : kCouldNot;
    }
    return outcome.report.verdict == change::BreachVerdict::NotWorse ? kDone : kSomethingToReport;
}

} // namespace meshdeck::cli
