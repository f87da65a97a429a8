#include "routes/request_tab.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QListView>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "routes/path_view.h"
#include "routes/request_form.h"
#include "routes/verdict_panel.h"

namespace meshdeck::views {
namespace {

constexpr int kHeadHeight = 38;

QWidget* panel(QWidget* parent) {
    auto* widget = new QWidget(parent);
    widget->setProperty("role", "panel");
    widget->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    return widget;
}

QToolButton* chip(const char* text, const char* tip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setProperty("role", "chip");
    button->setText(QString::fromUtf8(text));
    setPlainToolTip(button, QString::fromLatin1(tip));
    return button;
}

SafeLabel* label(const QString& text, TextRole role, double size, int weight, QWidget* parent) {
    auto* made = new SafeLabel(text, role, parent);
    made->setFontSize(size, weight);
    return made;
}

// Takes its content's height; scrolls sideways when the window is narrow.
class PathScroll final : public QScrollArea {
public:
    using QScrollArea::QScrollArea;

protected:
    void resizeEvent(QResizeEvent* event) override {
        QScrollArea::resizeEvent(event);
        const bool narrow = widget() != nullptr && widget()->minimumWidth() > viewport()->width();
        setFixedHeight(widget()->height() + (narrow ? horizontalScrollBar()->sizeHint().height() : 0));
    }
};

} // namespace

RequestTab::RequestTab(std::string context, std::string savedFile, QWidget* parent)
    : QWidget(parent)
    , m_context(std::move(context))
    , m_saved(std::move(savedFile))
    , m_form(new RequestForm(this))
    , m_path(new PathView(this))
    , m_rules(new RulesModel(this))
    , m_delegate(new RulesDelegate(this))
    , m_savedModel(new SavedModel(this))
    , m_verdict(new VerdictPanel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_form);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    auto* picture = new PathScroll(this);
    picture->setWidgetResizable(true);
    picture->setFrameShape(QFrame::NoFrame);
    picture->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    picture->setFocusPolicy(Qt::NoFocus);
    picture->setWidget(m_path);
    layout->addWidget(picture);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    auto* left = new QSplitter(Qt::Vertical);
    left->addWidget(makeRules());
    left->addWidget(makeSaved());
    left->setSizes({300, 160});
    auto* right = new QScrollArea;
    right->setWidgetResizable(true);
    right->setFrameShape(QFrame::NoFrame);
    right->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    right->setFocusPolicy(Qt::NoFocus);
    right->setWidget(m_verdict);
    auto* across = new QSplitter(Qt::Horizontal, this);
    across->addWidget(left);
    across->addWidget(right);
    across->setSizes({940, 612});
    for (QSplitter* splitter : {left, across}) {
        splitter->setHandleWidth(1);
        splitter->setChildrenCollapsible(false);
    }
    layout->addWidget(across, 1);
    connect(m_form, &RequestForm::submitted, this, &RequestTab::submit);
    connect(m_form, &RequestForm::draftToggled, this, [this] {
        if (m_answer) {
            submit();
        }
    });
    connect(m_form, &RequestForm::copyAsMeshdeck, this, [this] {
        copy(asMeshdeckRoute(m_form->draft(), m_context));
        m_form->sayCopied();
    });
    connect(m_path, &PathView::ruleClicked, this, [this](int number) {
        for (int row = 0; row < m_rules->rowCount(); ++row) {
            const RulesModel::Row& each = m_rules->row(row);
            if (each.number == number && each.ladder + 1 == m_rules->ladders().size()) { // the picture shows the last one
                m_list->setCurrentIndex(m_rules->index(row));
            }
        }
    });
    connect(m_verdict, &VerdictPanel::showOnMap, this, &RequestTab::showOnMap);
    connect(m_verdict, &VerdictPanel::copyAsIstioctl, this, [this] { copy(m_answer ? asIstioctl(*m_answer, m_context) : std::string()); });
    connect(m_verdict, &VerdictPanel::saveRequested, this, &RequestTab::save);
    refreshSaved();
    setMessage(QStringLiteral("Say who sends what, then press Enter: the way of the request is drawn here, with every rule that was asked."));
}

QWidget* RequestTab::makeRules() {
    QWidget* whole = panel(this);
    auto* head = new QWidget(whole);
    head->setFixedHeight(kHeadHeight);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(8);
    m_listTitle = label(QStringLiteral("Rules"), TextRole::Primary, 12, 600, head);
    m_listTitle->setElided(true);
    m_listNote = label({}, TextRole::Tertiary, 11, 400, head);
    m_listNote->setElided(true);
    row->addWidget(m_listTitle);
    row->addWidget(m_listNote, 1);
    m_list = new QListView(whole);
    m_list->setModel(m_rules);
    m_list->setItemDelegate(m_delegate);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setAccessibleName(QStringLiteral("Rules in order, with their conditions; Enter shows a rule in its object"));
    whole->layout()->addWidget(head);
    static_cast<QVBoxLayout*>(whole->layout())->addWidget(m_list, 1);
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) { chooseRule(index.row()); });
    connect(m_list, &QListView::doubleClicked, this, [this](const QModelIndex& index) { chooseRule(index.row()); });
    return whole;
}

QWidget* RequestTab::makeSaved() {
    QWidget* whole = panel(this);
    auto* head = new QWidget(whole);
    head->setFixedHeight(kHeadHeight);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(8);
    row->addWidget(label(QStringLiteral("Saved requests"), TextRole::Primary, 12, 600, head));
    m_savedNote = label({}, TextRole::Tertiary, 11, 400, head);
    m_savedNote->setElided(true);
    row->addWidget(m_savedNote, 1);
    m_savedCount = label({}, TextRole::Tertiary, 11, 400, head);
    row->addWidget(m_savedCount);
    QToolButton* import = chip("Import…", "Add the tests of a file that meshdeck test reads", head);
    m_export = chip("Export…", "Write a file that meshdeck test reads", head);
    m_remove = chip("Remove", "Forget the selected request (Delete)", head);
    for (QToolButton* button : {import, m_export, m_remove}) {
        row->addWidget(button);
    }
    m_table = new QTableView(whole);
    m_table->setModel(m_savedModel);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setIconSize({14, 14});
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->setColumnWidth(SavedModel::RequestColumn, 360);
    m_table->setColumnWidth(SavedModel::FromColumn, 190);
    m_table->setContentsMargins(8, 0, 0, 0);
    m_table->setAccessibleName(QStringLiteral("Saved requests; Enter asks one again, Delete removes it"));
    whole->layout()->addWidget(makeLine(Qt::Horizontal, whole));
    whole->layout()->addWidget(head);
    static_cast<QVBoxLayout*>(whole->layout())->addWidget(m_table, 1);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) { openSaved(index.row()); });
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) { openSaved(index.row()); });
    connect(import, &QToolButton::clicked, this, &RequestTab::importSaved);
    connect(m_export, &QToolButton::clicked, this, &RequestTab::exportSaved);
    connect(m_remove, &QToolButton::clicked, this, &RequestTab::removeSaved);
    auto* gone = new QShortcut(Qt::Key_Delete, m_table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(gone, &QShortcut::activated, this, &RequestTab::removeSaved);
    return whole;
}

void RequestTab::setTheme(const Theme& theme) {
    m_path->setTheme(theme);
    m_delegate->setTheme(theme);
    m_list->viewport()->update();
    m_savedModel->setTheme(theme);
    m_verdict->setTheme(theme);
}

void RequestTab::setState(const PolicyStatePtr& state, bool pending) {
    m_form->setState(*state);
    m_form->setPending(pending);
}

void RequestTab::setMessage(const QString& message) {
    m_message = message;
    if (!m_answer) {
        m_path->setPicture(messagePicture(message));
    }
}

void RequestTab::ask(const RequestDraft& draft) {
    m_form->setDraft(draft);
    submit();
}

void RequestTab::submit() {
    const RequestDraft draft = m_form->draft();
    if (draft.url.empty()) {
        m_form->focusFirst();
        return;
    }
    m_form->setBusy(true);
    Q_EMIT asked({requestJson(draft), m_form->withDraft()});
}

void RequestTab::setAnswer(std::shared_ptr<const TraceAnswer> answer, const mesh::MeshSnapshot& snapshot) {
    m_answer = std::move(answer);
    m_form->setBusy(false);
    m_path->setPicture(pathPicture(*m_answer, snapshot));
    m_form->setOwnPrincipal(safeText(m_answer->principal));
    const int selected = m_list->currentIndex().row();
    m_rules->setLadders(m_answer->ladders);
    if (m_rules->matchedRow() >= 0) {
        m_list->scrollTo(m_rules->index(m_rules->matchedRow()));
    }
    if (selected >= 0 && selected < m_rules->rowCount()) {
        m_list->setCurrentIndex(m_rules->index(selected));
    }
    const bool any = !m_answer->ladders.empty();
    m_listTitle->setText(any ? QStringLiteral("Rules of ") + safeText(m_answer->ladders.back().object->ref.display()) : QStringLiteral("Rules"));
    m_listNote->setText(any ? QStringLiteral("first match wins; all conditions of a match must hold")
                        : m_answer->problem ? QString() : QStringLiteral("no written rule has a say in this request"));
    m_verdict->setWords(verdictWords(*m_answer));
    m_verdict->setMapShown(!m_answer->problem && snapshot.graph != nullptr && !m_answer->ends.empty());
    m_verdict->setIstioctl(!asIstioctl(*m_answer, m_context).empty());
    m_verdict->setSaved(m_saved.find(m_answer->query.request).has_value());
}

void RequestTab::chooseRule(int row) {
    if (row >= 0 && row < m_rules->rowCount()) {
        const policy::LadderRule& rule = *m_rules->row(row).rule;
        Q_EMIT objectChosen(rule.object->ref, rule.pointer);
    }
}

void RequestTab::setRuns(const SavedRuns& runs) {
    m_savedModel->setRuns(runs);
    m_savedCount->setText(m_savedModel->summary());
}

std::vector<FindingRow> RequestTab::savedFindings() const {
    std::vector<FindingRow> rows;
    for (int i = 0; i < m_savedModel->rowCount(); ++i) {
        const SavedState state = m_savedModel->state(i);
        if (state != SavedState::Changed && state != SavedState::ChangedByDraft) {
            continue;
        }
        FindingRow row;
        row.severity = policy::Severity::Error;
        row.code = "request";
        row.name = "SavedRequestChanged";
        row.draft = state == SavedState::ChangedByDraft ? FindingRow::Draft::New : FindingRow::Draft::Same;
        row.message = "saved request \"" + m_savedModel->requests()[static_cast<std::size_t>(i)].name + "\": " + changeWords(*m_savedModel->run(i)).toStdString();
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace meshdeck::views
