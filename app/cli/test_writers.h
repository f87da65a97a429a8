// Outcomes of `meshdeck test` in its forms.
#pragma once

#include <string>
#include <vector>

#include "policy/expectations/expectations.h"

namespace meshdeck::cli {

struct TestedFile {
    std::string name;
    std::vector<policy::ExpectationOutcome> outcomes;
};

[[nodiscard]] std::string testText(const std::vector<TestedFile>& files, bool colour);
[[nodiscard]] std::string testJson(const std::vector<TestedFile>& files);
[[nodiscard]] std::string testJunit(const std::vector<TestedFile>& files);
[[nodiscard]] std::string testTap(const std::vector<TestedFile>& files); // TAP 13

} // namespace meshdeck::cli
