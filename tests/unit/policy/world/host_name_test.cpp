#include "policy/host_name.h"

#include <gtest/gtest.h>

#include "policy/world.h"

namespace meshdeck::policy {

TEST(HostName, ShortNames_areCompletedAndDottedOnesAreNot) {
    EXPECT_EQ(resolveShortName("reviews", "shop", "cluster.local"), "reviews.shop.svc.cluster.local");
    for (const char* kept : {"*", "*.com", "reviews.other", "10.0.0.1", "fe80::1", ""}) {
        EXPECT_EQ(resolveShortName(kept, "shop", "cluster.local"), kept);
    }
}

TEST(HostName, Wildcards_matchBySuffixBothWays) {
    EXPECT_TRUE(hostsMatch("a.foo.com", "*.foo.com"));
    EXPECT_TRUE(hostsMatch("*.foo.com", "a.foo.com"));
    EXPECT_TRUE(hostsMatch("*.com", "*.foo.com"));
    EXPECT_TRUE(hostsMatch("*", "foo.com"));
    EXPECT_FALSE(hostsMatch("*.foo.com", "foo.com"));
    EXPECT_FALSE(hostsMatch("a.foo.com", "b.foo.com"));
}

TEST(HostName, SubsetOf_goesOneWay) {
    EXPECT_TRUE(hostSubsetOf("*.foo.com", "*.com"));
    EXPECT_FALSE(hostSubsetOf("*.com", "*.foo.com"));
    EXPECT_TRUE(hostSubsetOf("a.foo.com", "*"));
    EXPECT_FALSE(hostSubsetOf("*", "a.foo.com"));
}

TEST(HostName, MoreSpecific_isExactThenLonger) {
    EXPECT_TRUE(moreSpecificHost("a.com", "*.verylong.example.com"));
    EXPECT_TRUE(moreSpecificHost("*.foo.com", "*.com"));
    EXPECT_FALSE(moreSpecificHost("*.com", "*.foo.com"));
}

TEST(HostName, Addresses_areTold) {
    EXPECT_TRUE(isAddress("10.0.0.1"));
    EXPECT_TRUE(isAddress("2001:db8::1"));
    EXPECT_FALSE(isAddress("reviews"));
    EXPECT_FALSE(isAddress("10.0.0.0/8"));
    EXPECT_FALSE(isAddress(""));
}

TEST(ProtocolOf, NamesAndAppProtocols_followIstio) {
    EXPECT_EQ(protocolOf("http-web", "", 80), Protocol::Http);
    EXPECT_EQ(protocolOf("HTTP2", "", 80), Protocol::Http2);
    EXPECT_EQ(protocolOf("grpc-web-x", "", 80), Protocol::GrpcWeb);
    EXPECT_EQ(protocolOf("grpc-x", "", 80), Protocol::Grpc);
    EXPECT_EQ(protocolOf("web", "", 80), Protocol::Auto);
    EXPECT_EQ(protocolOf("", "", 3306), Protocol::Tcp);
    EXPECT_EQ(protocolOf("http", "tcp", 80), Protocol::Tcp);
    EXPECT_EQ(protocolOf("tcp", "kubernetes.io/h2c", 80), Protocol::Http2);
    EXPECT_EQ(protocolOf("tcp", "kubernetes.io/wss", 80), Protocol::Https);
    EXPECT_EQ(protocolOf("http", "", 80, "UDP"), Protocol::Udp);
}

} // namespace meshdeck::policy
