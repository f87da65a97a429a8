#include "mesh/snapshot.h"

#include <gtest/gtest.h>

namespace meshdeck::mesh {

TEST(ChangesBetween, SharedParts_areNoChange) {
    MeshSnapshot before;
    before.graph = std::make_shared<Graph>();
    before.config = std::make_shared<ResourceTable>();
    MeshSnapshot after = before;
    after.generation = 2;
    EXPECT_EQ(changesBetween(&before, after), 0U);
    after.graph = std::make_shared<Graph>();
    after.sources.push_back({"kubernetes", SourceState::Live, std::nullopt, "", ""});
    EXPECT_EQ(changesBetween(&before, after), static_cast<SnapshotChanges>(SnapshotChange::Graph) |
                                                  static_cast<SnapshotChanges>(SnapshotChange::Sources));
}

TEST(ChangesBetween, TheFirstSnapshot_changesEverything) {
    const SnapshotChanges all = changesBetween(nullptr, MeshSnapshot{});
    for (const SnapshotChange change : {SnapshotChange::Config, SnapshotChange::Inventory, SnapshotChange::Graph,
                                        SnapshotChange::Proxies, SnapshotChange::Sources}) {
        EXPECT_NE(all & static_cast<SnapshotChanges>(change), 0U);
    }
}

TEST(Resource, WithoutConfigOrOfAnotherName_isNull) {
    MeshSnapshot snapshot;
    const ResourceRef ref{"networking.istio.io", "VirtualService", "bookinfo", "reviews"};
    EXPECT_EQ(snapshot.resource(ref), nullptr);
    auto table = std::make_shared<ResourceTable>();
    (*table)[ref] = std::make_shared<Resource>();
    snapshot.config = table;
    EXPECT_NE(snapshot.resource(ref), nullptr);
    EXPECT_EQ(snapshot.resource({ref.group, ref.kind, "other", ref.name}), nullptr);
    EXPECT_EQ(ref.display(), "VirtualService bookinfo/reviews");
}

} // namespace meshdeck::mesh
