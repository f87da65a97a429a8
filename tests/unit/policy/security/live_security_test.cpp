// Requests that went between real sidecars (tests/data/live-security): our answer to each is theirs.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/request_path.h"
#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

using nlohmann::json;

const json& document() {
    static const json all = [] {
        std::ifstream file(MESHDECK_TEST_DATA "/live-security/cases.json");
        return json::parse(file);
    }();
    return all;
}

std::string baseConfig() {
    std::ifstream file(MESHDECK_TEST_DATA "/live-security/base.yaml");
    return {std::istreambuf_iterator<char>(file), {}};
}

// The tokens by name, as the folder's README describes them.
std::optional<Jwt> tokenOf(const std::string& name) {
    if (name == "none") {
        return std::nullopt;
    }
    Jwt token;
    token.issuer = "issuer.example.com";
    token.subject = "alice";
    token.claims["groups"] = {"buyers", "staff"};
    if (name == "bob") {
        token.subject = "bob";
        token.claims["groups"] = {"guests"};
    } else if (name == "audience") {
        token.audiences = {"shop"};
    } else if (name == "expired") {
        token.state = Jwt::State::Expired;
    } else if (name == "forged") {
        token.state = Jwt::State::BadSignature;
    } else if (name == "other-issuer") {
        token.issuer = "elsewhere.example.com";
        token.subject = "eve";
        token.claims = config::Json::object();
    } else if (name == "garbage") {
        token.state = Jwt::State::Malformed;
    }
    return token;
}

constexpr const char* kHost = "payment.pay.svc.cluster.local";

Request requestOf(const json& sent) {
    Request request;
    const std::string client = sent.at("client");
    request.outside = client == "outside";
    if (!request.outside) {
        request.from.type = Proxy::Type::Sidecar;
        request.from.ns = "demo";
        request.from.name = client;
        request.from.labels = {{"app", client}, {"version", "v1"}};
        request.from.serviceAccount = client;
    }
    request.port = sent.at("port");
    request.host = std::string(kHost) + ":" + std::to_string(request.port);
    request.method = sent.at("method");
    request.path = sent.at("path");
    for (const auto& [name, value] : sent.at("headers").items()) {
        request.headers.emplace_back(name, value.get<std::string>());
    }
    request.sourceAddress = "127.0.0.1"; // everything ran on one machine
    request.jwt = tokenOf(sent.at("token"));
    return request;
}

void expectSame(const RequestResult& ours, const json& theirs, const std::string& what) {
    const json& status = theirs.at("status");
    EXPECT_EQ(ours.status, status.is_null() ? std::nullopt : std::optional(status.get<int>())) << what;
    EXPECT_EQ(ours.body.value_or(""), theirs.value("body", "")) << what;
    const bool reached = theirs.value("reached", false);
    EXPECT_EQ(ours.verdict == Verdict::Routed, reached) << what;
    ASSERT_TRUE(ours.mtls.has_value()) << what;
    if (reached) {
        EXPECT_EQ(ours.mtls->outcome == MtlsResult::Outcome::Mtls, theirs.contains("clientIdentity")) << what;
    }
}

class LiveSecurity : public testing::TestWithParam<std::size_t> {};

TEST_P(LiveSecurity, requestsBetweenSidecars_endAsTheyDid) {
    const json& each = document().at("cases").at(GetParam());
    const Simulator simulator(test::worldOf(baseConfig() + "\n---\n" + each.at("config").get<std::string>()));
    for (const json& sent : each.at("requests")) {
        const RequestResult result = simulator.run(requestOf(sent));
        std::string what = sent.dump();
        for (const std::string& reason : result.reasons) {
            what += "\n  " + reason;
        }
        expectSame(result, sent.at("result"), what);
    }
}

INSTANTIATE_TEST_SUITE_P(Recorded, LiveSecurity, testing::Range(std::size_t{0}, document().at("cases").size()),
                         [](const auto& each) {
                             std::string name = document().at("cases").at(each.param).at("name");
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

} // namespace
} // namespace meshdeck::policy
