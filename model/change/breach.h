// Whether what a change touches fares worse since (facts/canary.md 5.4 and 5.5): failures as counts with an interval of
// their difference, latency and the amount of traffic by what two windows in a row show. Three verdicts; too little data
// is one of them, never "fine".
#pragma once

#include <string>
#include <vector>

#include "change/golden_signals.h"

namespace meshdeck::change {

struct BreachLimits {
    double errorPoints = 0.5;       // from here a service counts as degraded (visual.md, "Thresholds")
    double failingPercent = 10;     // from here as failing, where there was no traffic to compare with
    double clientErrorPoints = 5;   // 4xx is often an ordinary answer
    double latencyFactor = 2;       // one bucket of Istio's histogram is about that wide
    Milliseconds latencyAdded{50};  // and at least that much more
    double trafficLeft = 0.5;       // less than this part of the requests before
    double resolutionPoints = 5;    // "not worse" is only said when a growth of the error share by this can be excluded
    double fewestRequests = 20;     // on either side, below that nothing is said of shares
    double falseAlarm = 0.02;       // chance of one wrong breach in a whole watch in which nothing changed
};

enum class BreachVerdict { NotWorse, Worse, NotEnough };
[[nodiscard]] std::string_view name(BreachVerdict verdict); // "notWorse", "worse", "notEnoughData"

// One subject over the watch so far.
struct Comparison {
    Subject subject;
    GoldenSignals before;
    GoldenSignals after;                // of all windows together
    std::vector<GoldenSignals> windows; // after, one by one
};

struct Judgement {
    BreachVerdict verdict = BreachVerdict::NotEnough;
    std::string sentence; // "reviews: errors 0.1 % (6 of 6120) → 12.4 % (373 of 3010), at least 10.9 points more"
};

// `tests`: how many such judgements the whole watch makes (windows times subjects): each has to be the surer for it.
[[nodiscard]] Judgement judgeBreach(const Comparison& comparison, const BreachLimits& limits, std::size_t tests);

} // namespace meshdeck::change
