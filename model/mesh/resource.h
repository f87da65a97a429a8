// A Kubernetes object as its server sent it: identity, metadata that everything needs, and the untouched text.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"

namespace meshdeck::mesh {

// Names an object across versions of its API. `group` is "" for core kinds, `ns` "" for cluster-scoped ones.
struct ResourceRef {
    std::string group;
    std::string kind;
    std::string ns;
    std::string name;

    auto operator<=>(const ResourceRef&) const = default;
    bool operator==(const ResourceRef&) const = default;
    // "VirtualService bookinfo/reviews": the form in messages and in every command's JSON.
    [[nodiscard]] std::string display() const { return kind + " " + (ns.empty() ? name : ns + "/" + name); }
};

using Labels = std::map<std::string, std::string>;

// `json` is the complete object, byte for byte as received; unknown fields and 64-bit numbers are safe in it.
struct Resource {
    ResourceRef ref;
    std::string apiVersion; // "networking.istio.io/v1"
    std::string uid;
    std::string resourceVersion; // opaque: compare for equality only
    std::int64_t generation = 0;
    Labels labels;
    Labels annotations;
    std::shared_ptr<const std::string> json;
};

using ResourcePtr = std::shared_ptr<const Resource>;

} // namespace meshdeck::mesh

template <>
struct std::hash<meshdeck::mesh::ResourceRef> {
    std::size_t operator()(const meshdeck::mesh::ResourceRef& r) const noexcept {
        const std::hash<std::string> h;
        return ((h(r.group) * 31 + h(r.kind)) * 31 + h(r.ns)) * 31 + h(r.name);
    }
};
