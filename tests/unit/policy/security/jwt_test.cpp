#include "policy/security/jwt.h"

#include <gtest/gtest.h>

#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kOneIssuer = R"(
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec: {jwtRules: [{issuer: a.example.com, jwks: k, audiences: ["https://shop/"]}]}
)";
constexpr const char* kTwoIssuers = R"(
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: one, namespace: shop}
spec: {jwtRules: [{issuer: b.example.com, jwks: k}]}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: two, namespace: shop}
spec: {jwtRules: [{issuer: a.example.com, jwks: k}]}
)";

JwtOutcome check(const char* config, std::optional<Jwt> token, Headers headers = {}) {
    const WorldPtr world = test::worldOf(config);
    Proxy server;
    server.type = Proxy::Type::Sidecar;
    server.ns = "shop";
    PeerRequest request;
    request.method = "GET";
    request.headers = std::move(headers);
    request.jwt = std::move(token);
    return checkJwt(policiesFor(*world, server), request);
}

Jwt tokenBy(const std::string& issuer, Jwt::State state = Jwt::State::Valid) {
    Jwt token;
    token.issuer = issuer;
    token.subject = "alice";
    token.audiences = {"shop"};
    token.state = state;
    return token;
}

TEST(CheckJwt, noToken_passesWithoutIdentity) {
    const JwtOutcome outcome = check(kOneIssuer, std::nullopt);
    EXPECT_FALSE(outcome.status.has_value());
    EXPECT_FALSE(outcome.valid);
}

TEST(CheckJwt, faults_areFoundInEnvoysOrder) {
    EXPECT_EQ(check(kOneIssuer, tokenBy("a.example.com")).valid, true); // "https://shop/" and "shop" are one audience
    Jwt token = tokenBy("a.example.com", Jwt::State::Expired);
    token.audiences = {"bank"};
    EXPECT_EQ(check(kOneIssuer, token).body, "Jwt is expired");
    token.state = Jwt::State::BadSignature;
    EXPECT_EQ(check(kOneIssuer, token).body, "Audiences in Jwt are not allowed");
    EXPECT_EQ(check(kOneIssuer, token).status, 403);
    token.issuer = "c.example.com";
    EXPECT_EQ(check(kOneIssuer, token).body, "Jwt issuer is not configured");
    EXPECT_EQ(check(kOneIssuer, token).status, 401);
}

TEST(CheckJwt, severalIssuers_oneThatAcceptsIsEnough) {
    EXPECT_TRUE(check(kTwoIssuers, tokenBy("a.example.com")).valid);
    EXPECT_TRUE(check(kTwoIssuers, tokenBy("b.example.com")).valid);
    EXPECT_EQ(check(kTwoIssuers, tokenBy("b.example.com", Jwt::State::Expired)).body, "Jwt is expired");
    EXPECT_EQ(check(kTwoIssuers, tokenBy("c.example.com")).body, "Jwt issuer is not configured");
}

TEST(CheckJwt, tokenAsTextOnly_cannotBeJudged) {
    const JwtOutcome outcome = check(kOneIssuer, std::nullopt, {{"authorization", "Bearer a.b.c"}});
    EXPECT_TRUE(outcome.unknown);
    EXPECT_EQ(check(kOneIssuer, std::nullopt, {{"authorization", "Bearer nonsense"}}).status, 401);
    EXPECT_FALSE(check(kOneIssuer, std::nullopt, {{"authorization", "Basic nonsense"}}).status.has_value());
}

TEST(CheckJwt, corsPreflight_isNotAsked) {
    const WorldPtr world = test::worldOf(kOneIssuer);
    Proxy server;
    server.type = Proxy::Type::Sidecar;
    server.ns = "shop";
    PeerRequest request;
    request.method = "OPTIONS";
    request.headers = Headers{{"origin", "https://x"}, {"access-control-request-method", "GET"}};
    request.jwt = tokenBy("a.example.com", Jwt::State::Expired);
    EXPECT_FALSE(checkJwt(policiesFor(*world, server), request).status.has_value());
}

TEST(ClaimValues, listsAndSpacesAndNesting_areRead) {
    const auto claims = config::Json::parse(R"({"scope": "read write", "realm": {"roles": ["a", 1, "b"]}, "age": 7})");
    EXPECT_EQ(security::claimValues(claims, {"scope"}), (std::vector<std::string>{"read", "write"}));
    EXPECT_EQ(security::claimValues(claims, {"realm", "roles"}), (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(security::claimValues(claims, {"age"}).empty());
    EXPECT_TRUE(security::claimValues(claims, {"realm", "none"}).empty());
}

} // namespace
} // namespace meshdeck::policy
