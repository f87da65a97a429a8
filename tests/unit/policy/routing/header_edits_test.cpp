#include "policy/routing/header_edits.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using config::HeaderOperations;

Headers after(const HeaderOperations& operations, Headers headers) {
    applyEdits(operations, headers);
    return headers;
}

TEST(HeaderEdits, Apply_oneList_removesThenSetsThenAdds) {
    const HeaderOperations operations{{{"a", "set"}}, {{"a", "added"}, {"b", "added"}}, {"a", "b"}};
    EXPECT_EQ(after(operations, {{"a", "old"}, {"b", "old"}, {"c", "old"}}),
              (Headers{{"c", "old"}, {"a", "set"}, {"a", "added"}, {"b", "added"}}));
}

TEST(HeaderEdits, Apply_setOfRepeated_leavesOne) {
    EXPECT_EQ(after({{{"a", "new"}}, {}, {}}, {{"a", "1"}, {"b", "x"}, {"a", "2"}}), (Headers{{"a", "new"}, {"b", "x"}}));
}

TEST(HeaderEdits, InSequence_sameAsOneAfterTheOther) {
    const HeaderOperations first{{{"a", "1"}}, {{"b", "1"}}, {"c"}};
    const HeaderOperations second{{{"b", "2"}}, {{"a", "2"}}, {"a"}};
    const Headers start{{"a", "0"}, {"b", "0"}, {"c", "0"}};
    Headers both = after(second, after(first, start));
    Headers once = after(inSequence(first, second), start);
    std::sort(both.begin(), both.end());
    std::sort(once.begin(), once.end());
    EXPECT_EQ(once, both);
}

TEST(HeaderEdits, Changeable_hostAndPseudoHeaders_areLeftOut) {
    const HeaderOperations written{{{"Host", "x"}, {"X-A", "1"}}, {{":path", "/"}}, {"HOST", "X-B"}};
    const HeaderOperations left = changeable(written);
    EXPECT_EQ(left.set, (config::StringPairs{{"x-a", "1"}}));
    EXPECT_TRUE(left.add.empty());
    EXPECT_EQ(left.remove, std::vector<std::string>{"x-b"});
    EXPECT_EQ(authorityOf(written), "x");
    EXPECT_EQ(authorityOf({{}, {{":authority", "y"}}, {}}), "y");
    EXPECT_EQ(authorityOf({}), std::nullopt);
}

} // namespace
} // namespace meshdeck::policy
