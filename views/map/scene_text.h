// The words of the map: figures of cards, labels of edges, tips and the list of what needs attention.
#pragma once

#include <optional>

#include <QString>

#include "map/scene.h"

namespace meshdeck::views {

[[nodiscard]] QString healthWord(mesh::Health health);
[[nodiscard]] QString protocolWord(mesh::Protocol protocol);

// 5xx, gRPC errors and missing answers, as a share of all; 4xx are an application's own business (visual.md 2).
[[nodiscard]] double failedShare(const mesh::ClassRates& rates);

// "620 req/s · 0.12 %", "1.21 MiB/s", "no traffic"; a version card leaves the unit out: "112 · 0 %".
[[nodiscard]] QString nodeFigures(double requests, double bytes, double errorShare, bool version);
[[nodiscard]] QString shareText(double share); // 0..1
[[nodiscard]] QString numberText(double value);

// "90 %" and "seen 90.2", amber when further apart than the sampling error of the window.
[[nodiscard]] std::vector<TextPart> splitLabel(const mesh::SplitWeight& weight, double requestsInWindow);

// Edge width in px: clamp(1 + 1.5 log10(1 + r), 1, 8) (visual.md 5).
[[nodiscard]] double edgeWidth(double rate);

// What the pointer and a screen reader are told of an edge: "a → b\nHTTP, 12.2 req/s, 0.59 % fail".
[[nodiscard]] QString edgeTip(const Scene& scene, const SceneEdge& edge);

[[nodiscard]] std::vector<Attention> attentionOf(const Scene& scene);

} // namespace meshdeck::views
