// The rows of a prediction as a table: what, now, after, change.
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "change/prediction.h"
#include "common/theme.h"

namespace meshdeck::views {

class PredictionModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    explicit PredictionModel(QObject* parent = nullptr);
    void setRows(std::vector<change::PredictedRow> rows);
    void setTheme(const Theme& theme);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<change::PredictedRow> m_rows;
    const Theme* m_theme;
};

} // namespace meshdeck::views
