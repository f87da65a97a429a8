// `--rollback-on breach`: a change is watched for a while after it was written, and taken back when what it touches
// fares worse.
#pragma once

#include <memory>

#include "change/breach_watch.h"
#include "cli/change_options.h"
#include "cli/report.h"

namespace meshdeck::cli {

// What the watch came to, and what followed.
struct WatchOutcome {
    change::WatchReport report;
    std::vector<std::string> reasons;            // why it was taken back; empty: it was not
    std::optional<change::ApplyReport> rollback; // what became of that
    std::optional<change::Plan> rollbackPlan;
    std::optional<Error> problem;                // why it could not be taken back
};

class ChangeWatch {
public:
    // All must outlive it. `options.rollbackOnBreach` is set.
    ChangeWatch(const ChangeWorld& world, const Arguments& arguments, const ChangeOptions& options, const Streams& streams);

    // Before the write. Unreachable without telemetry: then nothing should be written.
    [[nodiscard]] Status begin(const change::Plan& plan);
    // For the journal of the change itself.
    [[nodiscard]] std::string journalNote() const;
    // After it was applied as a whole.
    [[nodiscard]] WatchOutcome finish(const change::ApplyReport& applied);

private:
    void takeBack(const std::string& id, WatchOutcome& outcome);

    const ChangeWorld& m_world;
    const Arguments& m_arguments;
    const ChangeOptions& m_options;
    const Streams& m_streams;
    Progress m_progress;
    change::BreachWatch m_watch;
};

// 0 not worse; 1 taken back, or not enough data to tell; 2 it could not be taken back; 3 nobody knows whether it was.
[[nodiscard]] int codeOf(const WatchOutcome& outcome);

// The telemetry of a session that runs. The session outlives the feed.
[[nodiscard]] std::unique_ptr<change::TrafficFeed> sessionFeed(session::Session& session);

} // namespace meshdeck::cli
