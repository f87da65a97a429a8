// The word somebody meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace meshdeck {

// The known word closest to a mistyped one, or "" when none is close (edit distance over a third of its length).
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string_view> known);

} // namespace meshdeck
