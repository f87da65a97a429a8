#include <array>
#include <cstdio>

#include "policy/effective/parts.h"

namespace meshdeck::policy::effective {

std::string durationText(config::ConfigDuration duration) {
    using namespace std::chrono_literals;
    if (duration < 0ns) {
        return "\u2212" + durationText(-duration);
    }
    std::string text;
    const auto part = [&](config::ConfigDuration unit, const char* name) {
        const auto count = duration / unit;
        if (count > 0) {
            text += (text.empty() ? "" : " ") + std::to_string(count) + " " + name;
            duration -= count * unit;
        }
    };
    part(1h, "h");
    part(1min, "min");
    part(1s, "s");
    if (duration > 0ns || text.empty()) {
        std::array<char, 32> buffer{};
        (void)std::snprintf(buffer.data(), buffer.size(), "%.9g", static_cast<double>(duration.count()) / 1e6);
        text += (text.empty() ? "" : " ") + std::string(buffer.data()) + " ms";
    }
    return text;
}

} // namespace meshdeck::policy::effective
