// Paints a scene: the same picture on tiles, in tests, and in exports (design.md 4.9). Pure; any thread.
#pragma once

#include <QPainter>

#include "common/theme.h"
#include "map/scene.h"

namespace meshdeck::views {

enum class DetailLevel { Overview, Middle, Near };
[[nodiscard]] DetailLevel levelAt(double scale); // under 45 %, under 80 %, from there (visual.md 5)

// Paints what lies in `area` (scene pixels). The painter maps scene pixels to the device already; `scale` is that map's
// factor without the device's own ratio. Fills the ground first.
void paintMap(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& area, double scale);

// One card, for overlays and the legend. Letters are larger on the card where `scale` would make them smaller than 9 px.
void paintNode(QPainter& painter, const Scene& scene, const SceneNode& node, const Theme& theme, DetailLevel level,
               double scale = 1);
// The card of a closed group: name, how much is in it, requests, and how many of it are how well.
void paintGroup(QPainter& painter, const SceneNode& node, const Theme& theme, double scale);
// All edges that come near `area`.
void paintEdges(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& area, double scale);
void paintEdge(QPainter& painter, const Scene& scene, const SceneEdge& edge, const Theme& theme, const QRectF& area,
               double scale);
void paintEdgeLabel(QPainter& painter, const Scene& scene, const SceneEdge& edge, const Theme& theme, const QRectF& at);
// The colour of the surface a point lies on.
[[nodiscard]] QColor groundAt(const Scene& scene, const Theme& theme, QPointF at);
[[nodiscard]] QColor edgeColour(const SceneEdge& edge, const Theme& theme);
[[nodiscard]] QColor toneColour(Tone tone, const Theme& theme);
// An arrow's head by protocol: filled, double chevron, square; `tip` and the direction it points to.
void paintHead(QPainter& painter, mesh::Protocol protocol, QPointF tip, QPointF direction, double width,
               const QColor& colour);

} // namespace meshdeck::views
