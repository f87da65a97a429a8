// `meshdeck analyze`: all checks over a mesh's config, from a cluster, files or both.
#pragma once

#include "cli/arguments.h"
#include "cli/commands.h"

namespace meshdeck::cli {

// 0; 1 when there is a finding of severity error; 2 when the config could not be read. `in` is standard input.
[[nodiscard]] int runAnalyze(const Arguments& arguments, const Streams& streams, const Hooks& hooks, std::istream* in);

} // namespace meshdeck::cli
