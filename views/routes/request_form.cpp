#include "routes/request_form.h"

#include <algorithm>

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QStringListModel>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "routes/header_chips.h"

namespace meshdeck::views {
namespace {

constexpr int kFieldHeight = 28;

QCompleter* containing(QStringListModel* model, QWidget* owner) {
    auto* completer = new QCompleter(model, owner);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setCompletionMode(QCompleter::PopupCompletion);
    completer->setMaxVisibleItems(12);
    return completer;
}

SafeLabel* word(const char* text, QWidget* parent) {
    auto* label = new SafeLabel(QString::fromLatin1(text), TextRole::Tertiary, parent);
    label->setFontSize(12);
    return label;
}

} // namespace

RequestForm::RequestForm(QWidget* parent)
    : QWidget(parent)
    , m_from(new QComboBox(this))
    , m_method(new QComboBox(this))
    , m_url(new QLineEdit(this))
    , m_trace(new QPushButton(QStringLiteral("Trace the path"), this))
    , m_draft(new QToolButton(this))
    , m_copy(new QPushButton(QStringLiteral("Copy as meshdeck route"), this))
    , m_headers(new HeaderChips(this))
    , m_principal(new QLineEdit(this))
    , m_principalNote(word("identity of the source", this))
    , m_senders(new QStringListModel(this))
    , m_urls(new QStringListModel(this)) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(8);
    layout->addWidget(makeFirstRow());
    layout->addWidget(makeSecondRow());
    connect(m_trace, &QPushButton::clicked, this, &RequestForm::submit);
    connect(m_url, &QLineEdit::returnPressed, this, &RequestForm::submit);
    connect(m_from->lineEdit(), &QLineEdit::returnPressed, this, &RequestForm::submit);
    connect(m_method->lineEdit(), &QLineEdit::returnPressed, this, &RequestForm::submit);
    connect(m_principal, &QLineEdit::returnPressed, this, &RequestForm::submit);
    connect(m_headers, &HeaderChips::submitted, this, &RequestForm::submit);
    connect(m_draft, &QToolButton::toggled, this, [this](bool on) {
        m_draft->setText(on ? QStringLiteral("with draft: on") : QStringLiteral("with draft: off"));
        Q_EMIT draftToggled(on);
    });
    connect(m_copy, &QPushButton::clicked, this, &RequestForm::copyAsMeshdeck);
    setPending(false);
}

QWidget* RequestForm::makeFirstRow() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_from->setEditable(true);
    m_from->setInsertPolicy(QComboBox::NoInsert);
    m_from->setModel(m_senders);
    m_from->setCompleter(containing(m_senders, m_from));
    m_from->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_from->setMinimumContentsLength(28);
    m_from->setMaxVisibleItems(16);
    m_from->lineEdit()->setPlaceholderText(QStringLiteral("namespace/workload"));
    m_from->setAccessibleName(QStringLiteral("From: workload, gateway or outside"));
    static_cast<QListView*>(m_from->view())->setUniformItemSizes(true);
    m_method->setEditable(true);
    m_method->setInsertPolicy(QComboBox::NoInsert);
    m_method->addItems({QStringLiteral("GET"), QStringLiteral("POST"), QStringLiteral("PUT"), QStringLiteral("PATCH"),
                        QStringLiteral("DELETE"), QStringLiteral("HEAD"), QStringLiteral("OPTIONS")});
    m_method->setAccessibleName(QStringLiteral("Method"));
    m_method->setMinimumContentsLength(7);
    m_url->setFont(theme(ThemeKind::Dark).monoFont(12));
    m_url->setPlaceholderText(QStringLiteral("http://service:port/path"));
    m_url->setAccessibleName(QStringLiteral("URL"));
    m_url->setCompleter(containing(m_urls, m_url));
    m_url->setMinimumWidth(220);
    m_trace->setProperty("primary", true);
    m_draft->setCheckable(true);
    m_draft->setProperty("role", "chip");
    m_draft->setText(QStringLiteral("with draft: off"));
    for (QWidget* field : {static_cast<QWidget*>(m_from), static_cast<QWidget*>(m_method), static_cast<QWidget*>(m_url)}) {
        field->setFixedHeight(kFieldHeight);
    }
    layout->addWidget(word("From", row));
    layout->addWidget(m_from);
    layout->addWidget(m_method);
    layout->addWidget(m_url, 3);
    layout->addWidget(m_trace);
    layout->addStretch(1);
    layout->addWidget(m_draft);
    layout->addWidget(m_copy);
    return row;
}

QWidget* RequestForm::makeSecondRow() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_principal->setFont(theme(ThemeKind::Dark).monoFont(11));
    m_principal->setAccessibleName(QStringLiteral("Identity of the source"));
    m_principal->setMinimumWidth(380);
    setPlainToolTip(m_principal, QStringLiteral("The identity the request is sent with. Empty: the one of the workload it "
                                                "comes from. Type another to ask as somebody else."));
    m_principalNote->setFontSize(11);
    auto* with = word("with", row);
    with->setMinimumHeight(24);
    layout->addWidget(with, 0, Qt::AlignTop);
    layout->addWidget(m_headers, 1, Qt::AlignTop);
    layout->addWidget(word("as", row), 0, Qt::AlignTop);
    layout->addWidget(m_principal, 0, Qt::AlignTop);
    layout->addWidget(m_principalNote, 0, Qt::AlignTop);
    return row;
}

void RequestForm::setState(const PolicyState& state) {
    QStringList senders;
    for (const std::string& sender : state.senders) {
        senders.append(safeText(sender));
    }
    if (senders != m_senders->stringList()) {
        const QString typed = m_from->currentText();
        m_senders->setStringList(senders);
        m_from->setEditText(typed); // a refresh changes no field
    }
    QStringList urls;
    for (const ServiceRow& service : state.services) {
        for (const std::uint32_t port : service.ports) {
            urls.append(QStringLiteral("http://%1%2/").arg(safeText(service.host), port == 80 ? QString() : QStringLiteral(":%1").arg(port)));
        }
    }
    if (urls != m_urls->stringList()) {
        m_urls->setStringList(urls);
    }
}

RequestDraft RequestForm::draft() const {
    RequestDraft draft;
    draft.from = m_from->currentText().trimmed().remove(QLatin1Char(' ')).toStdString();
    draft.method = m_method->currentText().trimmed().toUpper().toStdString();
    draft.url = m_url->text().trimmed().toStdString();
    draft.headers = m_headers->headers();
    std::string principal = m_principal->text().trimmed().toStdString();
    constexpr std::string_view kScheme = "spiffe://";
    draft.principal = principal.starts_with(kScheme) ? principal.substr(kScheme.size()) : principal;
    return draft;
}

void RequestForm::setDraft(const RequestDraft& draft) {
    m_from->setEditText(safeText(draft.from));
    m_method->setEditText(safeText(draft.method));
    m_url->setText(safeText(draft.url));
    m_headers->setHeaders(draft.headers);
    m_principal->setText(safeText(draft.principal.empty() ? draft.principal : "spiffe://" + draft.principal));
}

void RequestForm::setOwnPrincipal(const QString& principal) {
    m_principal->setPlaceholderText(principal.isEmpty() ? QStringLiteral("no identity: plaintext")
                                                        : QStringLiteral("spiffe://") + principal);
    m_principalNote->setText(m_principal->text().isEmpty() ? QStringLiteral("identity of the source pod")
                                                           : QStringLiteral("typed, not the source's own"));
}

void RequestForm::setPending(bool pending) {
    if (!pending) {
        m_draft->setChecked(false);
    }
    m_draft->setEnabled(pending);
    setPlainToolTip(m_draft, pending ? QStringLiteral("Answer as it would be after the pending change")
                                     : QStringLiteral("Nothing is pending on the Changes page"));
}

bool RequestForm::withDraft() const {
    return m_draft->isChecked();
}

void RequestForm::setBusy(bool busy) {
    m_trace->setText(busy ? QStringLiteral("Tracing…") : QStringLiteral("Trace the path"));
}

void RequestForm::focusFirst() {
    (m_from->currentText().isEmpty() ? static_cast<QWidget*>(m_from) : m_url)->setFocus();
}

void RequestForm::sayCopied() {
    m_copy->setText(QStringLiteral("Copied"));
    QTimer::singleShot(1500, m_copy, [button = m_copy] { button->setText(QStringLiteral("Copy as meshdeck route")); });
}

void RequestForm::submit() {
    if (m_headers->finishEditing()) {
        Q_EMIT submitted();
    }
}

} // namespace meshdeck::views
