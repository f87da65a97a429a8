// What a weight edit will do to the traffic, from the rates of the graph: said as a sentence, as rows, and per edge for
// the map's ghosts. Expected share = weight / sum of weights of the requests that hit the route; what cannot be told
// (other routes of the same host match first, say) is said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "change/plan.h"
#include "config/routes.h"
#include "mesh/graph.h"

namespace meshdeck::change {

struct PredictedRow {
    std::string name;               // "reviews v2", "reviews v2 failed"
    std::string unit;               // "req/s" or "%"
    std::optional<double> now;      // nothing: not known
    std::optional<double> after;
    bool worse = false;             // errors grow, say
};

struct PredictedEdge {
    std::string edgeId;             // service -> version edge of the graph; empty when it has none yet
    std::string targetNodeId;
    std::optional<Percent> shareBefore;
    std::optional<Percent> shareAfter;
    std::optional<double> rateNow;  // per second
    std::optional<double> rateAfter;
};

struct Prediction {
    std::string sentence; // "reviews: v2 10 % → 30 %, about 12.4 → 37.1 requests/s"
    std::vector<PredictedRow> rows;
    std::vector<PredictedEdge> edges;
    std::vector<std::string> unknowns; // what cannot be predicted and why, one sentence each
};

// `graph` may be null: then only shares are known. Pure.
[[nodiscard]] Prediction predict(const WeightEdit& edit, const mesh::Graph* graph);

} // namespace meshdeck::change
