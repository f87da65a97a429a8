// The card of a closed group, at any scale: its letters keep their size on the screen where the card gets small.
#include <algorithm>

#include <QFontMetricsF>

#include "map/glyphs.h"
#include "map/map_painter.h"

namespace meshdeck::views {
namespace {

constexpr double kPadding = 10;
constexpr double kBar = 6;

QString countOf(const SceneNode& node) {
    const std::size_t count = node.group->workloads;
    return node.group->kind == traffic::GroupKind::Cluster ? QStringLiteral("%1 in %2 ns").arg(count).arg(node.group->namespaces)
                                                           : QString::number(count);
}

// How many are how well: what is wrong is seen even where it is one of hundreds.
void paintHealthBar(QPainter& painter, const SceneNode& node, const Theme& theme, const QRectF& bar, double least) {
    std::size_t total = 0;
    for (const std::size_t count : node.group->health) {
        total += count;
    }
    static constexpr mesh::Health kOrder[] = {mesh::Health::Healthy, mesh::Health::Degraded, mesh::Health::Failing,
                                              mesh::Health::Idle, mesh::Health::Unknown};
    double wanted = 0;
    const auto share = [&](mesh::Health health) {
        const auto count = static_cast<double>(node.group->health[static_cast<std::size_t>(health)]);
        return count > 0 ? std::max(least, bar.width() * count / static_cast<double>(std::max<std::size_t>(total, 1))) : 0;
    };
    for (const mesh::Health health : kOrder) {
        wanted += share(health);
    }
    double x = bar.left();
    for (const mesh::Health health : kOrder) {
        const double width = wanted > 0 ? share(health) * bar.width() / wanted : 0;
        if (width > 0) {
            // Calm by default: what is well stays pale, so that a sliver of red is found.
            const QColor colour = health == mesh::Health::Healthy ? mixed(theme.of(health), theme.surface.panel, 0.6) : theme.of(health);
            painter.fillRect(QRectF(x, bar.top(), std::max(0.5, width - 1), bar.height()), node.faded ? mixed(colour, theme.surface.canvas, 0.5) : colour);
            x += width;
        }
    }
}

} // namespace

void paintGroup(QPainter& painter, const SceneNode& node, const Theme& theme, double scale) {
    const QRectF card = node.rect.adjusted(0.5, 0.5, -0.5, -0.5);
    QPen outline(theme.line.edge, 1 + theme.extraLine);
    if (node.dashed) {
        outline.setDashPattern({5, 3});
    }
    painter.setPen(outline);
    painter.setBrush(theme.surface.panel);
    painter.drawRoundedRect(card, 5, 5);
    const double pixels = std::max(13.0, 11 / scale), small = std::max(11.5, 9.5 / scale);
    const QRectF inner = card.adjusted(kPadding, 0, -kPadding, 0);
    const bool twoRows = pixels * 1.3 + small * 1.3 + kBar + 16 <= card.height();
    const bool ill = node.health == mesh::Health::Failing || node.health == mesh::Health::Degraded;
    const double mark = ill ? std::max(6.0, 5 / scale) : 0;
    double y = card.top() + (twoRows ? 7 : std::max(2.0, (card.height() - pixels * 1.3 - kBar - 6) / 2));
    painter.setFont(theme.font(pixels, 600));
    painter.setPen(theme.text.primary);
    const QRectF name(inner.left(), y, inner.width() - 2.4 * mark, pixels * 1.3);
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(painter.font()).elidedText(node.name, Qt::ElideMiddle, name.width()));
    if (ill) {
        paintMark(painter, theme, node.health, QPointF(inner.right() - mark, name.center().y()), mark, theme.surface.panel);
    }
    y = name.bottom() + 1;
    if (twoRows) {
        painter.setFont(theme.font(small));
        const QRectF row(inner.left(), y, inner.width(), small * 1.3);
        const QFontMetricsF metrics(painter.font());
        painter.setPen(theme.text.secondary);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, countOf(node));
        painter.setPen(toneColour(node.figuresTone, theme));
        const double room = row.width() - metrics.horizontalAdvance(countOf(node)) - 8;
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(node.figures, Qt::ElideRight, room));
        y = row.bottom();
    }
    const double height = std::max(kBar, 3 / scale);
    paintHealthBar(painter, node, theme, QRectF(inner.left(), card.bottom() - 8 - height, inner.width(), height), std::max(3.0, 2 / scale));
}

} // namespace meshdeck::views
