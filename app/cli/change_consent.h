// The user's word before a write.
#pragma once

#include "cli/change_commands.h"

namespace meshdeck::cli {

// ok when --yes was given or the person at the terminal agrees: with "yes", in a production context with the context's
// name; `findings`: how many the change adds. InvalidArgument without a terminal and without --yes; Cancelled when the person does not agree (said so here).
[[nodiscard]] Status askConsent(const ChangeWorld& world, const Arguments& arguments, const Streams& streams,
                                std::size_t findings);

} // namespace meshdeck::cli
