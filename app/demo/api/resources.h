// The kinds the demonstration mesh serves: group, versions, names and what discovery says of them (facts/wire.md 3.8
// and the recorded discovery of a server with Istio 1.31 and Gateway API 1.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::demo::api {

struct Subresource {
    std::string name;
    std::string group; // of the response kind
    std::string version;
    std::string kind;
    std::vector<std::string> verbs;
};

struct Resource {
    std::string group;                 // empty: core
    std::vector<std::string> versions; // served, the preferred one first
    std::string storageVersion;
    std::string plural;
    std::string singular;
    std::string kind;
    bool namespaced = true;
    bool custom = false; // a CustomResourceDefinition: members sorted, no strategic merge patch, items carry their kind
    std::vector<std::string> shortNames;
    std::vector<std::string> categories;
    std::vector<Subresource> subresources;

    // "virtualservices.networking.istio.io", or "pods" of the core group.
    [[nodiscard]] std::string qualifiedName() const { return group.empty() ? plural : plural + "." + group; }
    // "VirtualService.networking.istio.io"
    [[nodiscard]] std::string qualifiedKind() const { return group.empty() ? kind : kind + "." + group; }
    [[nodiscard]] bool serves(std::string_view version) const;
    [[nodiscard]] bool hasSubresource(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& verbs() const;
};

// "networking.istio.io/v1", or "v1" of the core group.
[[nodiscard]] std::string apiVersionOf(std::string_view group, std::string_view version);

// All resources in the order of discovery. They live as long as the program, so pointers to them are identities.
[[nodiscard]] const std::vector<Resource>& allResources();
[[nodiscard]] const Resource* findResource(std::string_view group, std::string_view version, std::string_view plural);
// By what an object says of itself; any served version is accepted.
[[nodiscard]] const Resource* findByKind(std::string_view apiVersion, std::string_view kind);

} // namespace meshdeck::demo::api
