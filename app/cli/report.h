// How a command speaks on standard error (commands.md): one sentence and one hint, nothing secret, nothing that moves
// the cursor.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/commands.h"

namespace meshdeck::cli {

// "meshdeck: cannot reach ...: connection refused. Hint: ..." and the exit code 2. Cancelled says nothing.
int reportError(const Error& error, const Streams& streams);

// A remark that is neither result nor error: "meshdeck: note". Nothing when quiet.
void note(std::string_view text, bool quiet, const Streams& streams);

// Colour is used on a terminal unless NO_COLOR holds anything (no-color.org) or TERM is dumb.
[[nodiscard]] bool useColour(bool isTerminal);

} // namespace meshdeck::cli
