// `meshdeck test`: expectations on routes, splits and policies, checked without sending anything.
#pragma once

#include "cli/arguments.h"
#include "cli/commands.h"

namespace meshdeck::cli {

// 0 all hold; 1 when one fails; 2 when a file could not be read or a test makes no sense. `in` is standard input.
[[nodiscard]] int runTest(const Arguments& arguments, const Streams& streams, const Hooks& hooks, std::istream* in);

} // namespace meshdeck::cli
