#include "map/legend.h"

#include <functional>
#include <set>

#include <QFontMetricsF>

#include "map/curve.h"
#include "map/glyphs.h"
#include "map/map_painter.h"

namespace meshdeck::views {
namespace {

struct Entry {
    double width = 0;
    QString words;
    std::function<void(QPointF)> paint; // at the left middle
};

class Legend {
public:
    Legend(QPainter& painter, const Scene& scene, const Theme& theme)
        : m_painter(painter)
        , m_scene(scene)
        , m_theme(theme) {
        addNodes();
        addEdges();
        addBadges();
    }

    double paint(const QRectF& row) {
        double x = row.left() + 14;
        for (const Entry& entry : m_entries) {
            const QFont font = m_theme.font(11);
            const double words = QFontMetricsF(font).horizontalAdvance(entry.words);
            if (x + entry.width + 6 + words > row.right() - 8) {
                break;
            }
            entry.paint({x, row.center().y()});
            m_painter.setFont(font);
            m_painter.setPen(m_theme.text.secondary);
            m_painter.drawText(QRectF(x + entry.width + 6, row.top(), words + 4, row.height()),
                               Qt::AlignLeft | Qt::AlignVCenter, entry.words);
            x += entry.width + 6 + words + 16;
        }
        return x;
    }

private:
    void addNodes() {
        std::set<Glyph> seen;
        const mesh::Health health = m_scene.ratesKnown ? mesh::Health::Healthy : mesh::Health::Unknown;
        for (const Glyph glyph : {Glyph::Service, Glyph::App, Glyph::Version, Glyph::Gateway, Glyph::Waypoint,
                                  Glyph::External, Glyph::Unknown}) {
            for (const SceneNode& node : m_scene.nodes) {
                if (node.glyph == glyph && seen.insert(glyph).second) {
                    m_entries.push_back({18, node.kindWord, [this, glyph, health](QPointF at) {
                                             paintRing(m_painter, m_theme, health, 0, glyph, at + QPointF(9, 0), 8,
                                                       m_theme.surface.panel);
                                         }});
                }
            }
        }
    }

    void addLine(const QString& words, const std::function<void(const QPolygonF&)>& paint) {
        m_entries.push_back({28, words, [paint](QPointF at) { paint({at, at + QPointF(28, 0)}); }});
    }

    void strip(const QPolygonF& line, double width, const QColor& colour) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(colour);
        m_painter.drawPolygon(ribbon(line, width));
    }

    void addEdges() {
        std::set<mesh::Protocol> protocols;
        bool errors = false, plaintext = false, denied = false, unknown = false;
        for (const SceneEdge& edge : m_scene.edges) {
            protocols.insert(edge.protocol);
            errors |= edge.errorShare >= 0.005 && edge.style == EdgeStyle::Normal;
            plaintext |= edge.style == EdgeStyle::Plaintext;
            denied |= edge.style == EdgeStyle::Denied;
            unknown |= edge.style == EdgeStyle::Unknown;
        }
        for (const mesh::Protocol protocol : protocols) {
            const char* const kNames[] = {"HTTP", "gRPC", "TCP"};
            addLine(QString::fromLatin1(kNames[static_cast<int>(protocol)]), [this, protocol](const QPolygonF& line) {
                strip(part(line, 0, 22), 2.5, m_theme.of(protocol));
                paintHead(m_painter, protocol, line.back(), {1, 0}, 2.5, m_theme.of(protocol));
            });
        }
        if (errors) {
            addLine(QStringLiteral("part that fails"), [this, protocol = *protocols.begin()](const QPolygonF& line) {
                strip(line, 4, m_theme.of(protocol));
                strip(part(line, 9, 16), 4, m_theme.of(mesh::Health::Failing));
            });
        }
        if (plaintext) {
            addLine(QStringLiteral("plaintext"), [this](const QPolygonF& line) {
                for (const QPolygonF& dash : dashes(line, 7, 4)) {
                    strip(dash, 2, m_theme.security.plaintext);
                }
            });
        }
        if (denied) {
            addLine(QStringLiteral("denied"), [this](const QPolygonF& line) {
                strip(line, 5, m_theme.security.denied);
                strip(line, 2.4, m_theme.surface.panel);
            });
        }
        if (unknown) {
            addLine(QStringLiteral("called before, traffic %1").arg(m_scene.stale.isEmpty() ? QStringLiteral("unknown") : m_scene.stale),
                    [this](const QPolygonF& line) {
                        for (const QPolygonF& dash : dashes(line, 2, 4)) {
                            strip(dash, 1.5, m_theme.of(mesh::Health::Unknown));
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
            m_entries.push_back({16, badgeName(badge), [this, badge](QPointF at) {
                                     paintBadge(m_painter, m_theme, badge, at + QPointF(8, 0));
                                 }});
        }
    }

    QPainter& m_painter;
    const Scene& m_scene;
    const Theme& m_theme;
    std::vector<Entry> m_entries;
};

} // namespace

double paintLegend(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& row) {
    painter.setRenderHint(QPainter::Antialiasing);
    return Legend(painter, scene, theme).paint(row);
}

} // namespace meshdeck::views
