// A request as `meshdeck route --requests` and `meshdeck test` write it (commands.md).
#pragma once

#include "policy/request.h"

namespace meshdeck::policy {

struct RequestContext {
    const World& world;
    std::string defaultNamespace = "default"; // of a `from` without one
    bool strict = false;                      // refuse fields that nobody reads: a typo in a test must not pass
};

// InvalidArgument names the field. Beside the fields of commands.md there is "url": scheme, host, port and path at once.
[[nodiscard]] Result<Request> readRequest(const config::Json& json, const RequestContext& context);

// "http://reviews:9080/a?b" into scheme, TLS, SNI, host, port and path.
[[nodiscard]] Status readUrl(const std::string& url, Request& into);

} // namespace meshdeck::policy
