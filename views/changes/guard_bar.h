// The bar under an edit: what was checked, the typed name for production, and the buttons that write (mockup c).
#pragma once

#include <optional>

#include <QWidget>

#include "changes/change_service.h"
#include "shell/shell_options.h"

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace meshdeck::views {

class SafeLabel;

class GuardBar final : public QWidget {
    Q_OBJECT

public:
    explicit GuardBar(const ShellOptions& options, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setReadOnly(const QString& reason); // empty: writable
    // A new draft takes the last dry run back: what is applied is what was checked.
    // The message stays when the draft begins anew without anybody having touched it.
    void setDraft(const EditDraft& draft, bool keepMessage = false);
    [[nodiscard]] bool busy() const { return m_busy; }
    void setBusy(const QString& phase);
    void setReport(const DryRunReport& report);
    void setProgress(const QString& phase, const change::ProxyProgress& proxies);
    void setDone(const ApplyDone& done);
    [[nodiscard]] bool mayApply() const;
    // Replaces the message, e.g. when an applied edit was taken back.
    void tell(const QString& message);

Q_SIGNALS:
    void dryRunRequested();
    void applyRequested(bool allowOwned);
    void undoRequested();
    void exportRequested();

private:
    struct Check {
        QLabel* mark = nullptr;
        SafeLabel* text = nullptr;
    };
    Check addCheck(QHBoxLayout* layout);
    void setCheck(Check& check, mesh::Health health, const QString& text);
    void update();
    QWidget* makeOwnerRow();
    void showOwners();
    // Somebody takes such an edit back, or sets the weights himself: a second step is wanted before Apply.
    [[nodiscard]] const change::Owner* ownerToOverrule() const;

    const ShellOptions& m_options;
    const Theme* m_theme;
    Check m_allowed, m_dry, m_undoKept;
    SafeLabel* m_message;
    SafeLabel* m_typeHere;
    QLineEdit* m_name;
    QPushButton* m_dryRun;
    QPushButton* m_apply;
    QPushButton* m_undo;
    QPushButton* m_export;
    QWidget* m_ownerRow;
    QLabel* m_ownerMark = nullptr;
    SafeLabel* m_ownerText = nullptr;
    QCheckBox* m_overrule = nullptr;
    QString m_readOnly;
    bool m_changed = false;
    bool m_busy = false;
    bool m_canUndo = false;
    std::optional<DryRunReport> m_report;
};

} // namespace meshdeck::views
