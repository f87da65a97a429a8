// What is in effect for a client and a service: every value with the object and level it comes from, and what it hides.
#pragma once

#include <QAbstractTableModel>
#include <QWidget>

#include "common/theme.h"
#include "routes/policy_state.h"

class QComboBox;
class QLineEdit;
class QStringListModel;
class QTableView;

namespace meshdeck::views {

class SafeLabel;

class EffectiveModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { GroupColumn, NameColumn, ValueColumn, LevelColumn, OriginColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setTheme(const Theme& theme);
    // Values first, then what is hidden, then warnings.
    void setAnswer(const EffectiveAnswer& answer);
    struct Row {
        EffectiveRow value;
        enum class Kind { Value, Hidden, Warning } kind = Kind::Value;
        bool operator==(const Row&) const = default;
    };
    [[nodiscard]] const Row& row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Row> m_rows;
    const Theme* m_theme = &theme(ThemeKind::Dark);
};

class EffectiveView final : public QWidget {
    Q_OBJECT

public:
    explicit EffectiveView(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setState(const PolicyState& state);
    void setQuery(const EffectiveQuery& query);
    [[nodiscard]] EffectiveQuery query() const;
    void setAnswer(const EffectiveAnswer& answer);
    [[nodiscard]] EffectiveModel& model() { return *m_model; }
    [[nodiscard]] QTableView& table() { return *m_table; }
    void focusFirst();

Q_SIGNALS:
    void asked(const meshdeck::views::EffectiveQuery& query);
    void objectChosen(const meshdeck::mesh::ResourceRef& ref, const std::string& pointer);

private:
    QWidget* makeForm();
    void ask();

    EffectiveModel* m_model;
    QTableView* m_table;
    QComboBox* m_from = nullptr;
    QComboBox* m_service = nullptr;
    QLineEdit* m_subset = nullptr;
    SafeLabel* m_note;
    QStringListModel* m_senders;
    QStringListModel* m_services;
};

} // namespace meshdeck::views
