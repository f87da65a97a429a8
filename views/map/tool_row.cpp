#include "map/tool_row.h"

#include <QHBoxLayout>
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
    layout->setSpacing(6);
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
    addHideMenu(first);
    addTypeChip(first);
    addLabelChip(first);
    layout->addStretch(1);
    addLens(first);
    addSwitches(first);
    addHideRow();
    rows->addWidget(m_hideRow);
    tellHidden();
}

void ToolRow::addFind(QHBoxLayout* layout) {
    QWidget* row = layout->parentWidget();
    m_find = new FindField(QStringLiteral("Find:  name, err > 1, !mtls, failing    /"), QStringLiteral("Find on the map"), row);
    m_find->setMinimumWidth(170);
    m_find->setMaximumWidth(460);
    layout->addWidget(m_find, 6);
    connect(m_find, &FindField::expressionChanged, this, [this] {
        rememberPresent();
        m_hideOthers->setEnabled(!m_find->expression().empty());
        Q_EMIT findChanged();
        if (m_hideOthers->isChecked()) {
            tellHidden();
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
        tellHidden();
        Q_EMIT hideChanged();
    });
    connect(m_hide, &FindField::left, this, [this] {
        m_hideExpression->setChecked(false);
        Q_EMIT findLeft();
    });
    connect(m_hide, &FindField::problemChanged, this, [this](const QString& sentence) { showProblem(m_hide, sentence); });
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

void ToolRow::setTheme(const Theme& theme) {
    m_find->setTheme(theme);
    m_hide->setTheme(theme);
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
    m_hideExpression->setChecked(!filter.hide.isEmpty());
}

// What is hidden stays in sight: the row cannot be closed over an expression that is in force.
void ToolRow::showHideRow(bool shown) {
    if (!shown) {
        m_hide->clear();
    }
    m_hideRow->setVisible(shown);
    if (shown) {
        m_hide->setFocus();
    }
}

void ToolRow::focusFind() {
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void ToolRow::focusHide() {
    m_hideExpression->setChecked(true);
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
