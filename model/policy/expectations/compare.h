// Holds what a test expects against a result, field by field.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/json.h"

namespace meshdeck::policy {

struct Mismatch {
    std::string field; // "cluster", "authorization.decision", "split.v2"
    config::Json wanted;
    config::Json got; // null: not there
};

// `expect` may have any field of a result (objects: only the fields written count; lists: all of them in order), and
// three short forms: `policy`, `split: {SUBSET or HOST: PERCENT}`, and a text for `matched`, `mtls` and `authorization`.
// InvalidArgument for a field that no result has.
[[nodiscard]] Result<std::vector<Mismatch>> compareResult(const config::Json& expect, const config::Json& result);

} // namespace meshdeck::policy
