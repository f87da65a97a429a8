#include "common/main_thread_queue.h"

#include <QCoreApplication>
#include <QEvent>

namespace meshdeck::views {

void MainThreadQueue::post(std::function<void()> job) {
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    QCoreApplication::postEvent(this, new QEvent(QEvent::User));
}

bool MainThreadQueue::event(QEvent* event) {
    if (event->type() != QEvent::User) {
        return QObject::event(event);
    }
    std::deque<std::function<void()>> jobs;
    {
        const std::lock_guard lock(m_mutex);
        jobs.swap(m_jobs);
    }
    for (const auto& job : jobs) {
        job();
    }
    return true;
}

} // namespace meshdeck::views
