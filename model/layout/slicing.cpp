#include "layout/slicing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace meshdeck::layout {
namespace {

constexpr std::size_t kFits = 16; // remembered for each node
constexpr int kIterations = 24;   // towards the second eigenvector
constexpr int kTurns = 3;

// Places on a line where strongly joined members are near each other: the second eigenvector of the random walk on the
// pulls, by power iteration from a fixed start.
std::vector<double> line(std::size_t count, const std::vector<Pull>& pulls) {
    std::vector<double> degree(count, 1e-6), at(count), next(count);
    for (const Pull& p : pulls) {
        degree[idx(p.from)] += p.weight;
        degree[idx(p.to)] += p.weight;
    }
    const double all = std::accumulate(degree.begin(), degree.end(), 0.0);
    for (std::size_t i = 0; i < count; ++i) {
        at[i] = std::sin(static_cast<double>(i) * 2.399963 + 0.5);
    }
    for (const Pull& p : pulls) { // callers to the left
        at[idx(p.from)] -= p.weight / degree[idx(p.from)];
        at[idx(p.to)] += p.weight / degree[idx(p.to)];
    }
    for (int k = 0; k < kIterations; ++k) {
        double mean = 0;
        for (std::size_t i = 0; i < count; ++i) {
            mean += degree[i] * at[i] / all;
        }
        double norm = 1e-12;
        for (std::size_t i = 0; i < count; ++i) {
            at[i] -= mean;
            norm = std::max(norm, std::abs(at[i]));
        }
        for (std::size_t i = 0; i < count; ++i) {
            at[i] /= norm;
            next[i] = 0.5 * at[i] * degree[i];
        }
        for (const Pull& p : pulls) {
            next[idx(p.from)] += 0.5 * p.weight * at[idx(p.to)];
            next[idx(p.to)] += 0.5 * p.weight * at[idx(p.from)];
        }
        for (std::size_t i = 0; i < count; ++i) {
            at[i] = next[i] / degree[i];
        }
    }
    return at;
}

// Where to cut a sorted row of members: near the middle of their area, where the fewest pulls are cut.
std::size_t cutOf(const std::vector<int>& row, const std::vector<double>& areas, const std::vector<Pull>& pulls) {
    const std::size_t n = row.size();
    std::vector<std::size_t> place(n);
    for (std::size_t k = 0; k < n; ++k) {
        place[idx(row[k])] = k;
    }
    std::vector<double> cut(n + 1, 0);
    for (const Pull& p : pulls) {
        const auto [a, b] = std::minmax(place[idx(p.from)], place[idx(p.to)]);
        cut[a + 1] += p.weight;
        cut[b + 1] -= p.weight;
    }
    const double all = std::accumulate(areas.begin(), areas.end(), 0.0);
    double best = 1e300, before = 0, weight = 0;
    std::size_t at = 1;
    for (std::size_t k = 1; k < n; ++k) {
        before += areas[idx(row[k - 1])];
        weight += cut[k];
        const double share = std::clamp(before / all, 0.02, 0.98);
        const double price = (weight + 1e-6) / (share * (1 - share)) + 1e-6 * std::abs(share - 0.5);
        const bool even = share > 0.3 && share < 0.7;
        if (const double priced = even ? price : price * 4; priced < best) {
            best = priced;
            at = k;
        }
    }
    return at;
}

} // namespace

int Slicing::addBlock(std::vector<Shape> shapes) {
    Node node;
    for (const Shape& shape : shapes) {
        node.fits.push_back({shape.width, shape.height, shape.choice, 0, false});
    }
    node.fits = prune(std::move(node.fits));
    m_nodes.push_back(std::move(node));
    return static_cast<int>(m_nodes.size()) - 1;
}

int Slicing::addFrame(const std::vector<int>& nodes, const std::vector<Pull>& pulls, double border, double title) {
    std::vector<int> members(nodes.size());
    std::iota(members.begin(), members.end(), 0);
    const int inner = halve(nodes, members, pulls);
    Node frame;
    frame.kind = Kind::Frame;
    frame.first = inner;
    frame.border = border;
    frame.title = title;
    for (std::size_t i = 0; i < m_nodes[idx(inner)].fits.size(); ++i) {
        const Fit& fit = m_nodes[idx(inner)].fits[i];
        frame.fits.push_back({fit.width + 2 * border, fit.height + 2 * border + title, static_cast<int>(i), 0, false});
    }
    m_nodes.push_back(std::move(frame));
    return static_cast<int>(m_nodes.size()) - 1;
}

double Slicing::areaOf(int node) const {
    const Fit& fit = m_nodes[idx(node)].fits.front();
    return fit.width * fit.height;
}

// `members` are places in `nodes`; `pulls` are by place in `nodes`.
int Slicing::halve(std::vector<int> nodes, const std::vector<int>& members, const std::vector<Pull>& pulls) {
    if (members.size() == 1) {
        return nodes[idx(members.front())];
    }
    std::vector<int> local(nodes.size(), kNone);
    std::vector<double> areas;
    for (std::size_t i = 0; i < members.size(); ++i) {
        local[idx(members[i])] = static_cast<int>(i);
        areas.push_back(areaOf(nodes[idx(members[i])]));
    }
    std::vector<Pull> inner;
    for (const Pull& p : pulls) {
        if (local[idx(p.from)] >= 0 && local[idx(p.to)] >= 0 && p.from != p.to) {
            inner.push_back({local[idx(p.from)], local[idx(p.to)], p.weight});
        }
    }
    const std::vector<double> at = line(members.size(), inner);
    std::vector<int> row(members.size());
    std::iota(row.begin(), row.end(), 0);
    std::stable_sort(row.begin(), row.end(), [&](int a, int b) { return at[idx(a)] < at[idx(b)] - 1e-12; });
    const std::size_t cut = cutOf(row, areas, inner);
    std::vector<int> left, right;
    for (std::size_t k = 0; k < row.size(); ++k) {
        (k < cut ? left : right).push_back(members[idx(row[k])]);
    }
    std::vector<Pull> rest;
    for (const Pull& p : pulls) {
        if (local[idx(p.from)] >= 0 && local[idx(p.to)] >= 0) {
            rest.push_back(p);
        }
    }
    const int first = halve(nodes, left, rest);
    const int second = halve(nodes, right, rest);
    return join(first, second);
}

int Slicing::join(int first, int second) {
    Node node;
    node.kind = Kind::Beside;
    node.first = first;
    node.second = second;
    const auto &a = m_nodes[idx(first)].fits, &b = m_nodes[idx(second)].fits;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t k = 0; k < b.size(); ++k) {
            const int x = static_cast<int>(i), y = static_cast<int>(k);
            node.fits.push_back({a[i].width + m_gap + b[k].width, std::max(a[i].height, b[k].height), x, y, true});
            node.fits.push_back({std::max(a[i].width, b[k].width), a[i].height + m_gap + b[k].height, x, y, false});
        }
    }
    node.fits = prune(std::move(node.fits));
    m_nodes.push_back(std::move(node));
    return static_cast<int>(m_nodes.size()) - 1;
}

// Those that no other is better than in both directions; of many, evenly chosen ones.
std::vector<Slicing::Fit> Slicing::prune(std::vector<Fit> fits) const {
    std::stable_sort(fits.begin(), fits.end(), [](const Fit& a, const Fit& b) {
        return a.width != b.width ? a.width < b.width : a.height < b.height;
    });
    std::vector<Fit> best;
    for (const Fit& fit : fits) {
        if (best.empty() || fit.height < best.back().height - 0.5) {
            best.push_back(fit);
        }
    }
    if (best.size() <= kFits) {
        return best;
    }
    // extremes are of no use to a window: the flattest and the narrowest go first
    std::vector<Fit> chosen;
    for (std::size_t k = 0; k < kFits; ++k) {
        chosen.push_back(best[k * (best.size() - 1) / (kFits - 1)]);
    }
    return chosen;
}

void Slicing::choose() {
    const auto& fits = m_nodes.back().fits;
    const auto scale = [&](const Fit& fit) { return std::min(m_aspect / fit.width, 1 / fit.height); };
    const auto best = std::max_element(fits.begin(), fits.end(), [&](const Fit& a, const Fit& b) { return scale(a) < scale(b); });
    take(static_cast<int>(m_nodes.size()) - 1, *best);
}

void Slicing::take(int at, const Fit& fit) {
    Node& node = m_nodes[idx(at)];
    node.fit = fit;
    if (node.kind == Kind::Block) {
        return;
    }
    const Fit first = m_nodes[idx(node.first)].fits[idx(fit.first)];
    if (node.kind != Kind::Frame) {
        node.kind = fit.beside ? Kind::Beside : Kind::Below;
        take(node.second, m_nodes[idx(node.second)].fits[idx(fit.second)]);
    }
    take(m_nodes[idx(at)].first, first);
}

int Slicing::choice(int node) const {
    return m_nodes[idx(node)].fit.first;
}

void Slicing::setSize(int node, double width, double height) {
    m_nodes[idx(node)].fit.width = width;
    m_nodes[idx(node)].fit.height = height;
}

void Slicing::measure(int at) {
    Node& node = m_nodes[idx(at)];
    if (node.kind == Kind::Block) {
        return;
    }
    measure(node.first);
    const Fit& a = m_nodes[idx(node.first)].fit;
    if (node.kind == Kind::Frame) {
        node.fit.width = a.width + 2 * node.border;
        node.fit.height = a.height + 2 * node.border + node.title;
        return;
    }
    measure(node.second);
    const Fit& b = m_nodes[idx(node.second)].fit;
    const bool beside = node.kind == Kind::Beside;
    node.fit.width = beside ? a.width + m_gap + b.width : std::max(a.width, b.width);
    node.fit.height = beside ? std::max(a.height, b.height) : a.height + m_gap + b.height;
}

void Slicing::put(int at, double x, double y) {
    const Node& node = m_nodes[idx(at)];
    m_rects[idx(at)] = {x, y, node.fit.width, node.fit.height};
    if (node.kind == Kind::Frame) {
        put(node.first, x + node.border, y + node.border + node.title);
    } else if (node.kind != Kind::Block) {
        const Fit& a = m_nodes[idx(node.first)].fit;
        put(node.first, x, y);
        put(node.second, node.kind == Kind::Beside ? x + a.width + m_gap : x,
            node.kind == Kind::Below ? y + a.height + m_gap : y);
    }
}

const std::vector<Rect>& Slicing::place() {
    m_rects.assign(m_nodes.size(), {});
    if (!m_nodes.empty()) {
        measure(static_cast<int>(m_nodes.size()) - 1);
        put(static_cast<int>(m_nodes.size()) - 1, 0, 0);
    }
    return m_rects;
}

void Slicing::turnHalves(const std::vector<Pull>& pulls) {
    const auto price = [&] {
        double sum = 0;
        for (const Pull& p : pulls) {
            const Rect &a = m_rects[idx(p.from)], &b = m_rects[idx(p.to)];
            const double dx = b.x + b.width / 2 - a.x - a.width / 2, dy = b.y + b.height / 2 - a.y - a.height / 2;
            sum += p.weight * (std::hypot(dx, dy) + std::max(0.0, -0.3 * dx));
        }
        return sum;
    };
    place();
    double best = price();
    bool better = true;
    for (int round = 0; round < kTurns && better; ++round) {
        better = false;
        for (std::size_t i = m_nodes.size(); i-- > 0;) {
            Node& node = m_nodes[i];
            if (node.kind != Kind::Beside && node.kind != Kind::Below) {
                continue;
            }
            std::swap(node.first, node.second);
            place();
            if (const double now = price(); now < best - 0.01) {
                best = now;
                better = true;
            } else {
                std::swap(node.first, node.second);
            }
        }
    }
    place();
}

} // namespace meshdeck::layout
