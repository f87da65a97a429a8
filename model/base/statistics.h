// Intervals for counts: what can honestly be said of a share or a rate from a few observations (facts/canary.md 5.4).
#pragma once

namespace meshdeck::statistics {

struct Interval {
    double low = 0;
    double high = 0;
};

// z for a two-sided interval: 0.95 -> 1.96. `confidence` lies between 0 and 1, both excluded.
[[nodiscard]] double normalQuantile(double confidence);

// Wilson's score interval of a share: `hits` of `trials`, within [0, 1]. Without trials everything is possible: [0, 1].
[[nodiscard]] Interval wilson(double hits, double trials, double confidence);

// Newcombe's interval (method 10: from both Wilson intervals) of share 2 minus share 1, within [-1, 1].
// R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890.
[[nodiscard]] Interval newcombe(double hits1, double trials1, double hits2, double trials2, double confidence);

// Interval of rate 2 / rate 1 from event counts over two exposures (seconds), by Wilson's interval of count 2 among both:
// given their sum, a count of two Poisson processes is binomial. Without any event, [0, infinity).
[[nodiscard]] Interval rateRatio(double count1, double exposure1, double count2, double exposure2, double confidence);

} // namespace meshdeck::statistics
