#include "map/tool_row.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/filter_menu.h"
#include "map/find_field.h"

namespace meshdeck::views {
namespace {

constexpr int kRow = 40; // visual.md 4

QHBoxLayout* makeRow(QWidget* row) {
    row->setFixedHeight(kRow);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 0, 12, 0);
    layout->setSpacing(8);
    return layout;
}

} // namespace

ToolRow::ToolRow(QWidget* parent)
    : QWidget(parent) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground); // a subclass of QWidget paints no background of a style sheet by itself
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    auto* first = new QWidget(this);
    QHBoxLayout* layout = makeRow(first);
    rows->addWidget(first);
    addFind(layout);
    m_hideIdle = addChip(first, QStringLiteral("Hide: idle"), QStringLiteral("Leave out what neither calls nor is called"));
    m_hideIdle->setCheckable(true);
    m_hideIdle->setChecked(true);
    connect(m_hideIdle, &QToolButton::toggled, this, &ToolRow::chooseGraph);
    addTypeChip(first);
    addLabelChip(first);
    layout->addStretch(1);
    m_table = addChip(first, QStringLiteral("Table"), QStringLiteral("Nodes and calls as sortable tables (T)"));
    m_table->setCheckable(true);
    connect(m_table, &QToolButton::toggled, this, &ToolRow::tableToggled);
    m_dots = addChip(first, QStringLiteral("Moving dots"), QStringLiteral("Dots move as fast as calls are answered"));
    m_dots->setCheckable(true);
    m_dots->setChecked(true);
    connect(m_dots, &QToolButton::toggled, this, &ToolRow::dotsToggled);
    connect(addChip(first, QStringLiteral("Fit"), QStringLiteral("Show the whole mesh (F)")), &QToolButton::clicked, this,
            &ToolRow::fitRequested);
    QToolButton* exporting = addChip(first, QStringLiteral("Export…"), QStringLiteral("Save the map as a picture, a diagram or data (Ctrl+E)"));
    exporting->setShortcut(Qt::CTRL | Qt::Key_E);
    connect(exporting, &QToolButton::clicked, this, [this, exporting] { Q_EMIT exportRequested(exporting); });
    addHideRow();
    rows->addWidget(m_hideRow);
}

void ToolRow::addFind(QHBoxLayout* layout) {
    QWidget* row = layout->parentWidget();
    m_find = new FindField(QStringLiteral("Find:  name, err > 1, !mtls, failing    /"), QStringLiteral("Find on the map"), row);
    m_find->setMinimumWidth(230);
    m_find->setMaximumWidth(460);
    layout->addWidget(m_find, 6);
    connect(m_find, &FindField::expressionChanged, this, [this] {
        rememberPresent();
        m_hideOthers->setEnabled(!m_find->expression().empty());
        Q_EMIT findChanged();
        if (m_hideOthers->isChecked()) {
            Q_EMIT hideChanged();
        }
    });
    connect(m_find, &FindField::stepRequested, this, &ToolRow::findStepped);
    connect(m_find, &FindField::left, this, &ToolRow::findLeft);
    connect(m_find, &FindField::problemChanged, this, [this](const QString& sentence) { showProblem(m_find, sentence); });
    QToolButton* chip = addChip(row, QStringLiteral("Filters"), QStringLiteral("Saved filters, and saving the present one"));
    m_filters = new FilterMenu(chip);
    chip->setMenu(m_filters);
    chip->setPopupMode(QToolButton::InstantPopup);
    connect(m_filters, &FilterMenu::chosen, this, &ToolRow::takeFilter);
    connect(m_filters, &FilterMenu::filtersChanged, this, &ToolRow::filtersChanged);
    m_hideChip = addChip(row, QStringLiteral("Hide…"), QStringLiteral("Take out of the picture what matches an expression (H)"));
    m_hideChip->setCheckable(true);
    connect(m_hideChip, &QToolButton::toggled, this, &ToolRow::showHideRow);
}

void ToolRow::addHideRow() {
    m_hideRow = new QWidget(this);
    QHBoxLayout* layout = makeRow(m_hideRow);
    m_hide = new FindField(QStringLiteral("Hide:  ns = kube-system, idle, rate < 1"), QStringLiteral("Hide on the map"), m_hideRow);
    m_hide->setMinimumWidth(230);
    m_hide->setMaximumWidth(460);
    layout->addWidget(m_hide, 6);
    connect(m_hide, &FindField::expressionChanged, this, [this] {
        rememberPresent();
        Q_EMIT hideChanged();
    });
    connect(m_hide, &FindField::left, this, [this] {
        m_hideChip->setChecked(false);
        Q_EMIT findLeft();
    });
    connect(m_hide, &FindField::problemChanged, this, [this](const QString& sentence) { showProblem(m_hide, sentence); });
    m_hideOthers = addChip(m_hideRow, QStringLiteral("Hide what does not match"), QStringLiteral("Keep only what Find finds, with the calls between"));
    m_hideOthers->setCheckable(true);
    m_hideOthers->setEnabled(false);
    connect(m_hideOthers, &QToolButton::toggled, this, &ToolRow::hideChanged);
    layout->addStretch(1);
    m_hideRow->setVisible(false);
}

QToolButton* ToolRow::addChip(QWidget* row, const QString& text, const QString& tip) {
    auto* chip = new QToolButton(row);
    chip->setText(text);
    chip->setProperty("role", "chip");
    setPlainToolTip(chip, tip);
    row->layout()->addWidget(chip);
    return chip;
}

void ToolRow::addTypeChip(QWidget* row) {
    static constexpr std::pair<mesh::GraphType, const char*> kTypes[] = {{mesh::GraphType::VersionedApp, "versioned app"},
                                                                         {mesh::GraphType::App, "app"},
                                                                         {mesh::GraphType::Workload, "workload"},
                                                                         {mesh::GraphType::Service, "service"}};
    const auto label = [](const char* word) { return QStringLiteral("Graph: ") + QLatin1String(word); };
    QToolButton* chip = addChip(row, label(kTypes[0].second), QStringLiteral("What stands for one card"));
    chip->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(chip);
    auto* group = new QActionGroup(menu);
    for (const auto& [type, word] : kTypes) {
        QAction* action = menu->addAction(QString::fromLatin1(word));
        action->setCheckable(true);
        action->setChecked(type == m_type);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chip, text = label(word), type = type] {
            chip->setText(text);
            m_type = type;
            chooseGraph();
        });
    }
    chip->setMenu(menu);
}

void ToolRow::addLabelChip(QWidget* row) {
    using traffic::EdgeFigure;
    const auto words = [](std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); };
    const auto label = [&](EdgeFigure figure) { return QStringLiteral("Labels: ") + words(name(figure)); };
    QToolButton* chip = addChip(row, label(EdgeFigure::Rate), QStringLiteral("What the labels of calls tell"));
    chip->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(chip);
    auto* group = new QActionGroup(menu);
    for (const EdgeFigure figure : traffic::kEdgeFigures) {
        QAction* action = menu->addAction(words(describe(figure)));
        action->setCheckable(true);
        action->setChecked(figure == EdgeFigure::Rate);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chip, text = label(figure), figure] {
            chip->setText(text);
            Q_EMIT labelsChosen(figure);
        });
    }
    chip->setMenu(menu);
}

void ToolRow::setTheme(const Theme& theme) {
    m_find->setTheme(theme);
    m_hide->setTheme(theme);
}

void ToolRow::setGraph(const std::shared_ptr<const mesh::Graph>& graph) {
    m_find->setGraph(graph);
    m_hide->setGraph(graph);
}

void ToolRow::setFilters(const SavedFilters& filters) {
    m_filters->setFilters(filters);
}

const traffic::FindExpression& ToolRow::find() const {
    return m_find->expression();
}

const traffic::FindExpression& ToolRow::hide() const {
    return m_hide->expression();
}

bool ToolRow::hidesOthers() const {
    return m_hideOthers->isChecked() && !m_find->expression().empty();
}

void ToolRow::rememberPresent() {
    m_filters->setPresent(m_find->text(), m_hide->text());
}

void ToolRow::takeFilter(const SavedFilter& filter) {
    m_find->setText(filter.find);
    m_hide->setText(filter.hide);
    m_hideChip->setChecked(!filter.hide.isEmpty() || m_hideOthers->isChecked());
}

// What is hidden stays in sight: the row cannot be closed over an expression that is in force.
void ToolRow::showHideRow(bool shown) {
    if (!shown) {
        m_hide->clear();
        m_hideOthers->setChecked(false);
    }
    m_hideRow->setVisible(shown);
    if (shown) {
        m_hide->setFocus();
    }
}

void ToolRow::chooseGraph() {
    Q_EMIT graphChosen(m_type, !m_hideIdle->isChecked());
}

void ToolRow::focusFind() {
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void ToolRow::focusHide() {
    m_hideChip->setChecked(true);
    m_hide->setFocus(Qt::ShortcutFocusReason);
    m_hide->selectAll();
}

void ToolRow::setTableShown(bool table) {
    const QSignalBlocker quiet(m_table);
    m_table->setChecked(table);
}

void ToolRow::setReducedMotion(bool reduced) {
    m_dots->setEnabled(!reduced);
}

void ToolRow::showProblem(FindField* field, const QString& sentence) {
    if (sentence.isEmpty()) {
        if (m_problem != nullptr && m_problemOf == field) {
            m_problem->hide();
        }
        return;
    }
    if (m_problem == nullptr) {
        m_problem = new SafeLabel({}, TextRole::Primary, window());
        m_problem->setProperty("role", "problem");
        m_problem->setAttribute(Qt::WA_TransparentForMouseEvents);
        m_problem->setWordWrap(true);
    }
    m_problemOf = field;
    m_problem->setText(sentence);
    placeProblem();
    m_problem->show();
    m_problem->raise();
}

void ToolRow::placeProblem() {
    if (m_problem == nullptr || m_problemOf == nullptr) {
        return;
    }
    m_problem->setFixedWidth(std::max(320, m_problemOf->width()));
    m_problem->setFixedHeight(m_problem->heightForWidth(m_problem->width()));
    m_problem->move(m_problemOf->mapTo(window(), QPoint(0, m_problemOf->height() + 4)));
}

void ToolRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeProblem();
}

void ToolRow::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (m_problem != nullptr) {
        m_problem->hide();
    }
}

} // namespace meshdeck::views
