#include <set>

#include <gtest/gtest.h>

#include "config/resource_json.h"

namespace meshdeck::config {
namespace {

std::vector<FieldOwner> ownersOf(const std::string& managedFields) {
    return fieldOwners(Json::parse(R"({"metadata":{"name":"x","managedFields":)" + managedFields + "}}"));
}

TEST(FieldOwners, managers_areNamedWithWhatTheyDidAndWhen) {
    const auto owners = ownersOf(R"([
        {"manager":"argocd","operation":"Apply","time":"2026-11-23T14:26:00Z",
         "fieldsV1":{"f:spec":{"f:hosts":{},"f:http":{}}}},
        {"manager":"kubectl-edit","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:team":{}}}}}])");
    ASSERT_EQ(owners.size(), 2U);
    EXPECT_EQ(owners[0].manager, "argocd");
    EXPECT_EQ(owners[0].operation, "Apply");
    EXPECT_EQ(owners[0].time, "2026-11-23T14:26:00Z");
    EXPECT_EQ(owners[0].fields, (std::vector<std::string>{"spec.hosts", "spec.http"}));
    EXPECT_EQ(owners[1].time, "");
    EXPECT_EQ(owners[1].fields, (std::vector<std::string>{"metadata.labels.team"}));
}

TEST(FieldOwners, elementsOfListsByKey_areNamedByTheirKey) {
    const auto owners = ownersOf(
        R"([{"manager":"m","fieldsV1":{"f:spec":{"f:ports":{"k:{\"port\":80}":{".":{},"f:name":{}},"k:{\"port\":443}":{}}}}}])");
    ASSERT_EQ(owners.size(), 1U);
    // The order is the server's, or sorted: what counts is that each is there.
    const std::set<std::string> fields(owners[0].fields.begin(), owners[0].fields.end());
    EXPECT_EQ(fields, (std::set<std::string>{R"(spec.ports[{"port":80}].name)", R"(spec.ports[{"port":443}])"}));
}

TEST(FieldOwners, whatIsNoListOfManagers_isNobody) {
    for (const char* text : {"null", "7", "{}", "[]", R"(["a",null,7])"}) {
        EXPECT_TRUE(ownersOf(text).empty()) << text;
    }
    EXPECT_TRUE(fieldOwners(Json()).empty());
    EXPECT_TRUE(fieldOwners(Json::parse("[]")).empty());
    EXPECT_TRUE(fieldOwners(Json::parse(R"({"metadata":7})")).empty());
    EXPECT_TRUE(fieldOwners(Json::parse("{}")).empty());
}

TEST(FieldOwners, entryOfTheWrongTypes_isKeptEmpty) {
    const auto owners = ownersOf(R"([{"manager":7,"operation":null,"time":[],"fieldsV1":"all"}])");
    ASSERT_EQ(owners.size(), 1U);
    EXPECT_EQ(owners[0].manager, "");
    EXPECT_TRUE(owners[0].fields.empty());
}

TEST(FieldOwners, nestingWithoutEnd_isCutOff) {
    std::string fields = "{}";
    for (int i = 0; i < 300; ++i) {
        fields.insert(0, R"({"f:a":)").push_back('}');
    }
    const auto owners = ownersOf(R"([{"manager":"m","fieldsV1":)" + fields + "}]");
    ASSERT_EQ(owners.size(), 1U);
    EXPECT_EQ(owners[0].fields.size(), 1U);
    EXPECT_LT(owners[0].fields[0].size(), 600U);
}

} // namespace
} // namespace meshdeck::config
