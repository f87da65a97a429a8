// What the label of a drawn line says: what is wrong with it in words, the split of a version, and the figure that was
// asked for, without its unit (the tool row and the title block have it).
#pragma once

#include "map/scene.h"
#include "traffic/edge_figure.h"

namespace meshdeck::views {

struct LabelFacts {
    traffic::EdgeFigure figure = traffic::EdgeFigure::Rate;
    bool known = true; // telemetry is young enough to be shown
    int callers = 0;   // of the called: a single caller's rate is what the card says
    int callees = 0;   // of the caller: a single callee's share is all of it
    std::optional<traffic::EdgeSum::Value> value = {}; // of the figure, but for Rate, which the line knows
};

// The parts of a label; `split` is what a split edge says of its weights, and stays.
[[nodiscard]] std::vector<TextPart> edgeLabel(const SceneEdge& edge, const LabelFacts& facts, std::vector<TextPart> split);
// "22", "< 1", "≤ 120", "12 s", "42 %", "61.2 KiB/s".
[[nodiscard]] QString figureText(traffic::EdgeFigure figure, const traffic::EdgeSum::Value& value);
// The sum over a line's members; `graph` is the one whose ids they are.
[[nodiscard]] traffic::EdgeSum sumOf(const SceneEdge& edge, const mesh::Graph& graph);

} // namespace meshdeck::views
