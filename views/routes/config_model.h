// The mesh's config as a tree: namespaces, and the objects in them with what the checks say of each.
#pragma once

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>

#include "common/theme.h"
#include "routes/policy_state.h"

namespace meshdeck::views {

// "1 error, 2 warnings"; empty when there is nothing.
[[nodiscard]] QString findingsWords(int errors, int warnings, int infos);

class ConfigModel final : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role { WordsRole = Qt::UserRole, FindingsRole }; // what a filter looks in; how many findings
    enum Column { NameColumn, FindingsColumn, ColumnCount };

    using QAbstractItemModel::QAbstractItemModel;
    void setTheme(const Theme& theme);
    // By namespace, kind and name. The same rows change nothing, so that selection and scroll position stay.
    void setRows(std::vector<ConfigRow> rows);
    [[nodiscard]] const ConfigRow* row(const QModelIndex& index) const; // null: a namespace
    [[nodiscard]] QModelIndex indexOf(const mesh::ResourceRef& ref) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Space {
        std::string name;
        std::size_t first = 0, count = 0; // in m_rows
        int errors = 0, warnings = 0;
    };
    [[nodiscard]] QVariant spaceData(const Space& space, int column, int role) const;
    [[nodiscard]] QVariant rowData(const ConfigRow& row, int column, int role) const;

    std::vector<ConfigRow> m_rows;
    std::vector<Space> m_spaces;
    const Theme* m_theme = &theme(ThemeKind::Dark);
};

// Words of the filter must all be in kind, namespace or name.
class ConfigFilter final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit ConfigFilter(ConfigModel& model, QObject* parent = nullptr);
    void setWords(const QString& words);
    void setOnlyFindings(bool only);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
    bool m_onlyFindings = false;
};

// The mark of a severity: failing, degraded or a quiet ring.
[[nodiscard]] mesh::Health healthOf(policy::Severity severity);

} // namespace meshdeck::views
