// `meshdeck graph`: the service graph without a window.
#pragma once

#include "cli/arguments.h"
#include "cli/commands.h"

namespace meshdeck::cli {

// What the graph options ask for; InvalidArgument with the words that are possible.
[[nodiscard]] Result<traffic::GraphOptions> graphOptions(const Arguments& arguments);

// Whether the form is a picture, which the views paint.
[[nodiscard]] bool isPicture(std::string_view output);

// Connects, waits until every source has answered or failed, cuts out what --find and --hide ask for, prints.
// 0, or 2 when there is no graph to print.
[[nodiscard]] int runGraph(const Arguments& arguments, const Streams& streams, const Hooks& hooks);

} // namespace meshdeck::cli
