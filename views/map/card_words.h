// What single graph nodes become on their cards: glyph, words, badges.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <QString>

#include "map/scene.h"

namespace meshdeck::views {

[[nodiscard]] Glyph glyphOf(const mesh::Node& node, bool service, bool version);
[[nodiscard]] QString kindWordOf(Glyph glyph);
// Adds what is not there yet, the loudest first.
void addBadges(const mesh::Node& node, std::vector<Badge>& badges);
// Of an app with one version the version says nothing on the map; the inspector has it.
[[nodiscard]] std::string nameOf(const mesh::Node& node);
[[nodiscard]] mesh::Health worse(mesh::Health a, mesh::Health b);
// "5 services · 1 workload" from the numbers of services, versions and others.
[[nodiscard]] QString extraOf(const std::array<int, 3>& count);

} // namespace meshdeck::views
