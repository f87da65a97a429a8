#include <QFontMetricsF>

#include "map/glyphs.h"
#include "map/map_painter.h"

namespace meshdeck::views {
namespace {

constexpr int kMostBadges = 3;

struct CardColours {
    QColor fill, outline, name, figures;
    double outlineWidth = 1;
};

CardColours coloursOf(const SceneNode& node, const Theme& theme) {
    const bool ill = node.health == mesh::Health::Failing || node.health == mesh::Health::Degraded;
    CardColours c{theme.surface.panel, theme.line.edge, theme.text.primary, toneColour(node.figuresTone, theme), 1};
    if (ill) {
        c.fill = theme.tintOf(node.health);
        c.outline = theme.of(node.health);
        c.outlineWidth = 1.5;
    }
    if (node.edited) {
        c.outline = theme.change.changed;
        c.outlineWidth = 1.5;
    }
    c.outlineWidth += theme.extraLine;
    if (node.dead) {
        c.name = theme.text.tertiary;
    }
    if (node.faded) {
        const auto fade = [&](QColor& colour) { colour = mixed(colour, theme.surface.canvas, 0.5); };
        fade(c.fill);
        fade(c.outline);
        fade(c.name);
        fade(c.figures);
    }
    return c;
}

void paintTexts(QPainter& painter, const SceneNode& node, const Theme& theme, const CardColours& colours, double left,
                DetailLevel level, double scale) {
    const QRectF r = node.rect;
    const bool near = level == DetailLevel::Near && !node.figures.isEmpty();
    const double width = r.right() - left - 7;
    constexpr double kLeast = 9.5; // px on the screen: no text under 9
    const double enough = kLeast / scale;
    QFont name = theme.font(std::max(12.5, enough), 600);
    for (const double smaller : {11.5, 10.5}) {
        if (smaller < enough) {
            break;
        } // a whole name in smaller letters says more than a cut one
        // a whole name in smaller letters says more than a cut one
        if (QFontMetricsF(name).horizontalAdvance(node.name) > width) {
            name = theme.font(smaller, 600);
        }
    }
    name.setStrikeOut(node.dead);
    painter.setFont(name);
    painter.setPen(colours.name);
    // From afar the name alone uses the card's height, so that it stays legible.
    const QRectF row(left, near ? r.top() + 6 : r.top(), width, near ? 18 : r.height());
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(name).elidedText(node.name, Qt::ElideMiddle, width));
    if (near) {
        painter.setFont(theme.font(11));
        painter.setPen(colours.figures);
        painter.drawText(QRectF(left, r.top() + 24, width, 16), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         QFontMetricsF(painter.font()).elidedText(node.figures, Qt::ElideRight, width));
    }
}

void paintBadges(QPainter& painter, const SceneNode& node, const Theme& theme) {
    double x = node.rect.right() - 14;
    const double y = node.rect.bottom() + 1;
    const int shown = static_cast<int>(node.badges.size()) > kMostBadges ? kMostBadges - 1
                                                                          : static_cast<int>(node.badges.size());
    if (shown < static_cast<int>(node.badges.size())) {
        painter.setPen(theme.line.edge);
        painter.setBrush(theme.surface.panel);
        const QRectF box(x - 8, y - 7.5, 16, 15);
        painter.drawRoundedRect(box, 3, 3);
        painter.setFont(theme.font(9, 500));
        painter.setPen(theme.text.secondary);
        painter.drawText(box, Qt::AlignCenter, QStringLiteral("+%1").arg(static_cast<int>(node.badges.size()) - shown));
        x -= 19;
    }
    for (int i = 0; i < shown; ++i) {
        paintBadge(painter, theme, node.badges[static_cast<std::size_t>(i)], {x, y});
        x -= 19;
    }
}

void paintBelow(QPainter& painter, const SceneNode& node, const Theme& theme) {
    double y = node.rect.bottom() + 4;
    for (const TextPart& part : node.below) {
        painter.setFont(theme.font(11, part.strong ? 600 : 400));
        painter.setPen(toneColour(part.tone, theme));
        painter.drawText(QRectF(node.rect.left() - 40, y, node.rect.width() + 40, 15), Qt::AlignRight | Qt::AlignVCenter,
                         part.text);
        y += 15;
    }
}

} // namespace

void paintNode(QPainter& painter, const Scene&, const SceneNode& node, const Theme& theme, DetailLevel level, double scale) {
    if (node.group) {
        paintGroup(painter, node, theme, scale);
        return;
    }
    const QRectF r = node.rect.adjusted(0.5, 0.5, -0.5, -0.5);
    const CardColours colours = coloursOf(node, theme);
    QPen outline(colours.outline, colours.outlineWidth);
    if (node.dashed) {
        outline.setDashPattern({5 / colours.outlineWidth, 3 / colours.outlineWidth});
    }
    painter.setPen(outline);
    painter.setBrush(colours.fill);
    painter.drawRoundedRect(r, 4, 4);
    double ring = r.left() + 20.5;
    if (node.version >= 0) {
        QColor bar = theme.versionColour(node.version);
        if (node.faded) {
            bar = mixed(bar, theme.surface.canvas, 0.5);
        }
        painter.fillRect(QRectF(r.left(), r.top() + 4, 4, r.height() - 8), bar);
        ring += 3;
    }
    const QPointF centre(ring, r.center().y());
    if (node.faded) {
        painter.setOpacity(0.5);
    }
    paintRing(painter, theme, node.health, node.errorShare, node.glyph, centre, 11, colours.fill);
    painter.setOpacity(1);
    if (node.dead) {
        painter.setPen(QPen(theme.text.tertiary, 1.5));
        painter.drawLine(centre + QPointF(-8, 8), centre + QPointF(8, -8));
    }
    paintTexts(painter, node, theme, colours, ring + 18, level, scale);
    if (node.health == mesh::Health::Failing || node.health == mesh::Health::Degraded) {
        paintMark(painter, theme, node.health, r.topRight() + QPointF(-1.5, 1.5), 6.5, theme.surface.panel);
    }
    if (level == DetailLevel::Near) {
        paintBadges(painter, node, theme);
    }
    paintBelow(painter, node, theme);
}

} // namespace meshdeck::views
