// What a change would do, for people and for scripts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "change/apply.h"
#include "change/findings.h"
#include "change/prediction.h"

namespace meshdeck::cli {

struct DiffDocument {
    std::string context;
    const change::Plan& plan;
    const std::vector<change::PreviewObject>& objects; // empty: not asked of the server
    std::vector<std::pair<change::WeightEdit, change::Prediction>> predictions;
    std::string window; // "the last 1 min": where the predicted rates come from
    std::optional<change::FindingsChange> findings; // nothing: the mesh's config is not known
};

// Sentence, weight bars, predicted traffic, owners and a unified diff of the live object.
[[nodiscard]] std::string diffText(const DiffDocument& document, bool colour);
// Schema meshdeck.diff/1.
[[nodiscard]] std::string diffJson(const DiffDocument& document);

// One bar of a split, `columns` characters wide, and its legend: "████████▒▒  v1 80 %  v2 20 %".
[[nodiscard]] std::string splitBar(const std::vector<std::pair<std::string, double>>& shares, std::size_t columns);

// The unified diff of one object as YAML, without what only the server owns.
[[nodiscard]] std::string objectDiff(const change::PlannedObject& planned, const std::string& afterName);

} // namespace meshdeck::cli
