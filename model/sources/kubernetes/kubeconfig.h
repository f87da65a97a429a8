// kubeconfig files: found, merged and resolved as client-go does (facts/conventions.md 4.1, facts/wire.md 4). Nothing
// is ever written back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/json.h"

namespace meshdeck::sources {

struct ExecConfig {
    std::string apiVersion; // client.authentication.k8s.io/v1 or v1beta1
    std::string command;    // absolute when the file gave a path, else a bare name for PATH
    std::vector<std::string> args;
    std::vector<std::pair<std::string, std::string>> env;
    std::string installHint;
    bool provideClusterInfo = false;
    std::string interactiveMode; // Never, IfAvailable, Always
    std::string refused;         // a sentence when it must not be run, e.g. since anybody may write the file
};

struct Impersonation {
    std::string user;
    std::string uid;
    std::vector<std::string> groups;
    std::vector<std::pair<std::string, std::string>> extra; // key, one value each
};

struct ClusterEntry {
    std::string server; // without a trailing slash; may carry a path
    std::string tlsServerName;
    bool insecureSkipTlsVerify = false;
    std::string certificateAuthorityFile; // absolute
    std::string certificateAuthorityData; // PEM
    std::string proxyUrl;
    bool disableCompression = false;
    config::Json execExtension;                   // extension client.authentication.k8s.io/exec, null without
    std::map<std::string, std::string> endpoints; // extension meshdeck.dev/endpoints
};

struct UserEntry {
    std::string token;
    std::string tokenFile; // absolute, as all files
    std::string clientCertificateFile;
    std::string clientCertificateData; // PEM
    std::string clientKeyFile;
    std::string clientKeyData;
    std::string username;
    std::string password;
    std::string authProvider; // name of an old plugin, which nobody supports any more
    std::optional<ExecConfig> exec;
    Impersonation impersonate;
};

struct ContextEntry {
    std::string cluster;
    std::string user;
    std::string ns;
};

struct Kubeconfig {
    std::vector<std::string> files; // read, in order of precedence
    std::map<std::string, ClusterEntry> clusters;
    std::map<std::string, UserEntry> users;
    std::map<std::string, ContextEntry> contexts;
    std::string currentContext;
};

// Where to look; `fromProcess` fills it from --kubeconfig, $KUBECONFIG and the home directory.
struct KubeconfigFiles {
    std::optional<std::string> explicitPath; // must exist; alone
    std::string environment;                 // colon-separated; empty entries and missing files are passed over
    std::string homeFile;
};
[[nodiscard]] KubeconfigFiles kubeconfigFiles(std::optional<std::string> explicitPath);

// NotFound when there is no file at all; Io for an unreadable one; InvalidArgument with line and column for bad YAML.
[[nodiscard]] Result<Kubeconfig> loadKubeconfig(const KubeconfigFiles& files);

// Optional endpoints beside the API server, from the cluster's extension `meshdeck.dev/endpoints`; empty when absent.
struct MeshEndpoints {
    std::string istiod; // host:port of the secure ADS port
    std::string istiodServerName;
    std::string prometheus; // URL
    std::string jaeger;     // host:port of the gRPC query API
};

// One context with everything that is needed to connect.
struct ContextConfig {
    std::string name;
    std::string ns; // of the context; "default" when it has none
    std::string userName;
    ClusterEntry cluster;
    UserEntry user;
    std::string caPem; // of the cluster's certificate authority, file or data; empty: the system's roots
    MeshEndpoints endpoints;
};
// The named context, else the current one. NotFound names the contexts there are.
[[nodiscard]] Result<ContextConfig> resolveContext(const Kubeconfig& kubeconfig,
                                                   const std::optional<std::string>& context);

} // namespace meshdeck::sources
