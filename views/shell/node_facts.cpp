#include "shell/node_facts.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/card_words.h"
#include "map/scene_text.h"
#include "shell/config_rows.h"

namespace meshdeck::views {
namespace {

using mesh::Graph;
using mesh::Node;
using mesh::NodeKind;

QString rateText(double rate) {
    return QString::fromStdString(text::rate(RequestsPerSecond(rate)));
}

// Workloads behind a service, or the siblings of a version.
std::vector<const Node*> versionsOf(const Graph& graph, const Node& node) {
    std::set<std::string> apps;
    if (node.kind == NodeKind::Service) {
        for (const mesh::Edge& edge : graph.edges) {
            const Node& target = graph.nodes[edge.target];
            if (graph.nodes[edge.source].id == node.id && target.ns == node.ns) {
                apps.insert(target.app);
            }
        }
    } else if (!node.app.empty()) {
        apps.insert(node.app);
    }
    std::vector<const Node*> versions;
    for (const Node& other : graph.nodes) {
        const bool runs = other.kind == NodeKind::App || other.kind == NodeKind::Workload;
        if (runs && other.ns == node.ns && other.cluster == node.cluster && apps.contains(other.app)) {
            versions.push_back(&other);
        }
    }
    std::sort(versions.begin(), versions.end(), [](const Node* a, const Node* b) {
        return std::tie(a->version, a->workload) < std::tie(b->version, b->workload);
    });
    return versions;
}

QString kindOf(const Node& node) {
    if (node.has(mesh::NodeFlag::Gateway)) {
        return QStringLiteral("Gateway");
    }
    switch (node.kind) {
    case NodeKind::Service: return QStringLiteral("Service");
    case NodeKind::ServiceEntry: return QStringLiteral("Service entry");
    case NodeKind::Workload: return QStringLiteral("Workload");
    case NodeKind::Aggregate: return QStringLiteral("Operation");
    case NodeKind::App: return QStringLiteral("App");
    default: return QStringLiteral("Source outside of the mesh");
    }
}

struct Around {
    std::map<QString, double> callers; // by name, per second
    double failed = 0;
    double total = 0;
    double mtlsLow = 101;
    double mtlsHigh = -1;
    double bytes = 0;
};

Around lookAround(const Graph& graph, const Node& node, const std::set<std::string>& own) {
    Around around;
    for (const mesh::Edge& edge : graph.edges) {
        const Node& source = graph.nodes[edge.source];
        if (graph.nodes[edge.target].id != node.id || own.contains(source.id)) {
            continue;
        }
        const bool tcp = edge.protocol == mesh::Protocol::Tcp;
        around.callers[safeText(source.kind == NodeKind::App ? source.app : mesh::displayName(source))] += tcp ? 0 : edge.rates.total;
        around.total += tcp ? 0 : edge.rates.total;
        around.bytes += tcp ? edge.rates.total : 0;
        around.failed += edge.rates.total * failedShare(edge.rates) * (tcp ? 0 : 1);
        if (edge.mtls) {
            around.mtlsLow = std::min(around.mtlsLow, edge.mtls->value);
            around.mtlsHigh = std::max(around.mtlsHigh, edge.mtls->value);
        }
    }
    return around;
}

QString callersText(const Around& around) {
    if (around.callers.empty()) {
        return QStringLiteral("none in the window");
    }
    if (around.callers.size() == 1) {
        const auto& [name, rate] = *around.callers.begin();
        return rate > 0 ? name + QStringLiteral(", ") + rateText(rate) : name;
    }
    auto most = std::max_element(around.callers.begin(), around.callers.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; });
    return QStringLiteral("%1, most from %2").arg(around.callers.size()).arg(most->first);
}

void addRows(NodeFacts& facts, const Graph& graph, const Node& node, const Around& around, bool known) {
    if (known && around.failed > 0) {
        const QString words = failureWords(graph, node.id, facts);
        const QString value = rateText(around.failed) + (words.isEmpty() ? words : QStringLiteral(", ") + words);
        facts.rows.push_back({QStringLiteral("Errors now"), value, true});
    } else {
        facts.rows.push_back({QStringLiteral("Errors now"), known ? QStringLiteral("none") : QStringLiteral("unknown"), false});
    }
    facts.rows.push_back({known ? QStringLiteral("Callers") : QStringLiteral("Callers, last known"), callersText(around), false});
    if (around.bytes > 0) {
        facts.rows.push_back({QStringLiteral("TCP"), QString::fromStdString(text::byteRate(BytesPerSecond(around.bytes))), false});
    }
    if (around.mtlsHigh >= 0) {
        const bool all = around.mtlsLow > 99.9;
        const QString value = all ? QStringLiteral("100 %") : QString::fromStdString(text::percent(Percent(around.mtlsLow))) +
                                                                   QStringLiteral(" at the least");
        facts.rows.push_back({QStringLiteral("mTLS"), known ? value : QStringLiteral("share unknown"), known && !all});
    } else {
        facts.rows.push_back({QStringLiteral("mTLS"), QStringLiteral("not reported"), false});
    }
}

void addPods(NodeFacts& facts, const mesh::MeshSnapshot& snapshot) {
    if (!snapshot.inventory) {
        return;
    }
    QStringList words;
    for (const Node* version : facts.versions) {
        const auto found = snapshot.inventory->workloads.find(version->ns + '/' + version->workload);
        if (found != snapshot.inventory->workloads.end()) {
            const QString label = facts.versions.size() > 1 ? safeText(version->version) + QLatin1Char(' ') : QString();
            words << QStringLiteral("%1%2 of %3 ready").arg(label).arg(found->second.available).arg(found->second.desired);
        }
    }
    if (!words.isEmpty()) {
        facts.rows.push_back({QStringLiteral("Pods"), words.join(QStringLiteral(", ")), false});
    }
}

void addSplit(NodeFacts& facts, const Graph& graph, const Node& node, bool known) {
    std::vector<SplitPart> configured, observed;
    for (std::size_t i = 0; i < facts.versions.size(); ++i) {
        for (const mesh::Edge& edge : graph.edges) {
            const Node& source = graph.nodes[edge.source];
            if (&graph.nodes[edge.target] != facts.versions[i] || source.kind != NodeKind::Service ||
                (node.kind == NodeKind::Service && source.id != node.id)) {
                continue;
            }
            const QString name = safeText(facts.versions[i]->version);
            if (edge.weight.configured) {
                configured.push_back({name, edge.weight.configured->value, static_cast<int>(i)});
            }
            if (edge.weight.observed && known) {
                observed.push_back({name, edge.weight.observed->value, static_cast<int>(i)});
            }
            break;
        }
    }
    facts.split = facts.versions.size() > 1 && (!configured.empty() || !observed.empty());
    if (!configured.empty()) {
        facts.configured = std::move(configured);
    }
    if (!observed.empty()) {
        facts.observed = std::move(observed);
    }
}

} // namespace

std::optional<NodeFacts> factsOf(const mesh::MeshSnapshot& snapshot, const std::string& id, const TelemetryState& telemetry) {
    const Node* node = snapshot.graph ? snapshot.graph->node(id) : nullptr;
    if (node == nullptr) {
        return std::nullopt;
    }
    const Graph& graph = *snapshot.graph;
    NodeFacts facts;
    facts.versions = versionsOf(graph, *node);
    const bool oneOfMany = node->kind == NodeKind::App && facts.versions.size() > 1;
    facts.name = safeText(node->kind == NodeKind::App && !oneOfMany ? node->app : mesh::displayName(*node));
    facts.ns = node->ns;
    facts.service = node->service.empty() ? node->app : node->service;
    facts.glyph = glyphOf(*node, node->kind == NodeKind::Service, oneOfMany);
    facts.health = telemetry.known ? node->health : mesh::Health::Unknown;
    facts.reason = safeText(node->reason);
    facts.about = kindOf(*node) + (node->ns.empty() ? QString() : QStringLiteral(" in ") + safeText(node->ns));
    if (facts.versions.size() > 1) {
        facts.about += QStringLiteral(" · %1 versions").arg(facts.versions.size());
    }
    std::set<std::string> own;
    for (const Node& other : graph.nodes) { // the service in front of a version is no caller
        if (other.kind == NodeKind::Service && other.ns == node->ns && other.service == node->app && node->kind == NodeKind::App &&
            facts.versions.size() == 1) {
            own.insert(other.id);
        }
    }
    const Around around = lookAround(graph, *node, own);
    facts.errorShare = around.total > 0 && telemetry.known ? around.failed / around.total : 0;
    addRows(facts, graph, *node, around, telemetry.known);
    addPods(facts, snapshot);
    for (FactRow& row : configRows(snapshot, facts.ns, facts.service)) {
        facts.rows.push_back(std::move(row));
    }
    addSplit(facts, graph, *node, telemetry.known);
    return facts;
}

namespace {

double seconds(ServerTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

PlotSeries seriesOf(const std::vector<mesh::RedPoint>& points, const QString& name, const QColor& colour,
                    const std::function<std::optional<double>(const mesh::RedPoint&)>& value) {
    PlotSeries series{name, colour, LineStyle::Solid, false, {}};
    for (const mesh::RedPoint& point : points) {
        series.points.push_back({seconds(point.time), value(point)});
    }
    return series;
}

std::optional<double> figure(RedKind kind, const mesh::RedPoint& point) {
    return kind == RedKind::Rate ? std::optional(point.rate) : point.errorPercent;
}

QString lastOf(const PlotSeries& series) {
    for (auto it = series.points.rbegin(); it != series.points.rend(); ++it) {
        if (it->value) {
            return numberText(*it->value);
        }
    }
    return QStringLiteral("–");
}

void addDuration(RedFigures& figures, const std::vector<mesh::RedPoint>& points, const Theme& theme) {
    const auto add = [&](const char* name, const QColor& colour, LineStyle style, std::optional<Milliseconds> mesh::Latency::*field) {
        PlotSeries series = seriesOf(points, QString::fromLatin1(name), colour, [field](const mesh::RedPoint& p) {
            const auto& value = p.latency.*field;
            return value ? std::optional(value->value) : std::nullopt;
        });
        series.style = style;
        figures.now += (figures.now.isEmpty() ? QString() : QStringLiteral("   ")) + series.name + QLatin1Char(' ') + lastOf(series);
        figures.content.series.push_back(std::move(series));
    };
    add("p50", theme.text.tertiary, LineStyle::Solid, &mesh::Latency::p50);
    add("p95", theme.text.secondary, LineStyle::Dashed, &mesh::Latency::p95);
    add("p99", theme.text.primary, LineStyle::Dotted, &mesh::Latency::p99);
}

} // namespace

RedFigures redFigures(const mesh::MeshSnapshot& snapshot, const std::string& id, const NodeFacts& facts, RedKind kind,
                      const Theme& theme, const TelemetryState& telemetry, ServerTime time) {
    RedFigures figures;
    figures.content.to = seconds(time);
    figures.content.from = figures.content.to - 1800;
    figures.content.leastMaximum = kind == RedKind::Duration ? 10 : 1;
    if (!telemetry.known && snapshot.graph) {
        figures.content.unknownSince = seconds(snapshot.graph->time);
    }
    if (!snapshot.history) {
        return figures;
    }
    const auto past = [&](const std::string& node) -> const std::vector<mesh::RedPoint>* {
        const auto found = snapshot.history->find(node);
        return found == snapshot.history->end() || found->second.empty() ? nullptr : &found->second;
    };
    if (const auto* own = past(id)) { // no longer than there is something to show
        figures.content.from = std::max(figures.content.from, std::min(seconds(own->front().time), figures.content.to - 60));
    }
    if (kind == RedKind::Duration) {
        if (const auto* own = past(id)) {
            addDuration(figures, *own, theme);
        }
        return figures;
    }
    const bool byVersion = facts.versions.size() > 1;
    for (std::size_t i = 0; i < facts.versions.size() || (!byVersion && i == 0); ++i) {
        const auto* points = past(byVersion ? facts.versions[i]->id : id);
        if (points == nullptr) {
            continue;
        }
        const QString name = byVersion ? safeText(facts.versions[i]->version) : QString();
        const QColor colour = byVersion ? theme.versionColour(static_cast<int>(i)) : theme.of(mesh::Protocol::Http);
        PlotSeries series = seriesOf(*points, name, colour, [kind](const mesh::RedPoint& p) { return figure(kind, p); });
        const double last = points->back().errorPercent.value_or(0);
        if (kind == RedKind::Errors && last >= 0.5) {
            series.colour = theme.of(mesh::Health::Failing);
        }
        series.filled = kind == RedKind::Rate && figures.content.series.empty();
        const double begins = seconds(points->front().time);
        if (begins > figures.content.from + 60) {
            figures.content.marks.emplace_back(begins, kind == RedKind::Rate ? name + QStringLiteral(" begins") : QString());
        }
        figures.now += (figures.now.isEmpty() ? QString() : QStringLiteral("   ")) + (name.isEmpty() ? name : name + QLatin1Char(' ')) +
                       lastOf(series);
        figures.content.series.push_back(std::move(series));
    }
    if (!telemetry.known) {
        figures.now = QStringLiteral("unknown; last ") + figures.now;
    }
    return figures;
}

QString rateQuery(const NodeFacts& facts) {
    const auto quoted = [](const std::string& text) {
        return QString::fromStdString(text).replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    };
    return QStringLiteral("sum by (destination_version, response_code) (rate(istio_requests_total{reporter=\"source\","
                          "destination_service_name=\"%1\",destination_service_namespace=\"%2\"}[1m]))")
        .arg(quoted(facts.service), quoted(facts.ns));
}

} // namespace meshdeck::views
