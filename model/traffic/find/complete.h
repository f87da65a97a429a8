// What could come next in a find expression, by the token under the cursor. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mesh/graph.h"

namespace meshdeck::traffic {

struct FindChoice {
    std::string text; // in the place of the token
    std::string help; // "share of gRPC errors", "namespace"; may be empty
    bool operator==(const FindChoice&) const = default;
};

struct FindCompletion {
    std::size_t position = 0; // what the choices replace, bytes
    std::size_t length = 0;
    std::vector<FindChoice> choices; // best first, at most 12

    bool operator==(const FindCompletion&) const = default;
};

// `graph` gives the values: namespaces, apps, versions, codes, ...; null: operands and operators only.
[[nodiscard]] FindCompletion completeFind(std::string_view text, std::size_t cursor, const mesh::Graph* graph);

} // namespace meshdeck::traffic
