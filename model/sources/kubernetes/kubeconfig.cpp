#include "sources/kubernetes/kubeconfig.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/text.h"
#include "sources/kubernetes/files.h"
#include "sources/kubernetes/kubeconfig_yaml.h"

namespace meshdeck::sources {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t(8) << 20U;

std::vector<std::string> splitList(const std::string& list) {
    std::vector<std::string> paths;
    std::stringstream stream(list);
    for (std::string path; std::getline(stream, path, ':');) {
        if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end()) {
            paths.push_back(path);
        }
    }
    return paths;
}

std::string absolutePath(const std::string& path) {
    std::error_code ignored;
    const auto result = std::filesystem::absolute(path, ignored);
    return ignored ? path : result.string();
}

// Entries of `later` are added where `into` has none of that name: the first file wins whole entries.
void merge(Kubeconfig& into, Kubeconfig later) {
    into.clusters.merge(later.clusters);
    into.users.merge(later.users);
    into.contexts.merge(later.contexts);
    if (into.currentContext.empty()) {
        into.currentContext = later.currentContext;
    }
}

std::string names(const std::map<std::string, ContextEntry>& contexts) {
    std::string list;
    for (const auto& [name, entry] : contexts) {
        list += (list.empty() ? "" : ", ") + text::safe(name);
        if (list.size() > 400) {
            return list + ", ...";
        }
    }
    return list;
}

std::string endpoint(const ClusterEntry& cluster, const char* key) {
    const auto found = cluster.endpoints.find(key);
    return found == cluster.endpoints.end() ? std::string() : found->second;
}

Status checkUser(const UserEntry& user, const std::string& context) {
    const std::string who = "the user of context \"" + text::safe(context) + "\"";
    if (!user.authProvider.empty() && !user.exec && user.token.empty() && user.clientCertificateData.empty() &&
        user.clientCertificateFile.empty()) {
        return fail(ErrorKind::InvalidArgument,
                    who + " needs the auth-provider \"" + text::safe(user.authProvider) +
                        "\", which no longer exists in Kubernetes",
                    "use the exec plugin of your provider instead");
    }
    if (!user.token.empty() && !user.username.empty()) {
        return fail(ErrorKind::InvalidArgument, who + " has both a token and a password", "remove one of the two");
    }
    const bool certificate = !user.clientCertificateData.empty() || !user.clientCertificateFile.empty();
    const bool key = !user.clientKeyData.empty() || !user.clientKeyFile.empty();
    if (certificate != key) {
        return fail(ErrorKind::InvalidArgument,
                    who + (certificate ? " has a client certificate without its key"
                                       : " has a client key without its certificate"));
    }
    const Impersonation& as = user.impersonate;
    if (as.user.empty() && (!as.uid.empty() || !as.groups.empty() || !as.extra.empty())) {
        return fail(ErrorKind::InvalidArgument, who + " impersonates groups without a user", "set `as` too");
    }
    // Each group is a header of its own, and Qt sends one header of a name.
    if (as.groups.size() > 1) {
        return fail(ErrorKind::InvalidArgument, who + " impersonates more than one group, which is not supported",
                    "name one group in as-groups");
    }
    return {};
}

} // namespace

KubeconfigFiles kubeconfigFiles(std::optional<std::string> explicitPath) {
    const char* list = std::getenv("KUBECONFIG");
    const char* home = std::getenv("HOME");
    return {std::move(explicitPath), list != nullptr ? list : "",
            home != nullptr ? std::string(home) + "/.kube/config" : std::string()};
}

Result<Kubeconfig> loadKubeconfig(const KubeconfigFiles& files) {
    std::vector<std::string> paths = files.explicitPath ? std::vector{*files.explicitPath}
                                     : !splitList(files.environment).empty()
                                         ? splitList(files.environment)
                                         : std::vector{files.homeFile};
    Kubeconfig merged;
    for (std::string& path : paths) {
        path = absolutePath(path);
        auto text = kubernetes::readFile(path, kMaxFileBytes);
        if (!text && text.error().kind == ErrorKind::NotFound && !files.explicitPath) {
            continue;
        }
        if (!text) {
            return fail(text.error().kind == ErrorKind::NotFound ? ErrorKind::NotFound : ErrorKind::Io,
                        "the kubeconfig " + text::safe(path) + " cannot be opened: " + text.error().what,
                        "check the path and its permissions");
        }
        auto config = kubernetes::parseKubeconfig(*text, path);
        if (!config) {
            return config;
        }
        merged.files.push_back(path);
        merge(merged, std::move(*config));
    }
    if (merged.files.empty()) {
        std::string looked;
        for (const std::string& path : paths) {
            looked += (looked.empty() ? "" : ", ") + text::safe(path);
        }
        return fail(ErrorKind::NotFound, "there is no kubeconfig (looked for " + looked + ")",
                    "set KUBECONFIG, use --kubeconfig FILE, or try --demo");
    }
    return merged;
}

Result<ContextConfig> resolveContext(const Kubeconfig& kubeconfig, const std::optional<std::string>& context) {
    const std::string name = context ? *context : kubeconfig.currentContext;
    if (name.empty()) {
        return fail(ErrorKind::NotFound, "the kubeconfig has no current context",
                    kubeconfig.contexts.empty() ? "it holds no contexts at all"
                                                : "choose one with --context: " + names(kubeconfig.contexts));
    }
    const auto entry = kubeconfig.contexts.find(name);
    if (entry == kubeconfig.contexts.end()) {
        return fail(ErrorKind::NotFound, "there is no context \"" + text::safe(name) + "\" in the kubeconfig",
                    kubeconfig.contexts.empty() ? "it holds no contexts at all"
                                                : "known contexts: " + names(kubeconfig.contexts));
    }
    const auto cluster = kubeconfig.clusters.find(entry->second.cluster);
    if (cluster == kubeconfig.clusters.end() || cluster->second.server.empty()) {
        return fail(ErrorKind::InvalidArgument,
                    "context \"" + text::safe(name) + "\" names the cluster \"" + text::safe(entry->second.cluster) +
                        "\", which has no server in the kubeconfig",
                    "add the cluster, or choose another context");
    }
    const auto user = kubeconfig.users.find(entry->second.user);
    if (user == kubeconfig.users.end() && !entry->second.user.empty()) {
        return fail(ErrorKind::InvalidArgument,
                    "context \"" + text::safe(name) + "\" names the user \"" + text::safe(entry->second.user) +
                        "\", which is not in the kubeconfig",
                    "add the user, or choose another context");
    }
    ContextConfig result{name, entry->second.ns.empty() ? "default" : entry->second.ns, entry->second.user,
                         cluster->second, user == kubeconfig.users.end() ? UserEntry{} : user->second, {}, {}};
    if (Status valid = checkUser(result.user, name); !valid) {
        return tl::unexpected(valid.error());
    }
    result.caPem = result.cluster.certificateAuthorityData;
    if (result.caPem.empty() && !result.cluster.certificateAuthorityFile.empty()) {
        auto pem = kubernetes::readFile(result.cluster.certificateAuthorityFile, kMaxFileBytes);
        if (!pem) {
            return fail(ErrorKind::Io,
                        "the certificate authority " + text::safe(result.cluster.certificateAuthorityFile) +
                            " of context \"" + text::safe(name) + "\" cannot be read: " + pem.error().what);
        }
        result.caPem = std::move(*pem);
    }
    result.endpoints = {endpoint(result.cluster, "istiod"), endpoint(result.cluster, "istiodServerName"),
                        endpoint(result.cluster, "prometheus"), endpoint(result.cluster, "jaeger")};
    return result;
}

} // namespace meshdeck::sources
