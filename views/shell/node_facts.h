// What the inspector tells about a node, taken from a snapshot: pure, so that it is tested without a window.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "charts/red_plot.h"
#include "charts/split_bar.h"
#include "map/cards.h"
#include "mesh/snapshot.h"

namespace meshdeck::views {

struct FactRow {
    QString name;
    QString value;
    bool bad = false;
};

struct NodeFacts {
    QString name;
    QString about; // "Service in orders · 2 versions"
    QString reason;
    mesh::Health health = mesh::Health::Unknown;
    Glyph glyph = Glyph::Unknown; // of its card
    double errorShare = 0;
    std::string ns;
    std::string service; // name it is called by; empty for things without one
    std::vector<const mesh::Node*> versions; // of its app, sorted; only while the snapshot lives
    std::vector<FactRow> rows;
    std::optional<std::vector<SplitPart>> configured;
    std::optional<std::vector<SplitPart>> observed;
    bool split = false;
};

// Nothing for an unknown id.
[[nodiscard]] std::optional<NodeFacts> factsOf(const mesh::MeshSnapshot& snapshot, const std::string& node,
                                               const TelemetryState& telemetry);

enum class RedKind { Rate, Errors, Duration };
// Series by version for rate and errors, by percentile for the duration. `now` is the last figure of each series.
struct RedFigures {
    PlotContent content;
    QString now;
};
[[nodiscard]] RedFigures redFigures(const mesh::MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts,
                                    RedKind kind, const Theme& theme, const TelemetryState& telemetry, ServerTime time);

// The query behind the rate, to paste into Prometheus.
[[nodiscard]] QString rateQuery(const NodeFacts& facts);

} // namespace meshdeck::views
