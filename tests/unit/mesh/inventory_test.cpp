#include "mesh/inventory.h"

#include <gtest/gtest.h>

namespace meshdeck::mesh {

TEST(CanonicalName, Labels_countInIstiosOrder) {
    Labels labels{{"app", "c"}};
    EXPECT_EQ(canonicalName(labels, "workload"), "c");
    labels["app.kubernetes.io/name"] = "b";
    EXPECT_EQ(canonicalName(labels, "workload"), "b");
    labels["service.istio.io/canonical-name"] = "a";
    EXPECT_EQ(canonicalName(labels, "workload"), "a");
    EXPECT_EQ(canonicalName({}, "workload"), "workload");
}

TEST(CanonicalRevision, WithoutAnyLabel_isLatest) {
    EXPECT_EQ(canonicalRevision({}), "latest");
    EXPECT_EQ(canonicalRevision({{"version", "v2"}}), "v2");
    EXPECT_EQ(canonicalRevision({{"version", "v2"}, {"app.kubernetes.io/version", "1.4"}}), "1.4");
}

} // namespace meshdeck::mesh
