// The PATH of the user's login shell: a program started from a desktop menu does not have it; private.
#pragma once

#include <string>

namespace meshdeck::sources::kubernetes {

// Asked once a process, at most 5 s; "" when the shell does not tell.
[[nodiscard]] const std::string& loginShellPath();

} // namespace meshdeck::sources::kubernetes
