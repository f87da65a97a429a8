// What the request tab does with saved requests and the clipboard.
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QTableView>
#include <QToolButton>

#include "common/safe_label.h"
#include "routes/request_form.h"
#include "routes/request_tab.h"
#include "routes/verdict_panel.h"

namespace meshdeck::views {

void RequestTab::copy(const std::string& text) {
    if (!text.empty()) {
        QGuiApplication::clipboard()->setText(QString::fromStdString(text));
    }
}

// One sentence in the head of the list; what is known of the file stays as it is.
void RequestTab::tell(const Status& status) {
    m_savedNote->setText(status ? QStringLiteral("run again on every change; another answer is a finding") : safeText(describe(status.error())));
}

void RequestTab::refreshSaved() {
    m_savedModel->setRequests(m_saved.all());
    m_savedCount->setText(m_savedModel->summary());
    const bool any = !m_saved.all().empty();
    m_table->setVisible(true);
    m_remove->setEnabled(any);
    m_export->setEnabled(any);
    tell(m_saved.problem() ? Status(tl::unexpected(*m_saved.problem())) : Status());
    if (!any && !m_saved.problem()) {
        m_savedNote->setText(QStringLiteral("none yet: trace a request, then save it; meshdeck test runs the same file"));
    }
    if (m_answer) {
        m_verdict->setSaved(m_saved.find(m_answer->query.request).has_value());
    }
    Q_EMIT savedChanged();
}

void RequestTab::save() {
    if (!m_answer || m_answer->problem) {
        return;
    }
    const std::optional<std::size_t> known = m_saved.find(m_answer->query.request);
    policy::Expectation expectation;
    expectation.name = known ? m_saved.all()[*known].name : requestName(draftOf(m_answer->query.request).draft);
    expectation.request = m_answer->query.request;
    expectation.expect = expectationOf(m_answer->result);
    const Status kept = m_saved.keep(std::move(expectation));
    refreshSaved();
    if (!kept) {
        tell(kept);
    }
}

void RequestTab::removeSaved() {
    const int row = m_table->currentIndex().row();
    if (row < 0) {
        return;
    }
    const Status gone = m_saved.remove(static_cast<std::size_t>(row));
    refreshSaved();
    if (!gone) {
        tell(gone);
    }
    m_table->selectRow(std::min(row, m_savedModel->rowCount() - 1));
}

void RequestTab::openSaved(int row) {
    if (row < 0 || row >= m_savedModel->rowCount()) {
        return;
    }
    const config::Json& request = m_savedModel->requests()[static_cast<std::size_t>(row)].request;
    const ReadDraft read = draftOf(request);
    m_form->setDraft(read.draft);
    m_form->setBusy(true);
    // The whole request is asked, also what the form has no field for.
    Q_EMIT asked({request, m_form->withDraft()});
}

void RequestTab::importSaved() {
    const QString file = QFileDialog::getOpenFileName(this, QStringLiteral("Import saved requests"), {}, QStringLiteral("Expectations (*.yaml *.yml);;All files (*)"));
    if (file.isEmpty()) {
        return;
    }
    const auto count = m_saved.importFrom(file.toStdString());
    refreshSaved();
    if (count) {
        m_savedNote->setText(QStringLiteral("%1 imported").arg(*count));
    } else {
        tell(tl::unexpected(count.error()));
    }
}

void RequestTab::exportSaved() {
    const QString file = QFileDialog::getSaveFileName(this, QStringLiteral("Export saved requests"), QStringLiteral("expectations.yaml"), QStringLiteral("Expectations (*.yaml *.yml)"));
    if (file.isEmpty()) {
        return;
    }
    const Status written = m_saved.exportTo(file.toStdString());
    if (written) {
        m_savedNote->setText(QStringLiteral("written: meshdeck test ") + safeText(file));
    } else {
        tell(written);
    }
}

} // namespace meshdeck::views
