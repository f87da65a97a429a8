// What the find field understands: words are parts of names, `err > 1` (percent), `rate > 100` (req/s), `ns:shop`,
// `failing`, `degraded`, `idle`, `denied`, `plaintext` or `!mtls`; side by side means and, `or` means or.
#pragma once

#include <vector>

#include <QString>

#include "map/scene.h"

namespace meshdeck::views {

// By node: does it match? Empty for an empty query.
[[nodiscard]] std::vector<bool> findNodes(const Scene& scene, const QString& query);

} // namespace meshdeck::views
