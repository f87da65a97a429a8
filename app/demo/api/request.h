// One HTTP request and its answer, free of sockets, so that the API can be tested without a server.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/api/selectors.h"
#include "app/demo/api/store.h"

namespace meshdeck::demo::api {

// What the TLS layer found out about the client.
struct ClientCertificate {
    std::string commonName;                 // the user
    std::vector<std::string> organizations; // the groups
};

struct Request {
    std::string method;
    std::string path;                                // decoded only where the handler needs it
    std::string rawQuery;                            // as it came, without the question mark
    std::multimap<std::string, std::string> query;   // decoded
    std::multimap<std::string, std::string> headers; // names in lower case
    std::string body;
    std::optional<ClientCertificate> certificate; // verified against the mesh's CA

    [[nodiscard]] std::string header(const std::string& lowerCaseName) const;
    [[nodiscard]] std::string parameter(const std::string& name) const;
    [[nodiscard]] bool hasParameter(const std::string& name) const;
    // "true" and "1" are yes, as Go's conversion of query parameters takes them.
    [[nodiscard]] bool flag(const std::string& name) const;
};

// How objects are written into an answer: whole in one served version, or only their metadata.
struct ObjectForm {
    const Resource* resource = nullptr;
    std::string version;
    bool metadataOnly = false;
};

struct WatchRequest {
    ObjectForm form;
    std::string ns;
    Selectors selectors;
    std::optional<std::uint64_t> since; // nothing: begin with what there is now
    bool initialEventsEnd = false;      // send the bookmark that ends the initial events
    bool bookmarks = false;
    std::chrono::seconds timeout{0};
};

// An accepted port-forward: the connection is taken over by it.
struct ForwardRequest {
    unsigned short port = 0;             // of the pod
    std::optional<unsigned short> local; // where it really leads, on this machine; nothing refuses connections
    std::string protocol;                // WebSocket subprotocol
};

struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers; // Content-Type apart
    std::string contentType = "application/json";
    std::string body;
    std::chrono::milliseconds delay{0}; // send it that much later, as the real server does with some errors
    std::optional<WatchRequest> watch;  // an endless answer instead of the body
    std::optional<ForwardRequest> forward; // the answer is an upgrade
};

// Splits "path?query" and decodes the query's percent escapes and plus signs.
void parseTarget(const std::string& target, Request& request);
[[nodiscard]] std::string percentDecoded(std::string_view text, bool plusIsSpace);

} // namespace meshdeck::demo::api
