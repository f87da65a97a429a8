#include "routes/effective_view.h"

#include <algorithm>

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QStringListModel>
#include <QTableView>
#include <QVBoxLayout>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

QComboBox* choice(QStringListModel* model, const char* name, int characters, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setModel(model);
    auto* completer = new QCompleter(model, box);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    box->setCompleter(completer);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(characters);
    box->setFixedHeight(28);
    box->setAccessibleName(QString::fromLatin1(name));
    static_cast<QListView*>(box->view())->setUniformItemSizes(true);
    return box;
}

SafeLabel* word(const char* text, QWidget* parent) {
    auto* label = new SafeLabel(QString::fromLatin1(text), TextRole::Tertiary, parent);
    label->setFontSize(12);
    return label;
}

void offer(QStringListModel* model, QComboBox* box, const QStringList& list) {
    if (list != model->stringList()) {
        const QString typed = box->currentText();
        model->setStringList(list);
        box->setEditText(typed);
    }
}

} // namespace

EffectiveView::EffectiveView(QWidget* parent)
    : QWidget(parent)
    , m_model(new EffectiveModel(this))
    , m_table(new QTableView(this))
    , m_note(new SafeLabel({}, TextRole::Secondary, this))
    , m_senders(new QStringListModel(this))
    , m_services(new QStringListModel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeForm());
    layout->addWidget(makeLine(Qt::Horizontal, this));
    m_note->setContentsMargins(16, 10, 16, 10);
    m_note->setWordWrap(true);
    m_note->setText(QStringLiteral("Choose a client and a service: every value that is in effect stands here with the object it comes from, and what that object hides."));
    layout->addWidget(m_note);
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(QStringLiteral("Values in effect; Enter goes to the object a value comes from"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setStretchLastSection(true);
    for (const auto& [column, width] : {std::pair(EffectiveModel::GroupColumn, 170), std::pair(EffectiveModel::NameColumn, 300),
                                        std::pair(EffectiveModel::ValueColumn, 420), std::pair(EffectiveModel::LevelColumn, 260)}) {
        m_table->setColumnWidth(column, width);
    }
    layout->addWidget(m_table, 1);
    const auto go = [this](const QModelIndex& index) {
        if (index.isValid() && !m_model->row(index.row()).value.object.kind.empty()) {
            const EffectiveRow& value = m_model->row(index.row()).value;
            Q_EMIT objectChosen(value.object, value.pointer);
        }
    };
    connect(m_table, &QTableView::activated, this, go);
    connect(m_table, &QTableView::doubleClicked, this, go);
}

QWidget* EffectiveView::makeForm() {
    auto* form = new QWidget(this);
    form->setProperty("role", "panel");
    form->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(form);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(8);
    m_from = choice(m_senders, "Client", 28, form);
    m_service = choice(m_services, "Service and port", 44, form);
    m_subset = new QLineEdit(form);
    m_subset->setPlaceholderText(QStringLiteral("any subset"));
    m_subset->setAccessibleName(QStringLiteral("Subset; empty: none"));
    m_subset->setMaximumWidth(140);
    auto* show = new QPushButton(QStringLiteral("Show what is in effect"), form);
    show->setProperty("primary", true);
    row->addWidget(word("For client", form));
    row->addWidget(m_from);
    row->addWidget(word("calling", form));
    row->addWidget(m_service, 1);
    row->addWidget(word("subset", form));
    row->addWidget(m_subset);
    row->addWidget(show);
    row->addStretch(1);
    connect(show, &QPushButton::clicked, this, &EffectiveView::ask);
    connect(m_from->lineEdit(), &QLineEdit::returnPressed, this, &EffectiveView::ask);
    connect(m_service->lineEdit(), &QLineEdit::returnPressed, this, &EffectiveView::ask);
    connect(m_subset, &QLineEdit::returnPressed, this, &EffectiveView::ask);
    return form;
}

void EffectiveView::setTheme(const Theme& theme) {
    m_model->setTheme(theme);
}

void EffectiveView::setState(const PolicyState& state) {
    QStringList senders, services;
    for (const std::string& sender : state.senders) {
        if (sender != "outside") {
            senders.append(safeText(sender));
        }
    }
    for (const ServiceRow& service : state.services) {
        for (const std::uint32_t port : service.ports) {
            services.append(safeText(service.host) + QStringLiteral(":%1").arg(port));
        }
    }
    offer(m_senders, m_from, senders);
    offer(m_services, m_service, services);
}

void EffectiveView::setQuery(const EffectiveQuery& query) {
    m_from->setEditText(safeText(query.from));
    m_service->setEditText(safeText(query.host) + (query.port == 0 ? QString() : QStringLiteral(":%1").arg(query.port)));
    m_subset->setText(safeText(query.subset));
}

EffectiveQuery EffectiveView::query() const {
    EffectiveQuery query;
    query.from = m_from->currentText().trimmed().toStdString();
    const QString service = m_service->currentText().trimmed();
    const qsizetype colon = service.lastIndexOf(QLatin1Char(':'));
    query.host = service.left(colon < 0 ? service.size() : colon).toStdString();
    query.port = colon < 0 ? 80 : service.mid(colon + 1).toUInt();
    query.subset = m_subset->text().trimmed().toStdString();
    return query;
}

void EffectiveView::ask() {
    const EffectiveQuery wanted = query();
    if (wanted.from.empty() || wanted.host.empty()) {
        m_note->setText(wanted.from.empty() ? QStringLiteral("Say which workload calls: namespace/workload.") : QStringLiteral("Say which service is called: host:port."));
        return;
    }
    Q_EMIT asked(wanted);
}

void EffectiveView::setAnswer(const EffectiveAnswer& answer) {
    m_model->setAnswer(answer);
    if (answer.problem) {
        m_note->setText(safeText(describe(*answer.problem)));
        return;
    }
    m_note->setText(QStringLiteral("%1 calling %2:%3: %4 values, %5 objects hidden%6")
                        .arg(safeText(answer.query.from), safeText(answer.service)).arg(answer.query.port).arg(answer.rows.size()).arg(answer.hidden.size())
                        .arg(answer.query.draft ? QStringLiteral(", with the draft") : QString()));
}

void EffectiveView::focusFirst() {
    m_from->setFocus();
}

void EffectiveModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

void EffectiveModel::setAnswer(const EffectiveAnswer& answer) {
    std::vector<Row> rows;
    for (const EffectiveRow& value : answer.rows) {
        rows.push_back({value, Row::Kind::Value});
    }
    for (const TraceHidden& hidden : answer.hidden) {
        const std::string by = hidden.by ? "hidden by " + hidden.by->display() : "has no effect here";
        rows.push_back({{"Hidden", hidden.object.display(), by, hidden.why, hidden.object, {}}, Row::Kind::Hidden});
    }
    for (const std::string& warning : answer.warnings) {
        rows.push_back({{"Cannot tell", warning, {}, {}, {}, {}}, Row::Kind::Warning});
    }
    if (rows == m_rows) {
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int EffectiveModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EffectiveModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EffectiveModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool first = index.row() == 0 || m_rows[static_cast<std::size_t>(index.row()) - 1].value.group != row.value.group;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case GroupColumn: return first ? safeText(row.value.group) : QString();
        case NameColumn: return safeText(row.value.name);
        case ValueColumn: return safeText(row.value.value);
        case LevelColumn: return safeText(row.value.level);
        default: return row.kind != Row::Kind::Value || row.value.object.kind.empty() ? QString() : safeText(row.value.object.display());
        }
    case Qt::FontRole: return index.column() == GroupColumn ? m_theme->font(12, 600) : m_theme->font(12);
    case Qt::ForegroundRole:
        if (row.kind == Row::Kind::Warning) {
            return m_theme->textOf(mesh::Health::Degraded);
        }
        return index.column() == LevelColumn || row.value.object.kind.empty() ? m_theme->text.secondary : m_theme->text.primary;
    case Qt::ToolTipRole:
        return plainToolTip(safeText(row.value.name + ": " + row.value.value + (row.value.level.empty() ? "" : "\n" + row.value.level), true) +
                            (row.value.object.kind.empty() ? QString() : QStringLiteral("\n") + safeText(row.value.object.display() + " " + config::fieldPath(row.value.pointer))));
    case Qt::AccessibleTextRole: return index.column() == GroupColumn ? QVariant(safeText(row.value.group)) : data(index, Qt::DisplayRole);
    default: return {};
    }
}

QVariant EffectiveModel::headerData(int section, Qt::Orientation orientation, int role) const {
    static const char* const kNames[] = {"", "Name", "Value", "Level", "From"};
    return orientation == Qt::Horizontal && role == Qt::DisplayRole && section >= 0 && section < ColumnCount ? QVariant(QString::fromLatin1(kNames[section])) : QVariant();
}

} // namespace meshdeck::views
