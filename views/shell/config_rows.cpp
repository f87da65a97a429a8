#include "shell/config_rows.h"

#include <algorithm>
#include <set>

#include "common/safe_label.h"
#include "config/resource_json.h"
#include "config/routes.h"
#include "map/scene_text.h"
#include "shell/config_tab.h"
#include "shell/peers.h"

namespace meshdeck::views {
namespace {

QString valueText(const config::Json* value) {
    if (value == nullptr) {
        return {};
    }
    return safeText(value->is_string() ? value->get<std::string>() : value->dump());
}

// Defaults as Istio's API documents them: five errors, thirty seconds.
void addOutliers(const config::Json& rule, std::vector<FactRow>& rows) {
    const config::Json* outlier = config::at(rule, "/spec/trafficPolicy/outlierDetection");
    if (outlier == nullptr || !outlier->is_object()) {
        return;
    }
    const QString errors = valueText(config::at(*outlier, "/consecutive5xxErrors"));
    const QString gateway = valueText(config::at(*outlier, "/consecutiveGatewayErrors"));
    const QString time = valueText(config::at(*outlier, "/baseEjectionTime"));
    const QString what = !errors.isEmpty()    ? errors + QStringLiteral(" × 5xx")
                         : !gateway.isEmpty() ? gateway + QStringLiteral(" × 502, 503, 504")
                                              : QStringLiteral("5 × 5xx");
    rows.push_back({QStringLiteral("Outlier detection"), what + QStringLiteral(", ejects for ") + (time.isEmpty() ? QStringLiteral("30s") : time), false});
}

void addLimits(const config::Json& rule, std::vector<FactRow>& rows) {
    static constexpr std::pair<const char*, const char*> kLimits[] = {
        {"/spec/trafficPolicy/connectionPool/tcp/maxConnections", "connections"},
        {"/spec/trafficPolicy/connectionPool/http/http2MaxRequests", "requests"},
        {"/spec/trafficPolicy/connectionPool/http/http1MaxPendingRequests", "waiting"}};
    QStringList words;
    for (const auto& [pointer, word] : kLimits) {
        if (const QString value = valueText(config::at(rule, pointer)); !value.isEmpty()) {
            words << value + QLatin1Char(' ') + QString::fromLatin1(word);
        }
    }
    if (!words.isEmpty()) {
        rows.push_back({QStringLiteral("At most"), words.join(QStringLiteral(", ")), false});
    }
}

void addRoutes(const mesh::Resource& resource, std::vector<FactRow>& rows) {
    std::set<std::string> timeouts;
    bool fault = false, mirror = false;
    for (const config::WeightedRoute& route : config::weightedRoutes(resource)) {
        timeouts.insert(route.timeout.value_or("none"));
        fault = fault || route.fault;
        mirror = mirror || route.mirror;
    }
    if (!timeouts.empty() && (timeouts.size() > 1 || *timeouts.begin() != "none")) {
        QStringList words;
        for (const std::string& timeout : timeouts) {
            words << safeText(timeout);
        }
        rows.push_back({QStringLiteral("Timeout"), words.join(QStringLiteral(", ")), false});
    }
    if (fault) {
        rows.push_back({QStringLiteral("Fault injection"), QStringLiteral("on"), true});
    }
    if (mirror) {
        rows.push_back({QStringLiteral("Mirror"), QStringLiteral("on"), false});
    }
}

} // namespace

std::vector<FactRow> configRows(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& service) {
    std::vector<FactRow> rows;
    for (const mesh::ResourcePtr& resource : relatedResources(snapshot, ns, service)) {
        if (resource->ref.kind == "DestinationRule") {
            if (const auto object = config::parse(*resource)) {
                addOutliers(*object, rows);
                addLimits(*object, rows);
            }
        } else {
            addRoutes(*resource, rows);
        }
    }
    return rows;
}

QString failureWords(const mesh::Graph& graph, const std::string& node, const NodeFacts& facts) {
    std::map<std::string, double> codes, versions;
    double all = 0;
    for (const mesh::Edge& edge : graph.edges) {
        const bool inward = graph.nodes[edge.target].id == node;
        const auto version = std::find(facts.versions.begin(), facts.versions.end(), &graph.nodes[edge.target]);
        for (const mesh::Response& response : edge.responses) {
            const bool fails = isFailure({response.code, response.flags});
            if (fails && inward) {
                codes[response.code] += response.rate;
            }
            if (fails && graph.nodes[edge.source].id == node && version != facts.versions.end()) {
                versions[(*version)->version] += response.rate;
                all += response.rate;
            }
        }
    }
    QStringList words;
    for (const auto& [code, rate] : codes) {
        words << (code == "-" ? QStringLiteral("no answer") : safeText(code));
    }
    QString text = words.join(QStringLiteral(", "));
    if (facts.versions.size() > 1 && versions.size() == 1 && all > 0) {
        text = (codes.size() == 1 ? QStringLiteral("all ") : QString()) + text + QStringLiteral(" from ") + safeText(versions.begin()->first);
    }
    return text.trimmed();
}

} // namespace meshdeck::views
