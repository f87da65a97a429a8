#include "traffic/find/common.h"

#include <algorithm>
#include <map>

namespace meshdeck::traffic {
namespace {

// Longest chain among the found; a call that closes a circle is left out. Every node is finished once.
class Chains {
public:
    Chains(const mesh::Graph& graph, const std::vector<bool>& found)
        : m_next(graph.nodes.size())
        , m_state(graph.nodes.size(), State::New)
        , m_length(graph.nodes.size(), 0)
        , m_best(graph.nodes.size(), -1) {
        for (const mesh::Edge& edge : graph.edges) {
            if (found[edge.source] && found[edge.target] && edge.source != edge.target) {
                m_next[edge.source].push_back(edge.target);
            }
        }
    }

    std::vector<std::uint32_t> longest(const std::vector<bool>& found) {
        int start = -1;
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (found[i]) {
                walk(static_cast<std::uint32_t>(i));
                start = start < 0 || m_length[i] > m_length[static_cast<std::size_t>(start)] ? static_cast<int>(i) : start;
            }
        }
        std::vector<std::uint32_t> path;
        for (int at = start; at >= 0; at = m_best[static_cast<std::size_t>(at)]) {
            path.push_back(static_cast<std::uint32_t>(at));
        }
        return path;
    }

private:
    enum class State : std::uint8_t { New, Open, Done };
    struct Step {
        std::uint32_t node = 0;
        std::size_t next = 0;
    };

    void walk(std::uint32_t from) { // without recursion: a chain may be as long as the mesh
        if (m_state[from] != State::New) {
            return;
        }
        std::vector<Step> stack{{from, 0}};
        m_state[from] = State::Open;
        while (!stack.empty()) {
            Step& top = stack.back();
            if (top.next < m_next[top.node].size()) {
                const std::uint32_t to = m_next[top.node][top.next++];
                if (m_state[to] == State::New) {
                    m_state[to] = State::Open;
                    stack.push_back({to, 0});
                }
                continue;
            }
            finish(top.node);
            stack.pop_back();
        }
    }

    void finish(std::uint32_t node) {
        for (const std::uint32_t to : m_next[node]) {
            if (m_state[to] == State::Done && m_length[to] + 1 > m_length[node]) {
                m_length[node] = m_length[to] + 1;
                m_best[node] = static_cast<int>(to);
            }
        }
        m_state[node] = State::Done;
    }

    std::vector<std::vector<std::uint32_t>> m_next;
    std::vector<State> m_state;
    std::vector<int> m_length; // calls from here on
    std::vector<int> m_best;
};

bool isFailure(const mesh::Edge& edge, const mesh::Response& response) {
    if (edge.protocol == mesh::Protocol::Tcp) {
        return false;
    }
    const bool isServerError = response.code.size() == 3 && response.code.front() == '5';
    const bool isStatus = edge.protocol == mesh::Protocol::Grpc && response.code.size() < 3 && response.code != "0";
    return response.code == "-" || isServerError || isStatus;
}

std::optional<FoundTogether::Failure> worstAnswer(const mesh::Graph& graph, const std::vector<bool>& found) {
    std::map<std::tuple<std::uint32_t, std::string, std::string>, double> failing;
    std::map<std::uint32_t, double> totals;
    for (const mesh::Edge& edge : graph.edges) {
        if (!found[edge.target] || edge.protocol == mesh::Protocol::Tcp) {
            continue;
        }
        totals[edge.target] += edge.rates.total;
        for (const mesh::Response& response : edge.responses) {
            if (isFailure(edge, response) && response.rate > 0) {
                failing[{edge.target, response.code, response.flags}] += response.rate;
            }
        }
    }
    const auto worst = std::max_element(failing.begin(), failing.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (worst == failing.end()) {
        return std::nullopt;
    }
    const auto& [node, code, flags] = worst->first;
    return FoundTogether::Failure{node, code, flags, worst->second, totals[node]};
}

} // namespace

FoundTogether inCommon(const mesh::Graph& graph, const FindMatches& matches) {
    FoundTogether together;
    if (matches.nodeCount() < 2) {
        return together;
    }
    const mesh::Node* first = nullptr;
    bool same = true;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (matches.nodes[i]) {
            first = first == nullptr ? &graph.nodes[i] : first;
            same = same && graph.nodes[i].ns == first->ns;
        }
    }
    together.ns = same ? first->ns : std::string();
    together.path = Chains(graph, matches.nodes).longest(matches.nodes);
    if (together.path.size() < 3) {
        together.path.clear();
    }
    together.failure = worstAnswer(graph, matches.nodes);
    return together;
}

} // namespace meshdeck::traffic
