#include "app/demo/api/status.h"

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

Json detailsOf(const std::string& name, const std::string& group, const std::string& kind) {
    Json details = Json::object();
    if (!name.empty()) {
        details["name"] = name;
    }
    if (!group.empty()) {
        details["group"] = group;
    }
    details["kind"] = kind;
    return details;
}

Json detailsOf(const Resource& resource, const std::string& name) {
    return detailsOf(name, resource.group, resource.plural);
}

std::string subject(const Resource& resource, const std::string& name) {
    return resource.qualifiedName() + " " + inQuotes(name);
}

} // namespace

Json failure(int code, const std::string& reason, const std::string& message, const Json& details) {
    Json status = {{"kind", "Status"},
                   {"apiVersion", "v1"},
                   {"metadata", Json::object()},
                   {"status", "Failure"},
                   {"message", message}};
    if (!reason.empty()) {
        status["reason"] = reason;
    }
    if (!details.is_null()) {
        status["details"] = details;
    }
    status["code"] = code;
    return status;
}

Json causesJson(const std::vector<Cause>& causes) {
    Json list = Json::array();
    for (const Cause& cause : causes) {
        list.push_back({{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
    }
    return list;
}

Reply replyOfText(int code, std::string text) {
    Reply reply;
    reply.status = code;
    reply.body = std::move(text);
    reply.body += "\n";
    return reply;
}

Reply replyOf(int code, const Json& object) {
    return replyOfText(code, textOf(object));
}

Reply unauthorized() {
    return replyOf(401, failure(401, "Unauthorized", "Unauthorized"));
}

Reply pageNotFound() {
    Reply reply;
    reply.status = 404;
    reply.contentType = "text/plain; charset=utf-8";
    reply.body = "404 page not found\n";
    return reply;
}

Reply badRequest(const std::string& message) {
    return replyOf(400, failure(400, "BadRequest", message));
}

Reply methodNotAllowed() {
    return replyOf(405, failure(405, "MethodNotAllowed",
                                "the server does not allow this method on the requested resource", Json::object()));
}

Reply notFound(const Resource& resource, const std::string& name) {
    return replyOf(404, failure(404, "NotFound", subject(resource, name) + " not found", detailsOf(resource, name)));
}

Reply alreadyExists(const Resource& resource, const std::string& name) {
    return replyOf(
        409, failure(409, "AlreadyExists", subject(resource, name) + " already exists", detailsOf(resource, name)));
}

Reply modified(const Resource& resource, const std::string& name) {
    return replyOf(409, failure(409, "Conflict",
                                "Operation cannot be fulfilled on " + subject(resource, name) +
                                    ": the object has been modified; please apply your changes to the latest version "
                                    "and try again",
                                detailsOf(resource, name)));
}

Reply preconditionFailed(const Resource& resource, const std::string& name, const std::string& detail) {
    // Native kinds name the plural here, custom ones their kind.
    const std::string what = resource.custom ? resource.qualifiedKind() : resource.qualifiedName();
    return replyOf(409, failure(409, "Conflict",
                                "Operation cannot be fulfilled on " + what + " " + inQuotes(name) + ": " + detail,
                                detailsOf(name, resource.group, resource.custom ? resource.kind : resource.plural)));
}

Reply invalid(const Resource& resource, const std::string& name, const std::vector<Cause>& causes) {
    std::string reasons;
    for (const Cause& cause : causes) {
        reasons += (reasons.empty() ? "" : ", ") + cause.field + ": " + cause.message;
    }
    if (causes.size() > 1) {
        reasons = "[" + reasons + "]";
    }
    Json details = detailsOf(name, resource.group, resource.kind);
    details["causes"] = causesJson(causes);
    return replyOf(422, failure(422, "Invalid",
                                resource.qualifiedKind() + " " + inQuotes(name) + " is invalid: " + reasons, details));
}

Reply patchRejected() {
    return replyOf(
        422, failure(422, "Invalid", "the server rejected our request due to an error in our request", Json::object()));
}

Reply unsupportedMediaType(const std::vector<std::string>& accepted) {
    std::string list;
    for (const std::string& type : accepted) {
        list += (list.empty() ? "" : ", ") + type;
    }
    return replyOf(415,
                   failure(415, "UnsupportedMediaType",
                           "the body of the request was in an unknown format - accepted media types include: " + list));
}

Reply tooManyRequests(int retryAfterSeconds) {
    Reply reply;
    reply.status = 429;
    reply.contentType = "text/plain; charset=utf-8"; // priority and fairness answers before any handler
    reply.body = "Too many requests, please try again later.\n";
    reply.headers.emplace_back("Retry-After", std::to_string(retryAfterSeconds));
    return reply;
}

Reply versionTooLarge(std::uint64_t asked, std::uint64_t current) {
    const Json details = {
        {"causes", {{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}}},
        {"retryAfterSeconds", 1}};
    Reply reply = replyOf(504, failure(504, "Timeout",
                                       "Timeout: Too large resource version: " + std::to_string(asked) +
                                           ", current: " + std::to_string(current),
                                       details));
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

Json expired(std::uint64_t asked, std::uint64_t oldest) {
    return failure(410, "Expired",
                   "too old resource version: " + std::to_string(asked) + " (" + std::to_string(oldest) + ")");
}

Json deleted(const Resource& resource, const Json& object) {
    Json details = detailsOf(resource, nameOf(object));
    details["uid"] = stringAt(object, {"metadata", "uid"});
    return {{"kind", "Status"},
            {"apiVersion", "v1"},
            {"metadata", Json::object()},
            {"status", "Success"},
            {"details", details}};
}

} // namespace meshdeck::demo::api
