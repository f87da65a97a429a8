#include "sources/prometheus/promql.h"

#include <gtest/gtest.h>

namespace meshdeck::sources {
namespace {

TEST(PromQl, quote_closesNoLiteralEarly) {
    EXPECT_EQ(quote("a\"} or up{x=\"\\\n"), R"("a\"} or up{x=\"\\\n")");
}

TEST(PromQl, anyOf_matchesOnlyTheNames) {
    EXPECT_EQ(anyOf({"a.b", "c|d"}), R"("a\\.b|c\\|d")");
}

TEST(PromQl, aRefresh_staysWithinEightQueriesForAnyNumberOfNamespaces) {
    std::vector<std::string> namespaces;
    for (int i = 0; i < 100; ++i) {
        namespaces.push_back("ns" + std::to_string(i));
    }
    const auto window = std::chrono::minutes(1);
    EXPECT_LE(overviewQueries(window, false, false).size() + fullQueries(window, false, namespaces).size(), 8U);
    EXPECT_LE(overviewQueries(window, false, true).size() + fullQueries(window, false, {}).size(), 8U);
}

TEST(PromQl, idleEdges_areAskedForOnlyWhenWanted) {
    const auto window = std::chrono::minutes(10);
    EXPECT_NE(fullQueries(window, false, {})[0].promql.find("[600s])) > 0"), std::string::npos);
    EXPECT_EQ(fullQueries(window, true, {})[0].promql.find("> 0"), std::string::npos);
}

} // namespace
} // namespace meshdeck::sources
