#include "map/curve.h"

#include <algorithm>
#include <cmath>

#include <QLineF>

namespace meshdeck::views {

QPolygonF flatten(const std::vector<QPointF>& route, double scale) {
    QPolygonF line;
    if (route.empty()) {
        return line;
    }
    line << route.front();
    for (std::size_t i = 0; i + 3 < route.size(); i += 3) {
        const QPointF a = route[i], b = route[i + 1], c = route[i + 2], d = route[i + 3];
        const bool straight = std::abs(a.y() - d.y()) < 0.01 && std::abs(b.y() - a.y()) < 0.01 && std::abs(c.y() - d.y()) < 0.01;
        const double hull = QLineF(a, b).length() + QLineF(b, c).length() + QLineF(c, d).length();
        const int steps = straight ? 1 : std::clamp(static_cast<int>(hull * scale / 4), 8, 160);
        for (int k = 1; k <= steps; ++k) {
            const double t = static_cast<double>(k) / steps, u = 1 - t;
            line << u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
        }
    }
    return line;
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
