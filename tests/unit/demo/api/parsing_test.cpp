// Selectors, request paths, encodings, options: what comes in as text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/object_form.h"
#include "app/demo/api/options.h"
#include "app/demo/api/prometheus_server.h"
#include "app/demo/api/request_info.h"
#include "app/demo/api/selectors.h"

namespace meshdeck::demo::api {

namespace {

struct SelectorCase {
    const char* labels;
    const char* fields;
    bool matches;
};

class SelectorsMatch : public testing::TestWithParam<SelectorCase> {};

TEST_P(SelectorsMatch, asKubernetesDoes) {
    const Json object =
        Json::parse(R"({"metadata":{"name":"reviews","namespace":"bookinfo","labels":{"app":"reviews","v":""}}})");
    std::string error;
    const auto selectors = Selectors::parse(GetParam().labels, GetParam().fields, error);
    ASSERT_TRUE(selectors) << error;
    EXPECT_EQ(selectors->matches(object), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    All, SelectorsMatch,
    testing::Values(SelectorCase{"", "", true}, SelectorCase{"app=reviews", "", true},
                    SelectorCase{"app==reviews", "", true}, SelectorCase{"app!=reviews", "", false},
                    SelectorCase{"other!=x", "", true}, SelectorCase{"app", "", true}, SelectorCase{"!app", "", false},
                    SelectorCase{"!other", "", true}, SelectorCase{"app in (a, reviews),v", "", true},
                    SelectorCase{"app notin (a,reviews)", "", false}, SelectorCase{"v=", "", true},
                    SelectorCase{"", "metadata.name=reviews", true}, SelectorCase{"", "metadata.name!=reviews", false},
                    SelectorCase{"", "metadata.namespace=bookinfo,metadata.name=x", false}));

TEST(Selectors_parse, refusesWhatIsNone) {
    std::string error;
    EXPECT_FALSE(Selectors::parse("app in", "", error) && Selectors::parse("a b", "", error));
    EXPECT_FALSE(Selectors::parse("", "spec.nodeName=x", error));
    EXPECT_EQ(error, "field label not supported: spec.nodeName");
}

RequestInfo infoOf(const std::string& method, const std::string& target) {
    Request request;
    request.method = method;
    parseTarget(target, request);
    return requestInfoOf(request);
}

TEST(RequestInfo_path, namesVerbAndResource) {
    const RequestInfo list = infoOf("GET", "/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices?watch=1");
    EXPECT_EQ(list.verb, "watch");
    EXPECT_EQ(list.group, "networking.istio.io");
    EXPECT_EQ(list.resource, "virtualservices");
    EXPECT_EQ(list.ns, "bookinfo");

    const RequestInfo ns = infoOf("PATCH", "/api/v1/namespaces/bookinfo/status");
    EXPECT_EQ(ns.resource, "namespaces");
    EXPECT_EQ(ns.name, "bookinfo");
    EXPECT_EQ(ns.subresource, "status");

    const RequestInfo proxy = infoOf("GET", "/api/v1/namespaces/a/pods/p:15090/proxy/stats/prometheus?x=1");
    EXPECT_EQ(proxy.name, "p:15090");
    EXPECT_EQ(proxy.subresource, "proxy");
    EXPECT_EQ(proxy.rest, "/stats/prometheus");

    EXPECT_FALSE(infoOf("GET", "/version").isResource);
    EXPECT_FALSE(infoOf("GET", "/apis/apps/v1").isResource);
    EXPECT_EQ(infoOf("DELETE", "/api/v1/namespaces/a/pods").verb, "deletecollection");
}

TEST(Request_query, isDecoded) {
    Request request;
    parseTarget("/x?labelSelector=app%3Dreviews%2Cv+in+%28a%29&flag&&b=%zz", request);
    EXPECT_EQ(request.parameter("labelSelector"), "app=reviews,v in (a)");
    EXPECT_TRUE(request.hasParameter("flag"));
    EXPECT_EQ(request.parameter("b"), "%zz");
}

TEST(Base64Url_decoded, isTheInverse) {
    for (const std::string text : {"", "a", "ab", "abc", "\xff\xfe?>", "{\"v\":\"meta.k8s.io/v1\"}"}) {
        EXPECT_EQ(base64UrlDecoded(base64UrlOf(text)), text);
    }
    EXPECT_FALSE(base64UrlDecoded("a"));
    EXPECT_FALSE(base64UrlDecoded("ab+/"));
    EXPECT_EQ(base64Of("ab"), "YWI=");
}

TEST(ParseJson_depth, isLimited) {
    EXPECT_FALSE(parseJson(std::string(100'000, '[')));
    EXPECT_FALSE(parseJson(std::string(2000, '[') + std::string(2000, ']')));
    EXPECT_TRUE(parseJson(R"({"a":"[[[[\"{{{{"})"));
    EXPECT_FALSE(parseJson("{} x"));
}

TEST(AcceptedForm_header, takesTheFirstItKnows) {
    EXPECT_EQ(acceptedForm(""), AcceptedForm::Whole);
    EXPECT_EQ(acceptedForm("application/json;as=Table;g=meta.k8s.io;v=v1, application/json"), AcceptedForm::Whole);
    EXPECT_EQ(acceptedForm("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"),
              AcceptedForm::Metadata);
    EXPECT_EQ(acceptedForm("application/vnd.kubernetes.protobuf"), AcceptedForm::NotAcceptable);
}

TEST(Options_arguments, areUnderstood) {
    std::string error;
    const auto options = parseOptions({"fleet:300", "--kubeconfig-out", "/tmp/k", "--seed=7", "--speed", "2.5",
                                       "--prometheus", "--until-eof", "--fault", "429", "--fault=forbid=services"},
                                      error);
    ASSERT_TRUE(options) << error;
    EXPECT_EQ(options->mesh, "fleet:300");
    EXPECT_EQ(options->kubeconfigOut, "/tmp/k");
    EXPECT_EQ(options->seed, 7U);
    EXPECT_EQ(options->speed, 2.5);
    EXPECT_TRUE(options->prometheus && options->untilEof);
    EXPECT_THAT(options->faults, testing::ElementsAre("429", "forbid=services"));
}

TEST(Options_arguments, areRefusedWithOneSentence) {
    for (const std::vector<std::string>& bad : {std::vector<std::string>{"shop"},
                                                {"fleet:0"},
                                                {"fleet:x"},
                                                {"--seed"},
                                                {"--seed", "-1"},
                                                {"--speed", "0"},
                                                {"--speed=nan"},
                                                {"--fault", "fire"},
                                                {"--nonsense"},
                                                {"bookinfo", "boutique"},
                                                {"--kubeconfig-out="}}) {
        std::string error;
        EXPECT_FALSE(parseOptions(bad, error)) << bad.front();
        EXPECT_FALSE(error.empty());
    }
}

TEST(PrometheusConfig_targets, carryTheirPathAndLabels) {
    const std::string config = prometheusConfig({"127.0.0.1:9", {"/pods/bookinfo/reviews-v1-0/stats/prometheus"}});
    EXPECT_THAT(config, testing::HasSubstr("targets: [\"127.0.0.1:9\"]"));
    EXPECT_THAT(config, testing::HasSubstr("__metrics_path__: \"/pods/bookinfo/reviews-v1-0/stats/prometheus\""));
    EXPECT_THAT(config, testing::HasSubstr("namespace: \"bookinfo\", pod: \"reviews-v1-0\""));
}

} // namespace

} // namespace meshdeck::demo::api
