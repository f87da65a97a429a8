#include "tables/graph_table_model.h"

#include <algorithm>

#include "common/safe_label.h"

namespace meshdeck::views {

GraphTableModel::GraphTableModel(std::vector<TableColumn> columns, QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(std::move(columns))
    , m_theme(&theme(ThemeKind::Dark)) {}

void GraphTableModel::removeMissing(const std::vector<TableRow>& rows) {
    const auto isThere = [&](const std::string& id) {
        const auto found = std::lower_bound(rows.begin(), rows.end(), id, [](const TableRow& row, const std::string& wanted) { return row.id < wanted; });
        return found != rows.end() && found->id == id;
    };
    for (int i = rowCount() - 1; i >= 0; --i) {
        if (!isThere(m_rows[static_cast<std::size_t>(i)].id)) {
            beginRemoveRows({}, i, i);
            m_rows.erase(m_rows.begin() + i);
            endRemoveRows();
        }
    }
}

void GraphTableModel::setRows(std::vector<TableRow> rows) {
    if (m_rows.empty() || rows.empty()) { // all at once is cheaper, and there is no place to keep
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    removeMissing(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const int at = static_cast<int>(i);
        if (i >= m_rows.size() || m_rows[i].id != rows[i].id) {
            beginInsertRows({}, at, at);
            m_rows.insert(m_rows.begin() + at, std::move(rows[i]));
            endInsertRows();
        } else if (m_rows[i] != rows[i]) {
            m_rows[i] = std::move(rows[i]);
            Q_EMIT dataChanged(index(at, 0), index(at, columnCount() - 1));
        }
    }
}

void GraphTableModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::ForegroundRole});
    }
}

int GraphTableModel::rowOf(const std::string& id) const {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const TableRow& row) { return row.id == id; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int GraphTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int GraphTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant GraphTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const TableRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    const TableCell& cell = row.cells[column];
    switch (role) {
    case Qt::DisplayRole: return cell.text;
    case SortRole: return cell.sort;
    case Qt::ToolTipRole: return plainToolTip(cell.text);
    case Qt::AccessibleTextRole: return QString(m_columns[column].title + QLatin1Char(' ') + cell.text);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (m_columns[column].number ? Qt::AlignRight : Qt::AlignLeft)));
    case Qt::ForegroundRole: {
        const bool ill = row.health == mesh::Health::Failing || row.health == mesh::Health::Degraded;
        return ill ? m_theme->textOf(row.health) : column == 0 ? m_theme->text.primary : m_theme->text.secondary;
    }
    default: return {};
    }
}

QVariant GraphTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    const TableColumn& column = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft)));
    }
    return role == Qt::DisplayRole ? QVariant(column.title) : QVariant();
}

GraphTableOrder::GraphTableOrder(GraphTableModel& model, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_model(model) {
    setSourceModel(&model);
    setSortRole(GraphTableModel::SortRole);
}

void GraphTableOrder::setFound(std::vector<std::string> nodes, bool all) {
    if (all != m_all || nodes != m_found) {
        m_found = std::move(nodes);
        m_all = all;
        invalidateFilter();
    }
}

bool GraphTableOrder::filterAcceptsRow(int row, const QModelIndex&) const {
    const auto& nodes = m_model.row(row).nodes;
    return m_all || std::any_of(nodes.begin(), nodes.end(), [this](const std::string& node) {
               return std::binary_search(m_found.begin(), m_found.end(), node);
           });
}

bool GraphTableOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const QVariant a = left.data(GraphTableModel::SortRole), b = right.data(GraphTableModel::SortRole);
    if (a.isValid() != b.isValid()) {
        return (sortOrder() == Qt::AscendingOrder) == a.isValid();
    }
    if (a.userType() == QMetaType::QString) {
        const int order = QString::localeAwareCompare(a.toString(), b.toString());
        return order != 0 ? order < 0 : m_model.row(left.row()).id < m_model.row(right.row()).id;
    }
    return a.toDouble() < b.toDouble();
}

} // namespace meshdeck::views
