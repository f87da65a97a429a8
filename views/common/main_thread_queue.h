// Brings results of a worker to the UI thread: jobs wait in a locked queue, Qt carries only an empty event (style.md 3).
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include <QObject>

namespace meshdeck::views {

class MainThreadQueue final : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    // Any thread, while the queue lives.
    void post(std::function<void()> job);

protected:
    bool event(QEvent* event) override;

private:
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_jobs;
};

} // namespace meshdeck::views
