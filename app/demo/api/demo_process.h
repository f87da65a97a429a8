// The running program: builds cluster and simulation, says where they are, waits for the end.
#pragma once

#include "app/demo/api/options.h"

namespace meshdeck::demo::api {

// Returns the exit code: 0 after an orderly end, 2 when something could not be started (said on standard error).
[[nodiscard]] int runDemo(const Options& options);

} // namespace meshdeck::demo::api
