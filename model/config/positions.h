// Where values stand in a text of YAML documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/object.h"

namespace meshdeck::config {

// Line and column of the value that `tokens` (those of a JSON pointer) lead to in the document of that index: of a
// scalar and of a list item its own, of a map or list under a key the key's. The nearest parent that exists when there is
// no such value; {0, 0} when the text cannot be read that far.
[[nodiscard]] Position findPosition(std::string_view text, std::size_t document, const std::vector<std::string>& tokens);

// positionOf() for many at once: each text is read only once. One answer a place, in their order.
struct Place {
    const ConfigObject* object = nullptr;
    std::string pointer;
};
[[nodiscard]] std::vector<Position> positionsOf(const std::vector<Place>& places);

} // namespace meshdeck::config
