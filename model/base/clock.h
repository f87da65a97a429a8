// Time by type: a server's or the wall's time (ServerTime) and our own monotonic time never mix. Everything that
// waits or measures takes a Clock, so that tests bring their own.
#pragma once

#include <chrono>

namespace meshdeck {

using MonotonicTime = std::chrono::steady_clock::time_point;
using ServerTime = std::chrono::sys_time<std::chrono::milliseconds>; // UTC
using Duration = std::chrono::milliseconds;

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonotonicTime now() const = 0;
    [[nodiscard]] virtual ServerTime wallTime() const = 0;
};

// The machine's clocks. Thread safe.
[[nodiscard]] const Clock& systemClock();

// A clock that stands still until told; for tests and recordings. Not thread safe while being moved.
class ManualClock final : public Clock {
public:
    [[nodiscard]] MonotonicTime now() const override { return m_now; }
    [[nodiscard]] ServerTime wallTime() const override { return m_wall; }
    void advance(Duration by) {
        m_now += by;
        m_wall += by;
    }
    void setWallTime(ServerTime time) { m_wall = time; }

private:
    MonotonicTime m_now{std::chrono::hours(1)};
    ServerTime m_wall{std::chrono::seconds(1'700'000'000)};
};

} // namespace meshdeck
