#include "change/prediction.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "change/traffic_of_route.h"
#include "change/words.h"

namespace meshdeck::change {

namespace {

using config::WeightedRoute;

constexpr double kVisible = 0.005;       // per second: below this nothing is said
constexpr double kVisibleShift = 0.005;  // of a callee's rate

struct Setting {
    WeightedRoute route;
    std::vector<std::optional<Percent>> before;
    std::vector<std::optional<Percent>> after;
    std::size_t rivals = 0; // other routes of the object that lead to one of its hosts
};

std::optional<Setting> settingOf(const WeightEdit& edit) {
    if (!edit.base) {
        return std::nullopt;
    }
    std::optional<Setting> setting;
    const auto routes = config::weightedRoutes(*edit.base);
    for (const WeightedRoute& route : routes) {
        if (route.section == edit.section && route.index == edit.routeIndex &&
            route.destinations.size() == edit.weights.size()) {
            setting = Setting{route, route.shares(), {}, 0};
        }
    }
    if (!setting) {
        return std::nullopt;
    }
    WeightedRoute after = setting->route;
    for (std::size_t i = 0; i < edit.weights.size(); ++i) {
        after.destinations[i].weight = edit.weights[i];
    }
    setting->after = after.shares();
    for (const WeightedRoute& route : routes) {
        const bool shares = std::any_of(route.destinations.begin(), route.destinations.end(), [&](const auto& other) {
            return std::any_of(after.destinations.begin(), after.destinations.end(), [&](const auto& own) {
                return own.host == other.host && own.ns == other.ns;
            });
        });
        const bool itself = route.section == edit.section && route.index == edit.routeIndex;
        setting->rivals += shares && !itself ? 1 : 0;
    }
    return setting;
}

// Names of nodes come from the cluster; they are shown, so they are made safe here.
std::string shown(const std::string& text) { return text::safe(text, false, 120); }

class Predictor {
public:
    Predictor(const WeightEdit& edit, Setting setting, const mesh::Graph& graph)
        : m_setting(std::move(setting))
        , m_graph(graph)
        , m_tcp(m_setting.route.section == "tcp" || m_setting.route.section == "tls")
        , m_traffic(trafficOf(m_setting.route, edit.subsets, graph)) {}

    void fill(Prediction& prediction) {
        if (!m_traffic.total) {
            prediction.unknowns.push_back("the graph shows no traffic to " + subject() +
                                          ": how many requests move is not known");
            return;
        }
        addDestinations(prediction);
        if (!m_tcp) {
            addFailures(prediction);
            addCallers(prediction);
            addCallees(prediction);
        }
        addUnknowns(prediction);
    }

    void addEdges(Prediction& prediction) const {
        for (std::size_t i = 0; i < size(); ++i) {
            PredictedEdge& edge = prediction.edges[i];
            edge.edgeId = m_traffic.destinations[i].edgeId;
            edge.targetNodeId = m_traffic.destinations[i].nodeId;
            edge.rateNow = now(i);
            edge.rateAfter = after(i);
        }
    }

    // ", about 12.4 → 37.1 requests/s" for the destination the sentence speaks of.
    [[nodiscard]] std::string rates() const {
        const std::size_t i = mostGrown();
        if (!m_traffic.total || *m_traffic.total <= 0 || !now(i)) {
            return {};
        }
        const auto text = [this](double rate) {
            return m_tcp ? text::byteRate(BytesPerSecond(rate)) : text::significant(rate);
        };
        return ", about " + text(*now(i)) + " \u2192 " + text(*after(i)) + (m_tcp ? "" : " requests/s");
    }

private:
    [[nodiscard]] std::string subject() const { return shown(routeSubject(m_setting.route)); }
    [[nodiscard]] std::size_t size() const { return m_setting.route.destinations.size(); }
    [[nodiscard]] std::optional<double> now(std::size_t i) const { return m_traffic.destinations[i].rate; }
    [[nodiscard]] std::optional<double> after(std::size_t i) const {
        if (!m_traffic.total) {
            return std::nullopt;
        }
        const auto& share = m_setting.after[i];
        return *m_traffic.total * (share ? share->value : 0) / 100;
    }
    // Of requests to this destination, now; nothing when it gets none.
    [[nodiscard]] std::optional<double> errorShare(std::size_t i) const {
        const auto rate = now(i);
        return rate && *rate > 0 ? std::optional(m_traffic.destinations[i].failed / *rate) : std::nullopt;
    }
    [[nodiscard]] std::string nameOf(std::size_t i) const {
        const auto& destination = m_setting.route.destinations[i];
        return destination.subset.empty() ? shown(destinationName(destination))
                                          : subject() + " " + shown(destination.subset);
    }
    // The app where it runs in one version only: its version is none of the choice; else the workload.
    [[nodiscard]] std::string nodeName(const mesh::Node& node) const {
        if (node.kind != mesh::NodeKind::App) {
            return shown(mesh::displayName(node));
        }
        const auto versions = std::count_if(m_graph.nodes.begin(), m_graph.nodes.end(), [&](const mesh::Node& other) {
            return other.kind == mesh::NodeKind::App && other.cluster == node.cluster && other.ns == node.ns &&
                   other.app == node.app;
        });
        return shown(versions < 2 || node.workload.empty() ? node.app : node.workload);
    }
    [[nodiscard]] std::size_t mostGrown() const {
        std::size_t best = 0;
        double most = -1e9;
        for (std::size_t i = 0; i < size(); ++i) {
            const double grown = (m_setting.after[i] ? m_setting.after[i]->value : 0) -
                                 (m_setting.before[i] ? m_setting.before[i]->value : 0);
            if (grown > most) {
                most = grown;
                best = i;
            }
        }
        return best;
    }

    void addDestinations(Prediction& prediction) const {
        for (std::size_t i = 0; i < size(); ++i) {
            const auto& traffic = m_traffic.destinations[i];
            prediction.rows.push_back({nameOf(i), m_tcp ? "B/s" : "req/s", traffic.rate, after(i), false});
        }
    }

    void addFailures(Prediction& prediction) {
        for (std::size_t i = 0; i < size(); ++i) {
            const auto share = errorShare(i);
            if (!share) {
                if (after(i).value_or(0) > kVisible) {
                    prediction.unknowns.push_back(nameOf(i) + " gets no requests now: how many of them fail is not known");
                }
                m_failuresKnown = m_failuresKnown && after(i).value_or(0) <= kVisible;
                continue;
            }
            const double before = m_traffic.destinations[i].failed;
            const double then = *share * after(i).value_or(0);
            m_addedFailures += then - before;
            if (before > kVisible || then > kVisible) {
                prediction.rows.push_back({nameOf(i) + " failed", "req/s", before, then, then > before + kVisible});
            }
        }
    }

    // What the callers answer with: each failed call counted as one failed request of its caller.
    void addCallers(Prediction& prediction) {
        if (!m_failuresKnown || std::abs(m_addedFailures) <= kVisible || *m_traffic.total <= 0) {
            return;
        }
        std::set<std::uint32_t> targets;
        for (const DestinationTraffic& destination : m_traffic.destinations) {
            targets.insert(destination.nodes.begin(), destination.nodes.end());
        }
        for (const std::uint32_t caller : m_traffic.callers) {
            const mesh::Node& node = m_graph.nodes[caller];
            double rate = 0;
            double failed = 0;
            for (const mesh::Edge& edge : m_graph.edges) {
                if (edge.target == caller && edge.protocol != mesh::Protocol::Tcp) {
                    rate += edge.rates.total;
                    failed += edge.rates.errors();
                }
            }
            if (rate <= 0) {
                continue; // nobody calls it through the mesh: there is no share to speak of
            }
            const double part = rateBetween(m_graph, caller, targets, false) / *m_traffic.total;
            const double then = std::clamp(failed + m_addedFailures * part, 0.0, rate);
            prediction.rows.push_back({nodeName(node) + " failed, share of " +
                                           text::significant(rate) + " req/s",
                                       "%", 100 * failed / rate, 100 * then / rate, then > failed});
            m_callersShown = true;
        }
    }

    // Each version calls on at its own rate per request.
    void addCallees(Prediction& prediction) const {
        std::map<std::uint32_t, double> deltas;
        for (std::size_t i = 0; i < size(); ++i) {
            const auto rate = now(i);
            if (!rate || *rate <= 0 || !after(i)) {
                continue;
            }
            for (const mesh::Edge& edge : m_graph.edges) {
                if (m_traffic.destinations[i].nodes.contains(edge.source) && edge.protocol != mesh::Protocol::Tcp) {
                    deltas[edge.target] += edge.rates.total / *rate * (*after(i) - *rate);
                }
            }
        }
        for (const auto& [target, delta] : deltas) {
            double rate = 0;
            for (const mesh::Edge& edge : m_graph.edges) {
                rate += edge.target == target && edge.protocol != mesh::Protocol::Tcp ? edge.rates.total : 0;
            }
            if (std::abs(delta) > std::max(kVisible, kVisibleShift * rate)) {
                prediction.rows.push_back({nodeName(m_graph.nodes[target]), "req/s", rate,
                                           std::max(0.0, rate + delta), false});
            }
        }
    }

    void addUnknowns(Prediction& prediction) const {
        for (std::size_t i = 0; i < size(); ++i) {
            if (!now(i)) {
                prediction.unknowns.push_back("the graph shows no workload behind " + nameOf(i));
            }
        }
        if (m_setting.rivals > 0) {
            prediction.unknowns.push_back(
                std::to_string(m_setting.rivals) + (m_setting.rivals == 1 ? " other route" : " other routes") + " of " +
                m_setting.route.resource.display() + (m_setting.rivals == 1 ? " leads" : " lead") +
                " to the same host: the figures are right only if all requests hit the edited route");
        }
        if (m_setting.route.match != "any request") {
            prediction.unknowns.push_back("the route takes only requests where " + shown(m_setting.route.match) +
                                          ": how many these are is not known, the figures are the most it can be");
        }
        if (m_callersShown) {
            prediction.unknowns.push_back("callers: retries and fallbacks may hide failed requests or multiply them");
        }
    }

    Setting m_setting;
    const mesh::Graph& m_graph;
    bool m_tcp;
    RouteTraffic m_traffic;
    double m_addedFailures = 0;
    bool m_failuresKnown = true;
    bool m_callersShown = false;
};

} // namespace

Prediction predict(const WeightEdit& edit, const mesh::Graph* graph) {
    Prediction prediction;
    auto setting = settingOf(edit);
    if (!setting) {
        prediction.unknowns.push_back("the route is not there, nothing can be predicted");
        return prediction;
    }
    prediction.sentence = text::safe(shiftSentence(setting->route, setting->before, setting->after), false, 1000);
    for (std::size_t i = 0; i < setting->route.destinations.size(); ++i) {
        prediction.edges.push_back({{}, {}, setting->before[i], setting->after[i], std::nullopt, std::nullopt});
    }
    if (graph == nullptr) {
        prediction.unknowns.push_back("there is no traffic data: only the shares are known");
        return prediction;
    }
    Predictor predictor(edit, std::move(*setting), *graph);
    predictor.addEdges(prediction);
    prediction.sentence += predictor.rates();
    predictor.fill(prediction);
    return prediction;
}

} // namespace meshdeck::change
