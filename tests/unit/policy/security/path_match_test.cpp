#include "policy/security/path_match.h"

#include <gtest/gtest.h>

namespace meshdeck::policy::security {
namespace {

TEST(NormalizedPath, base_resolvesDotsAndNeedlessEscapes) {
    EXPECT_EQ(normalizedPath("/a/../admin?x=1", "BASE"), "/admin");
    EXPECT_EQ(normalizedPath("/a/%2e%2E/admin", "BASE"), "/admin");
    EXPECT_EQ(normalizedPath("/a\\b", "BASE"), "/a/b");
    EXPECT_EQ(normalizedPath("/a/.", "BASE"), "/a/");
    EXPECT_EQ(normalizedPath("/../..", "BASE"), "/");
    EXPECT_EQ(normalizedPath("/a//b/", "BASE"), "/a//b/");
    EXPECT_EQ(normalizedPath("/a%2Fb", "BASE"), "/a%2Fb");
    EXPECT_EQ(normalizedPath("/", "BASE"), "/");
}

TEST(NormalizedPath, furtherModes_mergeAndDecodeSlashes) {
    EXPECT_EQ(normalizedPath("/a//b/", "MERGE_SLASHES"), "/a/b/");
    EXPECT_EQ(normalizedPath("/a%2F%2fb%5Cc", "DECODE_AND_MERGE_SLASHES"), "/a/b/c");
    EXPECT_EQ(normalizedPath("/a/../b", "NONE"), "/a/../b");
}

TEST(PathTemplate, oneSegment_isNotEmptyAndHasNoSlash) {
    EXPECT_TRUE(matchesPathTemplate("/foo/{*}", "/foo/bar"));
    EXPECT_FALSE(matchesPathTemplate("/foo/{*}", "/foo/bar/baz"));
    EXPECT_FALSE(matchesPathTemplate("/foo/{*}", "/foo/"));
    EXPECT_TRUE(matchesPathTemplate("/{*}/bar/{*}", "/a/bar/b"));
    EXPECT_FALSE(matchesPathTemplate("/{*}/bar/{*}", "/a/b/bar"));
}

TEST(PathTemplate, manySegments_takeTheRest) {
    EXPECT_TRUE(matchesPathTemplate("/foo/{**}", "/foo/bar/baz.txt"));
    EXPECT_TRUE(matchesPathTemplate("/foo/{**}", "/foo//"));
    EXPECT_FALSE(matchesPathTemplate("/foo/{**}", "/fo"));
    EXPECT_TRUE(matchesPathTemplate("/foo/{**}/", "/foo/bar/baz/"));
    EXPECT_FALSE(matchesPathTemplate("/foo/{**}/", "/foo/bar"));
    EXPECT_TRUE(matchesPathTemplate("/foo/{*}/bar/{**}", "/foo/buzz/bar/a/b"));
}

} // namespace
} // namespace meshdeck::policy::security
