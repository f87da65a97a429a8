#include "cli/apply_input.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/apply_routes.h"
#include "unit/change/fake_cluster.h"
#include "unit/change/temp_folder.h"

namespace meshdeck::cli {

namespace {

mesh::ResourceTable table(const std::vector<std::string>& documents) {
    mesh::ResourceTable result;
    for (const std::string& yaml : documents) {
        const auto resource = config::resourceOfYaml(yaml);
        result[resource->ref] = resource;
    }
    return result;
}

const char* const kTwoRoutes = R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - name: testers
    match: [{headers: {end-user: {exact: jason}}}]
    route:
    - {destination: {host: reviews, subset: v1}, weight: 50}
    - {destination: {host: reviews, subset: v2}, weight: 50}
  - route:
    - {destination: {host: reviews, subset: v1}, weight: 80}
    - {destination: {host: reviews, subset: v2}, weight: 10}
    - {destination: {host: reviews, subset: v3}, weight: 10}
)";

WantedWeights wanted(const std::string& host, std::vector<std::pair<std::string, int>> weights) {
    return {host, std::move(weights)};
}

} // namespace

TEST(ParseWeights, HostsAndTheirWeights_areSplit) {
    const auto sets = parseWeights({"reviews", "v1=70", "v2=30", "ratings.shop", "a=b=1"});
    ASSERT_TRUE(sets);
    ASSERT_EQ(sets->size(), 2U);
    EXPECT_EQ(sets->at(0).weights[1], (std::pair<std::string, int>("v2", 30)));
    EXPECT_EQ(sets->at(1).weights[0], (std::pair<std::string, int>("a=b", 1)));
    for (const std::vector<std::string>& bad :
         {std::vector<std::string>{}, {"reviews"}, {"v1=1"}, {"reviews", "v1=x"}, {"reviews", "v1=-1"}, {"reviews", "=1"},
          {"reviews", "v1=1%"}, {"reviews", "v1=99999999999"}}) {
        EXPECT_EQ(parseWeights(bad).error().kind, ErrorKind::InvalidArgument);
    }
}

TEST(CompleteWeights, RestIsSharedInProportion) {
    EXPECT_EQ(completeWeights({std::nullopt, 30}, {90, 10}, 100), (std::vector<int>{70, 30}));
    EXPECT_EQ(completeWeights({std::nullopt, std::nullopt, 40}, {80, 10, 10}, 100), (std::vector<int>{53, 7, 40}));
    EXPECT_EQ(completeWeights({std::nullopt, std::nullopt, 1}, {0, 0, 100}, 100), (std::vector<int>{50, 49, 1}));
    EXPECT_EQ(completeWeights({50, 60}, {50, 50}, 100), std::nullopt);
    EXPECT_EQ(completeWeights({50, 40}, {50, 50}, 100), std::nullopt);
}

TEST(FindEdit, HostInAllItsForms_findsTheRoute) {
    const auto config = table({kTwoRoutes});
    for (const char* host : {"reviews", "reviews.bookinfo", "reviews.bookinfo.svc.cluster.local"}) {
        const auto edit = findEdit(wanted(host, {{"v3", 20}}), config, {}, {});
        ASSERT_TRUE(edit) << host << ": " << edit.error().what;
        EXPECT_EQ(edit->routeIndex, 1U) << "only that route has v3";
        EXPECT_EQ(edit->weights, (std::vector<int>{71, 9, 20}));
    }
    EXPECT_EQ(findEdit(wanted("reviews.shop", {{"v1", 1}}), config, {}, {}).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(findEdit(wanted("reviews", {{"v1", 1}}), config, {"shop"}, {}).error().kind, ErrorKind::NotFound);
}

TEST(FindEdit, SeveralRoutes_areListedAndChosen) {
    const auto config = table({kTwoRoutes});
    const auto both = wanted("reviews", {{"v1", 40}, {"v2", 60}});
    const auto ambiguous = findEdit(both, config, {}, {});
    ASSERT_FALSE(ambiguous);
    EXPECT_NE(ambiguous.error().what.find("2 routes could be meant: 0: VirtualService bookinfo/reviews http[0] \"testers\" "
                                          "(header end-user is jason); 1: "), std::string::npos) << ambiguous.error().what;
    EXPECT_EQ(findEdit(both, config, {}, "testers")->routeIndex, 0U);
    EXPECT_EQ(findEdit(both, config, {}, "1")->routeIndex, 1U);
    EXPECT_EQ(findEdit(both, config, {}, "http[1]")->routeIndex, 1U);
    EXPECT_FALSE(findEdit(both, config, {}, "nonsense"));
}

TEST(FindEdit, UnknownSubset_namesThoseThatAreThere) {
    const auto edit = findEdit(wanted("reviews", {{"v9", 1}}), table({kTwoRoutes}), {}, {});
    ASSERT_FALSE(edit);
    EXPECT_EQ(edit.error().hint, "its routes lead to: v1, v2, v3");
}

TEST(FindEdit, HttpRoute_isFoundByItsServiceAndKeepsUnnamedWeights) {
    const auto config = table({R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: split, namespace: bookinfo}
spec:
  parentRefs: [{kind: Service, group: "", name: reviews, port: 9080}]
  rules: [{backendRefs: [{name: reviews-v1, port: 9080, weight: 9}, {name: reviews-v2, port: 9080, weight: 1}]}]
)"});
    const auto edit = findEdit(wanted("reviews", {{"reviews-v2", 5}}), config, {}, {});
    ASSERT_TRUE(edit) << edit.error().what;
    EXPECT_EQ(edit->section, "rules");
    EXPECT_EQ(edit->weights, (std::vector<int>{9, 5}));
}

TEST(FindEdit, DestinationRule_givesTheSubsetsLabels) {
    const auto config = table({kTwoRoutes, R"(
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: r, namespace: bookinfo}
spec: {host: reviews, subsets: [{name: v3, labels: {version: canary}}]}
)"});
    const auto edit = findEdit(wanted("reviews", {{"v3", 20}}), config, {}, {});
    ASSERT_EQ(edit->subsets.size(), 1U);
    EXPECT_EQ(edit->subsets[0].labels.at("version"), "canary");
}

TEST(ReadObjects, FilesFoldersAndStandardInput_inOrder) {
    const change::TempFolder folder;
    std::ofstream(folder.path() / "b.yaml") << "kind: B\n---\nkind: C\n";
    std::ofstream(folder.path() / "a.json") << "{\"kind\": \"A\"}";
    std::ofstream(folder.path() / "README.md") << "no: [";
    std::istringstream in("kind: D\n");
    const auto objects = readObjects({folder.path().string(), "-"}, &in);
    ASSERT_TRUE(objects) << objects.error().what;
    std::string kinds;
    for (const auto& object : *objects) {
        kinds += object.at("kind").get<std::string>();
    }
    EXPECT_EQ(kinds, "ABCD");
    EXPECT_EQ(readObjects({(folder.path() / "none.yaml").string()}, nullptr).error().kind, ErrorKind::Io);
    std::ofstream(folder.path() / "bad.yaml") << "a: 1\nb: [\n";
    const auto bad = readObjects({(folder.path() / "bad.yaml").string()}, nullptr);
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().what.find("bad.yaml: line "), std::string::npos) << bad.error().what;
}

} // namespace meshdeck::cli
