#include "change/json_patch.h"

#include <random>

#include <gtest/gtest.h>

#include "change/plan.h"

namespace meshdeck::change {

namespace {

using config::Json;

Json parse(const char* text) { return config::parseJson(text).value(); }

class RandomJson {
public:
    explicit RandomJson(unsigned seed) : m_random(seed) {}
    Json value(int depth) {
        const unsigned kind = pick(depth > 0 ? 5 : 3);
        if (kind == 3) {
            Json list = Json::array();
            for (unsigned i = pick(5); i > 0; --i) {
                list.push_back(value(depth - 1));
            }
            return list;
        }
        if (kind == 4) {
            Json map = Json::object();
            for (unsigned i = pick(5); i > 0; --i) {
                map[std::string(1, "ab/~"[pick(4)]) + std::to_string(pick(3))] = value(depth - 1);
            }
            return map;
        }
        return kind == 0 ? Json(nullptr) : kind == 1 ? Json(pick(3)) : Json("x" + std::to_string(pick(3)));
    }

private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(m_random() % below); }
    std::mt19937 m_random;
};

} // namespace

TEST(JsonPatch, DifferencesAppliedToTheFirst_giveTheSecondAndBackAgain) {
    for (unsigned seed = 0; seed < 3000; ++seed) {
        RandomJson random(seed);
        const Json from = random.value(4);
        const Json to = random.value(4);
        const JsonPatch patch = differences(from, to);
        const auto applied = applyPatch(from, patch);
        ASSERT_TRUE(applied) << "seed " << seed << ": " << applied.error().what;
        ASSERT_TRUE(sameJson(*applied, to)) << "seed " << seed << " " << toJson(patch).dump();
        const auto back = applyPatch(*applied, inverseOf(from, to));
        ASSERT_TRUE(back && sameJson(*back, from)) << "seed " << seed;
        const auto read = patchFromJson(toJson(patch));
        ASSERT_TRUE(read && *read == patch) << "seed " << seed;
    }
}

TEST(JsonPatch, EveryReplacedOrRemovedValue_isTestedFirst) {
    const JsonPatch patch = differences(parse(R"({"a":1,"b":[1,2,3],"c":{}})"), parse(R"({"a":2,"b":[1],"d":0})"));
    EXPECT_EQ(toJson(patch).dump(),
              R"([{"op":"test","path":"/a","value":1},{"op":"replace","path":"/a","value":2},)"
              R"({"op":"test","path":"/b/2","value":3},{"op":"remove","path":"/b/2"},)"
              R"({"op":"test","path":"/b/1","value":2},{"op":"remove","path":"/b/1"},)"
              R"({"op":"test","path":"/c","value":{}},{"op":"remove","path":"/c"},)"
              R"({"op":"add","path":"/d","value":0}])");
}

TEST(JsonPatch, Guards_standInFront) {
    mesh::Resource base;
    base.uid = "u";
    base.resourceVersion = "7";
    EXPECT_EQ(toJson(guarded(base, {{PatchOperation::Op::Remove, "/x", nullptr}})).dump(),
              R"([{"op":"replace","path":"/metadata/resourceVersion","value":"7"},)"
              R"({"op":"test","path":"/metadata/uid","value":"u"},{"op":"remove","path":"/x"}])");
}

TEST(ApplyPatch, FailedTestIsAConflict_missingPathIsAnInvalidArgument) {
    const Json document = parse(R"({"a":[1,{"b":2}]})");
    const auto kindOf = [&](PatchOperation::Op op, const char* path, Json value) {
        const auto result = applyPatch(document, {{op, path, std::move(value)}});
        return result ? ErrorKind::Internal : result.error().kind;
    };
    using Op = PatchOperation::Op;
    EXPECT_EQ(kindOf(Op::Test, "/a/0", 2), ErrorKind::Conflict);
    EXPECT_EQ(kindOf(Op::Test, "/nope", 2), ErrorKind::Conflict);
    EXPECT_EQ(kindOf(Op::Replace, "/a/2", 2), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf(Op::Remove, "/a/1/c", nullptr), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf(Op::Add, "/a/3", 1), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf(Op::Add, "/x/y", 1), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf(Op::Add, "/a/01", 1), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf(Op::Add, "nope", 1), ErrorKind::InvalidArgument);
    EXPECT_EQ(applyPatch(document, {{Op::Add, "/a/-", 3}, {Op::Add, "/a/0", 0}})->dump(), R"({"a":[0,1,{"b":2},3]})");
    EXPECT_EQ(applyPatch(document, {{Op::Replace, "", 5}})->dump(), "5");
    EXPECT_TRUE(applyPatch(document, {{Op::Test, "/a/1", parse(R"({"b":2.0})")}}));
}

TEST(PatchFromJson, WhatIsNoPatch_isRefused) {
    for (const char* text : {"{}", R"([{"op":"move","path":"/a"}])", R"([{"op":"add","path":"a","value":1}])",
                             R"([{"op":"add","path":"/a"}])", R"([{"path":"/a"}])", "[7]"}) {
        EXPECT_FALSE(patchFromJson(parse(text))) << text;
    }
}

TEST(DifferingFields, ServerFields_doNotCount) {
    const Json before = parse(R"({"metadata":{"name":"a","resourceVersion":"1"},"spec":{"http":[{"timeout":"3s"}]}})");
    const Json after = parse(R"({"metadata":{"name":"a","resourceVersion":"2"},"spec":{"http":[{"timeout":"2s"}]},"status":{}})");
    EXPECT_EQ(differingFields(before, after), std::vector<std::string>{"spec.http[0].timeout"});
}

} // namespace meshdeck::change
