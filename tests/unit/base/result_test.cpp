#include "base/result.h"

#include <gtest/gtest.h>

namespace meshdeck {

TEST(Describe, SourceAndHint_surroundTheSentence) {
    EXPECT_EQ(describe({ErrorKind::Tls, "certificate signed by an unknown authority", "check the CA", "Kubernetes"}),
              "Kubernetes: certificate signed by an unknown authority. Hint: check the CA");
    EXPECT_EQ(describe({ErrorKind::Io, "disk full", "", ""}), "disk full");
}

} // namespace meshdeck
