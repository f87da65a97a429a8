// What the checks of one run share: indices over the World, built when first asked for.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/checks/checks.h"
#include "policy/checks/finding.h"
#include "policy/scope.h"
#include "policy/world.h"

namespace meshdeck::policy {

class CheckContext {
public:
    explicit CheckContext(const World& world, const CheckOptions& options = {});

    [[nodiscard]] const World& world() const { return m_world; }
    [[nodiscard]] const CheckOptions& options() const { return m_options; }
    [[nodiscard]] const config::MeshConfig& mesh() const { return m_world.mesh(); }

    // The service that `host`, as written in namespace `ns`, means for clients in `ns`; wildcard hosts of
    // ServiceEntries count. Null when there is none, or none is exported to `ns`.
    [[nodiscard]] const Service* serviceFor(std::string_view host, const std::string& ns) const;
    // The same for a host with a wildcard of its own: any service it covers.
    [[nodiscard]] bool anyService(std::string_view host, const std::string& ns) const;
    // Workloads whose labels include all of `selector`, in `ns` or, with null, anywhere. Endpoints that are written
    // inside a ServiceEntry do not count. An empty selector selects all.
    [[nodiscard]] std::vector<const Workload*> selected(const std::string* ns, const mesh::Labels& selector) const;

    [[nodiscard]] bool namespaceKnown(const std::string& ns) const;
    [[nodiscard]] bool exists(std::string_view group, std::string_view kind, const std::string& ns,
                              const std::string& name) const;
    [[nodiscard]] ConfigObjectPtr find(std::string_view group, std::string_view kind, const std::string& ns,
                                       const std::string& name) const;

private:
    void indexWorkloads() const;
    void indexHosts() const;

    const World& m_world;
    CheckOptions m_options;
    mutable bool m_workloadsIndexed = false;
    mutable std::unordered_map<std::string, std::vector<std::size_t>> m_byLabel; // "key=value"
    mutable std::vector<std::size_t> m_selectable;
    mutable bool m_hostsIndexed = false;
    mutable std::vector<const Service*> m_wildcards;
    mutable std::optional<std::set<std::string>> m_namespaces;
};

// Istio's API groups and kinds, as `allChecks` names them.
inline constexpr std::string_view kNetworking = "networking.istio.io";
inline constexpr std::string_view kSecurity = "security.istio.io";
inline constexpr std::string_view kTelemetryGroup = "telemetry.istio.io";
inline constexpr std::string_view kExtensions = "extensions.istio.io";
inline constexpr std::string_view kGatewayApi = "gateway.networking.k8s.io";

// "app=web,version=v1"
[[nodiscard]] std::string selectorText(const mesh::Labels& selector);
[[nodiscard]] bool includes(const mesh::Labels& labels, const mesh::Labels& selector);
// Namespaces whose objects are never checked (facts/semantics.md 7; cases/README.md).
[[nodiscard]] bool isSystemNamespace(std::string_view ns);

// Appends a finding; name and severity are those of `code` (codes.h).
void report(std::vector<Finding>& into, std::string_view code, const ConfigObjectPtr& object, std::string pointer,
            std::string message, std::optional<Fix> fix = {});

} // namespace meshdeck::policy
