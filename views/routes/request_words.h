// A request of the Routes page as people read it, and as other programs take it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <QString>

#include "config/json.h"
#include "routes/trace.h"

namespace meshdeck::views {

// What the form holds. `from` is as of commands.md: "ns/workload", "ns/gateway:NAME" or "outside".
struct RequestDraft {
    std::string from;
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers; // in order, names may repeat
    std::string principal; // empty: the sender's own
    bool operator==(const RequestDraft&) const = default;
};

// The JSON of `meshdeck route --requests` and `meshdeck test`, and back. What the form has no field for (a token, an answer)
// is lost on the way back: `complete` says so.
[[nodiscard]] config::Json requestJson(const RequestDraft& draft);
struct ReadDraft {
    RequestDraft draft;
    bool complete = true;
};
[[nodiscard]] ReadDraft draftOf(const config::Json& request);

// "GET /reviews  x-user-group: beta"; `host` too where it says more than the path.
[[nodiscard]] QString requestTitle(const RequestDraft& draft);
// The name a saved request gets: "GET http://reviews:9080/ from bookinfo/productpage-v1, x-user-group: beta".
[[nodiscard]] std::string requestName(const RequestDraft& draft);
// "name: value" of one header; the colon is required, blanks around are not kept.
[[nodiscard]] Result<std::pair<std::string, std::string>> readHeader(const QString& text);

// For a shell, quoted where it must be. `context` empty: the current one.
[[nodiscard]] std::string asMeshdeckRoute(const RequestDraft& draft, const std::string& context);
// What istioctl can say of the same path: the routes and the cluster as the sending proxy holds them. Empty without a pod
// to ask or without a route config.
[[nodiscard]] std::string asIstioctl(const TraceAnswer& answer, const std::string& context);

} // namespace meshdeck::views
