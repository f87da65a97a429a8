// What is in effect for a service as one client sees it, every value with where it comes from and what it hides
// (facts/semantics.md 0.3 a).
#pragma once

#include "policy/security/mtls.h"
#include "policy/scope.h"

namespace meshdeck::policy {

struct EffectiveValue {
    std::string group; // "Routing", "Traffic policy", "Retries and timeouts", "TLS", "Authorization", "Visibility"
    std::string name;  // "timeout", "connectionPool.http1MaxPendingRequests"
    std::string value; // "2 s", "not limited"
    std::string level; // "subset v2, port 9080", "top level", "mesh default", "Istio's default"
    ConfigObjectPtr object; // null: a default
    std::string pointer;
};
struct HiddenConfig {
    ConfigObjectPtr object;
    ConfigObjectPtr by;
    std::string why; // "bookinfo/reviews is older and has the same host"
};
struct EffectiveConfig {
    const Service* service = nullptr;
    std::uint32_t port = 0;
    std::vector<EffectiveValue> values;
    std::vector<HiddenConfig> hidden;
    std::vector<std::string> warnings; // "EnvoyFilter x patches this proxy"
};
// NotFound when the client does not see the host, with the reason.
[[nodiscard]] Result<EffectiveConfig> effectiveConfig(const std::shared_ptr<const Scope>& client, std::string_view host,
                                                      std::uint32_t port, const std::string& subset = {});

} // namespace meshdeck::policy
