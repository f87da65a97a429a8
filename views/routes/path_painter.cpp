#include "routes/path_painter.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainterPath>

#include "map/glyphs.h"
#include "map/map_painter.h"

namespace meshdeck::views {
namespace {

using policy::LadderRule;
using Reaches = PathPicture::Reaches;

// Of the mockup, at its width of 1552; x is scaled, y is not.
constexpr double kDesignWidth = 1552;
constexpr double kTop = 20, kRuleTop = 58, kRuleHeight = 62, kFootLine = 338.5;
constexpr double kEntry = 90; // where the request goes from the client's proxy to the first rule

class PathPainter {
public:
    PathPainter(QPainter& painter, const PathPicture& picture, const Theme& theme, double width)
        : m_painter(painter), m_picture(picture), m_theme(theme), m_f(width / kDesignWidth), m_width(width) {}

    void paint() {
        m_painter.fillRect(QRectF(0, 0, m_width, kPathHeight), m_theme.surface.canvas);
        if (!m_picture.message.isEmpty()) {
            paintMessage();
            return;
        }
        paintRegions();
        paintEntryEdges();
        paintLadder();
        for (std::size_t i = 0; i < m_picture.ends.size(); ++i) {
            paintEnd(i);
        }
        paintStop();
        paintFoot();
    }

private:
    [[nodiscard]] double x(double design) const { return design * m_f; }
    [[nodiscard]] QColor hair() const { return m_theme.line.hair; }

    void text(const QRectF& box, const QString& words, double size, const QColor& colour, int weight = 400,
              Qt::Alignment align = Qt::AlignLeft, bool mono = false, Qt::TextElideMode cut = Qt::ElideMiddle) {
        const QFont font = mono ? m_theme.monoFont(size) : m_theme.font(size, weight);
        m_painter.setFont(font);
        m_painter.setPen(colour);
        m_painter.drawText(box, static_cast<int>(align | Qt::AlignVCenter) | Qt::TextSingleLine,
                           QFontMetricsF(font).elidedText(words, cut, box.width()));
    }

    void box(const QRectF& r, const QColor& fill, const QColor& line, double radius, bool dashed = false) {
        QPen pen(line, 1 + m_theme.extraLine);
        if (dashed) {
            pen.setDashPattern({5, 3});
        }
        m_painter.setPen(pen);
        m_painter.setBrush(fill);
        m_painter.drawRoundedRect(r.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    }

    void region(const QRectF& r, const QString& title) {
        const NamespaceColours& colours = m_theme.namespaces.front();
        box(r, colours.fill, colours.line, 6);
        text({r.left() + 12, r.top() + 6, r.width() - 24, 20}, title, 11, m_theme.text.tertiary, 500);
    }

    void proxy(const QRectF& r, const PathProxy& what) {
        box(r, m_theme.surface.panel, m_theme.line.edge, 4);
        text({r.left() + 12, r.top() + 6, r.width() - 24, 20}, what.title, 12.5, m_theme.text.primary, 600);
        double y = r.top() + 28;
        for (const PathLine& line : what.lines) {
            if (y + 15 > r.bottom() - 2) {
                break;
            }
            text({r.left() + 12, y, r.width() - 20, 16}, line.text, 11, toneColour(line.tone, m_theme), 400, Qt::AlignLeft, line.mono);
            y += 17;
        }
    }

    void card(const QRectF& r, const PathCard& what) {
        SceneNode node;
        node.name = what.name;
        node.figures = what.sub;
        node.glyph = what.glyph;
        node.health = what.health;
        node.errorShare = what.errorShare;
        node.version = what.version;
        node.dashed = what.dashed;
        node.rect = r;
        paintNode(m_painter, Scene{}, node, m_theme, DetailLevel::Near);
    }

    void shaft(const QPainterPath& path, double width, const QColor& colour, Qt::PenStyle style = Qt::SolidLine) {
        QPen pen(colour, width + m_theme.extraLine, style, Qt::FlatCap, Qt::RoundJoin);
        if (style == Qt::DashLine) {
            pen.setDashPattern({7 / width, 4 / width});
        }
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawPath(path);
    }

    void arrow(QPointF from, QPointF to, double width) {
        const QColor colour = m_theme.of(mesh::Protocol::Http);
        QPainterPath path(from);
        path.lineTo(to - QPointF((4.2 + width * 0.75) * 1.3, 0));
        shaft(path, width, colour);
        paintHead(m_painter, mesh::Protocol::Http, to, {1, 0}, width, colour);
    }

    void paintMessage() {
        m_painter.setFont(m_theme.font(13));
        m_painter.setPen(m_theme.text.secondary);
        m_painter.drawText(QRectF(m_width * 0.2, 0, m_width * 0.6, kPathHeight), Qt::AlignCenter | Qt::TextWordWrap, m_picture.message);
    }

    void paintRegions() {
        region({x(24), kTop, x(424), 306}, m_picture.region);
        card({x(36), 150, x(136), 46}, m_picture.source);
        proxy({x(212), 54, x(222), 222}, m_picture.client);
        arrow({x(172), 173}, {x(212), 173}, 2.5);
    }

    [[nodiscard]] double ruleMiddle(std::size_t i) const { return kRuleTop + kRuleHeight * static_cast<double>(i) + 31; }
    [[nodiscard]] std::optional<std::size_t> matchedRule() const {
        for (std::size_t i = 0; i < m_picture.rules.size(); ++i) {
            if (m_picture.rules[i].state == LadderRule::State::Matches) {
                return i;
            }
        }
        return std::nullopt;
    }
    // Where the request leaves the ladder.
    [[nodiscard]] double leaves() const {
        const auto matched = matchedRule();
        return matched ? ruleMiddle(*matched) - 5 : kEntry;
    }

    void paintEntryEdges() {
        if (m_picture.reaches != Reaches::Listener) {
            arrow({x(434), kEntry}, {x(496), kEntry}, 3.6);
        }
    }

    void paintLadder() {
        if (m_picture.reaches == Reaches::Listener) {
            return;
        }
        const std::size_t count = m_picture.rules.size();
        if (count == 0) {
            paintNoRules();
            return;
        }
        const QRectF whole(x(496), kTop, x(284), count >= kMostRules ? 306 : 40 + kRuleHeight * static_cast<double>(count));
        box(whole, m_theme.surface.panel, m_theme.line.edge, 4);
        const QFontMetricsF small(m_theme.font(11));
        const double note = small.horizontalAdvance(m_picture.ladderNote) + 8;
        text({whole.left() + 14, kTop + 8, whole.width() - 34 - note, 20}, m_picture.ladder, 12.5, m_theme.text.primary, 600);
        text({whole.right() - 12 - note, kTop + 8, note, 20}, m_picture.ladderNote, 11, m_theme.text.tertiary, 400, Qt::AlignRight);
        for (std::size_t i = 0; i < count; ++i) {
            paintRule(i, whole);
        }
        paintClimb();
    }

    void paintNoRules() {
        const QRectF r(x(496), kTop + 22, x(284), 96);
        box(r, m_theme.surface.panel, m_theme.line.edge, 4, true);
        text({r.left() + 14, r.top() + 14, r.width() - 28, 18}, QStringLiteral("No written rule has a say"), 12.5, m_theme.text.primary, 600);
        text({r.left() + 14, r.top() + 38, r.width() - 28, 16},
             m_picture.viaProxy ? QStringLiteral("the route is the service's own,") : QStringLiteral("no proxy on this side"), 11, m_theme.text.secondary);
        text({r.left() + 14, r.top() + 55, r.width() - 28, 16},
             m_picture.viaProxy ? QStringLiteral("to all of its endpoints") : QStringLiteral("looks at VirtualServices"), 11, m_theme.text.secondary);
    }

    void paintRule(std::size_t i, const QRectF& whole) {
        const PathRule& rule = m_picture.rules[i];
        const double y = kRuleTop + kRuleHeight * static_cast<double>(i);
        const bool matches = rule.state == LadderRule::State::Matches;
        const bool off = rule.state == LadderRule::State::NotReached;
        const QRectF row(whole.left() + 1, y, whole.width() - 2, kRuleHeight - (i + 1 == m_picture.rules.size() ? 2 : 0));
        if (matches) {
            m_painter.fillRect(row, m_theme.accent.tint);
            m_painter.fillRect(QRectF(row.left() - 1, row.top(), 3, row.height()), m_theme.accent.base);
        } else {
            m_painter.setPen(QPen(hair(), 1));
            m_painter.drawLine(QPointF(row.left(), y + 0.5), QPointF(row.right(), y + 0.5));
        }
        const QColor ink = off ? m_theme.text.tertiary : m_theme.text.primary;
        const QFontMetricsF small(m_theme.font(11, matches ? 600 : 400));
        const double to = std::min(small.horizontalAdvance(rule.leadsTo) + 6, row.width() * 0.4);
        text({row.left() + 48, y + 10, row.width() - 66 - to, 18}, QStringLiteral("%1  %2").arg(rule.number).arg(rule.name), 12, ink, 600);
        text({row.right() - 12 - to, y + 10, to, 18}, rule.leadsTo, 11, matches ? m_theme.text.primary : m_theme.text.tertiary, matches ? 600 : 400, Qt::AlignRight);
        text({row.left() + 48, y + 29, row.width() - 60, 18}, rule.text, 11, off ? m_theme.text.tertiary : m_theme.text.secondary, 400, Qt::AlignLeft, false, Qt::ElideRight);
    }

    // The request climbs down until a rule takes it.
    void paintClimb() {
        const auto matched = matchedRule();
        const std::size_t last = matched.value_or(m_picture.rules.size() - 1);
        const double column = x(496) + 26;
        QPainterPath path({x(496), kEntry});
        path.lineTo(column, kEntry);
        path.lineTo(column, ruleMiddle(last));
        shaft(path, 3, m_theme.of(mesh::Protocol::Http));
        for (std::size_t i = 0; i < m_picture.rules.size(); ++i) {
            const QPointF at(column, ruleMiddle(i));
            switch (m_picture.rules[i].state) {
            case LadderRule::State::Matches: paintMark(m_painter, m_theme, mesh::Health::Healthy, at, 8, m_theme.surface.panel); break;
            case LadderRule::State::DoesNotMatch:
                m_painter.setPen(QPen(m_theme.text.tertiary, 1.5));
                m_painter.setBrush(m_theme.surface.panel);
                m_painter.drawEllipse(at, 8, 8);
                m_painter.drawLine(at + QPointF(-4, 4), at + QPointF(4, -4));
                break;
            case LadderRule::State::NotReached: {
                QPen dots(m_theme.text.disabled, 1.5);
                dots.setDashPattern({1.4, 1.4});
                m_painter.setPen(dots);
                m_painter.setBrush(Qt::NoBrush);
                m_painter.drawEllipse(at, 6, 6);
                break;
            }
            }
        }
    }

    [[nodiscard]] QRectF endRegion(std::size_t i) const {
        const std::size_t count = m_picture.ends.size();
        const double height = count >= 3 ? 96 : 140;
        double top = count == 1 ? std::clamp(leaves() - 70, kTop, 186.0) : kTop;
        top += static_cast<double>(i) * (count >= 3 ? 105 : 166);
        return {x(1092), top, x(436), height};
    }

    void paintEnd(std::size_t i) {
        const PathEnd& end = m_picture.ends[i];
        const QRectF whole = endRegion(i);
        region(whole, end.region);
        const bool low = whole.height() < 100;
        const QRectF server(x(1108), whole.top() + (low ? 26 : 42), x(196), low ? 62 : 70);
        proxy(server, end.proxy);
        card({x(1366), server.center().y() - 23, x(148), 46}, end.card);
        paintWay(i, end, server);
        if (!end.refused) {
            arrow({x(1304), server.center().y()}, {x(1366), server.center().y()}, 2.2);
        }
    }

    // From the rule to the server's proxy, with what it is called and whether it is encrypted.
    void paintWay(std::size_t i, const PathEnd& end, const QRectF& server) {
        const double width = 1.4 + 4.2 * end.percent / 100;
        const double y = server.center().y();
        const double spread = (static_cast<double>(i) - static_cast<double>(m_picture.ends.size() - 1) / 2) * 10;
        const QPointF from(x(780), leaves() + spread);
        const double bend = x(858);
        const bool plain = end.encrypted && !*end.encrypted;
        const QColor colour = end.refused ? m_theme.security.denied : plain ? m_theme.security.plaintext : m_theme.of(mesh::Protocol::Http);
        QPainterPath path(from);
        const double half = (bend - from.x()) * 0.5;
        path.cubicTo({from.x() + half, from.y()}, {bend - half, y}, {bend, y});
        path.lineTo(server.left() - (end.refused ? 14 : (4.2 + width * 0.75) * 1.3), y);
        if (end.refused) {
            shaft(path, 5, colour);
            shaft(path, 2.4, m_theme.surface.canvas);
            paintNoEntry(m_painter, m_theme, {server.left() - 9, y}, m_theme.surface.canvas);
        } else {
            shaft(path, width, colour, plain ? Qt::DashLine : Qt::SolidLine);
            paintHead(m_painter, mesh::Protocol::Http, {server.left(), y}, {1, 0}, width, colour);
        }
        paintPill(end, y);
        const bool below = i + 1 == m_picture.ends.size() && i > 0;
        text({x(862), below ? y + 14 : y - 31, x(218), 16}, end.origin, 11, m_theme.text.tertiary, 400, Qt::AlignHCenter);
    }

    void paintPill(const PathEnd& end, double y) {
        const QFont bold = m_theme.font(11, 600);
        const QFont normal = m_theme.font(11, 500);
        const double lock = end.encrypted ? 14 : 0;
        const double share = end.share.isEmpty() ? 0 : QFontMetricsF(bold).horizontalAdvance(end.share) + 7;
        const double room = x(226) - 12 - lock - share;
        const QString name = QFontMetricsF(normal).elidedText(end.cluster, Qt::ElideMiddle, room);
        const double width = lock + share + QFontMetricsF(normal).horizontalAdvance(name) + 10;
        const QRectF pill(x(971) - width / 2, y - 9, width, 18);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_theme.surface.canvas);
        m_painter.drawRoundedRect(pill, 3, 3);
        double at = pill.left() + 5;
        if (end.encrypted) {
            paintLock(m_painter, {at + 4.5, y + 0.5}, !*end.encrypted, *end.encrypted ? m_theme.security.mtls : m_theme.security.plaintext);
            at += lock;
        }
        text({at, pill.top(), share, 18}, end.share, 11, m_theme.text.primary, 600);
        text({at + share, pill.top(), room + 2, 18}, name, 11, m_theme.text.secondary, 500);
    }

    void paintStop() {
        if (!m_picture.more.isEmpty()) {
            text({x(1092), 322, x(436), 16}, m_picture.more, 11, m_theme.text.tertiary, 400, Qt::AlignRight);
        }
        if (m_picture.stop.isEmpty()) {
            return;
        }
        const bool early = m_picture.reaches == Reaches::Listener;
        const QPointF from = early ? QPointF(x(434), kEntry) : QPointF(x(780), leaves());
        const QPointF to = from + QPointF(x(56), 0);
        const QColor colour = m_picture.stopIsBad ? m_theme.security.denied : m_theme.of(mesh::Protocol::Http);
        QPainterPath path(from);
        path.lineTo(to - QPointF(8, 0));
        if (m_picture.stopIsBad) {
            shaft(path, 5, colour);
            shaft(path, 2.4, m_theme.surface.canvas);
            paintNoEntry(m_painter, m_theme, to, m_theme.surface.canvas);
        } else {
            shaft(path, 3, colour);
            paintHead(m_painter, mesh::Protocol::Http, to, {1, 0}, 3, colour);
        }
        m_painter.setFont(m_theme.font(12.5, 600));
        m_painter.setPen(m_theme.text.primary);
        m_painter.drawText(QRectF(to.x() + 16, to.y() - 40, x(360), 80), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_picture.stop);
    }

    void paintFoot() {
        m_painter.setPen(QPen(hair(), 1));
        m_painter.drawLine(QPointF(x(24), kFootLine), QPointF(x(1528), kFootLine));
        static constexpr std::pair<double, const char*> kStages[] = {{36, "1 request"},           {212, "2 listener and host"},
                                                                    {496, "3 rule"},              {872, "4 cluster and mTLS"},
                                                                    {1108, "5 admission"},        {1366, "6 answer"}};
        for (const auto& [at, name] : kStages) {
            text({x(at), 344, x(170), 18}, QString::fromLatin1(name), 11, m_theme.text.tertiary, 500);
        }
    }

    QPainter& m_painter;
    const PathPicture& m_picture;
    const Theme& m_theme;
    double m_f;
    double m_width;
};

} // namespace

void paintPath(QPainter& painter, const PathPicture& picture, const Theme& theme, double width) {
    PathPainter(painter, picture, theme, width).paint();
}

QRectF pathRuleRect(const PathPicture& picture, std::size_t rule, double width) {
    if (rule >= picture.rules.size()) {
        return {};
    }
    const double f = width / kDesignWidth;
    return {496 * f, kRuleTop + kRuleHeight * static_cast<double>(rule), 284 * f, kRuleHeight};
}

} // namespace meshdeck::views
