// One rule of an AuthorizationPolicy against one request, as Envoy's RBAC filter does it (facts/semantics.md 4.3, 4.4).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "policy/security/attributes.h"

namespace meshdeck::policy::security {

// What becomes of a field that the chain cannot check: an ALLOW rule is dropped, every other rule loses the field.
enum class Unusable { DropsRule, DropsField };

struct RuleOutcome {
    Tri matches = Tri::No;
    bool dropped = false;            // the rule is not in the proxy's config at all
    std::set<std::string> missing;   // what would have to be known: "path", "method"
    std::vector<Rejection> rejected; // conditions that failed; `object` left empty, `pointer` within the rule: "/to/0/..."
};

[[nodiscard]] RuleOutcome matchRule(const config::AuthorizationRule& rule, const RequestView& view, Unusable unusable);

// The same in a ztunnel, which knows fewer fields: an ALLOW rule with others never matches, a DENY rule loses them and
// does nothing when none is left.
[[nodiscard]] RuleOutcome matchRuleInZtunnel(const config::AuthorizationRule& rule, const RequestView& view,
                                             Unusable unusable);

// The positive and negative values of one field or condition, with where they are written.
struct Clause {
    Key key;
    const std::vector<std::string>* values = nullptr;
    const std::vector<std::string>* notValues = nullptr;
    std::string_view field;    // "principals"; "" for a condition
    std::string_view notField; // "notPrincipals"
};
[[nodiscard]] std::vector<Clause> clausesOf(const config::AuthorizationSource& source);
[[nodiscard]] std::vector<Clause> clausesOf(const config::AuthorizationOperation& operation);

} // namespace meshdeck::policy::security
