// A request as a proxy's route matchers see it: path and query apart, header names in lower case and repeated headers
// joined, the port taken off the Host for the search of a virtual host.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/request.h"

namespace meshdeck::policy {

// Envoy's path normalisation as MeshConfig.pathNormalization names it: NONE; BASE resolves dot segments, turns "\" into
// "/" and decodes unreserved characters; MERGE_SLASHES also joins "//"; DECODE_AND_MERGE_SLASHES first decodes %2F and
// %5C. The query is left alone.
[[nodiscard]] std::string normalizedPath(std::string_view path, std::string_view mode);

// "Shop.example.com:8080" -> "shop.example.com"; brackets of IPv6 addresses stay.
[[nodiscard]] std::string hostWithoutPort(std::string_view hostHeader);
// Where ":port" begins in a Host header; npos when it has none.
[[nodiscard]] std::size_t portStart(std::string_view hostHeader);

struct PathAndQuery {
    std::string_view path;
    std::string_view query; // with its "?"; "" none
};
[[nodiscard]] PathAndQuery splitPath(std::string_view pathWithQuery);

class RequestView {
public:
    // Keeps references into `request`, which must outlive it.
    explicit RequestView(const Request& request);

    [[nodiscard]] std::string_view path() const { return m_path.path; }
    [[nodiscard]] std::string_view authority() const { return m_request->host; }
    [[nodiscard]] std::string_view method() const { return m_request->method; }
    [[nodiscard]] std::string_view scheme() const { return m_request->scheme; }
    // Null when there is no such header or parameter; of repeated parameters the first counts.
    [[nodiscard]] const std::string* header(std::string_view lowerName) const;
    [[nodiscard]] const std::string_view* queryParameter(std::string_view name) const;
    // Of the accepted token: every string a claim at that path holds. Empty when there is none.
    [[nodiscard]] std::vector<std::string> claim(const std::vector<std::string>& path) const;

private:
    const Request* m_request;
    PathAndQuery m_path;
    Headers m_headers;
    std::vector<std::pair<std::string_view, std::string_view>> m_parameters;
};

} // namespace meshdeck::policy
