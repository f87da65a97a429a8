#include "change/breach_watch.h"

#include <algorithm>

#include "base/text.h"

namespace meshdeck::change {

namespace {

constexpr Duration kFirstAnswer = std::chrono::seconds(30);
constexpr Duration kRefresh = std::chrono::seconds(20); // sources measure every 15 s, and a little more
constexpr double kPlentyOfRequests = 400;               // a baseline with so many need not wait for its window
constexpr Duration kSlack = std::chrono::seconds(1);    // by which a window may begin too early: clocks are read apart

int gravity(BreachVerdict verdict) {
    return verdict == BreachVerdict::Worse ? 2 : verdict == BreachVerdict::NotEnough ? 1 : 0;
}

} // namespace

std::string WatchReport::sentence() const {
    std::string text = verdict == BreachVerdict::Worse      ? "worse than before"
                       : verdict == BreachVerdict::NotWorse ? "not worse than before"
                                                            : "not enough data to tell";
    text += ", " + text::age(watched) + " after against " + text::age(baseline) + " before";
    for (const Judgement& judgement : judgements) {
        if (judgement.verdict == verdict) { // the worst one stands for the others
            text += ": " + judgement.sentence;
            break;
        }
    }
    return note.empty() ? text : text + " (" + note + ")";
}

BreachWatch::BreachWatch(TrafficFeed& feed, const Clock& clock, WatchOptions options, Progress progress)
    : m_feed(feed), m_clock(clock), m_options(options), m_progress(std::move(progress)) {}

void BreachWatch::tell(const std::string& phase) const {
    if (m_progress) {
        m_progress(phase);
    }
}

std::size_t BreachWatch::plannedWindows() const {
    return static_cast<std::size_t>(std::max<std::int64_t>(1, m_options.watch / std::max(m_options.window, Duration(1))));
}

Status BreachWatch::takeBaseline(const Plan& plan, const std::stop_token& stop) {
    tell("measuring what is before the change");
    m_comparisons.clear();
    const MonotonicTime start = m_clock.now();
    std::optional<ServerTime> last;
    for (;;) {
        const mesh::SnapshotPtr now = m_feed.newerThan(last, last ? kRefresh : kFirstAnswer, stop);
        if (stop.stop_requested()) {
            return fail(ErrorKind::Cancelled, "cancelled before anything was written");
        }
        if (now && now->graph) {
            last = now->graph->time;
            m_graphTime = now->graph->time;
            m_seen = m_clock.now();
            m_baseline = now->graph->window;
            m_comparisons.clear();
            bool plenty = true;
            for (Subject& subject : subjectsOf(plan, now->inventory.get())) {
                GoldenSignals before = signalsOf(subject, *now->graph);
                plenty = plenty && before.requests >= kPlentyOfRequests;
                m_comparisons.push_back({std::move(subject), before, {}, {}});
            }
            if (plenty || m_baseline + kSlack >= m_options.window) {
                return {};
            }
        }
        if (m_clock.now() - start >= m_options.window + kRefresh || (!last && m_clock.now() - start >= kFirstAnswer)) {
            break;
        }
        if (!now && last) {
            break; // it measured once and then no more: that once is what there is
        }
    }
    return last ? Status() : fail(ErrorKind::Unreachable, "there is no telemetry to watch the change by",
                                  "apply without --rollback-on, or see what meshdeck graph says of its sources");
}

void BreachWatch::takeWindow(const mesh::Graph& graph) {
    for (Comparison& comparison : m_comparisons) {
        const GoldenSignals window = signalsOf(comparison.subject, graph);
        comparison.after += window;
        comparison.windows.push_back(window);
    }
}

void BreachWatch::judge(WatchReport& report) const {
    report.judgements.clear();
    const std::size_t tests = plannedWindows() * std::max<std::size_t>(m_comparisons.size(), 1);
    for (const Comparison& comparison : m_comparisons) {
        report.judgements.push_back(judgeBreach(comparison, m_options.limits, tests));
    }
    std::stable_sort(report.judgements.begin(), report.judgements.end(), [](const Judgement& a, const Judgement& b) {
        return gravity(a.verdict) > gravity(b.verdict);
    });
    report.verdict = report.judgements.empty() ? BreachVerdict::NotEnough : report.judgements.front().verdict;
}

WatchReport BreachWatch::watch(const std::stop_token& stop) {
    WatchReport report;
    report.baseline = m_baseline;
    const MonotonicTime start = m_clock.now();
    // A window counts when it began after the last one that did, the first after the change.
    ServerTime covered = m_graphTime + std::chrono::duration_cast<Duration>(start - m_seen);
    ServerTime last = m_graphTime;
    // The last window ends when the time is over; its numbers come a refresh later.
    const Duration patience = m_options.watch + kRefresh;
    for (;;) {
        tell("watching the change for " + text::age(m_options.watch) + ", " +
             text::age(std::chrono::duration_cast<Duration>(m_clock.now() - start)) + " so far");
        const mesh::SnapshotPtr now = m_feed.newerThan(last, std::max(kRefresh, m_options.window), stop);
        if (stop.stop_requested()) {
            report.note = "the watch was ended early";
            break;
        }
        if (!now || !now->graph) {
            report.note = "the telemetry has fallen silent";
            break;
        }
        last = now->graph->time;
        if (last - now->graph->window + kSlack >= covered) {
            takeWindow(*now->graph);
            report.watched += now->graph->window;
            covered = last;
            judge(report);
            if (report.verdict == BreachVerdict::Worse) {
                break;
            }
        }
        if (report.watched + kSlack >= m_options.watch || m_clock.now() - start >= patience) {
            break;
        }
    }
    judge(report);
    if (report.verdict == BreachVerdict::NotWorse && !report.note.empty()) {
        report.verdict = BreachVerdict::NotEnough; // it was to be watched for longer
    }
    if (m_comparisons.empty() && report.note.empty()) {
        report.note = "the change touches nothing that telemetry knows";
    }
    report.comparisons = m_comparisons;
    return report;
}

} // namespace meshdeck::change
