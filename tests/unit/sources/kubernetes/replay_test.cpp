// The client against a replay of what a real kube-apiserver was asked and answered (tests/data/recorded).
#include <algorithm>
#include <atomic>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include "sources/kubernetes/kubernetes_client.h"
#include "sources/kubernetes/kubernetes_cluster.h"
#include "support/http_server.h"
#include "support/recorded.h"

namespace meshdeck::sources {
namespace {

using nlohmann::json;

std::string wanted(const json& body) {
    return body.is_null() ? std::string() : body.is_string() ? body.get<std::string>() : body.dump();
}

bool sameBody(const std::string& sent, const json& recorded) {
    if (recorded.is_null()) {
        return sent.empty();
    }
    return recorded.is_string() ? sent == recorded.get<std::string>() : json::parse(sent, nullptr, false) == recorded;
}

bool sameUser(const test::ServerRequest& request, const std::string& as) {
    const auto header = [&](const char* name) {
        const auto found = request.headers.find(name);
        return found == request.headers.end() ? std::string() : found->second;
    };
    return header("authorization") == (as == "nobody" ? "Bearer wrong" : "Bearer admin") &&
           header("impersonate-user") == (as == "viewer" ? "viewer" : "");
}

// Answers a request as the first recorded exchange of the same user, method, path and body was answered; of several, the
// one that accepted the same form.
bool replay(const test::ServerRequest& request, test::Connection& connection) {
    const json* found = nullptr;
    for (const json& exchange : test::recordedExchanges()) {
        const json& recorded = exchange.at("request");
        if (recorded.at("method") != request.method || recorded.at("path") != request.target ||
            !sameUser(request, exchange.at("as")) || !sameBody(request.body, recorded.at("body"))) {
            continue;
        }
        if (recorded.at("headers").at("Accept") == request.headers.at("accept")) {
            found = &exchange;
            break;
        }
        found = found == nullptr ? &exchange : found;
    }
    if (found == nullptr) {
        connection.answer(599, "not recorded: " + request.method + " " + request.target, "text/plain");
        return true;
    }
    const json& response = found->at("response");
    std::string more;
    for (const auto& [name, value] : response.at("headers").items()) {
        more += name == "content-type" ? "" : name + ": " + value.get<std::string>() + "\r\n";
    }
    connection.answer(response.at("status"), response.at("body"), response.at("headers").at("content-type"), more);
    return true;
}

class ReplayTest : public testing::Test {
protected:
    ContextConfig contextOf(const std::string& as) {
        ContextConfig context;
        context.name = "recorded";
        context.cluster.server = server.url();
        context.caPem = authority.pem();
        context.user.token = as == "nobody" ? "wrong" : "admin";
        context.user.impersonate.user = as == "viewer" ? "viewer" : "";
        return context;
    }
    test::TestAuthority authority;
    test::HttpServer server{replay, authority.issue("IP:127.0.0.1")};
    KubernetesClient admin{contextOf("admin")};
    KubernetesClient viewer{contextOf("viewer")};
    KubernetesClient nobody{contextOf("nobody")};
    KubernetesCluster cluster{admin};
    const mesh::ResourceRef reviews{"networking.istio.io", "VirtualService", "bookinfo", "reviews"};
};

TEST_F(ReplayTest, EveryExchange_passesUnchanged) {
    for (const json& exchange : test::recordedExchanges()) {
        const json& request = exchange.at("request");
        Headers headers;
        for (const auto& [name, value] : request.at("headers").items()) {
            if (name != "Impersonate-User") { // ours to set
                headers.emplace_back(name, value.get<std::string>());
            }
        }
        KubernetesClient& client = exchange.at("as") == "viewer"   ? viewer
                                   : exchange.at("as") == "nobody" ? nobody
                                                                   : admin;
        const auto answer = client.sendRaw({request.at("method"), request.at("path"), headers,
                                            wanted(request.at("body"))});
        ASSERT_TRUE(answer) << exchange.at("name") << ": " << describe(answer.error());
        EXPECT_NE(answer->status, 599) << exchange.at("name") << ": " << answer->body;
        // An exchange repeated with another outcome (before and after) replays the first.
        const bool first = &exchange == &*std::find_if(
            test::recordedExchanges().begin(), test::recordedExchanges().end(),
            [&](const json& other) { return other.at("request") == request && other.at("as") == exchange.at("as"); });
        if (first) {
            EXPECT_EQ(answer->status, exchange.at("response").at("status").get<int>()) << exchange.at("name");
            EXPECT_EQ(answer->body, exchange.at("response").at("body").get<std::string>()) << exchange.at("name");
        }
    }
    EXPECT_EQ(server.requests().size(), test::recordedExchanges().size()) << "each sent once, the 401 too";
}

TEST_F(ReplayTest, WeightsDryRun_sendsTheBytesThatWereRecorded) {
    const auto before = cluster.read(reviews, {});
    ASSERT_TRUE(before) << describe(before.error());
    const json recorded = [] {
        for (const json& exchange : test::recordedExchanges()) {
            if (exchange.at("name") == "weights, dry run") {
                return exchange.at("request").at("body");
            }
        }
        return json();
    }();
    const auto patch = change::patchFromJson(config::Json::parse(recorded.dump()));
    ASSERT_TRUE(patch) << describe(patch.error());
    EXPECT_EQ(patch->front().value, (*before)->resourceVersion);
    const auto answer = cluster.patch(reviews, *patch, {.dryRun = true}, {});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->object->resourceVersion, (*before)->resourceVersion);
    EXPECT_EQ(answer->object->generation, (*before)->generation + 1);
}

TEST_F(ReplayTest, Write_withoutAnAnswer_hasAnUnknownOutcomeAndIsSentOnce) {
    std::atomic<int> writes = 0;
    test::HttpServer cutting(
        [&](const test::ServerRequest& request, test::Connection& connection) {
            if (request.method == "PATCH") {
                ++writes;
                return false;
            }
            connection.answer(200, test::recordedBody(request.target == "/api" ? "aggregated discovery, core"
                                                                               : "aggregated discovery, groups"),
                              "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
            return true;
        },
        authority.issue("IP:127.0.0.1"));
    ContextConfig context = contextOf("admin");
    context.cluster.server = cutting.url();
    KubernetesClient client(context);
    KubernetesCluster writing(client);
    const auto answer = writing.patch(reviews, {}, {}, {});
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().kind == ErrorKind::Unreachable || answer.error().kind == ErrorKind::Timeout);
    EXPECT_EQ(writes, 1);
}

TEST_F(ReplayTest, WhoAmI_isTheServersWord) {
    const auto name = cluster.whoAmI({});
    ASSERT_TRUE(name) << describe(name.error());
    EXPECT_EQ(*name, "admin");
}

} // namespace
} // namespace meshdeck::sources
