// Every code a check may report, with its name and severity. IST codes are Istio's (istioctl analyze), KIA codes
// Kiali's, MD codes ours (facts/semantics.md 7).
#pragma once

#include <span>
#include <string_view>

#include "policy/checks/finding.h"

namespace meshdeck::policy {

struct Code {
    std::string_view code;
    std::string_view name;
    Severity severity = Severity::Warning;
};

[[nodiscard]] std::span<const Code> allCodes(); // sorted by code
[[nodiscard]] const Code* findCode(std::string_view code);

// Codes that no check reports, each with the reason: it cannot be seen from config, or another code says it.
struct UncheckedCode {
    std::string_view code;
    std::string_view reason;
};
[[nodiscard]] std::span<const UncheckedCode> uncheckedCodes();

} // namespace meshdeck::policy
