// Watches what a change touches for a stated time after it, against what was before (facts/safe-apply.md C2, 11 and 12).
// It lives in the process that applied: when that ends, so does the watch.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "change/breach.h"

namespace meshdeck::change {

// The mesh as measured, again and again.
class TrafficFeed {
public:
    virtual ~TrafficFeed() = default;
    // The newest snapshot once its graph is of a later time than `after` (nothing: any graph will do), or null when none
    // came within `limit`. Blocks; not on the UI thread.
    [[nodiscard]] virtual mesh::SnapshotPtr newerThan(std::optional<ServerTime> after, Duration limit,
                                                      const std::stop_token& stop) = 0;
};

struct WatchOptions {
    Duration watch = std::chrono::minutes(5);
    Duration window = std::chrono::minutes(1); // what the telemetry's rates are taken over
    BreachLimits limits;
};

struct WatchReport {
    BreachVerdict verdict = BreachVerdict::NotEnough;
    Duration watched{};  // windows that were judged, together
    Duration baseline{}; // window before
    std::vector<Judgement> judgements; // worst first
    std::vector<Comparison> comparisons; // in the order of the subjects
    std::string note;    // why it ended early or knows too little

    // "worse: reviews: errors ..." or what could not be told, for the journal and for people.
    [[nodiscard]] std::string sentence() const;
};

class BreachWatch {
public:
    using Progress = std::function<void(const std::string& phase)>;
    // All must outlive the watch.
    BreachWatch(TrafficFeed& feed, const Clock& clock, WatchOptions options, Progress progress = {});

    // Before the write: measures for up to one window, longer only until the telemetry has answered at all. Unreachable
    // when it does not: without a "before" nothing can be compared, and nothing should be written.
    [[nodiscard]] Status takeBaseline(const Plan& plan, const std::stop_token& stop);

    // After it: judges each window that began after now, until something is worse, the time is over, or the telemetry
    // is silent.
    [[nodiscard]] WatchReport watch(const std::stop_token& stop);

    [[nodiscard]] const std::vector<Comparison>& comparisons() const { return m_comparisons; }

private:
    void takeWindow(const mesh::Graph& graph);
    // Fills verdict and judgements from what is known so far.
    void judge(WatchReport& report) const;
    [[nodiscard]] std::size_t plannedWindows() const;
    void tell(const std::string& phase) const;

    TrafficFeed& m_feed;
    const Clock& m_clock;
    WatchOptions m_options;
    Progress m_progress;
    std::vector<Comparison> m_comparisons;
    Duration m_baseline{};
    // A time of the server and when, by our own clock, it was seen: the two clocks are only ever compared through this.
    ServerTime m_graphTime{};
    MonotonicTime m_seen{};
};

} // namespace meshdeck::change
