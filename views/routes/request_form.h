// The request line of the Routes page (mockup d): from whom, method, URL, headers as chips, the identity it is sent with.
#pragma once

#include <QWidget>

#include "common/theme.h"
#include "routes/policy_state.h"
#include "routes/request_words.h"

class QComboBox;
class QLineEdit;
class QPushButton;
class QStringListModel;
class QToolButton;

namespace meshdeck::views {

class HeaderChips;
class SafeLabel;

class RequestForm final : public QWidget {
    Q_OBJECT

public:
    explicit RequestForm(QWidget* parent = nullptr);
    // Whom and what the fields complete to.
    void setState(const PolicyState& state);
    [[nodiscard]] RequestDraft draft() const;
    void setDraft(const RequestDraft& draft);
    // The identity of the sender's own, shown where no other one is typed.
    void setOwnPrincipal(const QString& principal);
    // Off and greyed when nothing is pending.
    void setPending(bool pending);
    [[nodiscard]] bool withDraft() const;
    void setBusy(bool busy);
    void focusFirst();
    void sayCopied(); // on the button, for a moment

Q_SIGNALS:
    void submitted();
    void draftToggled(bool on);
    void copyAsMeshdeck();

private:
    QWidget* makeFirstRow();
    QWidget* makeSecondRow();
    void submit();

    QComboBox* m_from;
    QComboBox* m_method;
    QLineEdit* m_url;
    QPushButton* m_trace;
    QToolButton* m_draft;
    QPushButton* m_copy;
    HeaderChips* m_headers;
    QLineEdit* m_principal;
    SafeLabel* m_principalNote;
    QStringListModel* m_senders;
    QStringListModel* m_urls;
};

} // namespace meshdeck::views
