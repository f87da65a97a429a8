// The kubeconfig by which every client finds the demonstration mesh.
#pragma once

#include <string>

#include "app/demo/api/certificates.h"

namespace meshdeck::demo::api {

struct KubeconfigContent {
    std::string context; // "demo-bookinfo"; "-cert" and "-viewer" are added for the other users
    std::string server;  // "https://127.0.0.1:PORT"
    std::string authorityPem;
    std::string adminToken;
    std::string viewerToken;
    std::string viewerNamespace;
    KeyPair client; // of user demo-cert
    // Where the mesh's other servers are; empty members are left out of the extension meshdeck.dev/endpoints.
    std::string istiod;     // "127.0.0.1:PORT", TLS name istiod.istio-system.svc
    std::string jaeger;     // "127.0.0.1:PORT"
    std::string prometheus; // "http://127.0.0.1:PORT"
};

// YAML.
[[nodiscard]] std::string kubeconfigText(const KubeconfigContent& content);
// Replaces the file in one step, readable by its owner only. False, with the reason in error, when it cannot be
// written.
[[nodiscard]] bool writePrivateFile(const std::string& path, const std::string& text, std::string& error);

} // namespace meshdeck::demo::api
