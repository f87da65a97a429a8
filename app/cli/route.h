// `meshdeck route`: what becomes of a request, through every proxy on its way.
#pragma once

#include "cli/arguments.h"
#include "cli/commands.h"

namespace meshdeck::cli {

// 0 whatever becomes of the request; 2 when the request or the config could not be read. `in` is standard input.
[[nodiscard]] int runRoute(const Arguments& arguments, const Streams& streams, const Hooks& hooks, std::istream* in);

} // namespace meshdeck::cli
