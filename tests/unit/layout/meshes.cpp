#include "meshes.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace meshdeck::layout {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

bool holds(const LayoutInput& input, int group, int inner) {
    for (std::size_t steps = 0; inner != kNone && steps <= input.groups.size(); ++steps) {
        if (inner == group) {
            return true;
        }
        inner = input.groups[at(inner)].parent;
    }
    return false;
}

Rect boxOfEnd(const LayoutInput& input, const LayoutResult& result, const End& end) {
    return end.isGroup ? result.groups[at(end.index)] : boxOf(input, result, at(end.index));
}

void expectBoxes(const LayoutInput& input, const LayoutResult& result) {
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        for (int g = 0; g < static_cast<int>(input.groups.size()); ++g) {
            const Rect& box = result.groups[at(g)];
            if (holds(input, g, input.nodes[i].group)) {
                ASSERT_TRUE(inside(boxOf(input, result, i), box)) << "node " << i << " is not in its group " << g;
            } else if (!box.isEmpty()) {
                ASSERT_FALSE(cover(boxOf(input, result, i), box)) << "node " << i << " lies on group " << g;
            }
        }
    }
    for (int g = 0; g < static_cast<int>(input.groups.size()); ++g) {
        for (int h = g + 1; h < static_cast<int>(input.groups.size()); ++h) {
            const Rect &a = result.groups[at(g)], &b = result.groups[at(h)];
            if (!a.isEmpty() && !b.isEmpty() && !holds(input, g, h) && !holds(input, h, g)) {
                ASSERT_FALSE(cover(a, b)) << "group " << g << " lies on group " << h;
            }
        }
    }
}

} // namespace

LayoutInput randomMesh(std::uint32_t seed, std::size_t nodes) {
    std::mt19937 random(seed);
    LayoutInput input;
    const std::size_t namespaces = 1 + nodes / 12;
    for (std::size_t i = 0; i < namespaces; ++i) {
        input.groups.push_back({kNone, 28, 14});
        input.groups.push_back({static_cast<int>(2 * i), 22, 12});
    }
    for (std::size_t i = 0; i < nodes; ++i) {
        const int n = static_cast<int>(random() % namespaces);
        input.nodes.push_back({150, 46, 2 * n + (random() % 5 == 0 ? 1 : 0), {}, false});
    }
    for (std::size_t i = 0; i < 2 * nodes; ++i) {
        const int a = static_cast<int>(random() % nodes), b = static_cast<int>(random() % nodes);
        const bool back = random() % 10 == 0;
        input.edges.push_back({End::node(back ? std::max(a, b) : std::min(a, b)),
                               End::node(back ? std::min(a, b) : std::max(a, b))});
    }
    return input;
}

LayoutInput nodesAndCalls(std::size_t nodes, const std::vector<std::pair<int, int>>& calls) {
    LayoutInput input;
    input.nodes.resize(nodes);
    for (const auto& [source, target] : calls) {
        input.edges.push_back({End::node(source), End::node(target)});
    }
    return input;
}

void takePrevious(LayoutInput& input, const LayoutResult& result) {
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        input.nodes[i].previous = result.positions[i];
    }
}

Rect boxOf(const LayoutInput& input, const LayoutResult& result, std::size_t node) {
    const Point at = result.positions[node];
    return {at.x - input.nodes[node].width / 2, at.y - input.nodes[node].height / 2, input.nodes[node].width,
            input.nodes[node].height};
}

bool cover(const Rect& a, const Rect& b) {
    return a.x < b.right() - 0.01 && b.x < a.right() - 0.01 && a.y < b.bottom() - 0.01 && b.y < a.bottom() - 0.01;
}

bool inside(const Rect& inner, const Rect& outer) {
    return inner.x >= outer.x - 0.01 && inner.y >= outer.y - 0.01 && inner.right() <= outer.right() + 0.01 &&
           inner.bottom() <= outer.bottom() + 0.01;
}

bool onOutline(const RoutePoint& p, const Rect& box) {
    const double slack = 0.01 + 1e-6 * (std::abs(p.x) + std::abs(p.y)); // routes are floats
    const bool within = p.x >= box.x - slack && p.x <= box.right() + slack && p.y >= box.y - slack && p.y <= box.bottom() + slack;
    const bool side = std::abs(p.x - box.x) < slack || std::abs(p.x - box.right()) < slack;
    return within && (side || std::abs(p.y - box.y) < slack || std::abs(p.y - box.bottom()) < slack);
}

void expectSound(const LayoutInput& input, const LayoutResult& result) {
    ASSERT_EQ(result.positions.size(), input.nodes.size());
    ASSERT_EQ(result.groups.size(), input.groups.size());
    ASSERT_EQ(result.routes.size(), input.edges.size());
    std::vector<std::size_t> order(input.nodes.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        ASSERT_TRUE(std::isfinite(result.positions[i].x) && std::isfinite(result.positions[i].y)) << i;
        ASSERT_TRUE(inside(boxOf(input, result, i), result.bounds)) << i;
        order[i] = i;
    }
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return boxOf(input, result, a).x < boxOf(input, result, b).x; });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Rect a = boxOf(input, result, order[i]);
        for (std::size_t k = i + 1; k < order.size() && boxOf(input, result, order[k]).x < a.right(); ++k) {
            ASSERT_FALSE(cover(a, boxOf(input, result, order[k]))) << order[i] << " lies on " << order[k];
        }
    }
    expectBoxes(input, result);
    for (std::size_t i = 0; i < input.edges.size(); ++i) {
        const auto route = result.routes[i];
        ASSERT_EQ(route.size() % 3, 1U) << i;
        ASSERT_GE(route.size(), 4U) << i;
        ASSERT_TRUE(onOutline(route.front(), boxOfEnd(input, result, input.edges[i].source))) << "start of edge " << i;
        ASSERT_TRUE(onOutline(route.back(), boxOfEnd(input, result, input.edges[i].target))) << "end of edge " << i;
    }
}

int routesThroughNodes(const LayoutInput& input, const LayoutResult& result) {
    int count = 0;
    for (std::size_t e = 0; e < input.edges.size(); ++e) {
        const auto route = result.routes[e];
        bool through = false;
        for (std::size_t i = 0; i + 3 < route.size() && !through; i += 3) {
            for (int k = 0; k <= 16 && !through; ++k) {
                const double t = k / 16.0, u = 1 - t;
                const auto mix = [&](float a, float b, float c, float d) {
                    return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
                };
                const double x = mix(route[i].x, route[i + 1].x, route[i + 2].x, route[i + 3].x);
                const double y = mix(route[i].y, route[i + 1].y, route[i + 2].y, route[i + 3].y);
                for (std::size_t n = 0; n < input.nodes.size() && !through; ++n) {
                    const bool isEnd = End::node(static_cast<int>(n)) == input.edges[e].source ||
                                       End::node(static_cast<int>(n)) == input.edges[e].target;
                    const Rect box = boxOf(input, result, n);
                    through = !isEnd && x > box.x + 2 && x < box.right() - 2 && y > box.y + 2 && y < box.bottom() - 2;
                }
            }
        }
        count += through ? 1 : 0;
    }
    return count;
}

} // namespace meshdeck::layout
