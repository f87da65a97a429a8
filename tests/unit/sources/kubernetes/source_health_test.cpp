#include "sources/kubernetes/source_health.h"

#include <gtest/gtest.h>

namespace meshdeck::sources::kubernetes {
namespace {

using mesh::SourceState;

KindHealth kindIn(std::string plural, ReflectorState state, Error error = {}, std::string scope = {}) {
    return {std::move(plural), std::move(scope), state, std::move(error), false};
}

const Error kForbidden{ErrorKind::Forbidden, "pods is forbidden", "ask for list on pods", ""};
const Error kLost{ErrorKind::Unreachable, "connection reset", "check the network", ""};
const ServerTime kBefore{Duration(1'700'000'000'000)};

TEST(SourceHealth, allKindsRead_isLive) {
    const auto health =
        summarize({kindIn("pods", ReflectorState::Live), kindIn("services", ReflectorState::Live)}, {}, kBefore);
    EXPECT_EQ(health.name, "kubernetes");
    EXPECT_EQ(health.state, SourceState::Live);
    EXPECT_EQ(health.detail, "");
    EXPECT_EQ(health.lastSuccess, kBefore);
}

TEST(SourceHealth, kindThatIsNotServed_isNothingToMiss) {
    EXPECT_EQ(summarize({kindIn("pods", ReflectorState::Live), kindIn("httproutes", ReflectorState::NotServed)}, {}, {}).state,
              SourceState::Live);
}

TEST(SourceHealth, kindsStillRead_isConnecting) {
    const auto health =
        summarize({kindIn("pods", ReflectorState::Live), kindIn("services", ReflectorState::Connecting)}, {}, {});
    EXPECT_EQ(health.state, SourceState::Connecting);
    EXPECT_EQ(health.detail, "Reading the cluster");
    EXPECT_EQ(health.hint, "");
}

TEST(SourceHealth, firstTryThatFailed_saysWhyAndWhatToDo_unlessItPassesByItself) {
    const auto refused = summarize({kindIn("pods", ReflectorState::Connecting, kLost)}, {}, {});
    EXPECT_EQ(refused.state, SourceState::Connecting);
    EXPECT_EQ(refused.detail, "Connection reset");
    EXPECT_EQ(refused.hint, "Check the network");
    // A hint tells those who wait that waiting does not help.
    const Error busy{ErrorKind::TooManyRequests, "too many requests", "wait", ""};
    EXPECT_EQ(summarize({kindIn("pods", ReflectorState::Connecting, busy)}, {}, {}).hint, "");
}

TEST(SourceHealth, oneConnectionLost_isStaleWhateverElseIsRead) {
    const auto health = summarize({kindIn("pods", ReflectorState::Live), kindIn("services", ReflectorState::Lost, kLost),
                                   kindIn("gateways", ReflectorState::Denied, kForbidden)},
                                  {}, kBefore);
    EXPECT_EQ(health.state, SourceState::Stale);
    EXPECT_EQ(health.detail, "Connection reset");
    EXPECT_EQ(health.hint, "check the network");
}

TEST(SourceHealth, someKindsRefused_isPartialAndNamesThem) {
    const auto health = summarize({kindIn("pods", ReflectorState::Live), kindIn("gateways", ReflectorState::Denied, kForbidden),
                                   kindIn("sidecars", ReflectorState::Denied, kForbidden, "shop")},
                                  {}, {});
    EXPECT_EQ(health.state, SourceState::Partial);
    EXPECT_EQ(health.detail, "No permission to list and watch gateways, sidecars in shop");
    EXPECT_NE(health.hint.find("-n"), std::string::npos);
}

TEST(SourceHealth, everythingRefused_isDeniedInTheServersWords) {
    const auto health = summarize({kindIn("pods", ReflectorState::Denied, kForbidden)}, {}, {});
    EXPECT_EQ(health.state, SourceState::Denied);
    EXPECT_EQ(health.detail, "Pods is forbidden");
    EXPECT_EQ(health.hint, "ask for list on pods");
}

TEST(SourceHealth, clusterRefusedButNamespacesRead_saysWhich) {
    KindHealth everywhere = kindIn("pods", ReflectorState::Denied, kForbidden);
    everywhere.replaced = true;
    const std::vector<KindHealth> kinds{everywhere, kindIn("pods", ReflectorState::Live, {}, "a")};
    EXPECT_EQ(summarize(kinds, {"a"}, {}).detail, "Only namespace a can be read");
    EXPECT_EQ(summarize(kinds, {"a", "b", "c", "d", "e", "f"}, {}).detail,
              "Only the namespaces a, b, c, d and 2 more can be read");
}

TEST(SourceHealth, moreNamespacesThanTheLimit_saysHowManyAreLeftOut) {
    KindHealth everywhere = kindIn("pods", ReflectorState::Denied, kForbidden);
    everywhere.replaced = true;
    const auto health =
        summarize({everywhere, kindIn("pods", ReflectorState::Live, {}, "a")}, std::vector<std::string>(50, "a"), {}, 12);
    EXPECT_EQ(health.state, SourceState::Partial);
    EXPECT_NE(health.detail.find("; 12 further ones are not read, 50 at a time are the limit"), std::string::npos)
        << health.detail;
}

TEST(SourceHealth, namesFromTheCluster_areSafeToShow) {
    const auto health = summarize({kindIn("pods", ReflectorState::Live), kindIn("x\x1b[31m", ReflectorState::Denied, kForbidden)}, {}, {});
    EXPECT_EQ(health.detail.find('\x1b'), std::string::npos);
}

TEST(SourceHealth, nothingAskedYet_isWaitedForUnlessItCannotPass) {
    EXPECT_EQ(unreachable(kLost, {}).state, SourceState::Connecting);
    EXPECT_EQ(unreachable(kLost, kBefore).state, SourceState::Stale);
    for (const ErrorKind kind : {ErrorKind::Unauthenticated, ErrorKind::Forbidden, ErrorKind::Tls, ErrorKind::Protocol}) {
        const auto health = unreachable({kind, "no", "do this", ""}, kBefore);
        EXPECT_EQ(health.state, SourceState::Denied);
        EXPECT_EQ(health.hint, "Do this");
        EXPECT_EQ(health.lastSuccess, kBefore);
    }
}

} // namespace
} // namespace meshdeck::sources::kubernetes
