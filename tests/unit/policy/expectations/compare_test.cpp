#include "policy/expectations/compare.h"

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using config::Json;

std::vector<Mismatch> compared(const char* expect, const char* result) {
    const auto mismatches = compareResult(Json::parse(expect), Json::parse(result));
    EXPECT_TRUE(mismatches.has_value()) << describe(mismatches.error());
    return mismatches.value_or(std::vector<Mismatch>{});
}

constexpr const char* kSplit = R"({"destinations": [
    {"cluster": "c1", "host": "ratings.shop.svc.cluster.local", "subset": "v1", "percent": 66.666666},
    {"cluster": "c2", "host": "ratings.shop.svc.cluster.local", "subset": "v2", "percent": 33.333333}]})";

TEST(CompareResult, objects_needOnlyTheFieldsWritten) {
    EXPECT_TRUE(compared(R"({"mtls": {"result": "mtls"}})", R"({"mtls": {"result": "mtls", "client": "x"}})").empty());
    const auto missing = compared(R"({"matched": {"field": "spec"}})", R"({"matched": {"resource": "x"}})");
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].field, "matched.field");
    EXPECT_TRUE(missing[0].got.is_null());
}

TEST(CompareResult, nullStatus_isARefusedConnection) {
    EXPECT_TRUE(compared(R"({"status": null})", R"({"status": null})").empty());
    EXPECT_EQ(compared(R"({"status": null})", R"({"status": 200})").size(), 1U);
}

TEST(CompareResult, split_roundsAndNamesEveryDestination) {
    EXPECT_TRUE(compared(R"({"split": {"v1": 66.67, "v2": 33.33}})", kSplit).empty());
    const auto mismatches = compared(R"({"split": {"v1": 100}})", kSplit);
    ASSERT_EQ(mismatches.size(), 2U);
    EXPECT_EQ(mismatches[0].field, "split.v1");
    EXPECT_EQ(mismatches[1].field, "split.v2"); // not mentioned, yet it gets a third
    EXPECT_TRUE(compared(R"({"split": {"ratings": 100, "v9": 0}})",
                         R"({"destinations": [{"host": "ratings.shop.svc.cluster.local", "percent": 100}]})").empty());
}

TEST(CompareResult, shortForms_meanTheObviousField) {
    EXPECT_TRUE(compared(R"({"policy": "AuthorizationPolicy a/b", "authorization": "deny", "mtls": "refused", "matched": "VirtualService a/v"})",
                         R"({"authorization": {"decision": "deny", "policy": "AuthorizationPolicy a/b"},
                             "mtls": {"result": "refused"}, "matched": {"resource": "VirtualService a/v"}})").empty());
}

TEST(CompareResult, unknownField_isAMistakeOfTheTest) {
    EXPECT_FALSE(compareResult(Json::parse(R"({"staus": 200})"), Json::object()).has_value());
    EXPECT_FALSE(compareResult(Json::object(), Json::object()).has_value());
}

TEST(CompareResult, textOfANumber_isTheNumber) {
    EXPECT_TRUE(compared(R"({"status": "200", "split": {"v1": "66.67%", "v2": "33.33"}})",
                         (std::string(R"({"status": 200, )") + (kSplit + 1)).c_str()).empty());
    EXPECT_EQ(compared(R"({"status": "ok"})", R"({"status": 200})").size(), 1U);
    EXPECT_FALSE(compareResult(Json::parse(R"({"split": 90})"), Json::object()).has_value());
}

TEST(CompareResult, headerNames_haveNoCase) {
    EXPECT_TRUE(compared(R"({"upstream": {"headers": {"End-User": "jason"}}})",
                         R"({"upstream": {"headers": {"end-user": "jason"}}})").empty());
}

} // namespace
} // namespace meshdeck::policy
