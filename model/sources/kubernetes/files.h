// Small files of the user, read whole; private to this folder.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace meshdeck::sources::kubernetes {

// NotFound, Io (with the system's words) or TooLarge.
[[nodiscard]] Result<std::string> readFile(const std::string& path, std::size_t maxBytes);

} // namespace meshdeck::sources::kubernetes
