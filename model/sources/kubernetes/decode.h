// From the server's JSON to our values: lists, watch events, single objects. simdjson throughout; the fields read are
// those of mesh/inventory.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/kinds.h"
#include "sources/interfaces.h"
#include "sources/kubernetes/api_status.h"

namespace meshdeck::sources::kubernetes {

struct DecodedObject {
    ClusterObject object;
    mesh::ResourceRef ref;
    std::string istioVersion; // of a pod of istiod, from its image's tag; else empty
};

// One object of `kind`. `json` may be a slice of a larger text. Protocol error when it lacks a name.
[[nodiscard]] Result<DecodedObject> decodeObject(const config::Kind& kind, std::string_view json);

struct ListPage {
    std::string resourceVersion;
    std::string continueToken; // empty on the last page
    std::vector<DecodedObject> objects;
    std::size_t skipped = 0; // items that could not be read
};
[[nodiscard]] Result<ListPage> decodeList(const config::Kind& kind, std::string body);

struct WatchEvent {
    enum class Type { Added, Modified, Deleted, Bookmark, Error, Unknown };
    Type type = Type::Unknown;
    std::string resourceVersion;         // of the object
    std::optional<DecodedObject> object; // nothing when it could not be read
    ApiStatus status;                    // of an Error
};
// One line of a watch. Protocol error when it is no JSON object with a type and an object.
[[nodiscard]] Result<WatchEvent> decodeWatchLine(const config::Kind& kind, std::string line);

} // namespace meshdeck::sources::kubernetes
