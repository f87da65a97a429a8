// What `meshdeck graph` says when something is broken (facts/faults.md B1-B3): the real program against real sockets.
// Always one sentence and a hint on standard error, no noise, nothing on standard output, an exit code, and soon.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>

#include <QProcess>
#include <QProcessEnvironment>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "composition_demo.h"
#include "support/http_server.h"
#include "unit/change/temp_folder.h"

namespace meshdeck {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

struct Outcome {
    int exit = -1;
    std::string out;
    std::string err;
    std::chrono::steady_clock::duration took{};
};

class Broken : public testing::Test {
protected:
    // `home` keeps the user's own kubeconfig and journal out.
    Outcome meshdeck(const QStringList& arguments) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"KUBECONFIG", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"}) {
            environment.remove(QString::fromUtf8(name));
        }
        environment.insert(QStringLiteral("HOME"), QString::fromStdString(home.path().string()));
        environment.insert(QStringLiteral("XDG_STATE_HOME"), QString::fromStdString(home.path().string()));
        process.setProcessEnvironment(environment);
        const auto begin = std::chrono::steady_clock::now();
        process.start(QStringLiteral(MESHDECK_BIN "/meshdeck"), arguments);
        EXPECT_TRUE(process.waitForFinished(120'000));
        return {process.exitCode(), process.readAllStandardOutput().toStdString(),
                process.readAllStandardError().toStdString(), std::chrono::steady_clock::now() - begin};
    }

    Outcome graph(const std::string& kubeconfig, QStringList more = {}) {
        return meshdeck(QStringList{QStringLiteral("graph"), QStringLiteral("--kubeconfig"),
                                    QString::fromStdString(kubeconfig)} + more);
    }

    // A kubeconfig with a token for `server`.
    std::string kubeconfigFor(const std::string& server) {
        return file("kubeconfig", "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: \"" + server +
                                      "\"}}]\nusers: [{name: u, user: {token: secret-token}}]\n"
                                      "contexts: [{name: shop, context: {cluster: c, user: u}}]\ncurrent-context: shop\n");
    }

    std::string file(const std::string& name, const std::string& text) {
        const std::string path = home.path().string() + "/" + name;
        std::ofstream(path) << text;
        return path;
    }

    std::unique_ptr<app::PrivateDemo> demo(const std::vector<std::string>& more = {}) {
        auto started = app::PrivateDemo::start("bookinfo", MESHDECK_BIN "/meshdeck-demo", 60s, more);
        EXPECT_TRUE(started.has_value()) << describe(started.error());
        return started ? *std::move(started) : nullptr;
    }

    // A copy without the cluster's extension that names the demonstration mesh's other servers.
    std::string withoutAddresses(const std::string& kubeconfig) {
        std::ifstream in(kubeconfig);
        std::string kept;
        int inside = 0; // the extension's key, its list item and what it says
        for (std::string line; std::getline(in, line);) {
            inside = line.find("extensions:") != std::string::npos ? 3 : std::max(0, inside - 1);
            kept += inside > 0 ? std::string() : line + "\n";
        }
        EXPECT_EQ(kept.find("meshdeck.dev"), std::string::npos) << kept;
        return file("without-addresses", kept);
    }

    // The istiod source of a graph that is complete without it.
    static json istiodOf(const Outcome& run) {
        EXPECT_EQ(run.exit, 0) << run.err;
        const json document = json::parse(run.out, nullptr, false);
        if (document.is_discarded()) {
            return {{"state", "no graph"}, {"detail", run.err}};
        }
        EXPECT_EQ(document.at("edges").size(), 7U);
        for (const json& source : document.at("sources")) {
            if (source.at("name") == "istiod") {
                return source;
            }
        }
        return {{"state", "no such source"}, {"detail", run.out}};
    }

    static void expectOneSentence(const Outcome& run, const std::string& part) {
        EXPECT_EQ(run.exit, 2);
        EXPECT_EQ(run.out, "");
        EXPECT_NE(run.err.find(part), std::string::npos) << run.err;
        EXPECT_NE(run.err.find(" Hint: "), std::string::npos) << run.err;
        EXPECT_EQ(run.err.rfind("meshdeck: ", 0), 0U) << run.err;
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        EXPECT_EQ(run.err.find("secret-token"), std::string::npos);
        EXPECT_LT(run.took, 40s); // not the minute that a mesh may take
    }

    const change::TempFolder home;
};

TEST_F(Broken, noKubeconfig_namesTheFileAndTheDemo) {
    const Outcome run = meshdeck({QStringLiteral("graph")});
    expectOneSentence(run, "there is no kubeconfig");
    EXPECT_NE(run.err.find("--demo"), std::string::npos);
}

TEST_F(Broken, kubeconfigThatIsNotThere_isNamed) {
    expectOneSentence(graph(home.path().string() + "/nowhere"), home.path().string() + "/nowhere");
}

TEST_F(Broken, kubeconfigThatIsNoYaml_hasLineAndColumn) {
    expectOneSentence(graph(file("bad", "clusters: [a\nusers: {")), "line 2");
}

TEST_F(Broken, unknownContext_listsTheKnownOnes) {
    const Outcome run = graph(kubeconfigFor("https://127.0.0.1:9"), {QStringLiteral("--context"), QStringLiteral("prod")});
    expectOneSentence(run, "no context \"prod\"");
    EXPECT_NE(run.err.find("shop"), std::string::npos);
}

TEST_F(Broken, refusedConnection_isSaidAtOnce) {
    const Outcome run = graph(kubeconfigFor("https://127.0.0.1:9")); // discard: nobody listens
    expectOneSentence(run, "cannot reach the API server of context \"shop\"");
    EXPECT_LT(run.took, 20s);
}

TEST_F(Broken, apply_withoutAServer_writesNothing) {
    const Outcome run = meshdeck({QStringLiteral("apply"), QStringLiteral("--kubeconfig"),
                              QString::fromStdString(kubeconfigFor("https://127.0.0.1:9")),
                              QStringLiteral("--set-weights"), QStringLiteral("reviews.bookinfo"),
                              QStringLiteral("v1=100"), QStringLiteral("--yes")});
    EXPECT_EQ(run.exit, 2);
    EXPECT_NE(run.err.find("Hint: "), std::string::npos) << run.err;
    EXPECT_LT(run.took, 40s);
}

TEST_F(Broken, webPage_isNoKubernetesApi) {
    const test::HttpServer portal([](const test::ServerRequest&, test::Connection& connection) {
        connection.answer(200, "<html>Please log in</html>", "text/html");
        return true;
    });
    expectOneSentence(graph(kubeconfigFor(portal.url())), "not a Kubernetes API");
}

TEST_F(Broken, everythingForbidden_namesTheRight) {
    const test::HttpServer server([](const test::ServerRequest&, test::Connection& connection) {
        connection.answer(403, R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,
            "message":"forbidden: User \"jane\" cannot get path \"/api\""})");
        return true;
    });
    expectOneSentence(graph(kubeconfigFor(server.url())), "User \"jane\" cannot get path");
}

TEST_F(Broken, wrongCa_isAHardStop) {
    const auto mesh = demo({"--fault", "wrong-ca"});
    ASSERT_NE(mesh, nullptr);
    expectOneSentence(graph(mesh->kubeconfig()), "certificate");
}

TEST_F(Broken, expiredToken_saysToLogInAgain) {
    const auto mesh = demo({"--fault", "expired-token"});
    ASSERT_NE(mesh, nullptr);
    expectOneSentence(graph(mesh->kubeconfig()), "does not accept these credentials");
}

TEST_F(Broken, tooManyRequests_isWaitedFor) {
    const auto mesh = demo({"--fault", "429"});
    ASSERT_NE(mesh, nullptr);
    const Outcome run = graph(mesh->kubeconfig(), {QStringLiteral("-o"), QStringLiteral("json")});
    EXPECT_EQ(run.exit, 0) << run.err;
    EXPECT_EQ(run.err, "");
}

TEST_F(Broken, oneKindForbidden_leavesTheRestAndNamesIt) {
    const auto mesh = demo({"--fault", "forbid=virtualservices"});
    ASSERT_NE(mesh, nullptr);
    const Outcome run = graph(mesh->kubeconfig(), {QStringLiteral("-o"), QStringLiteral("json")});
    ASSERT_EQ(run.exit, 0) << run.err;
    for (const json& source : json::parse(run.out).at("sources")) {
        if (source.at("name") == "kubernetes") {
            EXPECT_EQ(source.at("state"), "partial");
            EXPECT_NE(source.at("detail").get<std::string>().find("list and watch virtualservices"), std::string::npos)
                << source;
            EXPECT_NE(source.value("hint", ""), "");
        }
    }
}

// A kubeconfig as of a real cluster, without the demonstration mesh's own word on where istiod is: it is reached by
// our own port-forward, or the lack of the right to it is said.
TEST_F(Broken, istiodWithoutAnAddress_isReachedThroughTheApiServer) {
    const auto mesh = demo();
    ASSERT_NE(mesh, nullptr);
    const json istiod = istiodOf(graph(withoutAddresses(mesh->kubeconfig()), {QStringLiteral("-o"), QStringLiteral("json")}));
    EXPECT_EQ(istiod.at("state"), "live") << istiod;
}

TEST_F(Broken, istiodWithoutTheRightToForward_isDeniedAndTheRestGoesOn) {
    const auto mesh = demo({"--fault", "forbid=pods/portforward"});
    ASSERT_NE(mesh, nullptr);
    const json istiod = istiodOf(graph(withoutAddresses(mesh->kubeconfig()), {QStringLiteral("-o"), QStringLiteral("json")}));
    EXPECT_EQ(istiod.at("state"), "denied") << istiod;
    EXPECT_NE(istiod.at("detail").get<std::string>().find("forward ports"), std::string::npos) << istiod;
    EXPECT_NE(istiod.value("hint", "").find("pods/portforward"), std::string::npos) << istiod;
}

TEST_F(Broken, deadPrometheus_isSaidAndThePodsAreScraped) {
    const auto mesh = demo();
    ASSERT_NE(mesh, nullptr);
    const Outcome run = graph(mesh->kubeconfig(), {QStringLiteral("-o"), QStringLiteral("json"),
                                               QStringLiteral("--prometheus"), QStringLiteral("http://127.0.0.1:9")});
    ASSERT_EQ(run.exit, 0) << run.err;
    const json document = json::parse(run.out);
    EXPECT_EQ(document.at("edges").size(), 7U);
    EXPECT_LT(document.at("windowSeconds").get<double>(), 60); // measured, not the minute that was asked for
    std::map<std::string, json> sources;
    for (const json& source : document.at("sources")) {
        sources[source.at("name")] = source;
    }
    EXPECT_EQ(sources["scrape"].at("state"), "live");
    EXPECT_EQ(sources["prometheus"].at("state"), "absent");
    EXPECT_NE(sources["prometheus"].at("detail").get<std::string>().find("127.0.0.1:9"), std::string::npos);
    EXPECT_NE(sources["prometheus"].value("hint", ""), "");
}

TEST_F(Broken, serverThatWasKilled_isSaidAtOnce) {
    auto mesh = demo();
    ASSERT_NE(mesh, nullptr);
    std::ifstream from(mesh->kubeconfig());
    const std::string text{std::istreambuf_iterator<char>(from), {}};
    const std::string copy = file("copy", text);
    mesh.reset();
    const Outcome run = graph(copy);
    expectOneSentence(run, "cannot reach the API server");
}

} // namespace
} // namespace meshdeck
