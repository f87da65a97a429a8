// Which parts of an authorization rule only an HTTP proxy can look at (facts/semantics.md 4.3).
#pragma once

#include "config/typed/security.h"

namespace meshdeck::policy {

[[nodiscard]] bool usesHttp(const config::AuthorizationRule& rule);

} // namespace meshdeck::policy
