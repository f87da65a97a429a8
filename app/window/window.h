// The window's half of the composition: opens a mesh, puts a MainWindow on it, and changes both when the user asks for
// another mesh.
#pragma once

#include "cli/arguments.h"

namespace meshdeck::app {

// Runs the window until it is closed; the answer is the exit code. `argc` and `argv` are Qt's.
[[nodiscard]] int runWindow(int argc, char** argv, const cli::Arguments& arguments);

} // namespace meshdeck::app
