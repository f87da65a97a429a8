#include "app/demo/api/discovery.h"

#include <algorithm>

#include <openssl/sha.h>

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

using Names = std::vector<std::string>;

struct ServedResource {
    const Resource* resource = nullptr;
    std::string version;
};

// Kinds without storage that discovery lists: the reviews.
struct Review {
    const char* group;
    const char* plural;
    const char* singular;
    const char* kind;
};
constexpr Review kReviews[] = {
    {"authentication.k8s.io", "selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview"},
    {"authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview"},
    {"authorization.k8s.io", "selfsubjectrulesreviews", "selfsubjectrulesreview", "SelfSubjectRulesReview"}};

Names groupNames() {
    Names names = {"apps", "authentication.k8s.io", "authorization.k8s.io"};
    for (const Resource& resource : allResources()) {
        if (!resource.group.empty() && std::find(names.begin(), names.end(), resource.group) == names.end()) {
            names.push_back(resource.group);
        }
    }
    return names;
}

// In order of preference: the order in which the first kind with most versions lists them, then what others add.
Names versionsOf(const std::string& group) {
    Names versions;
    for (const Resource& resource : allResources()) {
        if (resource.group == group) {
            for (const std::string& version : resource.versions) {
                if (std::find(versions.begin(), versions.end(), version) == versions.end()) {
                    versions.push_back(version);
                }
            }
        }
    }
    return versions.empty() ? Names{"v1"} : versions;
}

Json responseKind(const std::string& group, const std::string& version, const std::string& kind) {
    return {{"group", group}, {"version", version}, {"kind", kind}};
}

Json aggregatedResource(const Resource& resource, const std::string& version) {
    Json json = {{"resource", resource.plural},
                 {"responseKind", resource.custom ? responseKind(resource.group, version, resource.kind)
                                                  : responseKind("", "", resource.kind)},
                 {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
                 {"singularResource", resource.singular},
                 {"verbs", resource.verbs()}};
    if (!resource.shortNames.empty()) {
        json["shortNames"] = resource.shortNames;
    }
    if (!resource.categories.empty()) {
        json["categories"] = resource.categories;
    }
    for (const Subresource& sub : resource.subresources) {
        const std::string subVersion = resource.custom ? version : sub.version;
        json["subresources"].push_back({{"subresource", sub.name},
                                        {"responseKind", responseKind(sub.group, subVersion, sub.kind)},
                                        {"verbs", sub.verbs}});
    }
    return json;
}

Json aggregatedVersion(const std::string& group, const std::string& version) {
    Json resources = Json::array();
    for (const Review& review : kReviews) {
        if (review.group == group) {
            resources.push_back({{"resource", review.plural},
                                 {"responseKind", responseKind("", "", review.kind)},
                                 {"scope", "Cluster"},
                                 {"singularResource", review.singular},
                                 {"verbs", {"create"}}});
        }
    }
    for (const Resource& resource : allResources()) {
        if (resource.group == group && resource.serves(version)) {
            resources.push_back(aggregatedResource(resource, version));
        }
    }
    return {{"version", version}, {"resources", resources}, {"freshness", "Current"}};
}

Reply aggregated(const std::string& path, const std::string& discoveryVersion) {
    Json items = Json::array();
    const Names groups = path == "/api" ? Names{""} : groupNames();
    for (const std::string& group : groups) {
        Json item = {{"metadata", group.empty() ? Json::object() : Json{{"name", group}}}, {"versions", Json::array()}};
        for (const std::string& version : versionsOf(group)) {
            item["versions"].push_back(aggregatedVersion(group, version));
        }
        items.push_back(std::move(item));
    }
    Reply reply = replyOf(200, {{"kind", "APIGroupDiscoveryList"},
                                {"apiVersion", "apidiscovery.k8s.io/" + discoveryVersion},
                                {"metadata", Json::object()},
                                {"items", items}});
    reply.contentType = "application/json;g=apidiscovery.k8s.io;v=" + discoveryVersion + ";as=APIGroupDiscoveryList";
    return reply;
}

// Tells clients whether two servers store a kind in the same version: the beginning of a hash over group, version,
// kind.
std::string storageHash(const Resource& resource) {
    const std::string text = resource.group + "/" + resource.storageVersion + "/" + resource.kind;
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    return base64Of(std::string_view(reinterpret_cast<const char*>(digest), 8));
}

Json oldResource(const Resource& resource) {
    Json json = {{"name", resource.plural},
                 {"singularName", resource.singular},
                 {"namespaced", resource.namespaced},
                 {"kind", resource.kind},
                 {"verbs", resource.verbs()}};
    if (!resource.shortNames.empty()) {
        json["shortNames"] = resource.shortNames;
    }
    if (!resource.categories.empty()) {
        json["categories"] = resource.categories;
    }
    json["storageVersionHash"] = storageHash(resource);
    return json;
}

Reply oldResourceList(const std::string& group, const std::string& version) {
    Json resources = Json::array();
    for (const Review& review : kReviews) {
        if (review.group == group) {
            resources.push_back({{"name", review.plural},
                                 {"singularName", review.singular},
                                 {"namespaced", false},
                                 {"kind", review.kind},
                                 {"verbs", {"create"}}});
        }
    }
    for (const Resource& resource : allResources()) {
        if (resource.group != group || !resource.serves(version)) {
            continue;
        }
        resources.push_back(oldResource(resource));
        for (const Subresource& sub : resource.subresources) {
            resources.push_back({{"name", resource.plural + "/" + sub.name},
                                 {"singularName", ""},
                                 {"namespaced", resource.namespaced},
                                 {"kind", sub.kind},
                                 {"verbs", sub.verbs}});
        }
    }
    if (resources.empty()) {
        return pageNotFound();
    }
    return replyOf(200, {{"kind", "APIResourceList"},
                         {"apiVersion", "v1"},
                         {"groupVersion", apiVersionOf(group, version)},
                         {"resources", resources}});
}

Json oldGroup(const std::string& group) {
    Json versions = Json::array();
    for (const std::string& version : versionsOf(group)) {
        versions.push_back({{"groupVersion", group + "/" + version}, {"version", version}});
    }
    return {{"name", group}, {"versions", versions}, {"preferredVersion", versions.front()}};
}

Reply oldGroups() {
    Json groups = Json::array();
    for (const std::string& group : groupNames()) {
        groups.push_back(oldGroup(group));
    }
    return replyOf(200, {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", groups}});
}

Reply versionReply() {
    Reply reply;
    reply.body = Json{{"major", "1"},
                      {"minor", "36"},
                      {"emulationMajor", "1"},
                      {"emulationMinor", "36"},
                      {"minCompatibilityMajor", "1"},
                      {"minCompatibilityMinor", "35"},
                      {"gitVersion", "v1.36.3+meshdeck-demo"},
                      {"gitCommit", ""},
                      {"gitTreeState", ""},
                      {"buildDate", "1970-01-01T00:00:00Z"},
                      {"goVersion", ""},
                      {"compiler", "g++"},
                      {"platform", "linux/amd64"}}
                     .dump(2);
    return reply;
}

// "v2", "v2beta1", or empty when the old form is wanted first.
std::string aggregatedVersionWanted(const std::string& accept) {
    std::string_view rest = accept;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const bool list = part.find("as=APIGroupDiscoveryList") != std::string_view::npos &&
                          part.find("g=apidiscovery.k8s.io") != std::string_view::npos;
        if (list && part.find("v=v2beta1") != std::string_view::npos) {
            return "v2beta1";
        }
        if (list && part.find("v=v2") != std::string_view::npos) {
            return "v2";
        }
        if (!list && part.find("application/json") != std::string_view::npos) {
            return "";
        }
    }
    return "";
}

std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> segments;
    for (std::size_t begin = 1; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        segments.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return segments;
}

} // namespace

Reply discoveryReply(const Request& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        return methodNotAllowed();
    }
    const std::vector<std::string> segments = segmentsOf(request.path);
    const std::string first = segments.empty() ? "" : segments.front();
    if (segments.size() == 1 && first == "version") {
        return versionReply();
    }
    if (segments.size() == 1 && (first == "healthz" || first == "livez" || first == "readyz")) {
        Reply reply;
        reply.contentType = "text/plain; charset=utf-8";
        reply.body = "ok";
        return reply;
    }
    if (segments.size() == 1 && (first == "api" || first == "apis")) {
        const std::string wanted = aggregatedVersionWanted(request.header("accept"));
        if (!wanted.empty()) {
            return aggregated("/" + first, wanted);
        }
        return first == "apis" ? oldGroups() : replyOf(200, {{"kind", "APIVersions"}, {"versions", {"v1"}}});
    }
    if (segments.size() == 2 && first == "api") {
        return oldResourceList("", segments[1]);
    }
    if (segments.size() == 2 && first == "apis") {
        const Names names = groupNames();
        if (std::find(names.begin(), names.end(), segments[1]) == names.end()) {
            return pageNotFound();
        }
        Json group = {{"kind", "APIGroup"}, {"apiVersion", "v1"}};
        group.update(oldGroup(segments[1]));
        return replyOf(200, group);
    }
    return segments.size() == 3 && first == "apis" ? oldResourceList(segments[1], segments[2]) : pageNotFound();
}

} // namespace meshdeck::demo::api
