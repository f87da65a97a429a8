#include "routes/findings_model.h"

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "routes/config_model.h"

namespace meshdeck::views {

void FindingsModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

void FindingsModel::setRows(std::vector<FindingRow> rows) {
    if (rows == m_rows) {
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString FindingsModel::text(const FindingRow& row, int column) const {
    switch (column) {
    case CodeColumn: return safeText(row.code);
    case ObjectColumn: return row.object.kind.empty() ? QString() : safeText(row.object.display());
    case MessageColumn: {
        const QString draft = row.draft == FindingRow::Draft::New ? QStringLiteral("new with the draft: ")
                              : row.draft == FindingRow::Draft::Fixed ? QStringLiteral("mended by the draft: ") : QString();
        return draft + safeText(row.message);
    }
    case FieldColumn: return safeText(row.field);
    case FixColumn: return safeText(row.fix);
    default: return {};
    }
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const FindingRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool fixed = row.draft == FindingRow::Draft::Fixed;
    switch (role) {
    case Qt::DisplayRole: return text(row, index.column());
    case Qt::DecorationRole:
        return index.column() == CodeColumn ? QVariant(markPixmap(*m_theme, fixed ? mesh::Health::Healthy : healthOf(row.severity), 5.5, 2, m_theme->surface.panel)) : QVariant();
    case Qt::FontRole: {
        QFont font = index.column() == FieldColumn ? m_theme->monoFont(11) : m_theme->font(12);
        font.setStrikeOut(fixed && index.column() == MessageColumn);
        return font;
    }
    case Qt::ForegroundRole:
        return fixed || index.column() == FieldColumn || index.column() == FixColumn ? m_theme->text.secondary : m_theme->text.primary;
    case Qt::ToolTipRole: return plainToolTip(QString::fromLatin1(policy::name(row.severity).data()) + QStringLiteral(" ") + safeText(row.code + " " + row.name) + QStringLiteral("\n") + text(row, index.column()));
    case Qt::AccessibleTextRole:
        return index.column() == CodeColumn ? QVariant(QString::fromLatin1(policy::name(row.severity).data()) + QStringLiteral(" ") + safeText(row.code)) : QVariant(text(row, index.column()));
    default: return {};
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    static const char* const kNames[] = {"Code", "Object", "Finding", "Field", "Fix"};
    return orientation == Qt::Horizontal && role == Qt::DisplayRole && section >= 0 && section < ColumnCount ? QVariant(QString::fromLatin1(kNames[section])) : QVariant();
}

} // namespace meshdeck::views
