// Yes, no, and "that depends on something we were not told".
#pragma once

#include <algorithm>

namespace meshdeck::policy::security {

enum class Tri { No, Unknown, Yes };

[[nodiscard]] constexpr Tri tri(bool value) {
    return value ? Tri::Yes : Tri::No;
}
[[nodiscard]] constexpr Tri both(Tri a, Tri b) {
    return std::min(a, b);
}
[[nodiscard]] constexpr Tri either(Tri a, Tri b) {
    return std::max(a, b);
}
[[nodiscard]] constexpr Tri opposite(Tri a) {
    return a == Tri::Unknown ? a : tri(a == Tri::No);
}

} // namespace meshdeck::policy::security
