#include "sources/kubernetes/credentials.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <QtCore/QTemporaryDir>
#include <gtest/gtest.h>

#include "sources/kubernetes/exec_plugin.h"

namespace meshdeck::sources {
namespace {

constexpr const char* kV1 = "client.authentication.k8s.io/v1";

class CredentialsTest : public testing::Test {
protected:
    CredentialsTest() { context.cluster.server = "https://server"; }

    std::string path(const std::string& name) { return directory.filePath(QString::fromStdString(name)).toStdString(); }
    // A plugin that counts its runs and prints `output`; $1 and the environment are kept beside it.
    void plugin(const std::string& output, int exitCode = 0) {
        std::ofstream(path("plugin")) << "#!/bin/sh\necho run >> '" << path("runs") << "'\nprintf %s \"$1\" > '"
                                      << path("argument") << "'\nprintf %s \"$KUBERNETES_EXEC_INFO\" > '"
                                      << path("info") << "'\necho 'token: hidden-secret' >&2\ncat <<'END'\n"
                                      << output << "\nEND\nexit " << exitCode << "\n";
        std::filesystem::permissions(path("plugin"), std::filesystem::perms::owner_all);
        ExecConfig exec;
        exec.apiVersion = kV1;
        exec.command = path("plugin");
        exec.args = {"$(touch pwned)"};
        exec.interactiveMode = "IfAvailable";
        exec.env = {{"WHO", "me"}};
        context.user.exec = exec;
    }
    static std::string credential(const std::string& token, const std::string& expiry = {}) {
        return std::string(R"({"kind":"ExecCredential","apiVersion":")") + kV1 + R"(","status":{"token":")" + token +
               "\"" + (expiry.empty() ? "" : R"(,"expirationTimestamp":")" + expiry + "\"") + "}}";
    }
    int runs() {
        std::ifstream file(path("runs"));
        return static_cast<int>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
    }
    std::string content(const std::string& name) {
        std::ifstream file(path(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static std::string authorization(const Result<Credential>& credential) {
        if (!credential) {
            ADD_FAILURE() << describe(credential.error());
            return {};
        }
        for (const auto& [name, value] : credential->headers) {
            if (name == "Authorization") {
                return value;
            }
        }
        return {};
    }

    QTemporaryDir directory;
    ContextConfig context;
    ManualClock clock;
    int asked = 0;
    ExecConsent yes = [this](const ExecRequest&) { return ++asked > 0; };
};

TEST_F(CredentialsTest, Token_isABearer_andImpersonationItsHeaders) {
    context.user.token = "abc";
    context.user.impersonate = {"viewer", {}, {"readers"}, {{"scopes", "view"}}};
    Credentials credentials(context, {}, clock);
    const auto got = credentials.get();
    EXPECT_EQ(authorization(got), "Bearer abc");
    const Headers expected = {{"Authorization", "Bearer abc"},
                              {"Impersonate-User", "viewer"},
                              {"Impersonate-Group", "readers"},
                              {"Impersonate-Extra-scopes", "view"}};
    EXPECT_EQ(got->headers, expected);
    EXPECT_FALSE(credentials.refused(got->generation)) << "there is no other token to be had";
}

TEST_F(CredentialsTest, Password_isBasic) {
    context.user.username = "a";
    context.user.password = "b";
    Credentials credentials(context, {}, clock);
    EXPECT_EQ(authorization(credentials.get()), "Basic YTpi");
}

TEST_F(CredentialsTest, PlainHttp_getsNoCredentials) {
    context.cluster.server = "http://server";
    context.user.token = "abc";
    Credentials credentials(context, {}, clock);
    EXPECT_EQ(authorization(credentials.get()), "");
}

TEST_F(CredentialsTest, TokenFile_isReadAgainAfterAMinuteAndAfterA401) {
    context.user.tokenFile = path("token");
    std::ofstream(path("token")) << "one\n";
    Credentials credentials(context, {}, clock);
    EXPECT_EQ(authorization(credentials.get()), "Bearer one");
    std::ofstream(path("token")) << "two\n";
    EXPECT_EQ(authorization(credentials.get()), "Bearer one");
    clock.advance(std::chrono::seconds(61));
    const auto second = credentials.get();
    EXPECT_EQ(authorization(second), "Bearer two");
    std::ofstream(path("token")) << "three\n";
    EXPECT_TRUE(credentials.refused(second->generation));
    EXPECT_EQ(authorization(credentials.get()), "Bearer three");
}

TEST_F(CredentialsTest, TokenFile_thatIsMissing_isASentence) {
    context.user.tokenFile = path("none");
    Credentials credentials(context, {}, clock);
    const auto got = credentials.get();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Unauthenticated);
    EXPECT_NE(got.error().what.find("none"), std::string::npos);
}

TEST_F(CredentialsTest, Plugin_runsOnceWithConsentAndNoShell) {
    plugin(credential("from-plugin"));
    Credentials credentials(context, yes, clock);
    EXPECT_EQ(authorization(credentials.get()), "Bearer from-plugin");
    EXPECT_EQ(authorization(credentials.get()), "Bearer from-plugin");
    EXPECT_EQ(runs(), 1);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(content("argument"), "$(touch pwned)");
    const auto info = config::Json::parse(content("info"));
    EXPECT_EQ(info.at("apiVersion"), kV1);
    EXPECT_EQ(info.at("spec").at("interactive"), false);
    EXPECT_FALSE(info.at("spec").contains("cluster"));
}

TEST_F(CredentialsTest, Plugin_thatWantsTheCluster_isTold) {
    plugin(credential("t"));
    context.user.exec->provideClusterInfo = true;
    context.caPem = "PEM";
    context.cluster.execExtension = {{"audience", "x"}};
    Credentials credentials(context, yes, clock);
    ASSERT_TRUE(credentials.get());
    const auto cluster = config::Json::parse(content("info")).at("spec").at("cluster");
    EXPECT_EQ(cluster.at("server"), "https://server");
    EXPECT_EQ(cluster.at("certificate-authority-data"), "UEVN");
    EXPECT_EQ(cluster.at("config").at("audience"), "x");
}

TEST_F(CredentialsTest, Plugin_withoutConsent_isNotRun) {
    plugin(credential("t"));
    ExecRequest seen;
    Credentials credentials(context, [&](const ExecRequest& request) { seen = request; return false; }, clock);
    const auto got = credentials.get();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(runs(), 0);
    EXPECT_EQ(seen.command, path("plugin"));
    EXPECT_EQ(seen.envNames, std::vector<std::string>{"WHO"});
    EXPECT_EQ(seen.sha256.size(), 64U);
    EXPECT_FALSE(Credentials(context, {}, clock).get()) << "nobody to ask is a no";
}

TEST_F(CredentialsTest, Plugin_whoseTokenExpires_isRunAgain) {
    clock.setWallTime(ServerTime(std::chrono::seconds(1'700'000'000)));
    plugin(credential("t", "2023-11-14T22:23:20Z")); // ten minutes later
    Credentials credentials(context, yes, clock);
    ASSERT_TRUE(credentials.get());
    clock.advance(std::chrono::minutes(9));
    ASSERT_TRUE(credentials.get());
    EXPECT_EQ(runs(), 1);
    clock.advance(std::chrono::minutes(1));
    ASSERT_TRUE(credentials.get());
    EXPECT_EQ(runs(), 2);
    EXPECT_EQ(asked, 1) << "the same plugin needs no second consent";
}

TEST_F(CredentialsTest, Plugin_afterManyRefusals_isRunOnce) {
    plugin(credential("t"));
    Credentials credentials(context, yes, clock);
    const auto first = credentials.get();
    ASSERT_TRUE(first);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            if (credentials.refused(first->generation)) {
                (void)credentials.get();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(runs(), 2);
}

TEST_F(CredentialsTest, Plugin_thatChanged_asksAgain) {
    plugin(credential("one"));
    Credentials credentials(context, yes, clock);
    const auto first = credentials.get();
    ASSERT_TRUE(first);
    plugin(credential("two"));
    ASSERT_TRUE(credentials.refused(first->generation));
    EXPECT_EQ(authorization(credentials.get()), "Bearer two");
    EXPECT_EQ(asked, 2);
}

TEST_F(CredentialsTest, Plugin_thatFails_isToldWithoutItsSecrets) {
    plugin("", 3);
    Credentials credentials(context, yes, clock);
    const auto got = credentials.get();
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().what.find("failed"), std::string::npos);
    EXPECT_EQ(got.error().what.find("hidden-secret"), std::string::npos) << got.error().what;
}

TEST_F(CredentialsTest, Plugin_unfit_isRefusedWithASentence) {
    plugin(credential("t"));
    const auto errorWith = [this](const std::function<void(ExecConfig&)>& change) {
        ContextConfig changed = context;
        change(*changed.user.exec);
        const auto got = Credentials(changed, yes, clock).get();
        return got ? Error{} : got.error();
    };
    const Error missing = errorWith([](ExecConfig& exec) {
        exec.command = "/nowhere/plugin";
        exec.installHint = "run \x1b[31mthis";
    });
    EXPECT_NE(missing.what.find("not installed"), std::string::npos);
    EXPECT_EQ(missing.hint.find('\x1b'), std::string::npos);
    EXPECT_NE(errorWith([](ExecConfig& exec) { exec.interactiveMode = "Always"; }).what.find("terminal"),
              std::string::npos);
    EXPECT_NE(errorWith([](ExecConfig& exec) { exec.apiVersion = "client.authentication.k8s.io/v1alpha1"; })
                  .what.find("not supported"),
              std::string::npos);
    EXPECT_EQ(errorWith([](ExecConfig& exec) { exec.refused = "no"; }).what, "no");
    EXPECT_EQ(runs(), 0);
}

TEST_F(CredentialsTest, Plugin_thatPrintsSomethingElse_isAnError) {
    for (const char* output : {"", "{}", "not json", R"({"kind":"ExecCredential","apiVersion":"other","status":{}})"}) {
        EXPECT_FALSE(kubernetes::parseExecCredential(output, kV1)) << output;
    }
    EXPECT_FALSE(kubernetes::parseExecCredential(
        std::string(R"({"kind":"ExecCredential","apiVersion":")") + kV1 + R"(","status":{"clientKeyData":"k"}})", kV1));
}

} // namespace
} // namespace meshdeck::sources
