#include <algorithm>
#include <array>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/card_words.h"
#include "map/scene_text.h"
#include "tables/graph_table_model.h"

namespace meshdeck::views {
namespace {

using mesh::Graph;
using mesh::Node;
using mesh::NodeKind;

TableCell word(const QString& text) {
    return {text, text};
}

TableCell figure(const std::optional<double>& value, const QString& text) {
    return value ? TableCell{text, *value} : TableCell{QStringLiteral("–"), {}};
}

TableCell rateCell(double requests, double bytes, bool known) {
    if (!known) {
        return {QStringLiteral("unknown"), {}};
    }
    if (requests <= 0 && bytes > 0) { // sorted among the others by its KiB/s
        return {QString::fromStdString(text::byteRate(BytesPerSecond(bytes))), bytes / 1024};
    }
    return {requests > 0 ? numberText(requests) : QStringLiteral("no traffic"), requests};
}

QString nameCell(const Node& node) {
    const std::string version = node.kind == NodeKind::App && !node.version.empty() ? " " + node.version : std::string();
    return safeText(node.kind == NodeKind::App ? node.app + version : mesh::displayName(node));
}

QString kindCell(const Node& node) {
    return kindWordOf(glyphOf(node, node.kind == NodeKind::Service, node.kind == NodeKind::App && !node.version.empty()));
}

// Rates of what comes in; of a caller that nobody calls, of what it sends.
std::pair<mesh::ClassRates, double> load(const Node& node) {
    double in = 0;
    for (const mesh::ClassRates& rates : node.in) {
        in += rates.total;
    }
    const auto& rates = in > 0 ? node.in : node.out;
    mesh::ClassRates sum = rates[0];
    sum.total += rates[1].total;
    sum.noResponse += rates[1].noResponse;
    sum.serverError += rates[1].serverError;
    sum.grpcError += rates[1].grpcError;
    return {sum, rates[2].total};
}

TableCell mtlsCell(const std::optional<Percent>& share, bool known) {
    if (!known || !share) {
        return {known ? QStringLiteral("not reported") : QStringLiteral("unknown"), {}};
    }
    return {share->value <= 0 ? QStringLiteral("plaintext") : QString::fromStdString(text::percent(*share)), share->value};
}

TableCell latencyCell(const std::optional<Milliseconds>& time, bool known) {
    return figure(known && time ? std::optional(time->value) : std::nullopt,
                  time ? QString::fromStdString(text::latency(*time)) : QString());
}

} // namespace

std::vector<TableColumn> nodeColumns() {
    return {{QStringLiteral("Name"), false},        {QStringLiteral("Kind"), false},   {QStringLiteral("Namespace"), false},
            {QStringLiteral("Health"), false},      {QStringLiteral("req/s"), true},   {QStringLiteral("Failing"), true},
            {QStringLiteral("Callers"), true},      {QStringLiteral("Callees"), true}, {QStringLiteral("Why"), false}};
}

std::vector<TableRow> nodeRows(const Graph& graph, const TelemetryState& telemetry) {
    std::vector<int> callers(graph.nodes.size(), 0), callees(graph.nodes.size(), 0);
    for (const mesh::Edge& edge : graph.edges) {
        ++callers[edge.target];
        ++callees[edge.source];
    }
    std::vector<TableRow> rows;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (node.kind == NodeKind::Box) {
            continue;
        }
        const auto [sum, bytes] = load(node);
        TableRow row;
        row.id = node.id;
        row.nodes = {node.id};
        row.health = telemetry.known ? node.health : mesh::Health::Unknown;
        // Worst first when sorted downwards: failing, degraded, then the rest.
        static constexpr std::array<int, 5> kWorse{1, 3, 4, 0, 2};
        const std::optional<double> share = telemetry.known && sum.total > 0 ? std::optional(failedShare(sum)) : std::nullopt;
        row.cells = {word(nameCell(node)),
                     word(kindCell(node)),
                     word(safeText(node.ns)),
                     {healthWord(row.health), kWorse[static_cast<std::size_t>(row.health)]},
                     rateCell(sum.total, bytes, telemetry.known),
                     figure(share, share ? shareText(*share) : QString()),
                     figure(callers[i], QString::number(callers[i])),
                     figure(callees[i], QString::number(callees[i])),
                     word(safeText(node.reason))};
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<TableColumn> edgeColumns() {
    return {{QStringLiteral("From"), false},  {QStringLiteral("To"), false},        {QStringLiteral("Protocol"), false},
            {QStringLiteral("req/s"), true},  {QStringLiteral("Failing"), true},    {QStringLiteral("p50"), true},
            {QStringLiteral("p95"), true},    {QStringLiteral("p99"), true},        {QStringLiteral("mTLS"), true},
            {QStringLiteral("Weight"), true}, {QStringLiteral("Seen"), true}};
}

std::vector<TableRow> edgeRows(const Graph& graph, const TelemetryState& telemetry) {
    std::vector<TableRow> rows;
    for (const mesh::Edge& edge : graph.edges) {
        const Node& source = graph.nodes[edge.source];
        const Node& target = graph.nodes[edge.target];
        const bool tcp = edge.protocol == mesh::Protocol::Tcp;
        TableRow row;
        row.id = edge.id;
        row.nodes = {source.id, target.id};
        row.health = telemetry.known ? edge.health : mesh::Health::Unknown;
        const std::optional<double> share =
            telemetry.known && !tcp && edge.rates.total > 0 ? std::optional(failedShare(edge.rates)) : std::nullopt;
        TableCell failing = figure(share, share ? shareText(*share) : QString());
        if (edge.denied()) {
            failing = {QStringLiteral("denied"), 2.0}; // more than all
            row.health = telemetry.known ? mesh::Health::Failing : row.health;
        }
        const auto& weight = edge.weight;
        const auto share100 = [&](const std::optional<Percent>& percent, bool known) {
            return figure(percent && known ? std::optional(percent->value) : std::nullopt,
                          percent ? QString::fromStdString(text::percent(*percent)) : QString());
        };
        row.cells = {word(nameCell(source)),
                     word(nameCell(target)),
                     word(protocolWord(edge.protocol)),
                     rateCell(tcp ? 0 : edge.rates.total, tcp ? edge.rates.total : 0, telemetry.known),
                     failing,
                     latencyCell(edge.latency.p50, telemetry.known),
                     latencyCell(edge.latency.p95, telemetry.known),
                     latencyCell(edge.latency.p99, telemetry.known),
                     mtlsCell(edge.mtls, telemetry.known),
                     share100(weight.configured, true),
                     share100(weight.observed, telemetry.known)};
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace meshdeck::views
