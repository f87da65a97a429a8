// What the hosts of one egress listener of a Sidecar let in (facts/semantics.md 5).
#pragma once

#include <string>
#include <vector>

#include "policy/scope.h"

namespace meshdeck::policy {

class SidecarImports {
public:
    // "ns/host" with ns ".", "*" or a name; "~/..." lets nothing in, and "~name/host" takes away again.
    SidecarImports(const config::SidecarEgress& egress, const std::string& clientNamespace);

    [[nodiscard]] bool service(const Service& service) const;
    // Loose for those written by hand: any overlap with one host imports all of it (1.3).
    [[nodiscard]] bool virtualService(const EffectiveVirtualService& vs) const;
    // A listener with a port shows only services that have it; one for HTTP proxies shows all.
    [[nodiscard]] bool port(const Service& service) const;

private:
    [[nodiscard]] const std::vector<std::string>* hostsOf(std::string_view ns) const;
    const config::SidecarEgress& m_egress;
    TextMap<std::vector<std::string>> m_hosts; // by namespace, "*" for all
    TextMap<std::vector<std::string>> m_excluded;
};

// The oldest Sidecar with a selector for the proxy, else the oldest without one in its namespace, else the root
// namespace's; null when there is none or the proxy is no sidecar.
[[nodiscard]] ConfigObjectPtr sidecarFor(const World& world, const Proxy& proxy);

} // namespace meshdeck::policy
