#include "sources/istiod/grpc_error.h"

#include <grpcpp/support/status_code_enum.h>

#include "recorded.h"

namespace meshdeck::sources {
namespace {

TEST(GrpcError, EveryRecordedRefusal_hasItsKindAndServersWords) {
    int refusals = 0;
    for (const test::Exchange& exchange : test::recordedExchanges()) {
        const std::map<std::string, std::pair<int, ErrorKind>> kinds = {
            {"UNAUTHENTICATED", {grpc::StatusCode::UNAUTHENTICATED, ErrorKind::Unauthenticated}},
            {"PERMISSION_DENIED", {grpc::StatusCode::PERMISSION_DENIED, ErrorKind::Forbidden}},
            {"INVALID_ARGUMENT", {grpc::StatusCode::INVALID_ARGUMENT, ErrorKind::Protocol}}};
        if (exchange.status.empty()) {
            continue;
        }
        ++refusals;
        const auto& [code, kind] = kinds.at(exchange.status);
        const Error error = grpcError(code, exchange.details, "istiod at x:15012");
        EXPECT_EQ(error.kind, kind) << exchange.name;
        EXPECT_NE(error.what.find(exchange.details), std::string::npos) << error.what;
        EXPECT_FALSE(error.hint.empty());
        EXPECT_EQ(error.source, "istiod at x:15012");
    }
    EXPECT_EQ(refusals, 6);
}

TEST(GrpcError, OtherStatuses_haveKindsToBranchOn) {
    EXPECT_EQ(grpcError(grpc::StatusCode::UNIMPLEMENTED, "", "").kind, ErrorKind::NotServed);
    EXPECT_EQ(grpcError(grpc::StatusCode::DEADLINE_EXCEEDED, "", "").kind, ErrorKind::Timeout);
    EXPECT_EQ(grpcError(grpc::StatusCode::CANCELLED, "", "").kind, ErrorKind::Cancelled);
    EXPECT_EQ(grpcError(grpc::StatusCode::RESOURCE_EXHAUSTED, "request rate limit exceeded", "").kind,
              ErrorKind::TooManyRequests);
    EXPECT_EQ(grpcError(grpc::StatusCode::RESOURCE_EXHAUSTED, "Received message larger than max (7 vs. 6)", "").kind,
              ErrorKind::TooLarge);
    EXPECT_EQ(grpcError(grpc::StatusCode::UNAVAILABLE, "connection refused", "").kind, ErrorKind::Unreachable);
    EXPECT_EQ(grpcError(grpc::StatusCode::UNAVAILABLE, "Ssl handshake failed: CERTIFICATE_VERIFY_FAILED", "").kind,
              ErrorKind::Tls);
}

TEST(GrpcError, TextOfTheServer_isMadeSafe) {
    const Error error = grpcError(grpc::StatusCode::INTERNAL, "bad \x1b[31m Bearer abcdefghijklmnopqrstuvwxyz0123456789", "");
    EXPECT_EQ(error.what.find('\x1b'), std::string::npos);
    EXPECT_EQ(error.what.find("abcdefghijklmnopqrstuvwxyz"), std::string::npos);
}

} // namespace
} // namespace meshdeck::sources
