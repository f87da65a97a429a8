#include "app/demo/api/access.h"

#include <algorithm>
#include <array>

#include <openssl/rand.h>

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

const std::vector<std::string> kViewerGroups = {"",
                                                "apps",
                                                "discovery.k8s.io",
                                                "networking.istio.io",
                                                "security.istio.io",
                                                "telemetry.istio.io",
                                                "gateway.networking.k8s.io"};
const std::vector<std::string> kReadVerbs = {"get", "list", "watch"};

template <typename List>
bool contains(const List& list, const std::string& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool isMaster(const User& user) {
    return contains(user.groups, "system:masters");
}

// Role system:discovery and system:basic-user, which every authenticated user has.
bool allowedToEveryone(const RequestInfo& info) {
    if (!info.isResource) {
        const bool reads = info.verb == "get" || info.verb == "head";
        const std::array<const char*, 5> exact = {"/healthz", "/livez", "/readyz", "/version", "/version/"};
        return reads &&
               (info.path == "/api" || info.path.starts_with("/api/") || info.path == "/apis" ||
                info.path.starts_with("/apis/") || info.path.starts_with("/openapi") || contains(exact, info.path));
    }
    return info.verb == "create" &&
           ((info.group == "authorization.k8s.io" &&
             (info.resource == "selfsubjectaccessreviews" || info.resource == "selfsubjectrulesreviews")) ||
            (info.group == "authentication.k8s.io" && info.resource == "selfsubjectreviews"));
}

Json rule(const std::vector<std::string>& verbs, const std::vector<std::string>& groups,
          const std::vector<std::string>& resources) {
    return {{"verbs", verbs}, {"apiGroups", groups}, {"resources", resources}};
}

} // namespace

std::string randomHex(std::size_t bytes) {
    std::string raw(bytes, '\0');
    RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(raw.size()));
    return hexOf(raw);
}

std::string randomUuid() {
    std::string hex = randomHex(16);
    hex[12] = '4';
    constexpr std::string_view kVariant = "89ab";
    hex[16] = kVariant[static_cast<unsigned char>(hex[16]) % kVariant.size()];
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
           hex.substr(20);
}

TokenBook::Issued TokenBook::issue(const TokenIdentity& identity, const std::string& accountUid,
                                   std::chrono::seconds life) {
    const auto seconds = [](std::chrono::system_clock::time_point time) {
        return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    };
    const auto now = m_clock();
    const Json head = {{"alg", "ES256"}, {"kid", "demo"}};
    const Json claims = {
        {"aud", identity.audiences},
        {"exp", seconds(now + life)},
        {"iat", seconds(now)},
        {"iss", kApiAudience},
        {"kubernetes.io",
         {{"namespace", identity.ns}, {"serviceaccount", {{"name", identity.serviceAccount}, {"uid", accountUid}}}}},
        {"nbf", seconds(now)},
        {"sub", "system:serviceaccount:" + identity.ns + ":" + identity.serviceAccount}};
    Issued issued{base64UrlOf(textOf(head)) + "." + base64UrlOf(textOf(claims)) + "." + base64UrlOf(randomHex(32)),
                  now + life};
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [&](const auto& entry) { return entry.second.expiry <= now; });
    m_entries[issued.token] = Entry{identity, issued.expiry};
    return issued;
}

std::optional<TokenIdentity> TokenBook::review(const std::string& token) const {
    const std::lock_guard lock(m_mutex);
    const auto entry = m_entries.find(token);
    if (entry == m_entries.end() || entry->second.expiry <= m_clock()) {
        return std::nullopt;
    }
    return entry->second.identity;
}

std::optional<User> Authenticator::userOf(const Request& request) const {
    const std::string header = request.header("authorization");
    if (header.starts_with("Bearer ")) {
        // A bad token is refused even beside a good certificate.
        const std::string token = header.substr(7);
        if (const auto user = m_users.find(token); user != m_users.end()) {
            return user->second;
        }
        const std::optional<TokenIdentity> account = m_tokens.review(token);
        if (!account || !contains(account->audiences, kApiAudience)) {
            return std::nullopt;
        }
        return User{"system:serviceaccount:" + account->ns + ":" + account->serviceAccount,
                    "",
                    {"system:serviceaccounts", "system:serviceaccounts:" + account->ns, "system:authenticated"}};
    }
    if (request.certificate) {
        User user{request.certificate->commonName, "", request.certificate->organizations};
        user.groups.push_back("system:authenticated");
        return user;
    }
    return std::nullopt;
}

Authorizer::Decision Authorizer::decide(const User& user, const RequestInfo& info) const {
    if (isMaster(user)) {
        return {true, ""};
    }
    if (allowedToEveryone(info)) {
        return {true, "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to "
                      "Group \"system:authenticated\""};
    }
    const bool viewed = user.name == "viewer" && info.isResource && info.ns == m_viewerNamespace &&
                        info.subresource.empty() && info.resource != "secrets" && contains(kReadVerbs, info.verb) &&
                        contains(kViewerGroups, info.group);
    if (viewed) {
        return {true, "RBAC: allowed by RoleBinding \"viewer/" + m_viewerNamespace +
                          "\" of Role \"viewer\" to User \"viewer\""};
    }
    return {false, ""};
}

Json Authorizer::rulesFor(const User& user, const std::string& ns) const {
    Json rules = Json::array();
    if (isMaster(user)) {
        rules.push_back(rule({"*"}, {"*"}, {"*"}));
    }
    rules.push_back(
        rule({"create"}, {"authorization.k8s.io"}, {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}));
    rules.push_back(rule({"create"}, {"authentication.k8s.io"}, {"selfsubjectreviews"}));
    if (user.name == "viewer" && ns == m_viewerNamespace) {
        std::vector<std::string> plurals;
        for (const Resource& resource : allResources()) {
            if (resource.namespaced && resource.plural != "secrets" && contains(kViewerGroups, resource.group) &&
                !contains(plurals, resource.plural)) {
                plurals.push_back(resource.plural);
            }
        }
        rules.push_back(rule(kReadVerbs, kViewerGroups, plurals));
    }
    Json paths = Json::array();
    if (isMaster(user)) {
        paths.push_back({{"verbs", {"*"}}, {"nonResourceURLs", {"*"}}});
    }
    paths.push_back({{"verbs", {"get"}},
                     {"nonResourceURLs",
                      {"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
                       "/version", "/version/"}}});
    return {{"resourceRules", rules}, {"nonResourceRules", paths}, {"incomplete", false}};
}

Reply forbidden(const User& user, const RequestInfo& info) {
    if (!info.isResource) {
        return replyOf(403, failure(403, "Forbidden",
                                    "forbidden: User " + inQuotes(user.name) + " cannot " + info.verb + " path " +
                                        inQuotes(info.path),
                                    Json::object()));
    }
    const std::string qualified = info.group.empty() ? info.resource : info.resource + "." + info.group;
    const std::string what = info.subresource.empty() ? info.resource : info.resource + "/" + info.subresource;
    const bool clusterScope = info.ns.empty() || (info.resource == "namespaces" && info.ns == info.name);
    const std::string where = clusterScope ? "at the cluster scope" : "in the namespace " + inQuotes(info.ns);
    const std::string name = info.name.empty() ? "" : " " + inQuotes(info.name);
    Json details = Json::object();
    if (!info.name.empty()) {
        details["name"] = info.name;
    }
    if (!info.group.empty()) {
        details["group"] = info.group;
    }
    details["kind"] = info.resource;
    return replyOf(403,
                   failure(403, "Forbidden",
                           qualified + name + " is forbidden: User " + inQuotes(user.name) + " cannot " + info.verb +
                               " resource " + inQuotes(what) + " in API group " + inQuotes(info.group) + " " + where,
                           details));
}

} // namespace meshdeck::demo::api
