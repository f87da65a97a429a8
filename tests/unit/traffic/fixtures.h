// Kiali's fixtures as samples: each of its queries says metric, reporter and what it asks for.
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "traffic/series.h"

namespace meshdeck::traffic::test {

// tests/data/traffic-graphs/NAME, parsed.
[[nodiscard]] nlohmann::json readGoldenFile(const std::string& name);
// All series of one fixture set (a key of fixtures.json), at T = 1523364075 over 600 s. Queries that overlap return the
// same series once.
[[nodiscard]] std::unique_ptr<SampleSet> fixtureSamples(const std::string& set);

} // namespace meshdeck::traffic::test
