#include "policy/security/trust_domain.h"

#include <gtest/gtest.h>

namespace meshdeck::policy::security {
namespace {

using Names = std::vector<std::string>;

config::MeshConfig mesh() {
    config::MeshConfig mesh;
    mesh.trustDomain = "td1";
    mesh.trustDomainAliases = {"old-td", "other"};
    return mesh;
}

TEST(TrustDomain, ownOrAliasOrClusterLocal_becomesAllOfThem) {
    const Names all{"td1/ns/a/sa/b", "old-td/ns/a/sa/b", "other/ns/a/sa/b"};
    EXPECT_EQ(withAliases("td1/ns/a/sa/b", mesh()), all);
    EXPECT_EQ(withAliases("old-td/ns/a/sa/b", mesh()), all);
    EXPECT_EQ(withAliases("cluster.local/ns/a/sa/b", mesh()), all);
}

TEST(TrustDomain, otherDomainsAndShapes_stay) {
    EXPECT_EQ(withAliases("stranger/ns/a/sa/b", mesh()), Names{"stranger/ns/a/sa/b"});
    EXPECT_EQ(withAliases("*/ns/a/sa/b", mesh()), Names{"*/ns/a/sa/b"});
    EXPECT_EQ(withAliases("td1/ns/a/*", mesh()), Names{"td1/ns/a/*"});
}

TEST(TrustDomain, suffixPattern_staysForTheDomainsItFits) {
    EXPECT_EQ(withAliases("*-td/ns/a/sa/b", mesh()), (Names{"td1/ns/a/sa/b", "*-td/ns/a/sa/b", "other/ns/a/sa/b"}));
}

TEST(TrustDomain, onlyOwnAndAliases_areTrusted) {
    EXPECT_TRUE(trusts(mesh(), "other"));
    EXPECT_FALSE(trusts(mesh(), "cluster.local"));
}

} // namespace
} // namespace meshdeck::policy::security
