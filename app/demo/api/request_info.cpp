#include "app/demo/api/request_info.h"

#include <vector>

namespace meshdeck::demo::api {

namespace {

std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> segments;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (end > begin) {
            segments.push_back(percentDecoded(std::string_view(path).substr(begin, end - begin), false));
        }
        begin = end + 1;
    }
    return segments;
}

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

std::string verbOf(const Request& request, const RequestInfo& info) {
    if (request.method == "GET" || request.method == "HEAD") {
        if (!info.name.empty()) {
            return "get";
        }
        return request.flag("watch") ? "watch" : "list";
    }
    if (request.method == "POST") {
        return "create";
    }
    if (request.method == "PUT") {
        return "update";
    }
    if (request.method == "DELETE") {
        return info.name.empty() ? "deletecollection" : "delete";
    }
    return lower(request.method);
}

// The part of the path behind "/proxy", undecoded: it belongs to the pod.
std::string proxiedPath(const std::string& path) {
    const std::size_t at = path.find("/proxy");
    const std::string rest = at == std::string::npos ? std::string() : path.substr(at + 6);
    return rest.empty() ? "/" : rest;
}

} // namespace

RequestInfo requestInfoOf(const Request& request) {
    RequestInfo info;
    info.path = request.path;
    info.verb = lower(request.method);
    const std::vector<std::string> segments = segmentsOf(request.path);
    std::size_t at = 0;
    if (segments.size() >= 3 && segments[0] == "api") {
        info.version = segments[1];
        at = 2;
    } else if (segments.size() >= 4 && segments[0] == "apis") {
        info.group = segments[1];
        info.version = segments[2];
        at = 3;
    } else {
        return info;
    }
    info.isResource = true;
    // "namespaces/<ns>/status" is about the namespace itself, any other third segment about a kind within it.
    if (segments[at] == "namespaces" && segments.size() > at + 2 && segments[at + 2] != "status" &&
        segments[at + 2] != "finalize") {
        info.ns = segments[at + 1];
        at += 2;
    }
    info.resource = segments[at];
    info.name = segments.size() > at + 1 ? segments[at + 1] : "";
    info.subresource = segments.size() > at + 2 ? segments[at + 2] : "";
    if (info.resource == "namespaces" && !info.name.empty()) {
        info.ns = info.name; // as the real server has it, for permissions in one namespace
    }
    if (info.subresource == "proxy") {
        info.rest = proxiedPath(request.path);
    }
    info.verb = verbOf(request, info);
    return info;
}

} // namespace meshdeck::demo::api
