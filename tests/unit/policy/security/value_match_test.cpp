#include <gtest/gtest.h>

#include "policy/security/cidr.h"
#include "policy/security/value_match.h"

namespace meshdeck::policy::security {
namespace {

TEST(MatchesPattern, oneStarAtAnEnd_isPrefixOrSuffix) {
    EXPECT_TRUE(matchesPattern("/admin*", "/admin/users"));
    EXPECT_TRUE(matchesPattern("*.com", "a.com"));
    EXPECT_FALSE(matchesPattern("*.com", "a.org"));
    EXPECT_FALSE(matchesPattern("/a*b", "/axb")); // a star in the middle is a letter
    EXPECT_TRUE(matchesPattern("/a*b", "/a*b"));
}

TEST(MatchesPattern, starAlone_isAnythingButNothing) {
    EXPECT_TRUE(matchesPattern("*", "x"));
    EXPECT_FALSE(matchesPattern("*", ""));
}

TEST(MatchesPattern, hosts_areComparedWithoutCase) {
    EXPECT_TRUE(matchesPattern("*.Example.com", "a.eXample.COM", Case::Ignored));
    EXPECT_FALSE(matchesPattern("GET", "get"));
}

TEST(MatchesGlob, severalStars_backtrack) {
    EXPECT_TRUE(matchesGlob("*a*b*", "xxaxxbaab"));
    EXPECT_FALSE(matchesGlob("a*b", "acbx"));
    EXPECT_TRUE(matchesGlob("", ""));
    EXPECT_FALSE(matchesGlob("", "x"));
}

TEST(Identities, plaintext_neverMatches) {
    EXPECT_FALSE(principalMatches("*", ""));
    EXPECT_FALSE(namespaceMatches("*", ""));
    EXPECT_FALSE(serviceAccountMatches("a/b", "a", ""));
    EXPECT_FALSE(trustDomainMatches("*", ""));
}

TEST(Identities, namespace_isAWholeSegment) {
    EXPECT_TRUE(namespaceMatches("demo", "td/ns/demo/sa/web"));
    EXPECT_TRUE(namespaceMatches("d*", "td/ns/demo/sa/web"));
    EXPECT_TRUE(namespaceMatches("*", "td/ns/demo/sa/web"));
    EXPECT_FALSE(namespaceMatches("dem", "td/ns/demo/sa/web"));
}

TEST(Identities, serviceAccount_isOfThePolicysNamespaceUnlessNamed) {
    EXPECT_TRUE(serviceAccountMatches("web", "demo", "td/ns/demo/sa/web"));
    EXPECT_FALSE(serviceAccountMatches("web", "pay", "td/ns/demo/sa/web"));
    EXPECT_TRUE(serviceAccountMatches("demo/web", "pay", "td/ns/demo/sa/web"));
    EXPECT_FALSE(serviceAccountMatches("demo/we", "pay", "td/ns/demo/sa/web"));
    EXPECT_TRUE(serviceAccountMatches("demo/web", "pay", "td/ns/demo/sa/web/version/v1"));
}

TEST(Identities, trustDomain_endsAtTheFirstSlash) {
    EXPECT_TRUE(trustDomainMatches("bad*", "badlands/ns/a/sa/b"));
    EXPECT_FALSE(trustDomainMatches("bad", "badlands/ns/a/sa/b"));
}

TEST(AddressRange, prefixes_areCheckedBitwise) {
    EXPECT_TRUE(contains(*parseAddressRange("10.80.64.0/18"), "10.80.127.255"));
    EXPECT_FALSE(contains(*parseAddressRange("10.80.64.0/18"), "10.80.128.0"));
    EXPECT_TRUE(contains(*parseAddressRange("0.0.0.0/0"), "1.2.3.4"));
    EXPECT_TRUE(contains(*parseAddressRange("fd00::/8"), "fd12::1"));
    EXPECT_FALSE(contains(*parseAddressRange("fd00::/8"), "10.0.0.1"));
}

TEST(AddressRange, nonsense_isNoRange) {
    for (const char* text : {"", "10.0.0", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/a", "host", "::1/129"}) {
        EXPECT_FALSE(parseAddressRange(text).has_value()) << text;
    }
}

} // namespace
} // namespace meshdeck::policy::security
