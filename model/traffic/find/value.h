// Values of find expressions: numbers with their units.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "traffic/find/operand.h"

namespace meshdeck::traffic {

// A number in the operand's unit: "5", "5%", "1.5s" is 1500 for milliseconds, "10KiB/s", "1.2k" requests. Nothing when it
// is none, or its unit another. "NaN" is no number here.
[[nodiscard]] std::optional<double> findNumber(std::string_view text, FindUnit unit);
[[nodiscard]] bool isNanWord(std::string_view text); // in any case
// The shortest text that reads back as the same number, in no locale.
[[nodiscard]] std::string findNumberText(double number);
// "%", "milliseconds", ...: for sentences; empty for none.
[[nodiscard]] std::string_view unitWord(FindUnit unit);

} // namespace meshdeck::traffic
