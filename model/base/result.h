// Results and errors: the vocabulary of everything that can fail (design.md 4.1).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace meshdeck {

// What went wrong, for code to branch on. Text is for people only.
enum class ErrorKind {
    Cancelled,       // asked for; never shown
    InvalidArgument, // the user's words or file are wrong
    Unreachable,     // no connection: refused, DNS, proxy, reset
    Tls,             // certificate or handshake
    Unauthenticated, // HTTP 401, gRPC UNAUTHENTICATED
    Forbidden,       // HTTP 403, gRPC PERMISSION_DENIED
    NotFound,        // HTTP 404, no such object
    NotServed,       // the kind or the method does not exist on that server
    Conflict,        // changed under us: HTTP 409, or 422 without details
    Invalid,         // the server's validation refused it: HTTP 422, 400, webhook
    Expired,         // HTTP 410, resourceVersion too old
    TooManyRequests, // HTTP 429, RESOURCE_EXHAUSTED
    Timeout,         // no answer in time; of a write: the outcome is unknown
    Server,          // HTTP 5xx
    Protocol,        // an answer that makes no sense
    TooLarge,        // over one of our caps
    Io,              // file or disk
    ReadOnly,        // refused by us: this context may not be written to
    Internal,        // our own mistake
};

// One failure: a plain sentence (`what`), what to do about it (`hint`, may be empty), and where it came from
// (`source`, e.g. "Kubernetes API of context prod", may be empty). Neither text ends in a full stop.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string what;
    std::string hint;
    std::string source;

    bool operator==(const Error&) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string what, std::string hint = {},
                                                std::string source = {}) {
    return tl::unexpected<Error>(Error{kind, std::move(what), std::move(hint), std::move(source)});
}

// "Forbidden", "Tls", ...: stable names for logs, JSON and tests.
[[nodiscard]] std::string_view name(ErrorKind kind);

// One line for standard error or a dialog: "source: what. Hint: hint".
[[nodiscard]] std::string describe(const Error& error);

} // namespace meshdeck
