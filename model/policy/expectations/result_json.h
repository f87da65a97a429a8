// What became of a request as the JSON of `meshdeck route` (commands.md). What does not apply is absent; `status` is null
// where the connection was refused or nothing can be said.
#pragma once

#include "policy/request.h"

namespace meshdeck::policy {

[[nodiscard]] config::Json resultJson(const RequestResult& result);

// What explains the end of a request, one line each: the rule that matched, what refused it, the conditions that others
// failed on, every reason.
[[nodiscard]] std::vector<std::string> explanation(const RequestResult& result);

} // namespace meshdeck::policy
