// Rows of the found, as a list model with a delegate that paints them (mockup g).
#pragma once

#include <string>
#include <vector>

#include <QAbstractListModel>
#include <QStyledItemDelegate>

#include "common/theme.h"
#include "traffic/find/listing.h"

namespace meshdeck::views {

struct MatchRow {
    std::string id; // of the graph node or edge
    bool isEdge = false;
    QString name;   // "payments / card", "web → card"
    QString detail; // "v4", "ServiceEntry", "gRPC"
    QString errors; // "10.5 %"; empty: takes no requests
    QString rate;   // "790"
    mesh::Health health = mesh::Health::Unknown;
    bool operator==(const MatchRow&) const = default;
};

// At most kMostMatchRows; the worst.
inline constexpr std::size_t kMostMatchRows = 500;
[[nodiscard]] std::vector<MatchRow> matchRows(const mesh::Graph& graph, const traffic::FindMatches& matches);

class MatchModel final : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;
    void setRows(std::vector<MatchRow> rows);
    [[nodiscard]] const std::vector<MatchRow>& rows() const { return m_rows; }
    [[nodiscard]] int rowOf(const std::vector<std::string>& ids) const; // the first of them; -1: none

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<MatchRow> m_rows;
};

class MatchDelegate final : public QStyledItemDelegate {
public:
    MatchDelegate(const MatchModel& model, const Theme* const& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const MatchModel& m_model;
    const Theme* const& m_theme;
};

} // namespace meshdeck::views
