// What a Kubernetes API server says when it says no: its Status object, and what we make of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sources/http/http_client.h"

namespace meshdeck::sources::kubernetes {

struct StatusCause {
    std::string reason;
    std::string message;
    std::string field;
};

struct ApiStatus {
    int code = 0;
    std::string reason; // "Expired", "Invalid", ...; empty when the answer was no Status
    std::string message;
    bool hasDetails = false; // a name, a kind or causes; a failed JSON Patch test has none
    std::vector<StatusCause> causes;
    std::optional<Duration> retryAfter;

    [[nodiscard]] bool expired() const { return code == 410 || reason == "Expired" || reason == "Gone"; }
    // The resourceVersion asked for is one this server has not seen yet.
    [[nodiscard]] bool tooLargeVersion() const;
};

// The Status object in `json`; nothing when it is none.
[[nodiscard]] std::optional<ApiStatus> parseStatus(std::string_view json);

// The status of an answer that is no success, from its body or else from its HTTP code and Retry-After alone.
[[nodiscard]] ApiStatus statusOf(const HttpResponse& response);

// By code and reason (facts/real-servers.md 1): 409 and a 422 without details are Conflict; a strict decoding error is
// reduced to its useful end; causes that name no field are left out.
[[nodiscard]] Error toError(const ApiStatus& status);

// The Error of an answer: of its status, or Protocol when this is no Kubernetes API (HTML, a redirect). Ok for 2xx JSON.
[[nodiscard]] Status check(const HttpResponse& response);

// Texts of Warning headers: `299 - "text", 299 - "other"`.
[[nodiscard]] std::vector<std::string> warnings(const HttpResponse& response);

} // namespace meshdeck::sources::kubernetes
