// A sink for tests: keeps what a source delivers and waits for it, without sleeping.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sources/interfaces.h"

namespace meshdeck::test {

class DeltaCollector final : public sources::DeltaSink {
public:
    void deliver(sources::Delta delta) override {
        {
            const std::lock_guard lock(m_mutex);
            m_deltas.push_back(std::move(delta));
        }
        m_wake.notify_all();
    }

    // False when `done` does not hold for what was delivered within the time.
    bool waitFor(const std::function<bool(const std::vector<sources::Delta>&)>& done,
                 std::chrono::seconds timeout = std::chrono::seconds(30)) {
        std::unique_lock lock(m_mutex);
        return m_wake.wait_for(lock, timeout, [&] { return done(m_deltas); });
    }

    [[nodiscard]] std::vector<sources::Delta> deltas() const {
        const std::lock_guard lock(m_mutex);
        return m_deltas;
    }

    [[nodiscard]] std::optional<mesh::SourceHealth> health() const {
        return lastHealth(deltas());
    }

    static std::optional<mesh::SourceHealth> lastHealth(const std::vector<sources::Delta>& deltas) {
        for (auto it = deltas.rbegin(); it != deltas.rend(); ++it) {
            if (const auto* health = std::get_if<mesh::SourceHealth>(&*it)) {
                return *health;
            }
        }
        return std::nullopt;
    }

    bool waitForState(mesh::SourceState state, std::chrono::seconds timeout = std::chrono::seconds(30)) {
        return waitFor(
            [state](const auto& deltas) {
                const auto health = lastHealth(deltas);
                return health && health->state == state;
            },
            timeout);
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<sources::Delta> m_deltas;
};

} // namespace meshdeck::test
