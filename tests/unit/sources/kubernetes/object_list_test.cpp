// Pages of complete objects: items get the kind that a list leaves out, and lose what nobody reads.
#include <gtest/gtest.h>

#include "sources/kubernetes/object_list.h"

namespace meshdeck::sources::kubernetes {
namespace {

const ServedKind kPods{"", "v1", "Pod", "pods", true, {"list"}};

} // namespace

TEST(ObjectPage, Items_areCompleteObjects) {
    const auto page = readObjectPage(kPods, R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"next/+="},
        "items":[{"metadata":{"name":"web","namespace":"shop","labels":{"app":"web"},"managedFields":[{"manager":"x"}]},
                  "spec":{"containers":[{"name":"app","ports":[{"containerPort":8080}]}]}}]})");
    ASSERT_TRUE(page) << page.error().what;
    EXPECT_EQ(page->continueToken, "next/+=");
    ASSERT_EQ(page->objects.size(), 1U);
    EXPECT_EQ(page->objects[0]->ref.display(), "Pod shop/web");
    EXPECT_EQ(page->objects[0]->apiVersion, "v1");
    EXPECT_NE(page->objects[0]->json->find("containerPort"), std::string::npos);
    EXPECT_EQ(page->objects[0]->json->find("managedFields"), std::string::npos);
}

TEST(ObjectPage, EmptyAndBrokenLists_areTold) {
    const auto empty = readObjectPage(kPods, R"({"metadata":{},"items":null})");
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->objects.empty());
    for (const char* body : {"", "<html>", "[]", R"({"metadata":{}})", R"({"items":5})"}) {
        const auto page = readObjectPage(kPods, body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, ErrorKind::Protocol);
    }
}

} // namespace meshdeck::sources::kubernetes
