// The Status answers of the Kubernetes API, worded as the recorded server words them (tests/data/recorded).
#pragma once

#include <string>
#include <vector>

#include "app/demo/api/request.h"

namespace meshdeck::demo::api {

struct Cause {
    std::string reason; // "FieldValueInvalid"
    std::string message;
    std::string field; // "spec.http[0].route[0].weight"
};

// The Status object of a failure. details null leaves the member out; an empty object is kept as {}.
[[nodiscard]] Json failure(int code, const std::string& reason, const std::string& message, const Json& details = {});
[[nodiscard]] Json causesJson(const std::vector<Cause>& causes);
[[nodiscard]] Reply replyOf(int code, const Json& object);
// With a body that is JSON text already.
[[nodiscard]] Reply replyOfText(int code, std::string text);

[[nodiscard]] Reply unauthorized();
[[nodiscard]] Reply pageNotFound(); // what no handler is registered for: plain text, no Status
[[nodiscard]] Reply badRequest(const std::string& message);
[[nodiscard]] Reply methodNotAllowed();
[[nodiscard]] Reply notFound(const Resource& resource, const std::string& name);
[[nodiscard]] Reply alreadyExists(const Resource& resource, const std::string& name);
// 409 of an optimistic lock that failed.
[[nodiscard]] Reply modified(const Resource& resource, const std::string& name);
// 409 of a delete's precondition; detail is the sentence that names both values.
[[nodiscard]] Reply preconditionFailed(const Resource& resource, const std::string& name, const std::string& detail);
// 422 with one cause a violated rule.
[[nodiscard]] Reply invalid(const Resource& resource, const std::string& name, const std::vector<Cause>& causes);
// 422 of a JSON Patch that does not apply: it does not say why (facts/real-servers.md 1).
[[nodiscard]] Reply patchRejected();
[[nodiscard]] Reply unsupportedMediaType(const std::vector<std::string>& accepted);
[[nodiscard]] Reply tooManyRequests(int retryAfterSeconds);
// 504 of a read at a revision that is not reached yet.
[[nodiscard]] Reply versionTooLarge(std::uint64_t asked, std::uint64_t current);
// What a watch or a list from a forgotten revision is told, code 410.
[[nodiscard]] Json expired(std::uint64_t asked, std::uint64_t oldest);
// Success of a delete.
[[nodiscard]] Json deleted(const Resource& resource, const Json& object);

} // namespace meshdeck::demo::api
