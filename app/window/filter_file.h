// The user's saved filters, remembered between runs: names and expressions of Find and Hide, never anything of a mesh.
#pragma once

#include <string>

#include "base/result.h"
#include "map/saved_filter.h"

namespace meshdeck::app {

// $XDG_CONFIG_HOME/meshdeck/filters.json; empty without a home.
[[nodiscard]] std::string filtersFile();
// In the order they were saved. A damaged or missing file has none; at most 200 are read.
[[nodiscard]] views::SavedFilters readFilters(const std::string& file);
// As a whole; Io when it cannot be written, the old file stays then.
[[nodiscard]] Status writeFilters(const std::string& file, const views::SavedFilters& filters);

} // namespace meshdeck::app
