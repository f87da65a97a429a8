// Requests that went through real Envoys (tests/data/live-routes): our answer to each is theirs.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/request_path.h"
#include "policy/routing/header_edits.h"
#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

using nlohmann::json;

const json& cases() {
    static const json all = [] {
        std::ifstream file(MESHDECK_TEST_DATA "/live-routes/cases.json");
        return json::parse(file);
    }();
    return all.at("cases");
}

const std::string& baseConfig() {
    static const std::string text = [] {
        std::ifstream file(MESHDECK_TEST_DATA "/live-routes/base.yaml");
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    return text;
}

// Cases that cannot hold, with the reason. None so far.
const std::map<std::string, std::string>& excluded() {
    static const std::map<std::string, std::string> none;
    return none;
}

const std::map<std::string, std::string>& backendsByAddress() {
    static const std::map<std::string, std::string> names{
        {"127.0.0.31", "reviews v1"}, {"127.0.0.32", "reviews v2"}, {"127.0.0.33", "reviews v3"},
        {"127.0.0.34", "ratings v1"}, {"127.0.0.35", "payment v1"}, {"127.0.0.36", "payment v2"}};
    return names;
}

Request requestOf(const json& sent, bool gateway) {
    Request request;
    if (gateway) {
        request.direction = Request::Direction::Gateway;
        request.from.type = Proxy::Type::Router;
        request.from.ns = "istio-system";
        request.from.labels = {{"istio", "ingressgateway"}, {"app", "istio-ingressgateway"}};
        request.port = 18888;
    } else {
        request.from.type = Proxy::Type::Sidecar;
        request.from.ns = "demo";
        request.from.name = "web-1";
        request.from.labels = {{"app", "web"}, {"version", "v1"}};
        request.port = 9080;
    }
    request.sourceAddress = "127.0.0.1";
    request.host = sent.at("host");
    request.path = sent.at("path");
    request.method = sent.at("method");
    for (const auto& [name, value] : sent.at("headers").items()) {
        const std::string text = value;
        request.headers.emplace_back(name, text);
        if (name == "x-backend" && text.starts_with("status=")) {
            request.answerStatus = std::stoi(text.substr(7));
        } else if (name == "x-backend" && text.starts_with("delay=")) {
            request.answerDelayMs = 1000 * std::stod(text.substr(6));
        }
    }
    return request;
}

std::set<std::string> backendsOf(const DestinationShare& share) {
    std::set<std::string> names;
    for (const std::string& endpoint : share.endpoints) {
        names.insert(backendsByAddress().at(endpoint.substr(0, endpoint.find(':'))));
    }
    return names;
}

std::map<std::string, std::string> asMap(const Headers& headers, const std::set<std::string>& wanted) {
    std::map<std::string, std::string> result; // of repeated ones the last, as the recording has it
    for (const auto& [name, value] : headers) {
        if (wanted.contains(name)) {
            result[name] = value;
        }
    }
    return result;
}

std::map<std::string, std::string> asMap(const json& object) {
    std::map<std::string, std::string> result;
    for (const auto& [name, value] : object.items()) {
        result[name] = value;
    }
    return result;
}

// What the client got where no destination answered.
void compareOwnAnswer(const RequestResult& ours, const json& truth) {
    EXPECT_EQ(ours.status.value_or(0), truth.at("status").get<int>());
    EXPECT_EQ(ours.location, truth.value("location", std::string()));
    EXPECT_EQ(ours.body.value_or(""), truth.value("body", std::string()));
    EXPECT_EQ(ours.delayMs > 250, truth.value("slow", false));
    Headers headers;
    applyEdits(ours.responseHeaders, headers);
    EXPECT_EQ(asMap(headers, {"x-resp", "x-from"}), asMap(truth.value("responseHeaders", json::object())));
}

// What the one destination that we follow saw and answered.
void compareFollowed(const RequestResult& ours, const json& truth) {
    const auto backends = truth.at("backends").get<std::vector<std::string>>();
    EXPECT_EQ(ours.attempts, static_cast<int>(backends.size()));
    EXPECT_EQ(ours.status.value_or(0), truth.at("status").get<int>());
    EXPECT_EQ(ours.upstreamHost.value_or(""), truth.at("backendHost").get<std::string>());
    EXPECT_EQ(ours.upstreamPath.value_or(""), truth.at("backendPath").get<std::string>());
    EXPECT_EQ(ours.delayMs > 250, truth.value("slow", false));
    if (truth.contains("requestHeaders")) {
        EXPECT_EQ(asMap(ours.upstreamHeaders, {"x-user", "x-debug", "x-set", "x-add"}), asMap(truth["requestHeaders"]));
    }
    Headers headers;
    if (ours.responseFlag != "UT") {
        for (const auto& [address, name] : backendsByAddress()) {
            if (name == backends.back()) {
                headers.emplace_back("x-from", address);
            }
        }
    }
    applyEdits(ours.responseHeaders, headers);
    EXPECT_EQ(asMap(headers, {"x-resp", "x-from"}), asMap(truth.value("responseHeaders", json::object())));
}

void compare(const RequestResult& ours, const json& truth) {
    if (ours.destinations.empty() || ours.verdict == Verdict::Fault || ours.verdict == Verdict::Denied) {
        EXPECT_FALSE(truth.contains("backends"));
        compareOwnAnswer(ours, truth);
        return;
    }
    const auto backends = truth.value("backends", std::vector<std::string>());
    if (backends.empty()) { // a destination that nobody is behind was drawn
        EXPECT_TRUE(std::ranges::any_of(ours.destinations, [](const auto& share) { return share.endpoints.empty(); }));
        EXPECT_EQ(truth.at("status").get<int>(), 503);
        if (ours.destinations.size() == 1) {
            compareOwnAnswer(ours, truth);
        }
        return;
    }
    std::vector<const DestinationShare*> possible; // who may have been drawn
    for (const DestinationShare& share : ours.destinations) {
        const std::set<std::string> names = backendsOf(share);
        if (std::ranges::all_of(backends, [&names](const auto& backend) { return names.contains(backend); })) {
            possible.push_back(&share);
        }
    }
    ASSERT_FALSE(possible.empty()) << "nobody like " << truth.at("backends").dump() << " is behind the rule";
    EXPECT_EQ(!ours.mirrors.empty(), truth.value("mirrored", false));
    if (possible.size() == 1 && possible.front()->cluster == ours.cluster) {
        compareFollowed(ours, truth);
    }
}

// 150 draws: six standard deviations and a little around what the shares say.
void compareCounts(const RequestResult& ours, const json& counts) {
    std::map<std::string, double> expected;
    for (const DestinationShare& share : ours.destinations) {
        const std::set<std::string> names = backendsOf(share);
        for (const std::string& name : names) {
            expected[name] += share.percent / 100 / static_cast<double>(names.size());
        }
        if (names.empty()) {
            expected["503"] += share.percent / 100;
        }
    }
    double total = 0;
    for (const auto& [name, count] : counts.items()) {
        total += count.get<double>();
        EXPECT_TRUE(expected.contains(name)) << name << " got requests that we send nowhere";
    }
    for (const auto& [name, share] : expected) {
        const double spread = 6 * std::sqrt(total * share * (1 - share)) + 3;
        EXPECT_NEAR(counts.value(name, 0.0), total * share, spread) << name;
    }
}

class LiveRoutes : public testing::TestWithParam<std::size_t> {};

TEST_P(LiveRoutes, Request_followed_answersAsEnvoyDid) {
    const json& one = cases().at(GetParam());
    if (const auto why = excluded().find(one.at("name")); why != excluded().end()) {
        GTEST_SKIP() << why->second;
    }
    config::MeshConfig mesh;
    mesh.enableAutoMtls = false;
    const std::string yaml = baseConfig() + "\n---\n" + one.at("config").get<std::string>();
    const Simulator simulator(test::worldOf(yaml, mesh));
    const bool gateway = one.at("mode") == "gateway";
    for (const json& sent : one.at("requests")) {
        const RequestResult ours = simulator.run(requestOf(sent, gateway));
        std::string reasons;
        for (const std::string& reason : ours.reasons) {
            reasons += "\n  " + reason;
        }
        SCOPED_TRACE(sent.dump() + "\nours: " + std::string(name(ours.verdict)) + " of " + ours.virtualHost + " at " +
                     ours.matchedPointer + reasons);
        compare(ours, sent.at("result"));
        if (sent.contains("other")) {
            compare(ours, sent.at("other"));
        }
        if (sent.at("result").contains("counts")) {
            compareCounts(ours, sent.at("result").at("counts"));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Recorded, LiveRoutes, testing::Range<std::size_t>(0, cases().size()), [](const auto& one) {
    std::string name = cases().at(one.param).at("name");
    std::ranges::replace(name, '-', '_');
    return name;
});

} // namespace
} // namespace meshdeck::policy
