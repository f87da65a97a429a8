#include "bench/layout/service_graph.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_set>

namespace meshdeck::bench {
namespace {

// mulberry32, for its four lines; from 0 to just below 1.
class Random {
public:
    explicit Random(std::uint32_t seed) : m_state(seed) {}
    double operator()() {
        m_state += 0x6D2B79F5U;
        std::uint32_t t = (m_state ^ (m_state >> 15)) * (1U | m_state);
        t = (t + (t ^ (t >> 7)) * (61U | t)) ^ t;
        return static_cast<double>(t ^ (t >> 14)) / 4294967296.0;
    }
    int below(std::size_t n) { return static_cast<int>((*this)() * static_cast<double>(n)); }
    double normal() {
        const double a = (*this)(), b = (*this)();
        return std::sqrt(-2 * std::log(1 - a)) * std::cos(2 * std::numbers::pi * b);
    }

private:
    std::uint32_t m_state;
};

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

int drawShare(Random& random, const std::vector<double>& shares, double sum) {
    double x = random() * sum;
    int k = 0;
    while (k < static_cast<int>(shares.size()) - 1 && (x -= shares[at(k)]) > 0) {
        ++k;
    }
    return k;
}

double total(const std::vector<double>& shares) {
    double sum = 0;
    for (const double share : shares) {
        sum += share;
    }
    return sum;
}

// Members with summed popularity, to draw one by its weight.
struct Pool {
    std::vector<int> members;
    std::vector<double> sums;
    void add(int member, double weight) {
        members.push_back(member);
        sums.push_back((sums.empty() ? 0 : sums.back()) + weight);
    }
    int draw(Random& random) const {
        if (members.empty()) {
            return -1;
        }
        const double x = random() * sums.back();
        const auto found = std::lower_bound(sums.begin(), sums.end() - 1, x);
        return members[static_cast<std::size_t>(found - sums.begin())];
    }
};

class Builder {
public:
    Builder(int nodes, std::uint32_t seed) : m_random(seed + static_cast<std::uint32_t>(nodes)) {
        m_graph.nodes = nodes;
        m_graph.tiers = nodes <= 50 ? 5 : nodes <= 250 ? 6 : nodes <= 1000 ? 7 : 8;
        m_graph.namespaces = std::max(3, static_cast<int>(std::lround(std::sqrt(nodes) * 0.7)));
    }

    ServiceGraph build() {
        drawNamespaces();
        drawTiers();
        drawPools();
        callEveryone();
        drawEdges();
        drawUpwardEdges();
        return std::move(m_graph);
    }

private:
    void drawNamespaces() {
        std::vector<double> sizes;
        for (int i = 0; i < m_graph.namespaces; ++i) {
            sizes.push_back(1 / std::pow(i + 1, 0.8));
        }
        const double sum = total(sizes);
        for (int i = 0; i < m_graph.nodes; ++i) {
            m_graph.namespaceOf.push_back(drawShare(m_random, sizes, sum));
        }
    }

    void drawTiers() { // 5 % entry, 55 % middle, 40 % leaves
        const int tiers = m_graph.tiers;
        std::vector<double> shares{0.05};
        for (int l = 1; l < tiers - 1; ++l) {
            shares.push_back(0.55 * (l == 1 || l == tiers - 2 ? 0.8 : 1.2) / (tiers - 2));
        }
        shares.push_back(0.40);
        const double sum = total(shares);
        for (int i = 0; i < m_graph.nodes; ++i) {
            m_graph.tierOf.push_back(drawShare(m_random, shares, sum));
        }
        for (int l = 0; l < tiers; ++l) {
            m_graph.tierOf[at(l)] = l;
        }
    }

    Pool& pool(int tier, int ns) { return m_inNamespace[at(tier * m_graph.namespaces + ns)]; }

    void drawPools() {
        m_inTier.resize(at(m_graph.tiers));
        m_inNamespace.resize(at(m_graph.tiers * m_graph.namespaces));
        const double cap = std::max(6.0, m_graph.nodes * 0.03);
        for (int i = 0; i < m_graph.nodes; ++i) {
            const int tier = m_graph.tierOf[at(i)];
            const double weight =
                std::min(cap, std::pow(1 - m_random(), -1 / 1.6)) * (tier == m_graph.tiers - 1 ? 1.3 : 1);
            m_inTier[at(tier)].add(i, weight);
            pool(tier, m_graph.namespaceOf[at(i)]).add(i, weight);
        }
    }

    bool add(int source, int target) {
        if (source < 0 || target < 0 || source == target ||
            !m_seen.insert(static_cast<std::int64_t>(source) * m_graph.nodes + target).second) {
            return false;
        }
        m_graph.edges.emplace_back(source, target);
        return true;
    }

    void callEveryone() { // mostly one component
        for (int i = 0; i < m_graph.nodes; ++i) {
            if (m_graph.tierOf[at(i)] == 0) {
                continue;
            }
            const int tier = m_graph.tierOf[at(i)] - 1;
            int source = -1;
            if (m_random() < 0.65) {
                const auto& near = pool(tier, m_graph.namespaceOf[at(i)]).members;
                source = near.empty() ? -1 : near[at(m_random.below(near.size()))];
            }
            if (source < 0) {
                const auto& all = m_inTier[at(tier)].members;
                source = all[at(m_random.below(all.size()))];
            }
            add(source, i);
        }
    }

    int drawTarget(int source) {
        const int tier = m_graph.tierOf[at(source)], tiers = m_graph.tiers;
        const double u = m_random();
        int to = u < 0.6 ? tier + 1 : tier + 1 + m_random.below(at(tiers - 1 - tier));
        if (u > 0.93) {
            to = tiers - 1;
        }
        if (m_random() < 0.65) {
            const int found = pool(to, m_graph.namespaceOf[at(source)]).draw(m_random);
            if (found >= 0) {
                return found;
            }
        }
        return m_inTier[at(to)].draw(m_random);
    }

    void drawEdges() {
        Pool callers;
        for (int i = 0; i < m_graph.nodes; ++i) {
            if (m_graph.tierOf[at(i)] < m_graph.tiers - 1) {
                callers.add(i, std::exp(0.9 * m_random.normal()));
            }
        }
        const auto wanted = at(3 * m_graph.nodes - upward());
        for (int tries = 0; m_graph.edges.size() < wanted && tries < 60 * m_graph.nodes; ++tries) {
            const int source = callers.draw(m_random);
            add(source, drawTarget(source));
        }
    }

    [[nodiscard]] int upward() const { return std::max(1, static_cast<int>(std::lround(m_graph.nodes * 0.01))); }

    void drawUpwardEdges() {
        int drawn = 0;
        for (int tries = 0; drawn < upward() && tries < 1000 * m_graph.nodes; ++tries) {
            const int a = m_random.below(at(m_graph.nodes)), b = m_random.below(at(m_graph.nodes));
            if (m_graph.tierOf[at(a)] > m_graph.tierOf[at(b)] && m_graph.tierOf[at(b)] > 0 &&
                (m_graph.namespaceOf[at(a)] == m_graph.namespaceOf[at(b)] || m_random() < 0.1) && add(a, b)) {
                ++drawn;
            }
        }
    }

    Random m_random;
    ServiceGraph m_graph;
    std::vector<Pool> m_inTier, m_inNamespace;
    std::unordered_set<std::int64_t> m_seen;
};

} // namespace

ServiceGraph serviceGraph(int nodes, std::uint32_t seed) {
    return Builder(nodes, seed).build();
}

layout::LayoutInput layoutInput(const ServiceGraph& graph) {
    layout::LayoutInput input;
    input.nodes.resize(at(graph.nodes));
    input.groups.assign(at(graph.namespaces), {layout::kNone, 26, 16});
    for (int i = 0; i < graph.nodes; ++i) {
        input.nodes[at(i)].group = graph.namespaceOf[at(i)];
    }
    for (const auto& [source, target] : graph.edges) {
        input.edges.push_back({layout::End::node(source), layout::End::node(target)});
    }
    return input;
}

} // namespace meshdeck::bench
