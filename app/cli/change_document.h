// Everything that a diff shows, put together from a plan and the mesh it is made on.
#pragma once

#include "cli/change_commands.h"
#include "cli/diff_writers.h"

namespace meshdeck::cli {

// Waits for the snapshot. `objects`: what the preview said; empty without one. Both outlive the document.
[[nodiscard]] DiffDocument documentOf(const ChangeWorld& world, const Arguments& arguments, const change::Plan& plan,
                                      const std::vector<change::PreviewObject>& objects);

} // namespace meshdeck::cli
