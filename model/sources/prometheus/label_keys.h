// What the names of a series' labels mean to a graph.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "traffic/series.h"

namespace meshdeck::sources {

enum class LabelRole : std::uint8_t { Other, Measure, Reporter, Known };

struct LabelKey {
    std::string name;
    LabelRole role = LabelRole::Other;
    traffic::Label label = traffic::Label::Count; // of a known one
};

// By Istio's names, those of extensions (kiali_ext_*) and our own (vector_parser.h).
[[nodiscard]] LabelKey describeKey(std::string_view name);
// The value of the label "reporter"; `otherwise` for words that are none.
[[nodiscard]] traffic::Reporter reporterOf(std::string_view word, traffic::Reporter otherwise);
// The value of kMeasureLabel; nothing for words that are none.
[[nodiscard]] std::optional<traffic::Measure> measureOf(std::string_view word);

} // namespace meshdeck::sources
