#include "map/curve.h"

#include <algorithm>
#include <cmath>

#include <QLineF>

namespace meshdeck::views {

namespace {

// Points of one cubic after its first.
void addPiece(const QPointF* p, double scale, QPolygonF& line) {
    const QPointF a = p[0], b = p[1], c = p[2], d = p[3];
    const bool straight = std::abs(a.y() - d.y()) < 0.01 && std::abs(b.y() - a.y()) < 0.01 && std::abs(c.y() - d.y()) < 0.01;
    const double hull = QLineF(a, b).length() + QLineF(b, c).length() + QLineF(c, d).length();
    const int steps = straight ? 1 : std::clamp(static_cast<int>(hull * scale / 4), 8, 160);
    for (int k = 1; k <= steps; ++k) {
        const double t = static_cast<double>(k) / steps, u = 1 - t;
        line << u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
    }
}

bool comesNear(const QPointF* p, const QRectF& clip) {
    const auto [left, right] = std::minmax({p[0].x(), p[1].x(), p[2].x(), p[3].x()});
    const auto [top, bottom] = std::minmax({p[0].y(), p[1].y(), p[2].y(), p[3].y()});
    return left <= clip.right() && right >= clip.left() && top <= clip.bottom() && bottom >= clip.top();
}

} // namespace

QPolygonF flatten(const std::vector<QPointF>& route, double scale) {
    QPolygonF line;
    if (route.empty()) {
        return line;
    }
    line << route.front();
    for (std::size_t i = 0; i + 3 < route.size(); i += 3) {
        addPiece(&route[i], scale, line);
    }
    return line;
}

std::vector<QPolygonF> flattenWithin(const std::vector<QPointF>& route, double scale, const QRectF& clip) {
    std::vector<QPolygonF> pieces;
    for (std::size_t i = 0; i + 3 < route.size(); i += 3) {
        if (comesNear(&route[i], clip)) {
            pieces.push_back(QPolygonF{route[i]});
            addPiece(&route[i], scale, pieces.back());
        }
    }
    return pieces;
}

// Liang and Barsky's: the line's parameter is narrowed at each side.
bool clipLine(QLineF& line, const QRectF& clip) {
    double from = 0, to = 1;
    const auto narrow = [&](double delta, double room) { // delta * t <= room
        if (delta == 0) {
            return room >= 0;
        }
        const double t = room / delta;
        (delta < 0 ? from : to) = delta < 0 ? std::max(from, t) : std::min(to, t);
        return from <= to;
    };
    const double dx = line.dx(), dy = line.dy();
    if (!narrow(-dx, line.x1() - clip.left()) || !narrow(dx, clip.right() - line.x1()) ||
        !narrow(-dy, line.y1() - clip.top()) || !narrow(dy, clip.bottom() - line.y1())) {
        return false;
    }
    const QPointF start = line.p1();
    line = QLineF(start + QPointF(dx, dy) * from, start + QPointF(dx, dy) * to);
    return true;
}

double lengthOf(const QPolygonF& line) {
    double length = 0;
    for (int i = 1; i < line.size(); ++i) {
        length += QLineF(line[i - 1], line[i]).length();
    }
    return length;
}

QPointF pointAt(const QPolygonF& line, double along) {
    if (line.isEmpty()) {
        return {};
    }
    for (int i = 1; i < line.size(); ++i) {
        const double step = QLineF(line[i - 1], line[i]).length();
        if (along <= step && step > 0) {
            return line[i - 1] + (line[i] - line[i - 1]) * std::max(0.0, along / step);
        }
        along -= step;
    }
    return line.back();
}

double distanceTo(const QPolygonF& line, QPointF at) {
    double best = 1e18;
    for (int i = 1; i < line.size(); ++i) {
        const QPointF d = line[i] - line[i - 1];
        const double squared = QPointF::dotProduct(d, d);
        const double t = squared > 0 ? std::clamp(QPointF::dotProduct(at - line[i - 1], d) / squared, 0.0, 1.0) : 0;
        best = std::min(best, QLineF(at, line[i - 1] + t * d).length());
    }
    return best;
}

QPolygonF part(const QPolygonF& line, double from, double to) {
    QPolygonF result;
    double at = 0;
    for (int i = 1; i < line.size() && at < to; ++i) {
        const double step = QLineF(line[i - 1], line[i]).length();
        if (step > 0 && at + step > from) {
            if (result.isEmpty()) {
                result << line[i - 1] + (line[i] - line[i - 1]) * (std::max(0.0, from - at) / step);
            }
            result << line[i - 1] + (line[i] - line[i - 1]) * (std::min(step, to - at) / step);
        }
        at += step;
    }
    return result.size() > 1 ? result : QPolygonF();
}

std::vector<QPolygonF> clipped(const QPolygonF& line, const QRectF& clip) {
    std::vector<QPolygonF> runs;
    bool open = false;
    for (int i = 1; i < line.size(); ++i) {
        const QRectF box = QRectF(line[i - 1], line[i]).normalized().adjusted(-0.01, -0.01, 0.01, 0.01);
        if (!box.intersects(clip)) {
            open = false;
            continue;
        }
        if (!open) {
            runs.push_back(QPolygonF{line[i - 1]});
            open = true;
        }
        runs.back() << line[i];
    }
    return runs;
}

std::vector<QPolygonF> dashes(const QPolygonF& line, double on, double off) {
    std::vector<QPolygonF> result;
    const double length = lengthOf(line);
    for (double at = 0; at < length && on + off > 0.1; at += on + off) {
        if (QPolygonF dash = part(line, at, std::min(at + on, length)); !dash.isEmpty()) {
            result.push_back(std::move(dash));
        }
    }
    return result;
}

QPolygonF ribbon(const QPolygonF& line, double width) {
    QPolygonF left, right;
    const auto n = line.size();
    for (int i = 0; i < n; ++i) {
        const QPointF before = line[std::max(0, i - 1)], after = line[std::min<int>(static_cast<int>(n) - 1, i + 1)];
        QPointF d = after - before;
        const double length = std::hypot(d.x(), d.y());
        if (length < 1e-9) {
            continue;
        }
        d *= width / 2 / length;
        left << line[i] + QPointF(d.y(), -d.x());
        right << line[i] + QPointF(-d.y(), d.x());
    }
    std::reverse(right.begin(), right.end());
    return left + right;
}

} // namespace meshdeck::views
