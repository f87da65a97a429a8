// Line differences for people: of two YAML texts, and of three (base, live, mine).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::change {

struct DiffLine {
    enum class Kind { Same, Removed, Added };
    Kind kind = Kind::Same;
    std::size_t before = 0; // line number from 1; 0: not in that text
    std::size_t after = 0;
    std::string text;
};

// Myers' shortest edit script, whole texts.
[[nodiscard]] std::vector<DiffLine> diffLines(std::string_view before, std::string_view after);

// Unified form with three lines of context, "--- name" and "+++ name" heads; empty when equal.
[[nodiscard]] std::string unifiedDiff(std::string_view before, std::string_view after, std::string_view beforeName,
                                      std::string_view afterName);

// One row of a three-way view; columns that lack the line have number 0.
struct ThreeWayLine {
    std::size_t base = 0;
    std::size_t live = 0;
    std::size_t mine = 0;
    std::string baseText;
    std::string liveText;
    std::string mineText;
    bool liveChanged = false; // differs from base by somebody else's edit
    bool mineChanged = false; // differs from live by ours
};
[[nodiscard]] std::vector<ThreeWayLine> diffThreeWays(std::string_view base, std::string_view live,
                                                      std::string_view mine);

} // namespace meshdeck::change
