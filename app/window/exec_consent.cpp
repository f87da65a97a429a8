#include "window/exec_consent.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QMessageBox>

#include "base/log.h"
#include "settings.h"

namespace meshdeck::app {

ExecConsent::ExecConsent(std::string allowlistFile) : m_allowlistFile(std::move(allowlistFile)) {}

bool ExecConsent::agrees(const sources::ExecRequest& request) {
    const ExecAllowlist allowlist(m_allowlistFile);
    if (allowlist.allows(request)) {
        return true;
    }
    auto question = std::make_shared<Question>();
    std::future<bool> answer = question->answer.get_future();
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) {
            return false;
        }
        m_open.push_back(question);
    }
    m_ui.post([this, request, question] { ask(request, question); });
    if (!answer.get()) {
        return false;
    }
    if (const Status kept = allowlist.allow(request); !kept) {
        log(LogLevel::Warning, "settings", describe(kept.error()));
    }
    return true;
}

void ExecConsent::ask(const sources::ExecRequest& request, const std::shared_ptr<Question>& question) {
    QMessageBox box(m_parent);
    box.setTextFormat(Qt::PlainText);
    box.setWindowTitle(QCoreApplication::translate("ExecConsent", "Run a credential plugin?"));
    box.setText(QCoreApplication::translate(
        "ExecConsent", "The kubeconfig wants to run a program on this machine to get a credential:"));
    box.setInformativeText(QString::fromStdString(describeExec(request)));
    box.setStandardButtons(QMessageBox::Yes | QMessageBox::No);
    box.setDefaultButton(QMessageBox::No);
    settle(question, box.exec() == QMessageBox::Yes);
}

void ExecConsent::settle(const std::shared_ptr<Question>& question, bool yes) {
    const std::lock_guard lock(m_mutex);
    if (!question->answered) {
        question->answered = true;
        question->answer.set_value(yes);
    }
    std::erase(m_open, question);
}

void ExecConsent::close() {
    std::vector<std::shared_ptr<Question>> open;
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        open = m_open;
    }
    for (const auto& question : open) {
        settle(question, false);
    }
}

void ExecConsent::reopen() {
    const std::lock_guard lock(m_mutex);
    m_closed = false;
}

} // namespace meshdeck::app
