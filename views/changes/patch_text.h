// A planned patch as text: to read, to paste into a shell, to keep in a file.
#pragma once

#include <string>
#include <string_view>

#include "change/cluster.h"

namespace meshdeck::views {

// RFC 6902, one operation a line, so that it reads well in a commit message. Empty for an empty patch.
[[nodiscard]] std::string patchText(const change::JsonPatch& patch);

// One `kubectl patch --type=json` that sends the same bytes, quoted for a POSIX shell. Without a context's name kubectl
// takes the current one.
[[nodiscard]] std::string kubectlPatch(const mesh::ResourceRef& ref, const change::JsonPatch& patch,
                                       const std::string& context);

// In single quotes, unless it is made of characters that no shell reads anything into.
[[nodiscard]] std::string shellQuoted(std::string_view text);

} // namespace meshdeck::views
