#include "policy/routing/answer.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace meshdeck::policy {
namespace {

constexpr std::string_view kDefaultRetryOn =
    "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
constexpr int kDefaultRetries = 2;

struct RetryOn {
    bool any5xx = false;
    bool gatewayError = false;
    bool reset = false;
    bool connectFailure = false;
    bool conflict = false; // 409
    std::vector<int> codes;
};

RetryOn parseRetryOn(std::string_view text) {
    RetryOn on;
    while (!text.empty()) {
        std::string_view word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        while (word.starts_with(' ')) {
            word.remove_prefix(1);
        }
        while (word.ends_with(' ')) {
            word.remove_suffix(1);
        }
        int code = 0;
        const auto parsed = std::from_chars(word.data(), word.data() + word.size(), code);
        if (parsed.ec == std::errc() && parsed.ptr == word.data() + word.size()) {
            on.codes.push_back(code);
        }
        on.any5xx = on.any5xx || word == "5xx";
        on.gatewayError = on.gatewayError || word == "gateway-error";
        on.reset = on.reset || word == "reset";
        on.connectFailure = on.connectFailure || word == "connect-failure";
        on.conflict = on.conflict || word == "retriable-4xx";
    }
    return on;
}

bool retriesStatus(const RetryOn& on, int status) {
    return (on.any5xx && status >= 500) || (on.gatewayError && status >= 502 && status <= 504) ||
           (on.conflict && status == 409) || std::ranges::find(on.codes, status) != on.codes.end();
}

// Envoy counts a reset and a try that took too long as an error of the 5xx kind.
bool retriesFailure(const RetryOn& on, Attempt::End end) {
    return on.any5xx || on.gatewayError || on.reset || (end == Attempt::End::ConnectFailure && on.connectFailure);
}

double milliseconds(config::ConfigDuration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

AnswerOutcome timedOut(int attempts, double delayMs) {
    return {504, "UT", "upstream request timeout", attempts, delayMs};
}

AnswerOutcome failed(Attempt::End end, int attempts, double delayMs) {
    const std::string retried = attempts > 1 ? "retried and the latest reset reason: " : "reset reason: ";
    const bool connect = end == Attempt::End::ConnectFailure;
    return {503, connect ? "UF" : "UC",
            "upstream connect error or disconnect/reset before headers. " + retried +
                (connect ? "remote connection failure" : "connection termination"),
            attempts, delayMs};
}

} // namespace

RetryPlan retryPlan(const config::HttpRetry* written, const config::MeshConfig& mesh) {
    if (written == nullptr && mesh.defaultHttpRetryPolicy) {
        written = &*mesh.defaultHttpRetryPolicy;
    }
    RetryPlan plan{kDefaultRetries, std::string(kDefaultRetryOn), std::nullopt};
    if (written == nullptr) {
        return plan;
    }
    plan.attempts = static_cast<int>(std::clamp<std::int64_t>(written->attempts.value_or(0), 0, 1'000'000));
    if (plan.attempts == 0) {
        return {0, {}, std::nullopt};
    }
    if (!written->retryOn.empty()) {
        plan.retryOn = written->retryOn;
    }
    if (written->perTryTimeout && written->perTryTimeout->count() > 0) {
        plan.perTryTimeoutMs = milliseconds(*written->perTryTimeout);
    }
    return plan;
}

AnswerOutcome answerThrough(const Attempt& attempt, std::optional<double> timeoutMs,
                            const std::optional<RetryPlan>& retries) {
    const RetryOn on = retries ? parseRetryOn(retries->retryOn) : RetryOn{};
    const int most = 1 + (retries ? retries->attempts : 0);
    std::optional<double> perTry = retries ? retries->perTryTimeoutMs : std::nullopt;
    if (perTry && timeoutMs && *perTry >= *timeoutMs) {
        perTry.reset(); // Envoy drops a limit that the whole request reaches first
    }
    const bool tryTimesOut = perTry && attempt.delayMs >= *perTry;
    const double perAttempt = tryTimesOut ? *perTry : attempt.delayMs;
    const bool responds = attempt.end == Attempt::End::Response;
    const bool again = tryTimesOut || !responds ? retriesFailure(on, tryTimesOut ? Attempt::End::Reset : attempt.end)
                                                : retriesStatus(on, attempt.status);
    double elapsed = 0;
    for (int attempts = 1;; ++attempts) {
        elapsed += perAttempt;
        if (timeoutMs && elapsed >= *timeoutMs) {
            return timedOut(attempts, *timeoutMs);
        }
        if (again && attempts < most) {
            continue;
        }
        if (tryTimesOut) {
            return timedOut(attempts, elapsed);
        }
        if (!responds) {
            return failed(attempt.end, attempts, elapsed);
        }
        return {attempt.status, again && most > 1 ? "URX" : "", std::nullopt, attempts, elapsed};
    }
}

} // namespace meshdeck::policy
