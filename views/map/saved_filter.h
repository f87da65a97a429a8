// A filter under a name of the user's: what is found, what is hidden.
#pragma once

#include <vector>

#include <QString>

namespace meshdeck::views {

struct SavedFilter {
    QString name;
    QString find;
    QString hide;
    bool operator==(const SavedFilter&) const = default;
};
using SavedFilters = std::vector<SavedFilter>;

// What comes with Meshdeck: the questions of a bad night.
[[nodiscard]] const SavedFilters& builtinFilters();

} // namespace meshdeck::views
