// Istio's StringMatch and other small values that many kinds share.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mesh/resource.h"

namespace meshdeck::config {

struct StringMatch {
    enum class Kind { Present, Exact, Prefix, Regex }; // Present: `{}`, or regex "*"
    Kind kind = Kind::Present;
    std::string value;
    bool operator==(const StringMatch&) const = default;
};

// In the order of the document.
using StringMatches = std::vector<std::pair<std::string, StringMatch>>;
using StringPairs = std::vector<std::pair<std::string, std::string>>;

// An Istio or Gateway API duration ("1.5s", "100ms", "1h2m"), exact to the nanosecond.
using ConfigDuration = std::chrono::nanoseconds;

// What a namespace-wide or targeted policy says it applies to.
struct TargetRef {
    std::string group;
    std::string kind;
    std::string name;
    std::string ns;          // only where the API has it; "" is the policy's own
    std::string sectionName; // BackendTLSPolicy
    bool operator==(const TargetRef&) const = default;
};
struct PolicyTarget {
    std::optional<mesh::Labels> selector; // matchLabels; absent: no selector
    std::vector<TargetRef> targetRefs;    // targetRef and targetRefs alike
};

struct HeaderOperations {
    StringPairs set;
    StringPairs add;
    std::vector<std::string> remove;
    [[nodiscard]] bool empty() const { return set.empty() && add.empty() && remove.empty(); }
};
struct HeaderEdits {
    HeaderOperations request;
    HeaderOperations response;
};

} // namespace meshdeck::config
