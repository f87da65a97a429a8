// One object of the mesh's config, from a file or a cluster: its identity, its complete JSON, its typed form and where
// its text came from. Values are shared and immutable, so that an edited mesh shares everything but the edit.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/json.h"
#include "config/typed/typed.h"
#include "mesh/resource.h"

namespace meshdeck::config {

// 1-based; 0: not known (an object that came from a server).
struct Position {
    std::size_t line = 0;
    std::size_t column = 0;
    bool operator==(const Position&) const = default;
};

// The text that objects were read from. `name` is the path as given, "-" for standard input, "" for a cluster.
struct SourceText {
    std::string name;
    std::string text;
};

struct ConfigObject {
    mesh::ResourceRef ref; // `ns` as written, or the default namespace given to readConfig
    std::string apiVersion;
    mesh::Labels labels;
    mesh::Labels annotations;
    // Seconds since 1970. Absent: not created yet, so newer than everything that has one (facts/semantics.md 0.2).
    std::optional<std::int64_t> created;
    std::shared_ptr<const Json> json; // complete, unknown fields too
    Typed typed;                      // by kind; monostate for kinds Meshdeck has no type for
    std::shared_ptr<const SourceText> source; // null for an object from a cluster
    std::size_t document = 0;                 // index of its YAML document in `source`
    std::vector<std::string> listPath;        // pointer tokens to it inside a `kind: List`: "items", "3"; else empty
};
using ConfigObjectPtr = std::shared_ptr<const ConfigObject>;

// Order of age: oldest first, then name, then namespace (facts/semantics.md 0.2).
[[nodiscard]] bool olderThan(const ConfigObject& a, const ConfigObject& b);

// All objects of one text of YAML or JSON documents, lists expanded, in order. `defaultNamespace` is given to
// namespaced objects without one. Errors are those of parseYaml (line and column), and InvalidArgument for a document
// that is no Kubernetes object. An object with fields of a wrong type is never refused: that is a finding.
[[nodiscard]] Result<std::vector<ConfigObjectPtr>> readConfig(std::shared_ptr<const SourceText> source,
                                                              const std::string& defaultNamespace = {});
// One object as a server sent it.
[[nodiscard]] Result<ConfigObjectPtr> readConfig(const mesh::Resource& resource);
// The object with other JSON (an edit): same creation time, identity taken anew from the JSON.
[[nodiscard]] Result<ConfigObjectPtr> withJson(const ConfigObject& object, Json json);

// Where the value at an RFC 6901 pointer stands in the object's text; the nearest parent that exists when the field is
// missing; the object's start for "". Reads the text again: for messages, not for loops.
[[nodiscard]] Position positionOf(const ConfigObject& object, std::string_view pointer);

// "/spec/http/0/route/1/destination/host" -> "spec.http[0].route[1].destination.host"; keys with dots or slashes are
// quoted: metadata.annotations["istio.io/rev"].
[[nodiscard]] std::string fieldPath(std::string_view pointer);

} // namespace meshdeck::config
