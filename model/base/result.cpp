#include "base/result.h"

namespace meshdeck {

std::string_view name(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Cancelled: return "Cancelled";
    case ErrorKind::InvalidArgument: return "InvalidArgument";
    case ErrorKind::Unreachable: return "Unreachable";
    case ErrorKind::Tls: return "Tls";
    case ErrorKind::Unauthenticated: return "Unauthenticated";
    case ErrorKind::Forbidden: return "Forbidden";
    case ErrorKind::NotFound: return "NotFound";
    case ErrorKind::NotServed: return "NotServed";
    case ErrorKind::Conflict: return "Conflict";
    case ErrorKind::Invalid: return "Invalid";
    case ErrorKind::Expired: return "Expired";
    case ErrorKind::TooManyRequests: return "TooManyRequests";
    case ErrorKind::Timeout: return "Timeout";
    case ErrorKind::Server: return "Server";
    case ErrorKind::Protocol: return "Protocol";
    case ErrorKind::TooLarge: return "TooLarge";
    case ErrorKind::Io: return "Io";
    case ErrorKind::ReadOnly: return "ReadOnly";
    case ErrorKind::Internal: return "Internal";
    }
    return "Internal";
}

std::string describe(const Error& error) {
    std::string text = error.source.empty() ? error.what : error.source + ": " + error.what;
    if (!error.hint.empty()) {
        text += ". Hint: " + error.hint;
    }
    return text;
}

} // namespace meshdeck
