#include "config/json.h"

#include <gtest/gtest.h>

#include "config/json_pointer.h"
#include "config/json_read.h"

namespace meshdeck::config {

TEST(ParseJson, WholeNumbersOf64Bits_stayExact) {
    const auto json = parseJson(R"({"b":18446744073709551615,"a":-9223372036854775808,"f":1.0})");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->dump(), R"({"b":18446744073709551615,"a":-9223372036854775808,"f":1.0})");
}

TEST(ParseJson, BrokenText_namesLineAndColumnAndNotTheText) {
    const auto json = parseJson("{\n  \"token\": secret\n}");
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().kind, ErrorKind::InvalidArgument);
    EXPECT_TRUE(json.error().what.starts_with("line 2, column 12: ")) << json.error().what;
    EXPECT_EQ(json.error().what.find("secret"), std::string::npos);
}

TEST(ParseJson, BadUtf8AndHugeNumbers_areRefused) {
    EXPECT_EQ(parseJson("\"\xff\"").error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(parseJson("1e999").error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(parseJson("").error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(parseJson("{} {}").error().kind, ErrorKind::InvalidArgument);
}

TEST(ParseJson, DepthAndWidth_areCapped) {
    EXPECT_TRUE(parseJson(std::string(256, '[') + std::string(256, ']')));
    EXPECT_EQ(parseJson(std::string(257, '[') + std::string(257, ']')).error().kind, ErrorKind::TooLarge);
    EXPECT_TRUE(parseJson("\"" + std::string(300, '[') + "\""));
    std::string wide = "{";
    for (int i = 0; i < 20'001; ++i) {
        wide += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
    }
    EXPECT_EQ(parseJson(wide + "}").error().kind, ErrorKind::TooLarge);
}

TEST(At, PointersOfRfc6901_areFollowed) {
    const auto json = parseJson(R"({"a/b":{"m~n":[10,{"":5}]},"":1})");
    ASSERT_TRUE(json);
    ASSERT_NE(at(*json, "/a~1b/m~0n/0"), nullptr);
    EXPECT_EQ(*at(*json, "/a~1b/m~0n/0"), 10);
    EXPECT_EQ(*at(*json, "/a~1b/m~0n/1/"), 5);
    EXPECT_EQ(*at(*json, "/"), 1);
    EXPECT_EQ(at(*json, ""), &*json);
    for (const char* none : {"/x", "/a~1b/m~0n/2", "/a~1b/m~0n/00", "/a~1b/m~0n/-", "a", "/a~2b", "/~", "//"}) {
        EXPECT_EQ(at(*json, none), nullptr) << none;
    }
}

TEST(FieldPath, Pointer_readsLikeKubernetesMessages) {
    EXPECT_EQ(fieldPath("/spec/http/0/route/1/weight"), "spec.http[0].route[1].weight");
    EXPECT_EQ(fieldPath("/metadata/annotations/a.b~1c"), "metadata.annotations[\"a.b/c\"]");
    EXPECT_EQ(fieldPath(""), "");
    EXPECT_EQ(pointerToken("a/b~c"), "a~1b~0c");
}

TEST(Members, WrongTypes_areAsAbsent) {
    const auto json = parseJson(R"({"n":3000000000,"s":1,"l":{},"i":7,"u":18446744073709551615})");
    ASSERT_TRUE(json);
    EXPECT_EQ(intMember(*json, "n"), std::nullopt);
    EXPECT_EQ(intMember(*json, "u"), std::nullopt);
    EXPECT_EQ(intMember(*json, "i"), 7);
    EXPECT_EQ(textMember(*json, "s"), "");
    EXPECT_EQ(listMember(*json, "l"), nullptr);
    EXPECT_EQ(member(Json::array(), "l"), nullptr);
}

} // namespace meshdeck::config
