// Which kinds a server has, in which version (facts/wire.md 3.6).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace meshdeck::sources {

struct ServedKind {
    std::string group;
    std::string version; // the server's preferred one
    std::string kind;
    std::string plural;
    bool namespaced = true;
    std::vector<std::string> verbs;

    // "/api/v1" or "/apis/<group>/<version>".
    [[nodiscard]] std::string groupPath() const;
    // Of the collection, in one namespace or (empty) in all.
    [[nodiscard]] std::string collectionPath(const std::string& ns) const;
    [[nodiscard]] std::string objectPath(const std::string& ns, const std::string& name) const;
};

class ApiCatalog {
public:
    // The first version added of a kind is kept: servers list the preferred one first.
    void add(ServedKind kind);
    // Null when the server does not serve it.
    [[nodiscard]] const ServedKind* find(std::string_view group, std::string_view kind) const;
    [[nodiscard]] std::size_t size() const { return m_kinds.size(); }

private:
    std::map<std::pair<std::string, std::string>, ServedKind, std::less<>> m_kinds;
};

namespace kubernetes {

// Adds an APIGroupDiscoveryList. Protocol error when the text is none.
[[nodiscard]] Status readAggregated(const std::string& json, ApiCatalog& catalog);
// The group versions of an APIGroupList, each group with its preferred one in front.
[[nodiscard]] Result<std::vector<std::string>> readGroupList(const std::string& json);
// Adds an APIResourceList (old discovery of one group version).
[[nodiscard]] Status readResourceList(const std::string& json, ApiCatalog& catalog);

} // namespace kubernetes
} // namespace meshdeck::sources
