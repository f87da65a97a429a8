#include "policy/expectations/request_json.h"

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using config::Json;

const World& emptyWorld() {
    static const WorldPtr world = World::build({});
    return *world;
}

Result<Request> read(const char* json, bool strict = false) {
    return readRequest(Json::parse(json), {emptyWorld(), "default", strict});
}

TEST(ReadRequest, url_givesSchemeHostPortAndPath) {
    const auto request = read(R"({"url": "http://reviews:9080/a?b=1", "from": "outside"})");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->host, "reviews:9080");
    EXPECT_EQ(request->port, 9080U);
    EXPECT_EQ(request->path, "/a?b=1");
    EXPECT_TRUE(request->outside);
    const auto secure = read(R"({"url": "https://a.example", "from": "outside"})");
    ASSERT_TRUE(secure.has_value());
    EXPECT_EQ(secure->port, 443U);
    EXPECT_EQ(secure->tls, Request::Tls::Tls);
    EXPECT_EQ(secure->sni, "a.example");
    EXPECT_EQ(secure->path, "/");
}

TEST(ReadRequest, describedSender_needsNoConfig) {
    const auto request = read(R"({"host": "a", "from": {"namespace": "demo", "labels": {"app": "web"}, "type": "router",
                                  "address": "10.0.0.9", "serviceAccount": "w"}})");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->from.type, Proxy::Type::Router);
    EXPECT_EQ(request->direction, Request::Direction::Gateway);
    EXPECT_EQ(request->from.labels.at("app"), "web");
    EXPECT_EQ(request->from.addresses, std::vector<std::string>{"10.0.0.9"});
}

TEST(ReadRequest, headersAndToken_areRead) {
    const auto request = read(R"({"url": "http://a/", "from": "outside", "headers": {"End-User": "jason", "Host": "b"},
        "jwt": {"issuer": "i", "subject": "s", "audiences": ["x"], "claims": {"g": ["a"]}, "state": "expired"},
        "answer": {"status": 503, "delayMs": 350}, "sourcePrincipal": "spiffe://td/ns/a/sa/b"})");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->headers, (Headers{{"end-user", "jason"}}));
    EXPECT_EQ(request->host, "b");
    EXPECT_EQ(request->jwt->state, Jwt::State::Expired);
    EXPECT_EQ(request->jwt->audiences, std::vector<std::string>{"x"});
    EXPECT_EQ(request->answerStatus, 503);
    EXPECT_EQ(request->sourcePrincipal, "td/ns/a/sa/b");
}

TEST(ReadRequest, mistakes_nameTheField) {
    EXPECT_NE(read(R"({"url": "http://a/", "port": 70000})").error().what.find("port"), std::string::npos);
    EXPECT_NE(read(R"({"url": "http://a/", "tls": "yes"})").error().what.find("tls"), std::string::npos);
    EXPECT_EQ(read(R"({"url": "http://a/", "from": "shop/web"})").error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(read(R"({"url": "gopher://a/"})").has_value());
    EXPECT_TRUE(read(R"({"url": "http://a/", "from": "outside", "comment": "x"})").has_value());
    EXPECT_FALSE(read(R"({"url": "http://a/", "from": "outside", "comment": "x"})", true).has_value());
}

TEST(ReadRequest, mistakesInside_nameTheField) {
    const auto answer = read(R"({"url": "http://a/", "from": "outside", "answer": {"status": "503"}})");
    ASSERT_FALSE(answer.has_value());
    EXPECT_NE(answer.error().what.find("answer.status"), std::string::npos) << answer.error().what;
    EXPECT_FALSE(read(R"({"url": "http://a/", "from": "outside", "jwt": {"claims": "x"}})").has_value());
    EXPECT_TRUE(read(R"({"url": "http://a/", "from": "outside", "jwt": {"iss": "x"}})").has_value());
    EXPECT_FALSE(read(R"({"url": "http://a/", "from": "outside", "jwt": {"iss": "x"}})", true).has_value());
}

TEST(ReadRequest, fragment_staysWithTheClient) {
    const auto request = read(R"({"url": "http://a/b#c", "from": "outside"})");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->path, "/b");
}

} // namespace
} // namespace meshdeck::policy
