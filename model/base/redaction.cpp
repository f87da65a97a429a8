#include "base/redaction.h"

#include <re2/re2.h>

namespace meshdeck {

std::string redact(std::string_view text) {
    static const RE2 pem("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----");
    static const RE2 jwt("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");
    static const RE2 scheme("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{4,}");
    static const RE2 keyed("(?i)(\"?\\b(?:[a-z0-9_.-]*(?:token|password|passwd|secret|client-key-data|api[-_]key)|"
                           "authorization|(?:set-)?cookie)\\b\"?\\s*[:=]\\s*)(\"[^\"]*\"|[^\\s,;}\\]&]+)");
    static const RE2 userInfo("([a-z][a-z0-9+.-]*://)[^/\\s@]+@");
    std::string result(text);
    RE2::GlobalReplace(&result, pem, "[redacted]");
    RE2::GlobalReplace(&result, jwt, "[redacted]");
    RE2::GlobalReplace(&result, scheme, "\\1 [redacted]");
    RE2::GlobalReplace(&result, keyed, "\\1[redacted]");
    RE2::GlobalReplace(&result, userInfo, "\\1[redacted]@");
    return result;
}

} // namespace meshdeck
