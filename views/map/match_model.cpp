#include "map/match_model.h"

#include <algorithm>

#include <QPainter>

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

QString nameOf(const mesh::Node& node) {
    const std::string& own = !node.app.empty() ? node.app : !node.workload.empty() ? node.workload : node.service;
    const QString name = safeText(own.empty() ? displayName(node) : own);
    return node.ns.empty() || node.ns == "unknown" ? name : safeText(node.ns) + QStringLiteral(" / ") + name;
}

QString detailOf(const mesh::Node& node) {
    QString detail = node.kind == mesh::NodeKind::ServiceEntry ? QStringLiteral("ServiceEntry")
                     : node.kind == mesh::NodeKind::Service    ? QStringLiteral("service")
                     : node.kind == mesh::NodeKind::Aggregate  ? QStringLiteral("operation")
                                                               : safeText(node.version);
    if (!node.reason.empty()) {
        detail += (detail.isEmpty() ? QString() : QStringLiteral(", ")) + safeText(node.reason);
    }
    return detail;
}

QString errorsText(const std::optional<double>& share) {
    return share ? shareText(*share) : QString();
}

MatchRow edgeRow(const mesh::Graph& graph, const traffic::FoundEdge& found) {
    const mesh::Edge& edge = graph.edges[found.edge];
    const bool tcp = edge.protocol == mesh::Protocol::Tcp;
    MatchRow row;
    row.id = edge.id;
    row.isEdge = true;
    row.name = safeText(displayName(graph.nodes[edge.source])) + QStringLiteral(" → ") + safeText(displayName(graph.nodes[edge.target]));
    row.detail = protocolWord(edge.protocol);
    if (edge.denied()) {
        row.detail += QStringLiteral(", denied");
    } else if (edge.mtls && edge.mtls->value < 99.99) {
        row.detail += edge.mtls->value <= 0 ? QStringLiteral(", plaintext") : QStringLiteral(", %1 mTLS").arg(shareText(edge.mtls->value / 100));
    }
    if (edge.latency.p95) {
        row.detail += QStringLiteral(", p95 %1 ms").arg(numberText(edge.latency.p95->value));
    }
    row.errors = errorsText(found.errorShare);
    row.rate = found.rate <= 0 ? QString() : tcp ? numberText(found.rate / 1024) + QStringLiteral(" KiB/s") : numberText(found.rate);
    row.health = edge.health;
    return row;
}

} // namespace

std::vector<MatchRow> matchRows(const mesh::Graph& graph, const traffic::FindMatches& matches) {
    std::vector<MatchRow> rows;
    const auto nodes = traffic::foundNodes(graph, matches);
    for (std::size_t i = 0; i < std::min(nodes.size(), kMostMatchRows); ++i) {
        const mesh::Node& node = graph.nodes[nodes[i].node];
        rows.push_back({node.id, false, nameOf(node), detailOf(node), errorsText(nodes[i].errorShare),
                        nodes[i].requestsPerSecond > 0 ? numberText(nodes[i].requestsPerSecond) : QString(), node.health});
    }
    const auto edges = traffic::foundEdges(graph, matches);
    for (std::size_t i = 0; i < edges.size() && rows.size() < kMostMatchRows; ++i) {
        rows.push_back(edgeRow(graph, edges[i]));
    }
    return rows;
}

void MatchModel::setRows(std::vector<MatchRow> rows) {
    if (rows == m_rows) {
        return;
    }
    const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                                 [](const MatchRow& a, const MatchRow& b) { return a.id == b.id; });
    if (same) { // new figures: the list stays where it is under the pointer
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int MatchModel::rowOf(const std::vector<std::string>& ids) const {
    const auto row = std::find_if(m_rows.begin(), m_rows.end(), [&](const MatchRow& r) { return std::find(ids.begin(), ids.end(), r.id) != ids.end(); });
    return row == m_rows.end() ? -1 : static_cast<int>(row - m_rows.begin());
}

int MatchModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant MatchModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const MatchRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) {
        return row.name;
    }
    if (role == Qt::AccessibleTextRole) { // what a screen reader says of the row
        QString words = row.name + QStringLiteral(", ") + healthWord(row.health);
        words += row.detail.isEmpty() ? QString() : QStringLiteral(", ") + row.detail;
        words += row.errors.isEmpty() ? QString() : QStringLiteral(", %1 fail").arg(row.errors);
        return row.rate.isEmpty() ? words : words + QStringLiteral(", %1 a second").arg(row.rate);
    }
    return {};
}

MatchDelegate::MatchDelegate(const MatchModel& model, const Theme* const& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
    , m_theme(theme) {}

QSize MatchDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {300, 38};
}

void MatchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const MatchRow& row = m_model.rows()[static_cast<std::size_t>(index.row())];
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const QColor ground = chosen ? m_theme->selectionFill : m_theme->surface.panel;
    const QRectF r = option.rect;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(r, ground);
    painter->fillRect(QRectF(r.left() + 16, r.bottom() - 0.5, r.width() - 32, 1), m_theme->line.hair);
    paintMark(*painter, *m_theme, row.health, {r.left() + 22, r.center().y()}, 5.5, ground);
    constexpr double kRate = 62, kErrors = 58;
    const QRectF words(r.left() + 36, r.top() + 3, r.width() - 36 - 16 - kRate - kErrors - 6, r.height() - 6);
    const auto text = [&](const QRectF& at, double pixels, int weight, const QColor& colour, Qt::Alignment align, Qt::TextElideMode elide, const QString& what) {
        painter->setFont(m_theme->font(pixels, weight));
        painter->setPen(colour);
        painter->drawText(at, static_cast<int>(align) | Qt::TextSingleLine, QFontMetricsF(painter->font()).elidedText(what, elide, at.width()));
    };
    const bool two = !row.detail.isEmpty();
    text(two ? words.adjusted(0, 0, 0, -words.height() / 2) : words, 12.5, 500, m_theme->text.primary, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle, row.name);
    if (two) {
        text(words.adjusted(0, words.height() / 2, 0, 0), 11, 400, m_theme->text.tertiary, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideRight, row.detail);
    }
    const bool ill = row.health == mesh::Health::Failing || row.health == mesh::Health::Degraded;
    const QRectF figures(r.right() - 16 - kRate - kErrors, r.top(), kErrors, r.height());
    text(figures, 12.5, ill ? 600 : 400, ill ? m_theme->textOf(row.health) : m_theme->text.secondary, Qt::AlignRight | Qt::AlignVCenter, Qt::ElideLeft, row.errors);
    text(figures.translated(kErrors, 0).adjusted(0, 0, kRate - kErrors, 0), 12.5, 400, m_theme->text.secondary, Qt::AlignRight | Qt::AlignVCenter, Qt::ElideLeft, row.rate);
}

} // namespace meshdeck::views
