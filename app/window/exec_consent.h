// Asks the user before a kubeconfig's credential plugin runs for the first time (facts/faults.md S4). The question comes
// from a worker that waits for the answer; closing the mesh answers all open questions with no.
#pragma once

#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/main_thread_queue.h"
#include "sources/kubernetes/credentials.h"

class QWidget;

namespace meshdeck::app {

class ExecConsent final {
public:
    explicit ExecConsent(std::string allowlistFile);

    // Worker threads: true when the plugin was allowed before or the user agrees now.
    [[nodiscard]] bool agrees(const sources::ExecRequest& request);
    // UI thread: where questions are shown.
    void setParent(QWidget* parent) { m_parent = parent; }
    // UI thread: what is being asked, and asked until reopen(), is answered with no.
    void close();
    void reopen();

private:
    struct Question {
        std::promise<bool> answer;
        bool answered = false;
    };
    void ask(const sources::ExecRequest& request, const std::shared_ptr<Question>& question);
    void settle(const std::shared_ptr<Question>& question, bool yes);

    std::string m_allowlistFile;
    views::MainThreadQueue m_ui;
    QWidget* m_parent = nullptr;
    std::mutex m_mutex;
    bool m_closed = false;
    std::vector<std::shared_ptr<Question>> m_open;
};

} // namespace meshdeck::app
