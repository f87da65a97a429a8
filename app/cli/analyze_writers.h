// The report of the checks in the forms of `meshdeck analyze -o`.
#pragma once

#include <string>

#include "policy/checks/checks.h"

namespace meshdeck::cli {

// Where a finding is, for people and tools: 1-based; 0 and "" when it came from a cluster.
struct FindingPlace {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
    std::string field; // "spec.http[0].route[0]"
};
[[nodiscard]] FindingPlace placeOf(const policy::Finding& finding);

// One finding as commands.md has it.
[[nodiscard]] config::Json findingJson(const policy::Finding& finding);

[[nodiscard]] std::string analyzeText(const policy::CheckReport& report, bool colour);
[[nodiscard]] std::string analyzeJson(const policy::CheckReport& report);   // commands.md
[[nodiscard]] std::string analyzeSarif(const policy::CheckReport& report);  // SARIF 2.1.0
[[nodiscard]] std::string analyzeGithub(const policy::CheckReport& report); // workflow commands of GitHub Actions

} // namespace meshdeck::cli
