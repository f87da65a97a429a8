// Patch, conflict, dry run, preconditions and validation, as facts/real-servers.md 1 has them.
#include "config/resource_json.h"
#include "server.h"

namespace meshdeck::conformance {
namespace {

using Op = change::PatchOperation::Op;
using Writes = Suite;

TEST_F(Writes, Patch_ofWeights_isStoredAndOwnedByUs) {
    const auto before = makeRoute();
    const auto answer = cluster.patch(before->ref, weights(*before, 90, 70), {}, {});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(weight(*answer->object), 70);
    EXPECT_NE(answer->object->resourceVersion, before->resourceVersion);
    EXPECT_EQ(answer->object->generation, before->generation + 1);
    const auto owners = config::fieldOwners(*config::parse(*answer->object));
    EXPECT_TRUE(std::any_of(owners.begin(), owners.end(),
                            [](const config::FieldOwner& owner) { return owner.manager == "meshdeck"; }));
    EXPECT_EQ(weight(**cluster.read(before->ref, {})), 70);
}

TEST_F(Writes, Patch_asDryRun_answersTheResultAndStoresNothing) {
    const auto before = makeRoute();
    const auto answer = cluster.patch(before->ref, weights(*before, 90, 70), {.dryRun = true}, {});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(weight(*answer->object), 70);
    EXPECT_EQ(answer->object->generation, before->generation + 1);
    EXPECT_EQ(answer->object->resourceVersion, before->resourceVersion);
    const auto after = cluster.read(before->ref, {});
    ASSERT_TRUE(after);
    EXPECT_EQ(weight(**after), 90);
    EXPECT_EQ((*after)->resourceVersion, before->resourceVersion);
}

TEST_F(Writes, Patch_thatChangesNothing_leavesTheVersion) {
    const auto before = makeRoute();
    const auto answer = cluster.patch(before->ref, weights(*before, 90, 90), {}, {});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->object->resourceVersion, before->resourceVersion);
    EXPECT_EQ(answer->object->generation, before->generation);
}

TEST_F(Writes, Patch_ofAnObjectChangedSince_isAConflict409) {
    const auto before = makeRoute();
    // Another field: the tests of the patch hold, only the version is old.
    ASSERT_TRUE(cluster.patch(before->ref, {{Op::Add, "/metadata/annotations", {{"a", "b"}}}}, {}, {}));
    const auto answer = cluster.patch(before->ref, weights(*before, 90, 70), {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Conflict);
    EXPECT_NE(answer.error().what.find("has been modified"), std::string::npos) << answer.error().what;
    EXPECT_EQ(weight(**cluster.read(before->ref, {})), 90);
}

TEST_F(Writes, Patch_whoseTestFails_isAMute422AndAConflict) {
    const auto before = makeRoute();
    ASSERT_TRUE(cluster.patch(before->ref, weights(*before, 90, 50), {}, {}));
    const auto answer = cluster.patch(before->ref, weights(*before, 90, 70), {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(weight(**cluster.read(before->ref, {})), 50);
}

TEST_F(Writes, Patch_ofAMissingPath_isAMute422) {
    const auto before = makeRoute();
    const auto answer = cluster.patch(before->ref, {{Op::Replace, "/spec/http/9/route/0/weight", 1}}, {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Conflict);
}

TEST_F(Writes, Patch_withAnUnknownField_isRefusedWithTheFieldOnly) {
    const auto before = makeRoute();
    const auto answer = cluster.patch(before->ref, {{Op::Add, "/spec/http/0/nonsense", 1}}, {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Invalid);
    EXPECT_NE(answer.error().what.find("unknown field \"spec.http[0].nonsense\""), std::string::npos);
    EXPECT_EQ(answer.error().what.find("managedFields"), std::string::npos) << answer.error().what;
}

TEST_F(Writes, Patch_withAWrongType_namesTheFieldWithoutNil) {
    const auto before = makeRoute();
    const auto answer =
        cluster.patch(before->ref, {{Op::Replace, "/spec/http/0/route/0/weight", "seventy"}}, {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Invalid);
    EXPECT_NE(answer.error().what.find("spec.http[0].route[0].weight"), std::string::npos);
    EXPECT_EQ(answer.error().what.find("<nil>"), std::string::npos) << answer.error().what;
}

TEST_F(Writes, Create_asDryRun_makesNothing) {
    const std::string name = freshName();
    const auto answer = cluster.create(route(name), {.dryRun = true}, {});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->object->ref, ref(name));
    EXPECT_EQ(cluster.read(ref(name), {}).error().kind, ErrorKind::NotFound);
}

TEST_F(Writes, Create_ofWhatIsThere_isAConflict) {
    const auto made = makeRoute();
    const auto again = cluster.create(route(made->ref.name), {}, {});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
}

TEST_F(Writes, Create_inANamespaceThatIsNotThere_isNotFound) {
    auto object = route(freshName());
    object["metadata"]["namespace"] = "nowhere";
    const auto answer = cluster.create(object, {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::NotFound);
}

TEST_F(Writes, Create_withABadName_isInvalid) {
    const auto answer = cluster.create(route("Not_OK"), {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Invalid);
    EXPECT_NE(answer.error().what.find("metadata.name"), std::string::npos);
}

TEST_F(Writes, Create_againstARuleOfTheSchema_saysTheRule) {
    const config::Json selector = {{"matchLabels", {{"app", "ratings"}}}};
    const config::Json target = {{"kind", "Service"}, {"group", ""}, {"name", "ratings"}};
    const config::Json policy = {{"apiVersion", "security.istio.io/v1"},
                                 {"kind", "AuthorizationPolicy"},
                                 {"metadata", {{"name", freshName()}, {"namespace", kNamespace}}},
                                 {"spec", {{"selector", selector}, {"targetRefs", config::Json::array({target})}}}};
    const auto answer = cluster.create(policy, {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Invalid);
    EXPECT_NE(answer.error().what.find("only one of targetRefs or selector can be set"), std::string::npos);
}

TEST_F(Writes, Remove_withOtherPreconditions_isAConflict) {
    const auto made = makeRoute();
    const auto otherUid = cluster.remove(made->ref, {"x", {}}, {}, {});
    ASSERT_FALSE(otherUid);
    EXPECT_EQ(otherUid.error().kind, ErrorKind::Conflict);
    const auto oldVersion = cluster.remove(made->ref, {made->uid, "1"}, {}, {});
    ASSERT_FALSE(oldVersion);
    EXPECT_EQ(oldVersion.error().kind, ErrorKind::Conflict);
    EXPECT_TRUE(cluster.read(made->ref, {}));
}

TEST_F(Writes, Remove_asDryRunAndThenTrulyAndAgain_behaves) {
    const auto made = makeRoute();
    const change::Preconditions only{made->uid, made->resourceVersion};
    ASSERT_TRUE(cluster.remove(made->ref, only, {.dryRun = true}, {}));
    ASSERT_TRUE(cluster.read(made->ref, {}));
    const auto removed = cluster.remove(made->ref, only, {}, {});
    ASSERT_TRUE(removed) << describe(removed.error());
    EXPECT_EQ(removed->object, nullptr);
    EXPECT_EQ(cluster.remove(made->ref, only, {}, {}).error().kind, ErrorKind::NotFound);
}

TEST_F(Writes, ReadOnly_refusesEveryWriteButDryRuns) {
    const auto made = makeRoute();
    cluster.setReadOnly(true);
    EXPECT_EQ(cluster.patch(made->ref, weights(*made, 90, 70), {}, {}).error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(cluster.create(route(freshName()), {}, {}).error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(cluster.remove(made->ref, {}, {}, {}).error().kind, ErrorKind::ReadOnly);
    EXPECT_TRUE(cluster.patch(made->ref, weights(*made, 90, 70), {.dryRun = true}, {}));
    EXPECT_EQ(weight(**cluster.read(made->ref, {})), 90);
    cluster.setReadOnly(false);
}

} // namespace
} // namespace meshdeck::conformance
