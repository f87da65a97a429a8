#include "composition.h"

#include <gtest/gtest.h>

#include "composition_demo.h"
#include "composition_telemetry.h"

namespace meshdeck::app {
namespace {

TEST(ContextKind, Names_areReadWordByWord) {
    EXPECT_EQ(contextKind("prod", false), ContextKind::Production);
    EXPECT_EQ(contextKind("gke_shop_eu-west1_PROD-1", false), ContextKind::Production);
    EXPECT_EQ(contextKind("live-dev-mirror", false), ContextKind::Production); // careful wins
    EXPECT_EQ(contextKind("arn:aws:eks:eu:1:cluster/prd", false), ContextKind::Production);
    EXPECT_EQ(contextKind("pre-prod", false), ContextKind::Staging);
    EXPECT_EQ(contextKind("nonprod", false), ContextKind::Staging);
    EXPECT_EQ(contextKind("shop-staging", false), ContextKind::Staging);
    EXPECT_EQ(contextKind("kind-istio", false), ContextKind::Development);
    EXPECT_EQ(contextKind("products", false), ContextKind::Other); // no word of its own
    EXPECT_EQ(contextKind("deliver", false), ContextKind::Other);
    EXPECT_EQ(contextKind("prod", true), ContextKind::Demo);
}

TEST(ChoosePrometheus, SeveralServices_istioSystemAndTheHttpPortWin) {
    const auto found = choosePrometheus(R"({"items":[
        {"metadata":{"namespace":"monitoring","name":"prometheus-operated"},"spec":{"ports":[{"name":"web","port":9090}]}},
        {"metadata":{"namespace":"istio-system","name":"prometheus"},
         "spec":{"ports":[{"name":"reloader","port":8080},{"name":"http","port":9091}]}}]})");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->proxyPath(), "/api/v1/namespaces/istio-system/services/prometheus:9091/proxy");
}

TEST(ChoosePrometheus, UnnamedPort9090_isTakenBeforeOthers) {
    const auto found = choosePrometheus(
        R"({"items":[{"metadata":{"namespace":"m","name":"p"},"spec":{"ports":[{"port":1},{"port":9090}]}}]})");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->port, "9090");
}

TEST(ChoosePrometheus, NothingUsable_isNothing) {
    for (const char* text : {"", "no json", "{}", R"({"items":[]})", R"({"items":[{"metadata":{}}]})", R"({"items":7})"}) {
        EXPECT_FALSE(choosePrometheus(text).has_value()) << text;
    }
}

TEST(PrivateDemo, MissingProgram_isNotFound) {
    EXPECT_EQ(PrivateDemo::start("bookinfo", "/nonexistent/meshdeck-demo").error().kind, ErrorKind::NotFound);
}

TEST(PrivateDemo, ProgramThatEnds_isAnError) {
    const auto demo = PrivateDemo::start("nonsense", "/bin/false");
    ASSERT_FALSE(demo.has_value());
    EXPECT_EQ(demo.error().kind, ErrorKind::InvalidArgument);
    EXPECT_FALSE(demo.error().hint.empty());
}

TEST(PrivateDemo, ProgramThatSaysNothing_isATimeoutAndIsEnded) {
    const auto demo = PrivateDemo::start("-", "/bin/cat", std::chrono::milliseconds(100));
    ASSERT_FALSE(demo.has_value());
}

TEST(Open, KubeconfigThatIsNotThere_isOneSentence) {
    ConnectionOptions options;
    options.kubeconfig = "/nonexistent/kubeconfig";
    const auto connection = Connection::open(options);
    ASSERT_FALSE(connection.has_value());
    EXPECT_NE(connection.error().what.find("/nonexistent/kubeconfig"), std::string::npos) << connection.error().what;
}

} // namespace
} // namespace meshdeck::app
