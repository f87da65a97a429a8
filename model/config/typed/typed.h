// Every kind with a typed form, as one variant. Readers are total: a field of a wrong type counts as unset there, and
// the schema check says so. Indices in a typed value are those of the document, so that its pointers can be rebuilt.
#pragma once

#include <memory>
#include <variant>

#include "config/json.h"
#include "config/typed/destination_rule.h"
#include "config/typed/extensions.h"
#include "config/typed/gateway.h"
#include "config/typed/gateway_api.h"
#include "config/typed/kube.h"
#include "config/typed/security.h"
#include "config/typed/service_entry.h"
#include "config/typed/sidecar.h"
#include "config/typed/virtual_service.h"

namespace meshdeck::config {

template <typename T>
using Shared = std::shared_ptr<const T>;

using Typed = std::variant<std::monostate, Shared<VirtualService>, Shared<DestinationRule>, Shared<Gateway>,
                           Shared<ServiceEntry>, Shared<WorkloadEntry>, Shared<WorkloadGroup>, Shared<Sidecar>,
                           Shared<PeerAuthentication>, Shared<RequestAuthentication>, Shared<AuthorizationPolicy>,
                           Shared<Telemetry>, Shared<EnvoyFilter>, Shared<ProxyConfig>, Shared<WasmPlugin>,
                           Shared<KubeGateway>, Shared<GatewayClass>, Shared<Route>, Shared<ReferenceGrant>,
                           Shared<BackendTlsPolicy>, Shared<KubeService>, Shared<KubePod>, Shared<KubeWorkload>,
                           Shared<KubeNamespace>, Shared<KubeServiceAccount>>;

// By group and kind of the object; any served version.
[[nodiscard]] Typed readTyped(std::string_view group, std::string_view kind, const Json& object);

// The typed form as T, or null when it is another kind.
template <typename T>
[[nodiscard]] const T* as(const Typed& typed) {
    const auto* held = std::get_if<Shared<T>>(&typed);
    return held == nullptr ? nullptr : held->get();
}

} // namespace meshdeck::config
