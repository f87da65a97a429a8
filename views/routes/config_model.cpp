#include "routes/config_model.h"

#include <algorithm>

#include <QSize>

#include "common/safe_label.h"
#include "map/glyphs.h"

namespace meshdeck::views {

QString findingsWords(int errors, int warnings, int infos) {
    QStringList parts;
    const auto add = [&parts](int count, const char* one, const char* many) {
        if (count > 0) {
            parts.append(QStringLiteral("%1 %2").arg(count).arg(QString::fromLatin1(count == 1 ? one : many)));
        }
    };
    add(errors, "error", "errors");
    add(warnings, "warning", "warnings");
    add(infos, "note", "notes");
    return parts.join(QStringLiteral(", "));
}

mesh::Health healthOf(policy::Severity severity) {
    return severity == policy::Severity::Error     ? mesh::Health::Failing
           : severity == policy::Severity::Warning ? mesh::Health::Degraded
                                                   : mesh::Health::Idle;
}

void ConfigModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    beginResetModel(); // marks are pictures of a theme
    endResetModel();
}

void ConfigModel::setRows(std::vector<ConfigRow> rows) {
    if (rows == m_rows) {
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    m_spaces.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_spaces.empty() || m_spaces.back().name != m_rows[i].ref.ns) {
            m_spaces.push_back({m_rows[i].ref.ns, i, 0, 0, 0});
        }
        Space& space = m_spaces.back();
        ++space.count;
        space.errors += m_rows[i].errors;
        space.warnings += m_rows[i].warnings;
    }
    endResetModel();
}

const ConfigRow* ConfigModel::row(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) {
        return nullptr;
    }
    const Space& space = m_spaces[index.internalId() - 1];
    return &m_rows[space.first + static_cast<std::size_t>(index.row())];
}

QModelIndex ConfigModel::indexOf(const mesh::ResourceRef& ref) const {
    for (std::size_t s = 0; s < m_spaces.size(); ++s) {
        for (std::size_t i = 0; m_spaces[s].name == ref.ns && i < m_spaces[s].count; ++i) {
            if (m_rows[m_spaces[s].first + i].ref == ref) {
                return createIndex(static_cast<int>(i), 0, static_cast<quintptr>(s + 1));
            }
        }
    }
    return {};
}

// The id of an object's index is its namespace's row and one; of a namespace's 0.
QModelIndex ConfigModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : 0);
}

QModelIndex ConfigModel::parent(const QModelIndex& index) const {
    return index.isValid() && index.internalId() != 0 ? createIndex(static_cast<int>(index.internalId() - 1), 0, quintptr(0)) : QModelIndex();
}

int ConfigModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) {
        return static_cast<int>(m_spaces.size());
    }
    return parent.internalId() == 0 && parent.column() == 0 ? static_cast<int>(m_spaces[static_cast<std::size_t>(parent.row())].count) : 0;
}

int ConfigModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QVariant ConfigModel::spaceData(const Space& space, int column, int role) const {
    if (role == Qt::DisplayRole) {
        if (column == NameColumn) {
            return space.name.empty() ? QStringLiteral("whole cluster") : safeText(space.name);
        }
        return findingsWords(space.errors, space.warnings, 0);
    }
    if (role == Qt::FontRole) {
        return m_theme->font(12, column == NameColumn ? 600 : 400);
    }
    if (role == Qt::ForegroundRole) {
        return column == NameColumn ? m_theme->text.primary : m_theme->text.tertiary;
    }
    return {};
}

QVariant ConfigModel::rowData(const ConfigRow& row, int column, int role) const {
    const QString findings = findingsWords(row.errors, row.warnings, row.infos);
    switch (role) {
    case Qt::DisplayRole:
        return column == NameColumn ? safeText(row.ref.kind + "  " + row.ref.name) + (row.edited ? QStringLiteral("  (edited)") : QString()) : findings;
    case Qt::DecorationRole: {
        if (column != FindingsColumn || findings.isEmpty()) {
            return {};
        }
        const policy::Severity worst = row.errors > 0 ? policy::Severity::Error : row.warnings > 0 ? policy::Severity::Warning : policy::Severity::Info;
        return markPixmap(*m_theme, healthOf(worst), 5.5, 2, m_theme->surface.panel);
    }
    case Qt::FontRole: return m_theme->font(12);
    case Qt::ForegroundRole: return column == NameColumn ? m_theme->text.primary : m_theme->text.secondary;
    case Qt::ToolTipRole: return plainToolTip(safeText(row.ref.display()) + (findings.isEmpty() ? QString() : QStringLiteral("\n") + findings));
    case Qt::AccessibleTextRole: return column == NameColumn ? QVariant(safeText(row.ref.display())) : QVariant(findings.isEmpty() ? QStringLiteral("no findings") : findings);
    case WordsRole: return safeText(row.ref.kind + " " + row.ref.ns + " " + row.ref.name);
    case FindingsRole: return row.errors + row.warnings + row.infos;
    default: return {};
    }
}

QVariant ConfigModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::SizeHintRole) {
        return QSize(0, 24); // a compact row (visual.md 4)
    }
    const ConfigRow* object = row(index);
    return object == nullptr ? spaceData(m_spaces[static_cast<std::size_t>(index.row())], index.column(), role)
                             : rowData(*object, index.column(), role);
}

QVariant ConfigModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == NameColumn ? QStringLiteral("Object") : QStringLiteral("Findings");
}

ConfigFilter::ConfigFilter(ConfigModel& model, QObject* parent)
    : QSortFilterProxyModel(parent) {
    setRecursiveFilteringEnabled(true);
    setSourceModel(&model);
}

void ConfigFilter::setWords(const QString& words) {
    QStringList split = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (split != m_words) {
        m_words = std::move(split);
        invalidateFilter();
    }
}

void ConfigFilter::setOnlyFindings(bool only) {
    if (only != m_onlyFindings) {
        m_onlyFindings = only;
        invalidateFilter();
    }
}

bool ConfigFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (!parent.isValid()) {
        return false; // a namespace is there for its objects
    }
    if (m_onlyFindings && index.data(ConfigModel::FindingsRole).toInt() == 0) {
        return false;
    }
    const QString text = index.data(ConfigModel::WordsRole).toString();
    return std::ranges::all_of(m_words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace meshdeck::views
