// The rules a request was held against as a list: one row a rule, its conditions ticked, crossed or not looked at.
#pragma once

#include <vector>

#include <QAbstractListModel>
#include <QStyledItemDelegate>

#include "common/theme.h"
#include "policy/rule_ladder.h"

namespace meshdeck::views {

class RulesModel final : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;
    // All ladders below each other; the last one decided.
    void setLadders(std::vector<policy::RuleLadder> ladders);
    // A rule with the object it is in; `first` when a ladder begins with it and there are several.
    struct Row {
        const policy::LadderRule* rule = nullptr;
        int number = 0;
        QString heading; // of a further ladder
        std::size_t ladder = 0;
    };
    [[nodiscard]] const Row& row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const std::vector<policy::RuleLadder>& ladders() const { return m_ladders; }
    // -1: none matched.
    [[nodiscard]] int matchedRow() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<policy::RuleLadder> m_ladders;
    std::vector<Row> m_rows;
};

// Paints a row of the model as in mockup d.
class RulesDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setTheme(const Theme& theme) { m_theme = &theme; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const Theme* m_theme = &theme(ThemeKind::Dark);
};

// "The request has curl/8.5.0; the expression must match the whole value.": why a rule did not take it; empty when it did.
[[nodiscard]] QString rejectionSentence(const policy::LadderRule& rule);

} // namespace meshdeck::views
