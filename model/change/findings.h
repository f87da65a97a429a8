// What the checks say of the mesh as it would be after a change: which findings are new, which are gone.
#pragma once

#include <vector>

#include "change/plan.h"
#include "policy/checks/checks.h"

namespace meshdeck::change {

struct FindingsChange {
    std::vector<policy::Finding> added; // worst first
    std::vector<policy::Finding> fixed;
    std::size_t remaining = 0;          // found before and after

    [[nodiscard]] std::size_t errors() const; // of `added`
};

// The plan's objects as config, for the checks. An object that cannot be read as config is left out: the server's dry run
// says what is wrong with it.
[[nodiscard]] std::vector<policy::ConfigEdit> editsOf(const Plan& plan);

// A finding is the same one when code, object and message are: rules that only moved keep theirs.
[[nodiscard]] FindingsChange compareFindings(const policy::CheckReport& before, const policy::CheckReport& after);

} // namespace meshdeck::change
