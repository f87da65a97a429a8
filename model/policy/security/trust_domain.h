// Trust domains and their aliases in what policies name (facts/semantics.md 3.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/mesh_config.h"

namespace meshdeck::policy::security {

// A principal of a policy as all the principals it stands for: its trust domain when it is the mesh's own, an alias or
// "cluster.local" becomes every one of them. Principals of other shapes and domains stay as they are.
[[nodiscard]] std::vector<std::string> withAliases(std::string_view principal, const config::MeshConfig& mesh);
// The same for a value of `trustDomains`.
[[nodiscard]] std::vector<std::string> domainWithAliases(std::string_view domain, const config::MeshConfig& mesh);
// The mesh's own trust domain or an alias: what servers accept in a client's certificate.
[[nodiscard]] bool trusts(const config::MeshConfig& mesh, std::string_view trustDomain);

} // namespace meshdeck::policy::security
