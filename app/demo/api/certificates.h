// The demonstration mesh's own certificate authority: elliptic curve keys, made at start and never written to disk
// other than in the kubeconfig.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace meshdeck::demo::api {

struct KeyPair {
    std::string certPem;
    std::string keyPem;
};

// A self-signed authority that signs for ten years; nothing when OpenSSL refuses.
[[nodiscard]] std::optional<KeyPair> makeAuthority(const std::string& commonName);

struct LeafRequest {
    std::string commonName;
    std::vector<std::string> organizations;
    std::vector<std::string> dnsNames;
    std::vector<std::string> addresses;
    bool client = false; // else for servers
};
// Signed by the authority, valid from five minutes ago for one year.
[[nodiscard]] std::optional<KeyPair> makeLeaf(const KeyPair& authority, const LeafRequest& request);

} // namespace meshdeck::demo::api
