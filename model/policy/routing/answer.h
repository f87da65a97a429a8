// What a client gets of a destination's answer through timeout and retries of the rule (facts/semantics.md 1.8).
#pragma once

#include <optional>
#include <string>

#include "policy/request.h"

namespace meshdeck::policy {

// How one try ends at the destination.
struct Attempt {
    enum class End { Response, ConnectFailure, Reset };
    End end = End::Response;
    int status = 200;
    double delayMs = 0; // until the answer
};

struct AnswerOutcome {
    int status = 200;
    std::string flag; // "UT" timeout, "URX" retries used up, "UF", "UC"; "" none
    std::optional<std::string> body; // when the proxy answers in the destination's place
    int attempts = 1;
    double delayMs = 0; // without back-off, which is random
};

// Every try ends as `attempt` says. Waits between tries (25 ms and more, at random) are not counted.
[[nodiscard]] AnswerOutcome answerThrough(const Attempt& attempt, std::optional<double> timeoutMs,
                                          const std::optional<RetryPlan>& retries);

// The plan in effect (1.8): the rule's, else the mesh's, else Istio's own two retries. Null `written`: none is written.
[[nodiscard]] RetryPlan retryPlan(const config::HttpRetry* written, const config::MeshConfig& mesh);

} // namespace meshdeck::policy
