#include "policy/routing/answer.h"

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using namespace std::chrono_literals;

Attempt answers(int status, double delayMs = 0) {
    return {Attempt::End::Response, status, delayMs};
}

TEST(RetryPlan, NothingWritten_isIstiosTwoConnectRetries) {
    const RetryPlan plan = retryPlan(nullptr, {});
    EXPECT_EQ(plan.attempts, 2);
    EXPECT_EQ(answerThrough(answers(503), std::nullopt, plan).attempts, 1);
    EXPECT_EQ(answerThrough({Attempt::End::ConnectFailure, 0, 0}, std::nullopt, plan).attempts, 3);
    EXPECT_EQ(answerThrough({Attempt::End::Reset, 0, 0}, std::nullopt, plan).attempts, 1);
}

TEST(RetryPlan, AttemptsUnset_disablesRetries) {
    config::HttpRetry written;
    EXPECT_EQ(retryPlan(&written, {}).attempts, 0);
    config::MeshConfig mesh;
    mesh.defaultHttpRetryPolicy.emplace();
    mesh.defaultHttpRetryPolicy->attempts = 7;
    EXPECT_EQ(retryPlan(nullptr, mesh).attempts, 7);
    EXPECT_EQ(retryPlan(&written, mesh).attempts, 0);
}

TEST(Answer, RetryOn_conditions) {
    EXPECT_EQ(answerThrough(answers(500), std::nullopt, RetryPlan{2, "5xx", {}}).attempts, 3);
    EXPECT_EQ(answerThrough(answers(500), std::nullopt, RetryPlan{2, "gateway-error", {}}).attempts, 1);
    EXPECT_EQ(answerThrough(answers(503), std::nullopt, RetryPlan{2, "gateway-error", {}}).attempts, 3);
    EXPECT_EQ(answerThrough(answers(503), std::nullopt, RetryPlan{1, "connect-failure, 503", {}}).attempts, 2);
    EXPECT_EQ(answerThrough(answers(409), std::nullopt, RetryPlan{1, "retriable-4xx", {}}).attempts, 2);
}

TEST(Answer, Timeout_reached_is504) {
    const AnswerOutcome outcome = answerThrough(answers(200, 350), 200, std::nullopt);
    EXPECT_EQ(outcome.status, 504);
    EXPECT_EQ(outcome.flag, "UT");
    EXPECT_EQ(outcome.delayMs, 200);
    EXPECT_EQ(outcome.attempts, 1);
}

TEST(Answer, PerTryTimeout_triesAgainWithin5xx) {
    const AnswerOutcome outcome = answerThrough(answers(200, 350), 5000, RetryPlan{2, "5xx", 200});
    EXPECT_EQ(outcome.status, 504);
    EXPECT_EQ(outcome.attempts, 3);
    EXPECT_EQ(outcome.delayMs, 600);
    EXPECT_EQ(answerThrough(answers(200, 350), 5000, RetryPlan{2, "503", 200}).attempts, 1);
}

TEST(Answer, PerTryTimeout_notBelowTimeout_isDropped) {
    EXPECT_EQ(answerThrough(answers(200, 350), 200, RetryPlan{2, "5xx", 200}).attempts, 1);
}

TEST(Answer, FailedConnection_saysSoInEnvoysWords) {
    const AnswerOutcome outcome = answerThrough({Attempt::End::ConnectFailure, 0, 0}, std::nullopt, std::nullopt);
    EXPECT_EQ(outcome.status, 503);
    EXPECT_EQ(outcome.flag, "UF");
    EXPECT_EQ(outcome.body, "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure");
}

} // namespace
} // namespace meshdeck::policy
