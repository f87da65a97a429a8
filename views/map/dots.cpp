#include "map/dots.h"

#include <algorithm>
#include <cmath>

#include <QLineF>

#include "map/curve.h"

namespace meshdeck::views {
namespace {

constexpr double kUnknownSpeed = 80; // scene pixels a second where no latency is known

bool flows(const SceneEdge& edge) {
    const bool moves = edge.style == EdgeStyle::Normal || edge.style == EdgeStyle::Plaintext || edge.style == EdgeStyle::Partial;
    return moves && edge.rate > 0 && edge.route.size() > 1 && !edge.faded && !edge.ghost;
}

QPointF along(const QPolygonF& points, const std::vector<double>& at, double length) {
    const auto next = std::upper_bound(at.begin() + 1, at.end() - 1, length);
    const auto i = static_cast<qsizetype>(next - at.begin());
    const double step = at[static_cast<std::size_t>(i)] - at[static_cast<std::size_t>(i) - 1];
    const double share = step > 0 ? (length - at[static_cast<std::size_t>(i) - 1]) / step : 0;
    return points[i - 1] + (points[i] - points[i - 1]) * share;
}

} // namespace

const QPixmap& DotSprite::of(const QColor& colour, double radius, double pixelRatio) {
    if (m_pixmap.isNull() || colour != m_colour || radius != m_radius || pixelRatio != m_pixelRatio) {
        m_colour = colour;
        m_radius = radius;
        m_pixelRatio = pixelRatio;
        const double side = 2 * radius + 2;
        m_pixmap = QPixmap(QSize(1, 1) * static_cast<int>(std::ceil(side * pixelRatio)));
        m_pixmap.fill(Qt::transparent);
        QPainter painter(&m_pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(QPointF(m_pixmap.width(), m_pixmap.height()) / 2, radius * pixelRatio, radius * pixelRatio);
    }
    return m_pixmap;
}

bool DotField::flows(const Scene& scene) {
    return scene.ratesKnown && std::any_of(scene.edges.begin(), scene.edges.end(), [](const SceneEdge& edge) { return views::flows(edge); });
}

DotField::Line DotField::lineOf(const SceneEdge& edge) {
    Line line;
    line.points = flatten(edge.route, 1);
    line.at.reserve(static_cast<std::size_t>(line.points.size()));
    double length = 0;
    for (qsizetype i = 0; i < line.points.size(); ++i) {
        length += i > 0 ? QLineF(line.points[i - 1], line.points[i]).length() : 0;
        line.at.push_back(length);
    }
    line.box = line.points.boundingRect();
    line.label = edge.labelRect;
    // One dot a decade and 150 pixels; from 150 px/s for a millisecond down to 30 for a second and more.
    const double wanted = std::log10(1 + edge.rate) * length / 150;
    line.dots = std::clamp(static_cast<int>(std::lround(wanted)), 1, 24);
    line.speed = edge.medianMs > 0 ? std::clamp(150 - 40 * std::log10(1 + edge.medianMs), 30.0, 150.0) : kUnknownSpeed;
    return line;
}

DotField::DotField(const Scene& scene, const QRectF& area) {
    if (!scene.ratesKnown) {
        return;
    }
    std::vector<std::uint32_t> busy = scene.edgesIn(area.isNull() ? scene.bounds : area);
    std::erase_if(busy, [&](std::uint32_t i) { return !views::flows(scene.edges[i]); });
    std::stable_sort(busy.begin(), busy.end(), [&](std::uint32_t a, std::uint32_t b) { return scene.edges[a].rate > scene.edges[b].rate; });
    for (const std::uint32_t i : busy) {
        Line line = lineOf(scene.edges[i]);
        if (m_count + static_cast<std::size_t>(line.dots) > kMostDots) {
            break;
        }
        if (line.at.size() > 1 && line.at.back() >= 1) {
            m_count += static_cast<std::size_t>(line.dots);
            m_lines.push_back(std::move(line));
        }
    }
}

void DotField::paint(QPainter& painter, double seconds, double zoom, QPointF offset, const QRectF& view, const QPixmap& dot) const {
    static thread_local std::vector<QPainter::PixmapFragment> stamps;
    stamps.clear();
    const QRectF whole(dot.rect());
    const double scale = 1 / painter.device()->devicePixelRatioF();
    const QRectF area((view.topLeft() - offset) / zoom, view.size() / zoom);
    for (const Line& line : m_lines) {
        if (!line.box.adjusted(-2, -2, 2, 2).intersects(area)) {
            continue;
        }
        const double length = line.at.back();
        for (int k = 0; k < line.dots; ++k) {
            const QPointF at = along(line.points, line.at, std::fmod(seconds * line.speed + length * k / line.dots, length));
            if (area.contains(at) && !line.label.contains(at)) {
                stamps.push_back(QPainter::PixmapFragment::create(at * zoom + offset, whole, scale, scale));
            }
        }
    }
    painter.drawPixmapFragments(stamps.data(), static_cast<int>(stamps.size()), dot);
}

} // namespace meshdeck::views
