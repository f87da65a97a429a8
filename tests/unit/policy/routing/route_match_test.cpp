// Conditions of HTTP rules (facts/semantics.md 1.6).
#include "policy/routing/route_match.h"

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::StringMatch;
using Kind = StringMatch::Kind;

Request get(std::string path, Headers headers = {}) {
    Request request;
    request.host = "reviews";
    request.path = std::move(path);
    request.headers = std::move(headers);
    return request;
}

bool takes(const HttpMatch& match, const Request& request) {
    return CompiledMatch(match).matches(RequestView(request));
}

HttpMatch uri(Kind kind, std::string value) {
    HttpMatch match;
    match.uri = StringMatch{kind, std::move(value)};
    return match;
}

TEST(RouteMatch, Prefix_plain_needsNoSegmentEnd) {
    EXPECT_TRUE(takes(uri(Kind::Prefix, "/foo"), get("/foobar")));
    EXPECT_TRUE(takes(uri(Kind::Prefix, "/foo"), get("/foo?a=b")));
    EXPECT_FALSE(takes(uri(Kind::Prefix, "/foo"), get("/Foo")));
}

TEST(RouteMatch, Prefix_ofGatewayApi_endsAtSegment) {
    HttpMatch match = uri(Kind::Prefix, "/foo/");
    match.pathSegmentPrefix = true;
    EXPECT_TRUE(takes(match, get("/foo")));
    EXPECT_TRUE(takes(match, get("/foo/x")));
    EXPECT_FALSE(takes(match, get("/foobar")));
    match.uri->value = "/";
    EXPECT_TRUE(takes(match, get("/anything")));
    EXPECT_TRUE(CompiledMatch(match).catchAll());
}

TEST(RouteMatch, Regex_always_matchesWholePathWithoutQuery) {
    const HttpMatch match = uri(Kind::Regex, "/reviews/[0-9]+");
    EXPECT_TRUE(takes(match, get("/reviews/12?x=1")));
    EXPECT_FALSE(takes(match, get("/reviews/12/stars")));
    EXPECT_FALSE(takes(uri(Kind::Regex, "("), get("/")));
}

TEST(RouteMatch, IgnoreUriCase_always_concernsExactAndPrefixOnly) {
    HttpMatch match = uri(Kind::Exact, "/API");
    match.ignoreUriCase = true;
    EXPECT_TRUE(takes(match, get("/api")));
    match.uri = StringMatch{Kind::Regex, "/API"};
    EXPECT_FALSE(takes(match, get("/api")));
}

TEST(RouteMatch, WithoutHeaders_missingHeader_countsAsEmpty) {
    HttpMatch match;
    match.withoutHeaders = {{"x-user", {Kind::Exact, "jason"}}};
    EXPECT_TRUE(takes(match, get("/")));
    EXPECT_FALSE(takes(match, get("/", {{"x-user", "jason"}})));
    match.withoutHeaders = {{"x-user", {Kind::Exact, ""}}};
    EXPECT_FALSE(takes(match, get("/")));
    match.withoutHeaders = {{"x-user", {Kind::Present, ""}}};
    EXPECT_TRUE(takes(match, get("/")));
    EXPECT_FALSE(takes(match, get("/", {{"x-user", ""}})));
}

TEST(RouteMatch, Header_repeated_isJoined) {
    HttpMatch match;
    match.headers = {{"X-A", {Kind::Exact, "1,2"}}};
    EXPECT_TRUE(takes(match, get("/", {{"x-a", "1"}, {"x-a", "2"}})));
}

TEST(RouteMatch, QueryParameter_repeated_firstCounts) {
    HttpMatch match;
    match.queryParams = {{"a", {Kind::Exact, "1"}}};
    EXPECT_TRUE(takes(match, get("/?a=1&a=2")));
    EXPECT_FALSE(takes(match, get("/?a=2&a=1")));
    match.queryParams = {{"a", {Kind::Present, ""}}};
    EXPECT_TRUE(takes(match, get("/?b&a")));
    EXPECT_FALSE(takes(match, get("/?ab=1")));
}

TEST(RouteMatch, ClaimHeader_both_notations) {
    Request request = get("/");
    request.jwt = Jwt{};
    request.jwt->claims = {{"group", {{"id", {"a", "b"}}}}};
    for (const char* name : {"@request.auth.claims.group.id", "@request.auth.claims[group][id]"}) {
        HttpMatch match;
        match.headers = {{name, {Kind::Exact, "b"}}};
        EXPECT_TRUE(takes(match, request)) << name;
        match.headers = {{name, {Kind::Exact, "c"}}};
        EXPECT_FALSE(takes(match, request)) << name;
    }
    request.jwt->state = Jwt::State::Expired;
    HttpMatch match;
    match.headers = {{"@request.auth.claims.group.id", {Kind::Exact, "b"}}};
    EXPECT_FALSE(takes(match, request));
    match.withoutHeaders.swap(match.headers);
    EXPECT_TRUE(takes(match, request));
}

TEST(RouteMatch, FirstFailure_header_saysWantedAndGot) {
    HttpMatch match = uri(Kind::Prefix, "/");
    match.headers = {{"end-user", {Kind::Exact, "jason"}}};
    const Request request = get("/", {{"end-user", "maria"}});
    const auto failure = CompiledMatch(match).firstFailure(RequestView(request));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->condition, "headers[end-user] exact");
    EXPECT_EQ(failure->wanted, "jason");
    EXPECT_EQ(failure->got, "maria");
}

TEST(RouteMatch, CatchAll_anyOtherCondition_isNone) {
    EXPECT_TRUE(CompiledMatch(uri(Kind::Prefix, "/")).catchAll());
    EXPECT_TRUE(CompiledMatch(uri(Kind::Regex, ".*")).catchAll());
    EXPECT_FALSE(CompiledMatch(uri(Kind::Exact, "/")).catchAll());
    HttpMatch match = uri(Kind::Prefix, "/");
    match.method = StringMatch{Kind::Exact, "GET"};
    EXPECT_FALSE(CompiledMatch(match).catchAll());
}

TEST(RequestView, NormalizedPath_byMode) {
    EXPECT_EQ(normalizedPath("/x/../a%2fb/./c?d=/../e", "BASE"), "/a%2fb/c?d=/../e");
    EXPECT_EQ(normalizedPath("/a\\b/%41/..", "BASE"), "/a/b/");
    EXPECT_EQ(normalizedPath("//a//b", "BASE"), "//a//b");
    EXPECT_EQ(normalizedPath("//a//b/", "MERGE_SLASHES"), "/a/b/");
    EXPECT_EQ(normalizedPath("/a%2Fb%5c%2e%2e", "DECODE_AND_MERGE_SLASHES"), "/a/");
    EXPECT_EQ(normalizedPath("/x/../a", "NONE"), "/x/../a");
    EXPECT_EQ(normalizedPath("/../..", "BASE"), "/");
}

TEST(RequestView, HostWithoutPort_addresses) {
    EXPECT_EQ(hostWithoutPort("Shop.Example.com:8080"), "shop.example.com");
    EXPECT_EQ(hostWithoutPort("[::1]:80"), "[::1]");
    EXPECT_EQ(hostWithoutPort("::1"), "::1");
    EXPECT_EQ(hostWithoutPort(":80"), "");
}

} // namespace
} // namespace meshdeck::policy
