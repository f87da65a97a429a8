#include "tables/prediction_model.h"

#include <cmath>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

// One decimal count for values that stand side by side (visual.md 3).
int decimals(const change::PredictedRow& row) {
    const double largest = std::max(std::abs(row.now.value_or(0)), std::abs(row.after.value_or(0)));
    return largest >= 1000 ? 0 : largest >= 10 ? 1 : 2;
}

QString number(double value, int places) {
    QString text = QString::number(std::abs(value), 'f', places);
    return value < 0 ? QChar(0x2212) + text : text;
}

QString cell(const std::optional<double>& value, const change::PredictedRow& row) {
    return value ? number(*value, decimals(row)) : QStringLiteral("unknown");
}

QString changeText(const change::PredictedRow& row) {
    if (!row.now || !row.after) {
        return QStringLiteral("unknown");
    }
    const double difference = *row.after - *row.now;
    if (std::abs(difference) < 0.5 * std::pow(10, -decimals(row))) {
        return QStringLiteral("none");
    }
    return (difference > 0 ? QStringLiteral("+") : QString()) + number(difference, decimals(row)) +
           (row.unit == "%" ? QStringLiteral(" points") : QString());
}

} // namespace

PredictionModel::PredictionModel(QObject* parent)
    : QAbstractTableModel(parent)
    , m_theme(&theme(ThemeKind::Dark)) {}

void PredictionModel::setRows(std::vector<change::PredictedRow> rows) {
    // While a slider moves, the rows stay and only figures change: no reset, so nothing jumps.
    if (rows.size() == m_rows.size()) {
        m_rows = std::move(rows);
        if (!m_rows.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void PredictionModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

int PredictionModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PredictionModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 4;
}

QVariant PredictionModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const change::PredictedRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight)));
    }
    if (role == Qt::ForegroundRole) {
        if (index.column() == 1) {
            return m_theme->text.secondary;
        }
        if (index.column() == 3 && row.now && row.after && *row.now != *row.after) {
            return row.worse              ? m_theme->textOf(mesh::Health::Failing)
                   : *row.after > *row.now ? m_theme->changeText.added
                                           : m_theme->changeText.removed;
        }
        return index.column() == 3 ? m_theme->text.tertiary : m_theme->text.primary;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case 0: return safeText(row.name + ", " + row.unit);
    case 1: return cell(row.now, row);
    case 2: return cell(row.after, row);
    default: return changeText(row);
    }
}

QVariant PredictionModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section > 3) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (section == 0 ? Qt::AlignLeft : Qt::AlignRight)));
    }
    static const char* const kTitles[] = {"Predicted from the last window", "now", "after", "change"};
    return role == Qt::DisplayRole ? QVariant(QString::fromLatin1(kTitles[section])) : QVariant();
}

} // namespace meshdeck::views
