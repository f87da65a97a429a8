// The newest value from one thread to another: a newer value replaces one not yet taken, and the receiver is woken
// once for any number of posts. Free of Qt and gRPC so that ThreadSanitizer can be trusted on it (design.md 3).
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace meshdeck {

template <typename T>
class Mailbox {
public:
    // `wake` is called on the posting thread when a value arrives in an empty mailbox; it must only signal.
    explicit Mailbox(std::function<void()> wake = {}) : m_wake(std::move(wake)) {}

    void post(T value) {
        std::function<void()> wake;
        {
            const std::lock_guard lock(m_mutex);
            if (!m_value) {
                wake = m_wake;
            }
            m_value = std::move(value);
        }
        if (wake) {
            wake();
        }
    }

    [[nodiscard]] std::optional<T> take() {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_value, std::nullopt);
    }

private:
    std::mutex m_mutex;
    std::optional<T> m_value;
    std::function<void()> m_wake;
};

} // namespace meshdeck
