#include <nlohmann/json.hpp>

#include "unit/cli/config/command_run.h"

namespace meshdeck::cli {
namespace {

using nlohmann::json;

class RouteCommand : public test::CommandTest {};

TEST_F(RouteCommand, oneRequest_isOneDocument) {
    const std::string mesh = write("mesh/shop.yaml", test::kShop);
    const auto ran = run({"route", "--files-only", "--from", "shop/web", "http://ratings/x", "-X", "POST", "-H", "a: b",
                          path("mesh"), "-o", "json"});
    ASSERT_EQ(ran.code, kDone) << ran.err;
    const json document = json::parse(ran.out);
    EXPECT_EQ(document.at("schema"), "meshdeck.route/1");
    EXPECT_EQ(document.at("verdict"), "routed") << ran.out;
    EXPECT_EQ(document.at("cluster"), "outbound|80||ratings.shop.svc.cluster.local");
    EXPECT_EQ(document.at("status"), 200);
}

TEST_F(RouteCommand, manyRequests_comeBackInOrder) {
    const std::string mesh = write("shop.yaml", test::kShop);
    const std::string requests = write("requests.json", R"([{"name": "a", "from": "shop/web", "url": "http://ratings/"},
        {"name": "b", "from": {"namespace": "shop", "labels": {}}, "host": "ratings.shop", "port": 80}])");
    const auto ran = run({"route", "--files-only", "--requests", requests, mesh, "-o", "json"});
    ASSERT_EQ(ran.code, kDone) << ran.err;
    const json document = json::parse(ran.out);
    ASSERT_EQ(document.at("results").size(), 2U);
    EXPECT_EQ(document.at("results")[0].at("name"), "a");
    EXPECT_EQ(document.at("results")[1].at("verdict"), "routed") << ran.out;
}

TEST_F(RouteCommand, text_saysFaultAndTimeoutInWholeMilliseconds) {
    const std::string mesh = write("shop.yaml", std::string(test::kShop) + R"(---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec: {hosts: [ratings], http: [{timeout: 15s, fault: {delay: {fixedDelay: 2s, percentage: {value: 10}}}, route: [{destination: {host: ratings}}]}]}
)");
    const auto ran = run({"route", "--files-only", "--from", "shop/web", "http://ratings/", mesh});
    ASSERT_EQ(ran.code, kDone) << ran.err;
    EXPECT_NE(ran.out.find("15000 ms"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("delay of 2000 ms for 10"), std::string::npos) << ran.out;
}

TEST_F(RouteCommand, noContext_worksOnFilesAndSaysSo) {
    const auto ran = run({"route", "--from", "shop/web", "http://ratings/", write("shop.yaml", test::kShop)});
    EXPECT_EQ(ran.code, kDone) << ran.err;
    EXPECT_NE(ran.err.find("no cluster was asked"), std::string::npos) << ran.err;
    EXPECT_NE(ran.out.find("routed"), std::string::npos) << ran.out;
}

TEST_F(RouteCommand, contextThatIsNotThere_isAnError) {
    EXPECT_EQ(run({"route", "--context", "prod", "http://ratings/", write("shop.yaml", test::kShop)}).code, kCouldNot);
}

TEST_F(RouteCommand, mistakes_endWithTwo) {
    const std::string mesh = write("shop.yaml", test::kShop);
    EXPECT_EQ(run({"route", "--files-only"}).code, kCouldNot);
    EXPECT_EQ(run({"route", "--files-only", "http://ratings/"}).code, kCouldNot); // no config
    EXPECT_EQ(run({"route", "--files-only", "--from", "shop/none", "http://ratings/", mesh}).code, kCouldNot);
    EXPECT_EQ(run({"route", "--files-only", "http://ratings/", path("none.yaml")}).code, kCouldNot);
    EXPECT_EQ(run({"route", "--files-only", "-H", "nonsense", "http://ratings/", mesh}).code, kCouldNot);
    EXPECT_EQ(run({"route", "--files-only", "--requests", write("r.json", "{}"), mesh}).code, kCouldNot);
    const auto broken = run({"route", "--files-only", "http://ratings/", write("bad.yaml", "a: [")});
    EXPECT_EQ(broken.code, kCouldNot);
    EXPECT_NE(broken.err.find("bad.yaml"), std::string::npos) << broken.err;
}

} // namespace
} // namespace meshdeck::cli
