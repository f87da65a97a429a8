// The PATH of the user's login shell: a program started from a desktop menu does not have it; private.
#pragma once

#include <chrono>
#include <string>

namespace meshdeck::sources::kubernetes {

// Of $SHELL, asked once a process, at most 5 s; "" when the shell does not tell.
[[nodiscard]] const std::string& loginShellPath();
// The PATH that a shell has as a login shell, whatever its start-up files print; "" when it is no absolute path, fails,
// says nothing or takes longer than `limit`.
[[nodiscard]] std::string pathOfShell(const std::string& shell, std::chrono::milliseconds limit);

} // namespace meshdeck::sources::kubernetes
