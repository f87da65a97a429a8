#include <gtest/gtest.h>

#include "app/demo/api/json_patch.h"
#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

// The document after the operations, or "rejected"; a rejected patch must leave the document as it was.
std::string patched(const std::string& document, const std::string& operations) {
    Json value = Json::parse(document);
    std::string reason;
    if (applyJsonPatch(value, Json::parse(operations), reason) == PatchOutcome::Rejected) {
        EXPECT_TRUE(sameValue(value, Json::parse(document)));
        EXPECT_FALSE(reason.empty());
        return "rejected";
    }
    return sorted(value).dump();
}

TEST(JsonPatch_add, insertsBeforeAnIndexAndAppendsAtDash) {
    EXPECT_EQ(patched(R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])"), R"({"a":[1,2,3]})");
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])"), R"({"a":[1,2]})");
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"add","path":"/a/1","value":2}])"), R"({"a":[1,2]})");
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"add","path":"/a/2","value":2}])"), "rejected");
}

TEST(JsonPatch_add, replacesAMemberThatIsThere) {
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])"), R"({"a":2})");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"add","path":"/b/c","value":2}])"), "rejected");
}

TEST(JsonPatch_pointer, decodesEscapesInTheRightOrder) {
    EXPECT_EQ(patched(R"({"a/b":1,"m~n":2})",
                      R"([{"op":"replace","path":"/a~1b","value":3},{"op":"remove","path":"/m~0n"}])"),
              R"({"a/b":3})");
    EXPECT_EQ(patched(R"({"~1":1})", R"([{"op":"remove","path":"/~01"}])"), "{}");
    EXPECT_EQ(patched(R"({"":{"":1}})", R"([{"op":"replace","path":"//","value":2}])"), R"({"":{"":2}})");
}

TEST(JsonPatch_replace, needsAValueThatIsThere) {
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"replace","path":"/a/0","value":5}])"), R"({"a":[5]})");
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"replace","path":"/a/1","value":5}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"replace","path":"/b","value":5}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"replace","path":"","value":{"b":2}}])"), R"({"b":2})");
}

TEST(JsonPatch_test, comparesNumbersByTheirText) {
    EXPECT_NE(patched(R"({"w":90})", R"([{"op":"test","path":"/w","value":90}])"), "rejected");
    EXPECT_EQ(patched(R"({"w":90})", R"([{"op":"test","path":"/w","value":90.0}])"), "rejected");
    EXPECT_EQ(patched(R"({"w":90})", R"([{"op":"test","path":"/w","value":"90"}])"), "rejected");
}

TEST(JsonPatch_test, ignoresTheOrderOfMembers) {
    EXPECT_NE(patched(R"({"o":{"a":1,"b":[2]}})", R"([{"op":"test","path":"/o","value":{"b":[2],"a":1}}])"),
              "rejected");
    EXPECT_EQ(patched(R"({"o":{"a":1}})", R"([{"op":"test","path":"/o","value":{"a":1,"b":2}}])"), "rejected");
    EXPECT_EQ(patched(R"({"o":[1,2]})", R"([{"op":"test","path":"/o","value":[2,1]}])"), "rejected");
}

TEST(JsonPatch_test, takesAMissingMemberForNull) {
    EXPECT_NE(patched(R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"test","path":"/b/c","value":null}])"), "rejected");
}

TEST(JsonPatch_move, takesAwayBeforeItAdds) {
    EXPECT_EQ(patched(R"({"a":[1,2,3]})", R"([{"op":"move","from":"/a/0","path":"/a/2"}])"), R"({"a":[2,3,1]})");
    EXPECT_EQ(patched(R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":"/a/b"}])"), "rejected");
}

TEST(JsonPatch_copy, leavesTheSource) {
    EXPECT_EQ(patched(R"({"a":{"b":1}})", R"([{"op":"copy","from":"/a","path":"/c"}])"),
              R"({"a":{"b":1},"c":{"b":1}})");
}

TEST(JsonPatch_remove, countsNegativeIndicesFromTheEnd) {
    EXPECT_EQ(patched(R"({"a":[1,2,3]})", R"([{"op":"remove","path":"/a/-1"}])"), R"({"a":[1,2]})");
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"remove","path":"/a/-2"}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"remove","path":"/a/x"}])"), "rejected");
}

TEST(JsonPatch_sequence, isAllOrNothing) {
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"replace","path":"/a","value":2},{"op":"test","path":"/a","value":1}])"),
              "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"swap","path":"/a"}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"add","path":"/a"}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"add","path":"a","value":1}])"), "rejected");
    EXPECT_EQ(patched(R"({"a":1})", R"([42])"), "rejected");
}

TEST(MergePatch_null, deletesAndListsAreReplaced) {
    Json document = Json::parse(R"({"a":{"b":1,"c":2},"l":[1,2],"s":"x"})");
    applyMergePatch(document, Json::parse(R"({"a":{"b":null,"d":{"e":null,"f":1}},"l":[3],"s":{"t":1}})"));
    EXPECT_EQ(sorted(document).dump(), R"({"a":{"c":2,"d":{"f":1}},"l":[3],"s":{"t":1}})");
}

} // namespace

} // namespace meshdeck::demo::api
