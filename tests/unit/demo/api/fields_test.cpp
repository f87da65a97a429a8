// managedFields, schemas and the rules of admission.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/demo/api/admission.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/managed_fields.h"
#include "app/demo/api/schema.h"

namespace meshdeck::demo::api {

namespace {

const Resource& virtualServices() {
    return *findByKind("networking.istio.io/v1", "VirtualService");
}
const Resource& policies() {
    return *findByKind("security.istio.io/v1", "AuthorizationPolicy");
}

Json reviews(int weight = 90) {
    Json object = Json::parse(R"({"apiVersion":"networking.istio.io/v1","kind":"VirtualService",
        "metadata":{"name":"reviews","namespace":"bookinfo","labels":{"a":"b"}},
        "spec":{"hosts":["reviews"],"http":[{"route":[{"destination":{"host":"reviews","subset":"v1"},"weight":0},
                                                      {"destination":{"host":"reviews","subset":"v2"},"weight":10}]}]}})");
    object["spec"]["http"][0]["route"][0]["weight"] = weight;
    return object;
}

FieldWriter writer(const std::string& name, const std::string& time = "2026-01-01T00:00:00Z") {
    return {name, "networking.istio.io/v1", "", time};
}

std::string fieldsOfManager(const Json& object, const std::string& manager) {
    for (const Json& entry : object["metadata"]["managedFields"]) {
        if (entry["manager"] == manager) {
            return entry["fieldsV1"].dump();
        }
    }
    return "none";
}

TEST(ManagedFields_create, ownsContainersAndLists) {
    Json object = reviews();
    trackUpdate(nullptr, object, virtualServices(), writer("kubectl"));
    EXPECT_EQ(fieldsOfManager(object, "kubectl"),
              R"({"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{".":{},"f:hosts":{},"f:http":{}}})");
}

TEST(ManagedFields_update, takesTheWholeListFromTheOtherManager) {
    Json before = reviews();
    trackUpdate(nullptr, before, virtualServices(), writer("kubectl"));
    Json after = before;
    after["spec"]["http"][0]["route"][0]["weight"] = 70;
    trackUpdate(&before, after, virtualServices(), writer("meshdeck", "2026-01-02T00:00:00Z"));
    EXPECT_EQ(fieldsOfManager(after, "meshdeck"), R"({"f:spec":{"f:http":{}}})");
    EXPECT_EQ(fieldsOfManager(after, "kubectl"),
              R"({"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{".":{},"f:hosts":{}}})");
}

TEST(ManagedFields_update, forgetsWhatIsGoneAndWhoOwnsNothing) {
    Json first = reviews();
    trackUpdate(nullptr, first, virtualServices(), writer("kubectl"));
    Json second = first;
    second["metadata"]["annotations"]["x"] = "y";
    trackUpdate(&first, second, virtualServices(), writer("other"));
    Json third = second;
    third["metadata"].erase("annotations");
    trackUpdate(&second, third, virtualServices(), writer("kubectl"));
    EXPECT_EQ(fieldsOfManager(third, "other"), "none");
}

TEST(ManagedFields_json, survivesARoundTrip) {
    const Json fields = Json::parse(R"({"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{".":{},"f:http":{}}})");
    EXPECT_TRUE(sameValue(fieldsJson(parseFields(fields)), fields));
}

TEST(Apply_conflict, namesTheOtherManagerAndLeavesTheObject) {
    Json live = reviews();
    trackUpdate(nullptr, live, virtualServices(), writer("kubectl"));
    const Json before = live;
    const auto conflicts = applyConfiguration(live, reviews(50), virtualServices(), writer("argo"), false);
    ASSERT_EQ(conflicts.size(), 1U);
    EXPECT_EQ(textOfPath(conflicts[0].path), ".spec.http");
    EXPECT_TRUE(sameValue(live, before));
}

TEST(Apply_force, takesOver) {
    Json live = reviews();
    trackUpdate(nullptr, live, virtualServices(), writer("kubectl"));
    EXPECT_TRUE(applyConfiguration(live, reviews(50), virtualServices(), writer("argo"), true).empty());
    EXPECT_EQ(live["spec"]["http"][0]["route"][0]["weight"], 50);
    EXPECT_THAT(fieldsOfManager(live, "kubectl"), testing::Not(testing::HasSubstr("f:http")));
    EXPECT_THAT(fieldsOfManager(live, "argo"), testing::HasSubstr("f:http"));
}

TEST(Apply_again, removesWhatTheConfigurationNoLongerHas) {
    Json live = {{"metadata", Json::object()}};
    Json configuration = reviews();
    configuration["metadata"]["annotations"] = {{"note", "x"}};
    EXPECT_TRUE(applyConfiguration(live, configuration, virtualServices(), writer("argo"), false).empty());
    EXPECT_EQ(stringAt(live, {"metadata", "annotations", "note"}), "x");
    EXPECT_TRUE(applyConfiguration(live, reviews(), virtualServices(), writer("argo"), false).empty());
    EXPECT_EQ(find(live, {"metadata", "annotations", "note"}), nullptr);
    EXPECT_NE(find(live, {"spec", "http"}), nullptr);
}

TEST(Schema_unknownFields, areReportedWithTheirPathAndPruned) {
    Json object = reviews();
    object["spec"]["http"][0]["nonsense"] = 1;
    object["spec"]["http"][0]["route"][1]["destination"]["sub"] = "x";
    object["extra"] = true;
    const SchemaFindings findings = checkSchema(object, virtualServices());
    EXPECT_THAT(findings.unknownFields, testing::UnorderedElementsAre(
                                            "spec.http[0].nonsense", "spec.http[0].route[1].destination.sub", "extra"));
    EXPECT_TRUE(sameValue(object, reviews()));
    EXPECT_TRUE(findings.causes.empty());
}

TEST(Schema_types, areCheckedAtEveryDepth) {
    Json object = reviews();
    object["spec"]["hosts"] = "reviews";
    object["spec"]["http"][0]["route"][0]["weight"] = 1.5;
    object["spec"]["http"][0]["match"] = Json::parse(R"([{"headers":{"end-user":{"exact":7}}}])");
    std::vector<std::string> fields;
    for (const Cause& cause : checkSchema(object, virtualServices()).causes) {
        EXPECT_EQ(cause.reason, "FieldValueTypeInvalid");
        fields.push_back(cause.field);
    }
    EXPECT_THAT(fields, testing::UnorderedElementsAre("spec.hosts", "spec.http[0].route[0].weight",
                                                      "spec.http[0].match[0].headers.end-user.exact"));
}

TEST(Schema_enumeration, listsWhatIsSupported) {
    Json policy = Json::parse(R"({"metadata":{"name":"p"},"spec":{"action":"PERMIT"}})");
    const SchemaFindings findings = checkSchema(policy, policies());
    ASSERT_EQ(findings.causes.size(), 1U);
    EXPECT_EQ(findings.causes[0].reason, "FieldValueNotSupported");
    EXPECT_EQ(findings.causes[0].message,
              R"(Unsupported value: "PERMIT": supported values: "ALLOW", "DENY", "AUDIT", "CUSTOM")");
}

TEST(Schema_required, isReported) {
    Json rule = Json::parse(R"({"metadata":{"name":"r"},"spec":{"subsets":[{"labels":{"a":"b"}}]}})");
    std::vector<std::string> fields;
    for (const Cause& cause : checkSchema(rule, *findByKind("networking.istio.io/v1", "DestinationRule")).causes) {
        EXPECT_EQ(cause.message, "Required value");
        fields.push_back(cause.field);
    }
    EXPECT_THAT(fields, testing::UnorderedElementsAre("spec.host", "spec.subsets[0].name"));
}

TEST(Schema_wholeNumberWithAFraction, isAnInteger) {
    Json object = reviews();
    object["spec"]["http"][0]["route"][0]["weight"] = 90.0;
    EXPECT_TRUE(checkSchema(object, virtualServices()).causes.empty());
    EXPECT_TRUE(object["spec"]["http"][0]["route"][0]["weight"].is_number_integer());
    object["spec"]["http"][0]["route"][0]["weight"] = 1e300;
    EXPECT_EQ(checkSchema(object, virtualServices()).causes.size(), 1U);
}

std::string denialOf(const Json& object) {
    const std::optional<Reply> reply = askIstiod(object, virtualServices());
    EXPECT_TRUE(!reply || reply->status == 400);
    return reply ? stringAt(*parseJson(reply->body), {"message"}) : "";
}

TEST(Istiod_weights, areChecked) {
    EXPECT_EQ(denialOf(reviews(0)), "");
    EXPECT_EQ(denialOf(reviews(-1)),
              "admission webhook \"validation.istio.io\" denied the request: configuration is invalid: weight -1 < 0");
    Json none = reviews(0);
    none["spec"]["http"][0]["route"][1]["weight"] = 0;
    EXPECT_THAT(denialOf(none), testing::HasSubstr("total destination weight = 0"));
    none["spec"]["http"][0]["route"].erase(1);
    EXPECT_EQ(denialOf(none), "") << "one destination gets everything whatever its weight";
}

TEST(Rules_selectorAndTarget, excludeEachOther) {
    Json policy = Json::parse(R"({"metadata":{"name":"p"},"spec":{"selector":{},"targetRefs":[]}})");
    const auto reply = validateObject(policy, policies(), {});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 422);
    EXPECT_THAT(reply->body, testing::HasSubstr("only one of targetRefs or selector can be set"));
}

TEST(Annotations_tooLong, areRefused) {
    Json object = reviews();
    object["metadata"]["annotations"] = {{"big", std::string(256 * 1024, 'x')}};
    const auto reply = validateObject(object, virtualServices(), {});
    ASSERT_TRUE(reply);
    EXPECT_THAT(reply->body, testing::HasSubstr("FieldValueTooLong"));
}

} // namespace

} // namespace meshdeck::demo::api
