#include "map/map_sheet.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QPainter>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/legend.h"
#include "map/map_painter.h"
#include "traffic/find/listing.h"

namespace meshdeck::views {
namespace {

constexpr double kLine = 17; // of the title block
constexpr double kLeast = 720; // px of width: a title block needs room on small maps too

QString counted(std::size_t number, const char* one, const char* many) {
    return QString::fromStdString(traffic::grouped(number)) + QLatin1Char(' ') + QLatin1String(number == 1 ? one : many);
}

QString typeWords(mesh::GraphType type) {
    switch (type) {
    case mesh::GraphType::Workload: return QStringLiteral("workload graph");
    case mesh::GraphType::App: return QStringLiteral("app graph");
    case mesh::GraphType::VersionedApp: return QStringLiteral("versioned app graph");
    case mesh::GraphType::Service: return QStringLiteral("service graph");
    }
    return {};
}

// What is wrong with the sources belongs on paper as it does on the screen; that they are live needs no word each.
QString sourceWords(const std::vector<mesh::SourceHealth>& sources) {
    QStringList live, others;
    for (const mesh::SourceHealth& source : sources) {
        const std::string_view state = mesh::name(source.state);
        if (source.state == mesh::SourceState::Live) {
            live << safeText(source.name);
        } else if (source.state != mesh::SourceState::Absent) {
            others << safeText(source.name) + QLatin1Char(' ') + QString::fromUtf8(state.data(), static_cast<qsizetype>(state.size()));
        }
    }
    return (others + (live.isEmpty() ? QStringList() : QStringList(live.join(QStringLiteral(", ")) + QStringLiteral(" live")))).join(QStringLiteral(", "));
}

} // namespace

SheetFacts factsOf(const mesh::MeshSnapshot& snapshot, const mesh::Graph& shown) {
    SheetFacts facts;
    facts.mesh = safeText(snapshot.context);
    const auto boxes = std::count_if(shown.nodes.begin(), shown.nodes.end(), [](const mesh::Node& node) { return node.kind == mesh::NodeKind::Box; });
    facts.content = typeWords(shown.type) + QStringLiteral(", ") + counted(shown.nodes.size() - static_cast<std::size_t>(boxes), "node", "nodes") +
                    QStringLiteral(", ") + counted(shown.edges.size(), "call", "calls");
    facts.time = QString::fromStdString(text::rfc3339(snapshot.graph ? snapshot.graph->time : snapshot.time));
    if (snapshot.graph && snapshot.graph->window.count() > 0) {
        facts.time += QStringLiteral(", rates over %1").arg(QString::fromStdString(text::age(snapshot.graph->window)));
    }
    facts.source = sourceWords(snapshot.sources);
    if (snapshot.graph && !snapshot.graph->reporter.empty()) {
        facts.source = QStringLiteral("reporter: ") + safeText(snapshot.graph->reporter) +
                       (facts.source.isEmpty() ? QString() : QStringLiteral("; ") + facts.source);
    }
    return facts;
}

MapSheet::MapSheet(ScenePtr scene, SheetFacts facts, SheetOptions options)
    : m_scene(std::move(scene))
    , m_facts(std::move(facts))
    , m_options(std::move(options))
    , m_theme(theme(m_options.theme))
    , m_part(m_options.part.isNull() ? m_scene->bounds : m_options.part) {
    const double width = std::max(m_options.titleBlock ? kLeast : 0, m_part.width() + 2 * m_options.margin);
    if (m_options.titleBlock) {
        m_top = titleHeight();
        m_legend = legendHeight(*m_scene, m_theme, width - 2 * m_options.margin) + 8;
    }
    m_size = QSizeF(width, m_part.height() + 2 * m_options.margin + m_top + m_legend);
}

double MapSheet::titleHeight() const {
    return 12 + 22 + kLine + (m_facts.filter.isEmpty() ? 0 : kLine) + 8;
}

void MapSheet::paint(QPainter& painter) const {
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF page(QPointF(0, 0), m_size);
    const QColor ground = m_options.theme == ThemeKind::Light ? QColor(Qt::white) : m_theme.surface.canvas;
    painter.fillRect(page, ground);
    const QRectF room(0, m_top, m_size.width(), m_size.height() - m_top - m_legend);
    painter.save();
    if (!m_options.part.isNull()) {
        painter.setClipRect(room);
    }
    const QPointF shift = room.center() - m_part.center();
    painter.translate(shift);
    paintMap(painter, *m_scene, m_theme, room.translated(-shift), 1);
    painter.restore();
    if (m_options.titleBlock) {
        painter.fillRect(QRectF(0, 0, m_size.width(), m_top - 1), ground);
        painter.fillRect(QRectF(0, m_size.height() - m_legend, m_size.width(), m_legend), ground);
        painter.fillRect(QRectF(0, m_top - 1, m_size.width(), 1), m_theme.line.hair);
        painter.fillRect(QRectF(0, m_size.height() - m_legend, m_size.width(), 1), m_theme.line.hair);
        paintTitle(painter);
        paintLegend(painter, *m_scene, m_theme, QRectF(m_options.margin, m_size.height() - m_legend + 4, m_size.width() - 2 * m_options.margin, m_legend - 8));
    }
}

void MapSheet::paintTitle(QPainter& painter) const {
    const double left = m_options.margin, width = m_size.width() - 2 * m_options.margin;
    const auto line = [&](double top, double height, double pixels, int weight, const QColor& colour, Qt::Alignment side, const QString& words, double room) {
        painter.setFont(m_theme.font(pixels, weight));
        painter.setPen(colour);
        const QRectF at(side == Qt::AlignRight ? left + width - room : left, top, room, height);
        painter.drawText(at, static_cast<int>(side) | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetricsF(painter.font()).elidedText(words, Qt::ElideMiddle, room));
        return QFontMetricsF(painter.font()).horizontalAdvance(words);
    };
    const double used = line(12, 22, 15, 600, m_theme.text.primary, Qt::AlignLeft, m_facts.mesh, width * 0.6);
    line(12, 22, 12, 400, m_theme.text.secondary, Qt::AlignRight, m_facts.content, std::max(120.0, width - used - 24));
    const double half = line(34, kLine, 11, 400, m_theme.text.tertiary, Qt::AlignLeft, m_facts.time + (m_facts.labels.isEmpty() ? QString() : QStringLiteral(", ") + m_facts.labels), width * 0.55);
    line(34, kLine, 11, 400, m_theme.text.tertiary, Qt::AlignRight, m_facts.source, std::max(120.0, width - std::min(half, width * 0.55) - 24));
    if (!m_facts.filter.isEmpty()) {
        line(34 + kLine, kLine, 11, 500, m_theme.text.secondary, Qt::AlignLeft, m_facts.filter, width);
    }
}

} // namespace meshdeck::views
