// gRPC statuses as errors of the house: a kind to branch on, one sentence, one hint (facts/faults.md B2).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace meshdeck::sources {

// `code` is a grpc::StatusCode other than OK, `message` the server's or the library's text. `source` goes into
// Error::source.
[[nodiscard]] Error grpcError(int code, std::string_view message, std::string source);

} // namespace meshdeck::sources
