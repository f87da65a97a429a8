#include "sources/kubernetes/kubeconfig.h"

#include <filesystem>
#include <fstream>

#include <QtCore/QTemporaryDir>
#include <gtest/gtest.h>

namespace meshdeck::sources {
namespace {

class KubeconfigTest : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text) {
        const std::string path = directory.filePath(QString::fromStdString(name)).toStdString();
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path) << text;
        return path;
    }
    static std::string config(const std::string& context, const std::string& server, const std::string& current) {
        return "apiVersion: v1\nkind: Config\n" + (current.empty() ? "" : "current-context: " + current + "\n") +
               "clusters: [{name: c, cluster: {server: " + server + "}}]\nusers: [{name: u, user: {token: t-" + context +
               "}}]\ncontexts: [{name: " + context + ", context: {cluster: c, user: u, namespace: shop}}]\n";
    }
    Result<ContextConfig> only(const std::string& text, std::optional<std::string> context = {}) {
        const auto loaded = loadKubeconfig({write("one", text), {}, {}});
        return loaded ? resolveContext(*loaded, context) : tl::unexpected(loaded.error());
    }
    QTemporaryDir directory;
};

TEST_F(KubeconfigTest, List_firstFileWinsWholeEntries) {
    const auto a = write("a", config("one", "https://a", ""));
    const auto b = write("b", config("two", "https://b", "two"));
    const auto merged = loadKubeconfig({{}, a + ":" + b, "/nowhere"});
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->clusters.at("c").server, "https://a");
    EXPECT_EQ(merged->users.at("u").token, "t-one");
    EXPECT_EQ(merged->contexts.size(), 2U);
    EXPECT_EQ(merged->currentContext, "two") << "the first file that sets it";
    EXPECT_EQ(merged->files, (std::vector<std::string>{a, b}));
}

TEST_F(KubeconfigTest, List_emptyEntriesDuplicatesAndMissingFilesArePassedOver) {
    const auto a = write("a", config("one", "https://a", "one"));
    const auto merged = loadKubeconfig({{}, ":" + a + "::/nowhere/x:" + a + ":", "/nowhere"});
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->files, std::vector<std::string>{a});
}

TEST_F(KubeconfigTest, ExplicitPath_isAloneAndMustExist) {
    const auto a = write("a", config("one", "https://a", "one"));
    const auto b = write("b", config("two", "https://b", "two"));
    EXPECT_EQ(loadKubeconfig({a, b, b})->currentContext, "one");
    const auto missing = loadKubeconfig({std::string("/nowhere/config"), b, b});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
}

TEST_F(KubeconfigTest, Nothing_isASentenceWithAHint) {
    const auto none = loadKubeconfig({{}, {}, "/nowhere/.kube/config"});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::NotFound);
    EXPECT_NE(none.error().what.find("/nowhere/.kube/config"), std::string::npos);
    EXPECT_NE(none.error().hint.find("--demo"), std::string::npos);
}

TEST_F(KubeconfigTest, BadYaml_namesFileAndLine) {
    const auto path = write("bad", "apiVersion: v1\nclusters: [{name: c\nusers: ]\n");
    const auto bad = loadKubeconfig({path, {}, {}});
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind, ErrorKind::InvalidArgument);
    EXPECT_NE(bad.error().what.find(path), std::string::npos);
    EXPECT_NE(bad.error().what.find("line 3"), std::string::npos) << bad.error().what;
    EXPECT_FALSE(loadKubeconfig({write("list", "- a\n- b\n"), {}, {}}));
    EXPECT_FALSE(loadKubeconfig({write("types", "users: [{name: u, user: {token: [1]}}]"), {}, {}}));
    EXPECT_FALSE(loadKubeconfig(
        {write("base64", "clusters: [{name: c, cluster: {certificate-authority-data: '!!'}}]"), {}, {}}));
}

TEST_F(KubeconfigTest, RelativePaths_resolveAgainstTheirOwnFile) {
    write("sub/ca.pem", "PEM");
    const auto path = write("sub/config", "current-context: x\n"
                                          "clusters: [{name: c, cluster: {server: https://a/, certificate-authority: "
                                          "ca.pem}}]\nusers: [{name: u, user: {tokenFile: ../token, exec: {apiVersion: "
                                          "client.authentication.k8s.io/v1, command: ./plugin}}}]\n"
                                          "contexts: [{name: x, context: {cluster: c, user: u}}]\n");
    const auto loaded = loadKubeconfig({path, {}, {}});
    ASSERT_TRUE(loaded) << describe(loaded.error());
    const auto context = resolveContext(*loaded, {});
    ASSERT_TRUE(context) << describe(context.error());
    const std::string root = directory.path().toStdString();
    EXPECT_EQ(context->caPem, "PEM");
    EXPECT_EQ(context->cluster.server, "https://a") << "without the trailing slash";
    EXPECT_EQ(context->user.tokenFile, root + "/token");
    EXPECT_EQ(context->user.exec->command, root + "/sub/plugin");
    EXPECT_EQ(context->ns, "default");
}

TEST_F(KubeconfigTest, Context_thatIsUnknown_listsTheKnown) {
    const auto wrong = only(config("prod", "https://a", "prod"), "staging");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, ErrorKind::NotFound);
    EXPECT_NE(wrong.error().what.find("staging"), std::string::npos);
    EXPECT_NE(wrong.error().hint.find("prod"), std::string::npos);
    EXPECT_FALSE(only(config("prod", "https://a", "")));
    EXPECT_FALSE(only("current-context: x\ncontexts: [{name: x, context: {cluster: none, user: u}}]\n"));
}

TEST_F(KubeconfigTest, Extension_ofMeshdeck_givesTheOtherEndpoints) {
    const auto context = only("current-context: x\nclusters: [{name: c, cluster: {server: https://a, extensions: [{name: "
                              "meshdeck.dev/endpoints, extension: {istiod: '127.0.0.1:15012', istiodServerName: "
                              "istiod.istio-system.svc, prometheus: 'http://127.0.0.1:9090', jaeger: '127.0.0.1:16685'}}]}}]"
                              "\ncontexts: [{name: x, context: {cluster: c}}]\n");
    ASSERT_TRUE(context) << describe(context.error());
    EXPECT_EQ(context->endpoints.istiod, "127.0.0.1:15012");
    EXPECT_EQ(context->endpoints.istiodServerName, "istiod.istio-system.svc");
    EXPECT_EQ(context->endpoints.prometheus, "http://127.0.0.1:9090");
    EXPECT_EQ(context->endpoints.jaeger, "127.0.0.1:16685");
    EXPECT_EQ(only(config("prod", "https://a", "prod"))->endpoints.istiod, "");
}

TEST_F(KubeconfigTest, Users_thatContradictThemselves_areRefused) {
    const auto user = [this](const std::string& body) {
        return only("current-context: x\nclusters: [{name: c, cluster: {server: https://a}}]\nusers: [{name: u, user: " +
                    body + "}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n");
    };
    EXPECT_TRUE(user("{token: t}"));
    EXPECT_FALSE(user("{token: t, username: a, password: b}"));
    EXPECT_FALSE(user("{client-certificate: a.pem}"));
    EXPECT_FALSE(user("{auth-provider: {name: gcp}}"));
    EXPECT_FALSE(user("{token: t, as-groups: [a]}"));
    EXPECT_FALSE(user("{token: t, as: a, as-groups: [a, b]}"));
    EXPECT_EQ(user("{token: t, as: a, as-groups: [b]}")->user.impersonate.groups, std::vector<std::string>{"b"});
}

TEST_F(KubeconfigTest, File_thatEverybodyMayWrite_hasItsExecRefused) {
    const auto path = write("open", "users: [{name: u, user: {exec: {apiVersion: v, command: aws}}}]");
    EXPECT_TRUE(loadKubeconfig({path, {}, {}})->users.at("u").exec->refused.empty());
    std::filesystem::permissions(path, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
    EXPECT_NE(loadKubeconfig({path, {}, {}})->users.at("u").exec->refused.find("everybody"), std::string::npos);
}

TEST_F(KubeconfigTest, AliasBomb_inAnExtension_isRefused) {
    std::string text = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n";
    for (int i = 1; i < 8; ++i) {
        const std::string before = "*x" + std::to_string(i - 1);
        text += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) {
            text += (j == 0 ? "" : ", ") + before;
        }
        text += "]\n";
    }
    text += "clusters: [{name: c, cluster: {server: https://a, extensions: [{name: client.authentication.k8s.io/exec, "
            "extension: *x7}]}}]\n";
    const auto bomb = loadKubeconfig({write("bomb", text), {}, {}});
    ASSERT_FALSE(bomb);
    EXPECT_NE(bomb.error().what.find("too large"), std::string::npos);
}

} // namespace
} // namespace meshdeck::sources
