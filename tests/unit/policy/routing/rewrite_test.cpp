#include "policy/routing/rewrite.h"

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::HttpRedirect;
using config::HttpRewrite;
using Kind = config::StringMatch::Kind;

HttpMatch uri(Kind kind, std::string value) {
    HttpMatch match;
    match.uri = config::StringMatch{kind, std::move(value)};
    return match;
}

HttpRewrite to(std::string value) {
    HttpRewrite rewrite;
    rewrite.uri = std::move(value);
    return rewrite;
}

TEST(Rewrite, Uri_byKindOfMatch) {
    const HttpMatch prefix = uri(Kind::Prefix, "/reviews");
    const HttpMatch exact = uri(Kind::Exact, "/reviews/1");
    const HttpMatch regex = uri(Kind::Regex, "/rev.*");
    EXPECT_EQ(rewrittenPath(to("/v2"), &prefix, "/reviews/1?a=b"), "/v2/1?a=b");
    EXPECT_EQ(rewrittenPath(to("/v2/"), &prefix, "/reviewsX"), "/v2/X");
    EXPECT_EQ(rewrittenPath(to("/v2"), &exact, "/reviews/1?a=b"), "/v2?a=b");
    EXPECT_EQ(rewrittenPath(to("/v2"), &regex, "/reviews/1"), "/v2");
    EXPECT_EQ(rewrittenPath(to("/v2"), nullptr, "/reviews"), "/v2reviews");
    EXPECT_EQ(rewrittenPath(to(""), &prefix, "/reviews"), "/reviews");
}

TEST(Rewrite, UriOfGatewayApi_slash_takesThePrefixAway) {
    HttpMatch match = uri(Kind::Prefix, "/foo");
    match.pathSegmentPrefix = true;
    EXPECT_EQ(rewrittenPath(to("/"), &match, "/foo/x"), "/x");
    EXPECT_EQ(rewrittenPath(to("/"), &match, "/foo"), "/");
    EXPECT_EQ(rewrittenPath(to("/bar"), &match, "/foo/x"), "/bar/x");
    HttpRewrite whole = to("/all");
    whole.fullPath = true;
    EXPECT_EQ(rewrittenPath(whole, &match, "/foo/x?q"), "/all?q");
}

TEST(Rewrite, Regex_replacesEveryMatchOutsideTheQuery) {
    HttpRewrite rewrite;
    rewrite.regexMatch = "^/api/(v[0-9])/(.*)$";
    rewrite.regexRewrite = "/\\2/\\1";
    EXPECT_EQ(rewrittenPath(rewrite, nullptr, "/api/v1/items?debug=true"), "/items/v1?debug=true");
    EXPECT_EQ(rewrittenPath(rewrite, nullptr, "/other"), "/other");
}

Request request(std::string host, std::string path, std::string scheme = "http") {
    Request result;
    result.host = std::move(host);
    result.path = std::move(path);
    result.scheme = std::move(scheme);
    return result;
}

TEST(Redirect, Location_portAndScheme) {
    HttpRedirect redirect;
    redirect.scheme = "https";
    EXPECT_EQ(locationOf(redirect, nullptr, request("a:80", "/x?y"), 80), "https://a/x?y");
    EXPECT_EQ(locationOf(redirect, nullptr, request("a:9080", "/x"), 80), "https://a:9080/x");
    redirect.port = 443;
    EXPECT_EQ(locationOf(redirect, nullptr, request("a:9080", "/x"), 80), "https://a:9080/x");
    redirect.port = 8443;
    EXPECT_EQ(locationOf(redirect, nullptr, request("a:9080", "/x"), 80), "https://a:8443/x");
    redirect = {};
    redirect.derivePort = "FROM_REQUEST_PORT";
    redirect.authority = "new.example.com";
    EXPECT_EQ(locationOf(redirect, nullptr, request("a", "/x"), 18888), "http://new.example.com:18888/x");
    EXPECT_EQ(locationOf(redirect, nullptr, request("a", "/x"), 80), "http://new.example.com/x");
}

TEST(Redirect, Location_path) {
    HttpRedirect redirect;
    redirect.uri = "/n";
    EXPECT_EQ(locationOf(redirect, nullptr, request("a", "/x?y=1"), 80), "http://a/n?y=1");
    redirect.uri = "/n?z=2";
    EXPECT_EQ(locationOf(redirect, nullptr, request("a", "/x?y=1"), 80), "http://a/n?z=2");
    redirect.uri.clear();
    redirect.prefixRewrite = "/new";
    const HttpMatch match = uri(Kind::Prefix, "/old");
    EXPECT_EQ(locationOf(redirect, &match, request("a", "/old/1"), 80), "http://a/new/1");
}

TEST(Redirect, Code_unknown_hasNoAction) {
    HttpRedirect redirect;
    redirect.code = 0;
    EXPECT_EQ(redirectCode(redirect), 301);
    redirect.code = 305;
    EXPECT_EQ(redirectCode(redirect), std::nullopt);
}

} // namespace
} // namespace meshdeck::policy
