#include "base/redaction.h"

#include <gtest/gtest.h>

namespace meshdeck {

TEST(Redact, Credentials_neverSurvive) {
    for (const std::string text :
         {"Authorization: Bearer s3cr3t-value", "{\"token\": \"s3cr3t-value\"}", "client-key-data: s3cr3t-value",
          "https://user:s3cr3t-value@host/", "password=s3cr3t-value", "x-api-key: s3cr3t-value",
          "Cookie: s3cr3t-value", "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t-value\n-----END RSA PRIVATE KEY-----",
          "eyJhbGciOiJSUzI1NiJ9.s3cr3t-value.c2ln"}) {
        EXPECT_EQ(redact(text).find("s3cr3t-value"), std::string::npos) << redact(text);
    }
}

TEST(Redact, OrdinaryText_staysAsItIs) {
    const std::string text = "VirtualService bookinfo/reviews: spec.http[0].route[1].weight 10 -> 30";
    EXPECT_EQ(redact(text), text);
}

} // namespace meshdeck
