#include "changes/guard_bar.h"

#include <algorithm>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/glyphs.h"

namespace meshdeck::views {

GuardBar::GuardBar(const ShellOptions& options, QWidget* parent)
    : QWidget(parent)
    , m_options(options)
    , m_theme(&theme(ThemeKind::Dark)) {
    setProperty("role", "raised");
    setAttribute(Qt::WA_StyledBackground);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    m_ownerRow = makeOwnerRow();
    whole->addWidget(m_ownerRow);
    auto* bar = new QWidget(this);
    bar->setFixedHeight(64);
    whole->addWidget(bar);
    auto* outer = new QHBoxLayout(bar);
    outer->setContentsMargins(16, 6, 16, 6);
    outer->setSpacing(12);
    auto* left = new QVBoxLayout;
    left->setSpacing(3);
    auto* checks = new QHBoxLayout;
    checks->setSpacing(7);
    m_allowed = addCheck(checks);
    m_dry = addCheck(checks);
    m_undoKept = addCheck(checks);
    checks->addStretch(1);
    left->addLayout(checks);
    m_message = new SafeLabel({}, TextRole::Secondary, this);
    m_message->setFontSize(12);
    m_message->setElided(true);
    left->addWidget(m_message);
    outer->addLayout(left, 1);
    m_typeHere = new SafeLabel(QStringLiteral("Production: type the context name"), TextRole::Secondary, this);
    m_typeHere->setFontSize(12);
    m_typeHere->setElided(true);
    m_name = new QLineEdit(this);
    m_name->setFixedWidth(130);
    m_name->setAccessibleName(QStringLiteral("Name of the context, to confirm"));
    outer->addWidget(m_typeHere);
    outer->addWidget(m_name);
    m_export = new QPushButton(QStringLiteral("Export patch…"), this);
    setPlainToolTip(m_export, QStringLiteral("For Git: as a difference, a JSON Patch or the whole object"));
    outer->addWidget(m_export);
    connect(m_export, &QPushButton::clicked, this, &GuardBar::exportRequested);
    m_undo = new QPushButton(QStringLiteral("Undo"), this);
    m_dryRun = new QPushButton(QStringLiteral("Dry run"), this);
    m_apply = new QPushButton(QStringLiteral("Apply"), this);
    m_apply->setProperty("primary", true);
    setPlainToolTip(m_undo, QStringLiteral("Take the last applied change back (Ctrl+Z)"));
    outer->addWidget(m_undo);
    outer->addWidget(m_dryRun);
    outer->addWidget(m_apply);
    const bool production = options.kind == ContextKind::Production;
    m_typeHere->setVisible(production);
    m_name->setVisible(production);
    connect(m_name, &QLineEdit::textChanged, this, &GuardBar::update);
    connect(m_dryRun, &QPushButton::clicked, this, &GuardBar::dryRunRequested);
    connect(m_undo, &QPushButton::clicked, this, &GuardBar::undoRequested);
    connect(m_apply, &QPushButton::clicked, this, [this] {
        if (mayApply()) {
            Q_EMIT applyRequested(ownerToOverrule() != nullptr && m_overrule->isChecked());
        }
    });
    update();
}

// Its own row over the bar: who owns the object, what will become of the edit, and a box to tick before it is written.
QWidget* GuardBar::makeOwnerRow() {
    auto* row = new QWidget(this);
    row->setFixedHeight(38);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->setSpacing(8);
    m_ownerMark = new QLabel(row);
    m_ownerText = new SafeLabel({}, TextRole::Primary, row);
    m_ownerText->setFontSize(12);
    m_ownerText->setElided(true);
    m_overrule = new QCheckBox(QStringLiteral("Write it all the same"), row);
    layout->addWidget(m_ownerMark);
    layout->addWidget(m_ownerText, 1);
    layout->addWidget(m_overrule);
    connect(m_overrule, &QCheckBox::toggled, this, &GuardBar::update);
    row->hide();
    return row;
}

const change::Owner* GuardBar::ownerToOverrule() const {
    if (!m_report) {
        return nullptr;
    }
    const change::Owner* found = nullptr;
    for (const change::Owner& owner : m_report->owners) {
        if (owner.blocks) {
            return &owner;
        }
        found = found == nullptr && owner.reverts ? &owner : found;
    }
    return found;
}

void GuardBar::showOwners() {
    const change::Owner* owner = ownerToOverrule();
    m_ownerRow->setVisible(owner != nullptr && m_report->ok);
    if (owner == nullptr) {
        m_overrule->setChecked(false);
        return;
    }
    const auto health = owner->blocks ? mesh::Health::Failing : mesh::Health::Degraded;
    m_ownerMark->setPixmap(markPixmap(*m_theme, health, 5.5, devicePixelRatioF(), m_theme->surface.raised));
    m_ownerText->setText(QString::fromStdString(owner->name + " owns this object: " + owner->sentence));
}

GuardBar::Check GuardBar::addCheck(QHBoxLayout* layout) {
    Check check{new QLabel(this), new SafeLabel({}, TextRole::Primary, this)};
    check.text->setFontSize(12);
    check.text->setElided(true); // a narrow window cuts words, it does not grow
    layout->addWidget(check.mark);
    layout->addWidget(check.text);
    layout->addSpacing(10);
    return check;
}

void GuardBar::setCheck(Check& check, mesh::Health health, const QString& text) {
    check.mark->setPixmap(markPixmap(*m_theme, health, 5.5, devicePixelRatioF(), m_theme->surface.raised));
    check.text->setText(text);
}

bool GuardBar::mayApply() const {
    const bool named = m_options.kind != ContextKind::Production || m_name->text() == QString::fromStdString(m_options.context);
    return m_readOnly.isEmpty() && m_changed && !m_busy && named && m_report && m_report->ok &&
           m_report->allowed.value_or(true) && (ownerToOverrule() == nullptr || m_overrule->isChecked());
}

void GuardBar::update() {
    using mesh::Health;
    if (!m_report) {
        setCheck(m_allowed, Health::Unknown, QStringLiteral("permission not asked yet"));
        setCheck(m_dry, Health::Unknown, QStringLiteral("no dry run of this draft yet"));
    } else {
        const bool asked = m_report->allowed.has_value(), allowed = m_report->allowed.value_or(false);
        setCheck(m_allowed, !asked ? Health::Unknown : allowed ? Health::Healthy : Health::Failing,
                 !asked    ? QStringLiteral("permission could not be asked")
                 : allowed ? QStringLiteral("allowed to patch")
                           : QStringLiteral("not allowed to patch"));
        const QString at = QString::fromStdString(text::rfc3339(m_report->at)).mid(11, 8);
        setCheck(m_dry, m_report->ok ? Health::Healthy : Health::Failing,
                 m_report->ok ? QStringLiteral("server dry run %1, stored = previewed").arg(at)
                              : QStringLiteral("dry run %1 refused").arg(at));
    }
    setCheck(m_undoKept, Health::Healthy, QStringLiteral("undo kept in the journal"));
    m_dryRun->setEnabled(m_changed && !m_busy && m_readOnly.isEmpty());
    showOwners();
    m_export->setEnabled(m_changed);
    m_apply->setEnabled(mayApply());
    const auto warnings = m_report ? m_report->warnings.size() : 0;
    m_apply->setText(ownerToOverrule() != nullptr ? QStringLiteral("Apply although owned")
                     : warnings == 0 ? QStringLiteral("Apply")
                     : warnings == 1 ? QStringLiteral("Apply with 1 warning")
                                     : QStringLiteral("Apply with %1 warnings").arg(warnings));
    m_undo->setEnabled(m_canUndo && !m_busy && m_readOnly.isEmpty());
    m_name->setEnabled(m_readOnly.isEmpty());
}

void GuardBar::setTheme(const Theme& theme) {
    m_theme = &theme;
    update();
}

void GuardBar::setReadOnly(const QString& reason) {
    m_readOnly = reason;
    m_message->setText(reason.isEmpty() ? QString() : QStringLiteral("Read-only: ") + reason);
    update();
}

void GuardBar::setDraft(const EditDraft& draft, bool keepMessage) {
    m_changed = draft.fields > 0 && !draft.problem;
    m_report.reset();
    if (m_readOnly.isEmpty() && !keepMessage) {
        m_message->setText(draft.problem        ? QString::fromStdString(describe(*draft.problem))
                           : draft.fields == 0 ? QStringLiteral("Nothing differs from what is stored.")
                                               : QStringLiteral("A dry run asks the server what it would store; nothing is written."));
    }
    update();
}

void GuardBar::tell(const QString& message) {
    m_message->setText(message);
}

void GuardBar::setBusy(const QString& phase) {
    m_busy = true;
    m_message->setText(phase);
    update();
}

void GuardBar::setReport(const DryRunReport& report) {
    m_busy = false;
    m_report = report;
    QString message;
    if (report.problem && report.problem->kind != ErrorKind::Cancelled) {
        message = QString::fromStdString(report.changedBy.empty() ? describe(*report.problem)
                                                                  : report.problem->what + ": " + report.changedBy);
    } else if (ownerToOverrule() != nullptr) {
        message = QStringLiteral("Export the patch and change it where it comes from, or tick the box to write it all the same.");
    } else if (!report.owners.empty()) {
        message = QString::fromStdString(report.owners.front().name + ": " + report.owners.front().sentence);
    } else if (!report.warnings.empty()) {
        message = QString::fromStdString(report.warnings.front());
    } else {
        message = QStringLiteral("Ready to apply. One guarded patch: nothing is overwritten that changed meanwhile.");
    }
    m_message->setText(message);
    update();
}

void GuardBar::setProgress(const QString& phase, const change::ProxyProgress& proxies) {
    QString text = phase;
    if (proxies.known && proxies.total > 0 && !phase.contains(QStringLiteral("proxies"))) {
        text += QStringLiteral(" · %1 of %2 proxies").arg(proxies.acknowledged).arg(proxies.total);
    }
    m_message->setText(text);
}

void GuardBar::setDone(const ApplyDone& done) {
    m_busy = false;
    m_report.reset();
    if (done.problem) {
        if (done.problem->kind != ErrorKind::Cancelled) {
            m_message->setText(QStringLiteral("Nothing was written. ") + QString::fromStdString(describe(*done.problem)));
        }
        update();
        return;
    }
    const change::ApplyReport& report = *done.report;
    const bool applied = report.outcome == change::Outcome::Applied;
    QString text = applied ? (done.undo ? QStringLiteral("Taken back") : QStringLiteral("Applied"))
                           : QStringLiteral("Outcome: %1").arg(QString::fromUtf8(change::name(report.outcome).data()));
    for (std::size_t i = 0; i < report.objects.size(); ++i) {
        if (!report.objects[i].message.empty()) {
            text += QStringLiteral(". ") + QString::fromStdString(report.objects[i].message);
        }
        if (i < report.changedBy.size() && report.changedBy[i]) {
            text += QStringLiteral(". Changed by %1 at %2").arg(QString::fromStdString(report.changedBy[i]->manager),
                                                               QString::fromStdString(report.changedBy[i]->time));
        }
    }
    if (applied && report.proxies.known) {
        text += QStringLiteral(" · %1 of %2 proxies acknowledged").arg(report.proxies.acknowledged).arg(report.proxies.total);
    }
    if (!report.proxies.note.empty()) {
        text += QStringLiteral(" · ") + QString::fromStdString(report.proxies.note);
    }
    m_canUndo = applied && !done.undo;
    m_changed = m_changed && !applied; // stored: there is nothing left to try
    m_message->setText(text);
    m_name->clear();
    update();
}

} // namespace meshdeck::views
