// The overview's two answers as one set of samples, beside full answers for the namespaces in view.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "traffic/series.h"

namespace meshdeck::sources {

// The answers of overviewQueries in one set: totals without codes, and what failed with its codes. Afterwards the two
// add up: of every total what failed is taken away, the rest is a row without a code.
void settleOverview(traffic::SampleSet& samples);

// Copies the overview's rows that do not touch the namespaces (those are in `into` with all labels already).
void appendOverview(const traffic::SampleSet& overview, const std::set<std::string>& namespaces,
                    traffic::SampleSet& into);

} // namespace meshdeck::sources
