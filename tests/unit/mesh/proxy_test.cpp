#include "mesh/proxy.h"

#include <gtest/gtest.h>

namespace meshdeck::mesh {

namespace {

ProxyStatus proxyWith(std::vector<SyncState> states) {
    ProxyStatus proxy;
    for (const SyncState state : states) {
        proxy.types.push_back({"type", state, std::nullopt, ""});
    }
    return proxy;
}

} // namespace

TEST(Overall, TheWorstType_decides) {
    using enum SyncState;
    EXPECT_EQ(overall(proxyWith({Synced, Stale, Rejected})), Rejected);
    EXPECT_EQ(overall(proxyWith({Synced, Stale})), Stale);
    EXPECT_EQ(overall(proxyWith({Synced, Unknown})), Unknown);
}

TEST(Overall, ATypeThatIsNotUsed_isNoFault) {
    using enum SyncState;
    EXPECT_EQ(overall(proxyWith({Synced, NotSent})), Synced);
    EXPECT_EQ(overall(proxyWith({NotSent})), NotSent);
    EXPECT_EQ(overall(proxyWith({})), Unknown);
}

} // namespace meshdeck::mesh
