// What a watch after an apply came to, for people and for scripts.
#pragma once

#include <string>

#include "cli/change_watch.h"

namespace meshdeck::cli {

// The document of meshdeck.apply/1 with "watch", and with "rollback" (of the same shape) when it was taken back.
[[nodiscard]] std::string watchedJson(const change::ApplyReport& report, const change::Plan& plan, const WatchOutcome& watched);
// Comes after applyText.
[[nodiscard]] std::string watchedText(const WatchOutcome& watched);

} // namespace meshdeck::cli
