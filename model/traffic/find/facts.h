// What an operand says of one node or edge. Only the evaluation uses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/find/evaluate.h"

namespace meshdeck::traffic::find {

enum class Truth : std::uint8_t { False, Unknown, True };

// Ranks by number of calls in and out: 1 for the most, at most 100 of them.
[[nodiscard]] std::vector<int> ranksOf(const mesh::Graph& graph);

[[nodiscard]] Truth flagOf(FindOperand operand, const mesh::Node& node);
[[nodiscard]] Truth flagOf(FindOperand operand, const mesh::Edge& edge);
// Nothing when it is not known. Rank is not among them.
[[nodiscard]] std::optional<double> numberOf(FindOperand operand, const mesh::Node& node);
[[nodiscard]] std::optional<double> numberOf(FindOperand operand, const mesh::Edge& edge, const mesh::Graph& graph);
// All texts that count for the operand; a comparison holds when it does for one of them.
void textsOf(FindOperand operand, const mesh::Node& node, std::vector<std::string_view>& texts);
void textsOf(FindOperand operand, const mesh::Edge& edge, const mesh::Graph& graph, std::vector<std::string_view>& texts);
// Values of a label on what stands behind a node.
void labelsOf(const std::string& key, const mesh::Node& node, const mesh::Inventory& inventory, std::vector<std::string_view>& values);
// Whether the operand's figures come from telemetry, so that they are not known without it.
[[nodiscard]] bool isMeasured(FindOperand operand);

// In any case; Less and Greater in natural order ("v2" < "v10").
[[nodiscard]] bool holds(FindCompare compare, std::string_view text, std::string_view with);
[[nodiscard]] bool holds(FindCompare compare, double number, double with);

} // namespace meshdeck::traffic::find
