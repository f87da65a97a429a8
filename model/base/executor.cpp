#include "base/executor.h"

#include <algorithm>
#include <pthread.h>

namespace meshdeck {

Strand::Strand(std::string threadName) {
    m_thread = std::jthread([this, threadName = std::move(threadName)](const std::stop_token& stop) {
        // Linux keeps 15 bytes of a thread's name.
        pthread_setname_np(pthread_self(), threadName.substr(0, 15).c_str());
        run(stop);
    });
}

Strand::~Strand() {
    m_thread.request_stop();
    m_wake.notify_all();
    m_thread.join();
}

void Strand::post(std::function<void()> job) {
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void Strand::postAfter(Duration delay, std::function<void()> job) {
    {
        const std::lock_guard lock(m_mutex);
        Timed timed{std::chrono::steady_clock::now() + delay, std::move(job)};
        const auto place = std::upper_bound(m_timed.begin(), m_timed.end(), timed,
                                            [](const Timed& a, const Timed& b) { return a.due < b.due; });
        m_timed.insert(place, std::move(timed));
    }
    m_wake.notify_one();
}

bool Strand::isCurrent() const {
    return std::this_thread::get_id() == m_thread.get_id();
}

void Strand::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            const auto ready = [&] {
                return !m_jobs.empty() ||
                       (!m_timed.empty() && m_timed.front().due <= std::chrono::steady_clock::now());
            };
            if (m_timed.empty()) {
                m_wake.wait(lock, stop, [&] { return ready() || !m_timed.empty(); });
            } else {
                m_wake.wait_until(lock, stop, m_timed.front().due, ready);
            }
            if (stop.stop_requested()) {
                return;
            }
            if (!m_timed.empty() && m_timed.front().due <= std::chrono::steady_clock::now()) {
                job = std::move(m_timed.front().job);
                m_timed.pop_front();
            } else if (!m_jobs.empty()) {
                job = std::move(m_jobs.front());
                m_jobs.pop_front();
            }
        }
        if (job) {
            job();
        }
    }
}

} // namespace meshdeck
