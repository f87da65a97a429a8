// What the checks say, worst first: severity, code, object, message with field and fix.
#pragma once

#include <QAbstractTableModel>

#include "common/theme.h"
#include "routes/policy_state.h"

namespace meshdeck::views {

class FindingsModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { CodeColumn, ObjectColumn, MessageColumn, FieldColumn, FixColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setTheme(const Theme& theme);
    void setRows(std::vector<FindingRow> rows); // the same rows change nothing
    [[nodiscard]] const FindingRow& row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const FindingRow& row, int column) const;
    std::vector<FindingRow> m_rows;
    const Theme* m_theme = &theme(ThemeKind::Dark);
};

} // namespace meshdeck::views
