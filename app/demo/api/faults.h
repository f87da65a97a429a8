// Failures on purpose, for the tests of clients: each is switched on from outside and works on the server it is given
// to.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

namespace meshdeck::demo::api {

class Faults {
public:
    std::atomic<int> cutWatches{0};        // so many watches are cut in the middle of their next line
    std::atomic<int> tooManyRequests{0};   // so many requests are answered 429 with Retry-After: 1
    std::atomic<bool> hang{false};         // requests are read and never answered
    std::atomic<bool> expireTokens{false}; // the users' tokens are refused with 401

    // Forbids a plural ("services") or a subresource ("pods/portforward") to everybody; empty forbids nothing.
    void forbid(const std::string& plural) {
        const std::lock_guard lock(m_mutex);
        m_forbidden = plural;
    }
    [[nodiscard]] bool forbids(const std::string& plural) const {
        const std::lock_guard lock(m_mutex);
        return !m_forbidden.empty() && m_forbidden == plural;
    }
    // True so many times as the counter was set to.
    [[nodiscard]] static bool take(std::atomic<int>& counter) {
        int left = counter.load();
        while (left > 0 && !counter.compare_exchange_weak(left, left - 1)) {
        }
        return left > 0;
    }

private:
    mutable std::mutex m_mutex;
    std::string m_forbidden;
};

} // namespace meshdeck::demo::api
