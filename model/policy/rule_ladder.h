// The rules that a request was held against, in order, with every condition ticked, crossed or not looked at: what
// people read to see why a request goes where it goes. It is told from the simulator's own answer (RequestResult::rejected
// and ::matched), so that it cannot say anything else.
#pragma once

#include <string>
#include <vector>

#include "policy/request.h"

namespace meshdeck::policy {

struct LadderCondition {
    enum class State { Holds, Fails, NotLookedAt };
    std::string what;   // "headers[x-user-group] exact", "sourceLabels"
    std::string wanted; // "beta"
    std::string got;    // of one that fails: what the request has; may be empty
    State state = State::NotLookedAt;
};
// The conditions of one match, that must all hold; none: every request.
struct LadderMatch {
    std::string pointer; // in the rule's object
    std::vector<LadderCondition> conditions;
};
struct LadderRule {
    enum class State { Matches, DoesNotMatch, NotReached };
    ConfigObjectPtr object; // a delegate's rule: the delegate
    std::string pointer;    // "/spec/http/1"
    std::string name;       // as written; may be empty
    State state = State::NotReached;
    std::vector<LadderMatch> matches; // one of them is enough; none: takes every request
    std::string leadsTo;    // "v3 80 %, v2 20 %", "redirect to /login", "answers 503"
};
// The rules of one VirtualService or Gateway API route.
struct RuleLadder {
    ConfigObjectPtr object;
    std::vector<LadderRule> rules;
};

// One ladder for each object whose rules were looked at, in the order in which that was; empty when no written rule had a
// say (a service's default route, a connection that no rule is for).
[[nodiscard]] std::vector<RuleLadder> ruleLadders(const World& world, const RequestResult& result);

} // namespace meshdeck::policy
