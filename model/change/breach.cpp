#include "change/breach.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "base/text.h"

namespace meshdeck::change {

namespace {

constexpr double kSignals = 3;           // errors, client errors, amount: each could raise a false alarm
constexpr std::size_t kWindowsInARow = 2;
constexpr double kBeyondQuantile = 10;   // requests slower than a quantile before it says something

std::string count(double value) { return std::to_string(std::llround(value)); }

std::string share(double hits, double trials) {
    return text::percent(Percent(trials > 0 ? 100 * hits / trials : 0)) + " (" + count(hits) + " of " + count(trials) + ")";
}

std::string points(double value) { return text::significant(value) + " points"; }

struct Share {
    const char* what;
    double before;
    double after;
    double tolerance; // points
};

// "" when it is not worse.
std::string worseShare(const Comparison& c, const Share& share_, const BreachLimits& limits, double confidence) {
    if (c.after.requests < limits.fewestRequests) {
        return {};
    }
    if (c.before.requests < limits.fewestRequests) {
        const auto now = statistics::wilson(share_.after, c.after.requests, confidence);
        return 100 * now.low < limits.failingPercent
                   ? std::string()
                   : std::string(share_.what) + " " + share(share_.after, c.after.requests) +
                         ", at least " + text::percent(Percent(100 * now.low)) + "; too few requests before to compare with";
    }
    const auto more = statistics::newcombe(share_.before, c.before.requests, share_.after, c.after.requests, confidence);
    return 100 * more.low <= share_.tolerance
               ? std::string()
               : std::string(share_.what) + " " + share(share_.before, c.before.requests) + " \u2192 " +
                     share(share_.after, c.after.requests) + ", at least " + points(100 * more.low) + " more";
}

struct Quantile {
    const char* name;
    double rest; // share of requests that are slower
    std::optional<Milliseconds> mesh::Latency::* value;
};
constexpr Quantile kQuantiles[] = {{"p99", 0.01, &mesh::Latency::p99},
                                   {"p95", 0.05, &mesh::Latency::p95},
                                   {"p50", 0.5, &mesh::Latency::p50}};

bool slower(const GoldenSignals& before, const GoldenSignals& window, const Quantile& quantile, const BreachLimits& limits) {
    const auto& was = before.latency.*quantile.value;
    const auto& is = window.latency.*quantile.value;
    return was && is && std::min(before.requests, window.requests) * quantile.rest >= kBeyondQuantile &&
           is->value > was->value * limits.latencyFactor && is->value > was->value + limits.latencyAdded.value;
}

template <typename Says>
bool inARow(const Comparison& c, Says says) {
    return c.windows.size() >= kWindowsInARow && std::all_of(c.windows.end() - kWindowsInARow, c.windows.end(), says);
}

std::string worseLatency(const Comparison& c, const BreachLimits& limits) {
    for (const Quantile& quantile : kQuantiles) {
        if (inARow(c, [&](const GoldenSignals& window) { return slower(c.before, window, quantile, limits); })) {
            return std::string(quantile.name) + " " + text::latency(*(c.before.latency.*quantile.value)) + " \u2192 " +
                   text::latency(*(c.windows.back().latency.*quantile.value)) + ", twice in a row";
        }
    }
    return {};
}

std::string lessTraffic(const Comparison& c, const BreachLimits& limits, double confidence) {
    const bool gone = c.before.requests >= limits.fewestRequests && inARow(c, [&](const GoldenSignals& window) {
                          return statistics::rateRatio(c.before.requests, c.before.seconds, window.requests, window.seconds,
                                                       confidence).high < limits.trafficLeft;
                      });
    const auto perSecond = [](const GoldenSignals& s) { return text::rate(RequestsPerSecond(s.requests / s.seconds)); };
    return gone ? "requests " + perSecond(c.before) + " \u2192 " + perSecond(c.windows.back()) + ", twice in a row" : std::string();
}

// How much longer, at this traffic, until an interval is narrow enough: its width falls with the root of the count.
std::string howMuchLonger(const Comparison& c, double found, double high, const BreachLimits& limits) {
    const double room = limits.resolutionPoints - std::max(0.0, found);
    if (c.after.requests <= 0 || c.before.requests < limits.fewestRequests || room <= 0) {
        return {};
    }
    const double factor = std::pow((high - found) / room, 2);
    const double more = std::min(c.after.seconds * std::max(0.0, factor - 1), 86'400.0);
    return ", about " + text::age(Duration(static_cast<std::int64_t>(1000 * std::max(more, 1.0)))) + " more would do";
}

Judgement calm(const Comparison& c, const BreachLimits& limits, double confidence) {
    const std::string seen = count(c.before.requests) + " requests before, " + count(c.after.requests) + " after";
    if (c.before.requests < limits.fewestRequests || c.after.requests < limits.fewestRequests) {
        return {BreachVerdict::NotEnough, c.subject.name + ": " + (c.after.tcp ? "TCP is not judged; " : "") + seen +
                                              ": too few to tell"};
    }
    const auto more = statistics::newcombe(c.before.errors, c.before.requests, c.after.errors, c.after.requests, confidence);
    const double found = 100 * (c.after.errors / c.after.requests - c.before.errors / c.before.requests);
    const std::string errors = c.subject.name + ": errors " + share(c.before.errors, c.before.requests) + " \u2192 " +
                               share(c.after.errors, c.after.requests);
    if (100 * more.high > limits.resolutionPoints) {
        return {BreachVerdict::NotEnough, errors + ": up to " + points(100 * more.high) +
                                              " more cannot be excluded" + howMuchLonger(c, found, 100 * more.high, limits)};
    }
    return {BreachVerdict::NotWorse, errors + ", at most " + points(std::max(0.0, 100 * more.high)) + " more"};
}

} // namespace

std::string_view name(BreachVerdict verdict) {
    switch (verdict) {
    case BreachVerdict::NotWorse: return "notWorse";
    case BreachVerdict::Worse: return "worse";
    case BreachVerdict::NotEnough: break;
    }
    return "notEnoughData";
}

Judgement judgeBreach(const Comparison& comparison, const BreachLimits& limits, std::size_t tests) {
    // Bonferroni: with so many looks at the data, each must be that much surer.
    const double confidence = 1 - limits.falseAlarm / (kSignals * static_cast<double>(std::max<std::size_t>(tests, 1)));
    const Share shares[] = {{"errors", comparison.before.errors, comparison.after.errors, limits.errorPoints},
                            {"4xx answers", comparison.before.clientErrors, comparison.after.clientErrors,
                             limits.clientErrorPoints}};
    for (const Share& one : shares) {
        if (const std::string worse = worseShare(comparison, one, limits, confidence); !worse.empty()) {
            return {BreachVerdict::Worse, comparison.subject.name + ": " + worse};
        }
    }
    for (const std::string& worse : {lessTraffic(comparison, limits, confidence), worseLatency(comparison, limits)}) {
        if (!worse.empty()) {
            return {BreachVerdict::Worse, comparison.subject.name + ": " + worse};
        }
    }
    return calm(comparison, limits, confidence);
}

} // namespace meshdeck::change
