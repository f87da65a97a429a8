#include "map/legend.h"

#include <algorithm>
#include <functional>
#include <set>

#include <QFontMetricsF>

#include "map/curve.h"
#include "map/glyphs.h"
#include "map/map_painter.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

constexpr double kRow = 24, kAround = 10, kGap = 6, kBetween = 18, kLine = 28;

struct Inks {
    QPainter& painter;
    const Theme& theme;
};

struct Entry {
    double width = 0;
    QString words;
    std::function<void(const Inks&, QPointF)> paint; // at the left middle
};

void strip(const Inks& inks, const QPolygonF& line, double width, const QColor& colour) {
    inks.painter.setPen(Qt::NoPen);
    inks.painter.setBrush(colour);
    inks.painter.drawPolygon(ribbon(line, width));
}

void smallCard(const Inks& inks, QPointF at, bool dashed) {
    QPen pen(inks.theme.line.strong, 1);
    if (dashed) {
        pen.setDashPattern({4, 3});
    }
    inks.painter.setPen(pen);
    inks.painter.setBrush(inks.theme.surface.panel);
    inks.painter.drawRoundedRect(QRectF(at.x() + 0.5, at.y() - 7.5, 22, 15), 3, 3);
}

class Entries {
public:
    explicit Entries(const Scene& scene)
        : m_scene(scene) {
        addGlyphs();
        addStates();
        addEdges();
        addBadges();
    }

    std::vector<Entry> list;

private:
    void add(double width, const QString& words, std::function<void(const Inks&, QPointF)> paint) {
        list.push_back({width, words, std::move(paint)});
    }

    void addLine(const QString& words, std::function<void(const Inks&, const QPolygonF&)> paint) {
        add(kLine, words, [paint = std::move(paint)](const Inks& inks, QPointF at) { paint(inks, {at, at + QPointF(kLine, 0)}); });
    }

    template <typename Has>
    [[nodiscard]] bool anyNode(Has has) const {
        return std::any_of(m_scene.nodes.begin(), m_scene.nodes.end(), has);
    }

    void addGlyphs() {
        const mesh::Health health = m_scene.ratesKnown ? mesh::Health::Healthy : mesh::Health::Unknown;
        for (const Glyph glyph : {Glyph::Service, Glyph::App, Glyph::Version, Glyph::Gateway, Glyph::Waypoint, Glyph::External, Glyph::Unknown}) {
            const auto node = std::find_if(m_scene.nodes.begin(), m_scene.nodes.end(), [&](const SceneNode& n) { return n.glyph == glyph; });
            if (node != m_scene.nodes.end()) {
                add(18, node->kindWord, [glyph, health](const Inks& inks, QPointF at) {
                    paintRing(inks.painter, inks.theme, health, 0, glyph, at + QPointF(9, 0), 8, inks.theme.surface.panel);
                });
            }
        }
    }

    void addStates() {
        for (const mesh::Health health : {mesh::Health::Degraded, mesh::Health::Failing, mesh::Health::Idle, mesh::Health::Unknown}) {
            const bool known = m_scene.ratesKnown || health == mesh::Health::Unknown;
            if (known && anyNode([&](const SceneNode& node) { return node.health == health && node.glyph != Glyph::Unknown; })) {
                add(14, healthWord(health), [health](const Inks& inks, QPointF at) {
                    paintMark(inks.painter, inks.theme, health, at + QPointF(7, 0), 6, inks.theme.surface.panel);
                });
            }
        }
        if (anyNode([](const SceneNode& node) { return node.dashed; })) {
            add(23, QStringLiteral("outside of the mesh or of the namespaces asked for"), [](const Inks& inks, QPointF at) { smallCard(inks, at, true); });
        }
        if (anyNode([](const SceneNode& node) { return node.dead; })) {
            add(18, QStringLiteral("no pods"), [](const Inks& inks, QPointF at) {
                paintRing(inks.painter, inks.theme, mesh::Health::Idle, 0, Glyph::Version, at + QPointF(9, 0), 8, inks.theme.surface.panel);
                inks.painter.setPen(QPen(inks.theme.text.tertiary, 1.5));
                inks.painter.drawLine(at + QPointF(3, 6), at + QPointF(15, -6));
            });
        }
    }

    void addEdges() {
        std::set<mesh::Protocol> protocols;
        std::set<EdgeStyle> styles;
        bool errors = false, split = false;
        for (const SceneEdge& edge : m_scene.edges) {
            protocols.insert(edge.protocol);
            styles.insert(edge.style);
            errors = errors || (edge.errorShare >= 0.005 && edge.style == EdgeStyle::Normal);
            split = split || edge.version >= 0;
        }
        for (const mesh::Protocol protocol : protocols) {
            addLine(protocolWord(protocol), [protocol](const Inks& inks, const QPolygonF& line) {
                strip(inks, part(line, 0, 22), 2.5, inks.theme.of(protocol));
                paintHead(inks.painter, protocol, line.back(), {1, 0}, 2.5, inks.theme.of(protocol));
            });
        }
        if (split) {
            addLine(QStringLiteral("to a version"), [](const Inks& inks, const QPolygonF& line) { strip(inks, line, 4, inks.theme.versionColour(0)); });
        }
        if (errors) {
            addLine(QStringLiteral("part that fails"), [protocol = *protocols.begin()](const Inks& inks, const QPolygonF& line) {
                strip(inks, line, 4, inks.theme.of(protocol));
                strip(inks, part(line, 9, 16), 4, inks.theme.of(mesh::Health::Failing));
            });
        }
        addStyles(styles);
    }

    void addStyles(const std::set<EdgeStyle>& styles) {
        if (styles.contains(EdgeStyle::Plaintext)) {
            add(kLine + 14, QStringLiteral("plaintext"), [](const Inks& inks, QPointF at) {
                for (const QPolygonF& dash : dashes({at, at + QPointF(kLine, 0)}, 7, 4)) {
                    strip(inks, dash, 2, inks.theme.security.plaintext);
                }
                paintLock(inks.painter, at + QPointF(kLine + 8, 0.5), true, inks.theme.security.plaintext);
            });
        }
        if (styles.contains(EdgeStyle::Denied)) {
            add(kLine + 8, QStringLiteral("denied"), [](const Inks& inks, QPointF at) {
                const QPolygonF line{at, at + QPointF(kLine, 0)};
                strip(inks, line, 5, inks.theme.security.denied);
                strip(inks, line, 2.4, inks.theme.surface.panel);
                paintNoEntry(inks.painter, inks.theme, at + QPointF(kLine, 0), inks.theme.surface.panel);
            });
        }
        if (styles.contains(EdgeStyle::Idle)) {
            addLine(QStringLiteral("no traffic"), [](const Inks& inks, const QPolygonF& line) { strip(inks, line, 1.25, inks.theme.of(mesh::Protocol::Http)); });
        }
        if (styles.contains(EdgeStyle::Unknown)) {
            addLine(QStringLiteral("called before, traffic %1").arg(m_scene.stale.isEmpty() ? QStringLiteral("unknown") : m_scene.stale),
                    [](const Inks& inks, const QPolygonF& line) {
                        for (const QPolygonF& dash : dashes(line, 2, 4)) {
                            strip(inks, dash, 1.5, inks.theme.of(mesh::Health::Unknown));
                        }
                    });
        }
    }

    void addBadges() {
        std::set<Badge> seen;
        for (const SceneNode& node : m_scene.nodes) {
            seen.insert(node.badges.begin(), node.badges.end());
        }
        for (const Badge badge : seen) {
            add(16, badgeName(badge), [badge](const Inks& inks, QPointF at) { paintBadge(inks.painter, inks.theme, badge, at + QPointF(8, 0)); });
        }
    }

    const Scene& m_scene;
};

// Calls `visit` with each entry and the left middle of its place; answers the number of rows.
template <typename Visit>
int layOut(const std::vector<Entry>& entries, const Theme& theme, double width, Visit visit) {
    const QFontMetricsF metrics(theme.font(11));
    double x = 0;
    int row = 0;
    for (const Entry& entry : entries) {
        const double room = entry.width + kGap + metrics.horizontalAdvance(entry.words);
        if (x > 0 && x + room > width) {
            x = 0;
            ++row;
        }
        visit(entry, QPointF(x, row * kRow + kRow / 2));
        x += room + kBetween;
    }
    return row + 1;
}

} // namespace

double legendHeight(const Scene& scene, const Theme& theme, double width) {
    return layOut(Entries(scene).list, theme, width, [](const Entry&, QPointF) {}) * kRow + kAround;
}

void paintLegend(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& room) {
    painter.setRenderHint(QPainter::Antialiasing);
    const Inks inks{painter, theme};
    const QFont font = theme.font(11);
    layOut(Entries(scene).list, theme, room.width(), [&](const Entry& entry, QPointF at) {
        const QPointF place = room.topLeft() + QPointF(0, kAround / 2) + at;
        entry.paint(inks, place);
        painter.setFont(font);
        painter.setPen(theme.text.secondary);
        painter.drawText(QRectF(place.x() + entry.width + kGap, place.y() - kRow / 2, QFontMetricsF(font).horizontalAdvance(entry.words) + 8, kRow),
                         Qt::AlignLeft | Qt::AlignVCenter, entry.words);
    });
}

QString legendWords(const Scene& scene) {
    QStringList words;
    for (const Entry& entry : Entries(scene).list) {
        words << entry.words;
    }
    return words.join(QStringLiteral(", "));
}

} // namespace meshdeck::views
