#include "sources/kubernetes/api_status.h"

#include <algorithm>
#include <charconv>

#include "base/redaction.h"
#include "base/text.h"
#include "config/json.h"

namespace meshdeck::sources::kubernetes {
namespace {

constexpr std::size_t kMaxMessage = 1000;
constexpr std::string_view kStrict = "strict decoding error: ";

std::string stringOf(const config::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Duration> seconds(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > 24 * 3600) {
        return std::nullopt;
    }
    return std::chrono::seconds(value);
}

void readDetails(const config::Json& details, ApiStatus& status) {
    if (const auto retry = details.find("retryAfterSeconds");
        retry != details.end() && retry->is_number_integer() && retry->get<std::int64_t>() > 0) {
        status.retryAfter = std::chrono::seconds(std::min<std::int64_t>(retry->get<std::int64_t>(), 24 * 3600));
    }
    if (const auto causes = details.find("causes"); causes != details.end() && causes->is_array()) {
        for (const config::Json& cause : *causes) {
            if (cause.is_object()) {
                status.causes.push_back({stringOf(cause, "reason"), stringOf(cause, "message"),
                                         stringOf(cause, "field")});
            }
        }
    }
    status.hasDetails = !status.causes.empty() || !stringOf(details, "name").empty() ||
                        !stringOf(details, "kind").empty();
}

std::string shown(const std::string& message) {
    return redact(text::safe(message, false, kMaxMessage));
}

// `X "name" is invalid: ` stays, the list behind it is rebuilt from the causes that say something.
std::string invalidMessage(const ApiStatus& status) {
    if (const auto strict = status.message.rfind(kStrict); strict != std::string::npos) {
        return "the server refuses it: " + shown(status.message.substr(strict + kStrict.size()));
    }
    std::string causes;
    for (const StatusCause& cause : status.causes) {
        if (cause.field != "<nil>") {
            causes += (causes.empty() ? "" : "; ") + (cause.field.empty() ? "" : cause.field + ": ") + cause.message;
        }
    }
    const auto prefix = status.message.find(" is invalid: ");
    if (causes.empty() || prefix == std::string::npos) {
        return shown(causes.empty() ? status.message : causes);
    }
    return shown(status.message.substr(0, prefix) + " is invalid: " + causes);
}

Error error(ErrorKind kind, std::string what, std::string hint = {}) {
    return {kind, std::move(what), std::move(hint), {}};
}

bool isHtml(const HttpResponse& response) {
    const auto begin = response.body.find_first_not_of(" \t\r\n");
    return response.header("content-type").starts_with("text/html") ||
           (begin != std::string::npos && response.body[begin] == '<');
}

std::string fallbackMessage(const ApiStatus& status, const std::string& otherwise) {
    return status.message.empty() ? otherwise : shown(status.message);
}

} // namespace

bool ApiStatus::tooLargeVersion() const {
    return std::any_of(causes.begin(), causes.end(),
                       [](const StatusCause& cause) { return cause.reason == "ResourceVersionTooLarge"; });
}

std::optional<ApiStatus> parseStatus(std::string_view json) {
    const config::Json object = config::Json::parse(json, nullptr, false);
    if (object.is_discarded() || !object.is_object() || stringOf(object, "kind") != "Status") {
        return std::nullopt;
    }
    ApiStatus status;
    status.reason = stringOf(object, "reason");
    status.message = stringOf(object, "message");
    if (const auto code = object.find("code"); code != object.end() && code->is_number_integer()) {
        status.code = code->get<int>();
    }
    if (const auto details = object.find("details"); details != object.end() && details->is_object()) {
        readDetails(*details, status);
    }
    return status;
}

ApiStatus statusOf(const HttpResponse& response) {
    ApiStatus status = parseStatus(response.body).value_or(ApiStatus{});
    if (status.code == 0) {
        status.code = response.status;
    }
    if (const auto retry = seconds(response.header("retry-after"))) {
        status.retryAfter = retry;
    }
    return status;
}

Error toError(const ApiStatus& status) {
    switch (status.code) {
    case 401:
        return error(ErrorKind::Unauthenticated, "the server does not accept these credentials",
                     "they may have expired: log in again, or check the user in the kubeconfig");
    case 403:
        return error(ErrorKind::Forbidden, fallbackMessage(status, "the server does not allow it"),
                     "ask for the right that is named here");
    case 404:
        return status.reason.empty() ? error(ErrorKind::NotServed, "the server does not know this kind or path")
                                     : error(ErrorKind::NotFound, fallbackMessage(status, "there is no such object"));
    case 405: return error(ErrorKind::NotServed, fallbackMessage(status, "the server does not allow this method"));
    case 409: return error(ErrorKind::Conflict, fallbackMessage(status, "the object was changed meanwhile"));
    case 410: return error(ErrorKind::Expired, fallbackMessage(status, "the resource version is too old"));
    case 413: return error(ErrorKind::TooLarge, fallbackMessage(status, "the request is too large for the server"));
    case 422:
        if (!status.hasDetails) {
            return error(ErrorKind::Conflict, "the object is no longer what the change was made from",
                         "read it again to see what has changed");
        }
        return error(ErrorKind::Invalid, invalidMessage(status));
    case 400: return error(ErrorKind::Invalid, invalidMessage(status));
    case 429:
        return error(ErrorKind::TooManyRequests, fallbackMessage(status, "the server has too many requests"),
                     "it is asked again later");
    case 504: return error(ErrorKind::Timeout, fallbackMessage(status, "the server did not finish in time"));
    default: break;
    }
    if (status.code >= 500) {
        return error(ErrorKind::Server, fallbackMessage(status, "the server failed with HTTP " +
                                                                    std::to_string(status.code)));
    }
    return error(ErrorKind::Protocol,
                 fallbackMessage(status, "an unexpected answer, HTTP " + std::to_string(status.code)));
}

Status check(const HttpResponse& response) {
    if (response.status >= 300 && response.status < 400) {
        return fail(ErrorKind::Protocol,
                    "the server redirects to " + redact(text::safe(response.header("location"), false, 200)),
                    "put that address into the kubeconfig; credentials are not sent to other servers");
    }
    if (isHtml(response)) {
        return fail(ErrorKind::Protocol, "this is not a Kubernetes API: it answers with a web page",
                    "check the server address, and whether a proxy or a login page stands in between");
    }
    if (response.status >= 200 && response.status < 300) {
        return {};
    }
    return tl::unexpected(toError(statusOf(response)));
}

std::vector<std::string> warnings(const HttpResponse& response) {
    std::vector<std::string> texts;
    const std::string& header = response.header("warning");
    for (std::size_t at = header.find('"'); at != std::string::npos; at = header.find('"', at)) {
        std::string text;
        for (++at; at < header.size() && header[at] != '"'; ++at) {
            if (header[at] == '\\' && at + 1 < header.size()) {
                ++at;
            }
            text += header[at];
        }
        at = std::min(at + 1, header.size());
        texts.push_back(text::safe(text));
    }
    return texts;
}

} // namespace meshdeck::sources::kubernetes
