// Where work runs. A Strand runs its jobs one after the other on a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"

namespace meshdeck {

class Executor {
public:
    virtual ~Executor() = default;
    // Takes the job from any thread. Jobs posted after the executor's end are dropped.
    virtual void post(std::function<void()> job) = 0;
};

// One thread, jobs in order. Destruction finishes the running job and drops the rest.
class Strand final : public Executor {
public:
    explicit Strand(std::string threadName);
    ~Strand() override;
    Strand(const Strand&) = delete;
    Strand& operator=(const Strand&) = delete;

    void post(std::function<void()> job) override;
    // Runs the job no earlier than `delay` from now, by the monotonic clock.
    void postAfter(Duration delay, std::function<void()> job);
    // True on the strand's own thread.
    [[nodiscard]] bool isCurrent() const;

private:
    struct Timed {
        MonotonicTime due;
        std::function<void()> job;
    };
    void run(const std::stop_token& stop);

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_jobs;
    std::deque<Timed> m_timed; // sorted by due
    std::jthread m_thread;
};

// Runs jobs at once on the calling thread; for tests and for one-shot commands.
class InlineExecutor final : public Executor {
public:
    void post(std::function<void()> job) override { job(); }
};

} // namespace meshdeck
