// Paths as authorization sees them: without query, normalised as the mesh says, compared with patterns and templates.
#pragma once

#include <string>
#include <string_view>

namespace meshdeck::policy::security {

// The path without query and fragment, after MeshConfig.pathNormalization: "NONE", "BASE" (dot segments, backslashes,
// needless escapes), "MERGE_SLASHES" (also "//"), "DECODE_AND_MERGE_SLASHES" (also %2F and %5C).
[[nodiscard]] std::string normalizedPath(std::string_view pathAndQuery, std::string_view normalization);

// True for a template: "{*}" is one segment, "{**}" any text (the last operator; text may follow it): "/a/{**}/" fits
// "/a/b/c/" and "/a//", not "/a/b".
[[nodiscard]] bool isPathTemplate(std::string_view pattern);
[[nodiscard]] bool matchesPathTemplate(std::string_view pattern, std::string_view path);

} // namespace meshdeck::policy::security
