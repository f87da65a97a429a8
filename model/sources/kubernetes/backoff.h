// Waiting times between attempts, as client-go's reflector chooses them (facts/safe-apply.md A1).
#pragma once

#include <algorithm>
#include <functional>
#include <optional>

#include "base/clock.h"

namespace meshdeck::sources::kubernetes {

using Random = std::function<double()>; // in [0, 1)

// 0.8 s, doubled each time, up to 30 s, plus a random share of itself; anew after two minutes without a failure.
class Backoff {
public:
    static constexpr Duration kFirst = std::chrono::milliseconds(800);
    static constexpr Duration kCap = std::chrono::seconds(30);
    static constexpr Duration kResetAfter = std::chrono::minutes(2);

    explicit Backoff(Random random) : m_random(std::move(random)) {}

    [[nodiscard]] Duration next(MonotonicTime now) {
        if (m_last && now - *m_last > kResetAfter) {
            m_base = kFirst;
        }
        const auto jittered = static_cast<Duration::rep>(static_cast<double>(m_base.count()) * (1.0 + m_random()));
        const Duration delay = std::min(Duration(jittered), kCap);
        m_base = std::min(m_base * 2, kCap);
        m_last = now + delay;
        return delay;
    }

private:
    Random m_random;
    Duration m_base = kFirst;
    std::optional<MonotonicTime> m_last;
};

} // namespace meshdeck::sources::kubernetes
