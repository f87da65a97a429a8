// What the window is told when it is made: which context, how careful to be, what was looked for.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "common/theme.h"
#include "map/saved_filter.h"

namespace meshdeck::views {

enum class ContextKind { Production, Staging, Development, Demo };

// One place a kubeconfig was looked for in, for the start page: {"$KUBECONFIG", "not set"}.
struct LookedFor {
    std::string where;
    std::string result;
};

struct ShellOptions {
    std::string context; // empty: nothing is connected, the start page is shown
    ContextKind kind = ContextKind::Development;
    bool readOnly = false;
    std::string readOnlyReason; // "production context is read-only"; empty when writable
    bool mayUnlock = false;     // unlockRequested will be answered
    Duration window = std::chrono::minutes(1);
    ThemeKind theme = ThemeKind::Dark;
    bool highContrast = false;
    bool reducedMotion = false; // no dots, no fading
    std::vector<LookedFor> lookedFor;
    SavedFilters filters; // the user's own
    std::string savedRequests; // file of this context's saved requests; empty: kept only as long as the window
};

[[nodiscard]] QString contextWord(ContextKind kind);
[[nodiscard]] QColor contextColour(const Theme& theme, ContextKind kind);
[[nodiscard]] QColor contextTint(const Theme& theme, ContextKind kind);

} // namespace meshdeck::views
