#include "sources/kubernetes/api_status.h"

#include <gtest/gtest.h>

#include "support/recorded.h"

namespace meshdeck::sources::kubernetes {
namespace {

Error errorOf(const std::string& exchange) {
    const Status result = check(test::recordedResponse(exchange));
    EXPECT_FALSE(result) << exchange;
    return result ? Error{} : result.error();
}

struct Case {
    const char* exchange;
    ErrorKind kind;
};

class RecordedRefusal : public testing::TestWithParam<Case> {};

TEST_P(RecordedRefusal, byKind) {
    EXPECT_EQ(errorOf(GetParam().exchange).kind, GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
    Status, RecordedRefusal,
    testing::Values(Case{"bad continue", ErrorKind::Invalid}, Case{"resourceVersion of the future", ErrorKind::Timeout},
                    Case{"kind that is not served", ErrorKind::NotServed},
                    Case{"group that is not served", ErrorKind::NotServed},
                    Case{"no such object", ErrorKind::NotFound}, Case{"bad token", ErrorKind::Unauthenticated},
                    Case{"not allowed, all namespaces", ErrorKind::Forbidden},
                    Case{"weights, old resourceVersion in the patch: conflict", ErrorKind::Conflict},
                    Case{"weights, test of resourceVersion fails", ErrorKind::Conflict},
                    Case{"weights, test of the old value fails", ErrorKind::Conflict},
                    Case{"replace of a path that is not there", ErrorKind::Conflict},
                    Case{"wrong type", ErrorKind::Invalid}, Case{"unknown field, strict", ErrorKind::Invalid},
                    Case{"patch is no JSON", ErrorKind::Invalid}, Case{"wrong content type", ErrorKind::Protocol},
                    Case{"create again", ErrorKind::Conflict}, Case{"bad name", ErrorKind::Invalid},
                    Case{"create refused by a schema rule", ErrorKind::Invalid},
                    Case{"delete with a wrong uid", ErrorKind::Conflict}, Case{"delete again", ErrorKind::NotFound},
                    Case{"token request", ErrorKind::NotFound}));

TEST(ApiStatus, StrictDecodingError_isReducedToTheField) {
    EXPECT_EQ(errorOf("unknown field, strict").what, "the server refuses it: unknown field \"spec.http[0].nonsense\"");
}

TEST(ApiStatus, Causes_withoutAField_areLeftOut) {
    const Error error = errorOf("wrong type");
    EXPECT_NE(error.what.find("spec.http[0].route[0].weight"), std::string::npos);
    EXPECT_EQ(error.what.find("<nil>"), std::string::npos);
}

TEST(ApiStatus, FutureVersion_asRecorded_isTooLargeWithItsRetry) {
    const ApiStatus status = statusOf(test::recordedResponse("resourceVersion of the future"));
    EXPECT_TRUE(status.tooLargeVersion());
    EXPECT_EQ(status.retryAfter, std::chrono::seconds(1));
}

TEST(ApiStatus, Warnings_asRecorded_areUnquoted) {
    const auto texts = warnings(test::recordedResponse("unknown field, warn"));
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0], "unknown field \"spec.http[0].nonsense\"");
    EXPECT_EQ(warnings({200, {{"warning", R"(299 - "a", 299 - "b")"}}, {}, false}),
              (std::vector<std::string>{"a", "b"}));
}

TEST(ApiStatus, WebPageAndRedirect_areNoKubernetesApi) {
    EXPECT_EQ(check({200, {{"content-type", "text/html"}}, "<html>", false}).error().kind, ErrorKind::Protocol);
    const auto redirect = check({302, {{"location", "https://user:secret@login"}}, {}, false});
    EXPECT_EQ(redirect.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(redirect.error().what.find("secret"), std::string::npos);
}

} // namespace
} // namespace meshdeck::sources::kubernetes
