#include "map/label_ground.h"

#include <random>

#include <gtest/gtest.h>

namespace meshdeck::views {
namespace {

// The same questions, asked of everything.
int crossedOf(const std::vector<QPolygonF>& lines, const QRectF& rect, std::size_t own) {
    int count = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        bool inside = false;
        for (const QPointF& at : lines[i]) {
            inside = inside || rect.contains(at);
        }
        count += inside && i != own ? 1 : 0;
    }
    return count;
}

QRectF anyRect(std::mt19937& random) {
    std::uniform_real_distribution<double> at(-500, 500);
    std::uniform_real_distribution<double> side(1, 150);
    return {at(random), at(random), side(random), side(random)};
}

TEST(LabelGround, RandomLinesAndRects_answersAsLookingAtEverythingDoes) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> at(-500, 500);
    std::vector<QPolygonF> lines(60);
    for (QPolygonF& line : lines) {
        for (int k = 0; k < 20; ++k) {
            line << QPointF(at(random), at(random));
        }
    }
    LabelGround ground(lines);
    std::vector<QRectF> taken;
    for (int i = 0; i < 40; ++i) {
        taken.push_back(anyRect(random));
        ground.take(taken.back());
    }
    for (std::size_t i = 0; i < 500; ++i) {
        const QRectF rect = anyRect(random);
        EXPECT_EQ(ground.crossed(rect, i % lines.size()), crossedOf(lines, rect, i % lines.size()));
        bool free = true;
        for (const QRectF& other : taken) {
            free = free && !other.intersects(rect);
        }
        EXPECT_EQ(ground.isFree(rect), free);
    }
}

TEST(LabelGround, PointOnTheBorder_isInside) {
    LabelGround ground({QPolygonF{QPointF(64, 0)}, QPolygonF{QPointF(0, 0)}});
    EXPECT_EQ(ground.crossed(QRectF(0, -10, 64, 20), 1), 1);
}

} // namespace
} // namespace meshdeck::views
