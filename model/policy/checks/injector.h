// What the ConfigMaps and webhooks of Istio's sidecar injector say.
#pragma once

#include <optional>
#include <string>

#include "policy/label_selector.h"
#include "policy/world.h"

namespace meshdeck::policy {

struct InjectorConfig {
    bool enableNamespacesByDefault = false;
    std::string proxyImage; // "hub/image:tag"; "" unknown
};
// Of a revision ("" and "default" are one); nothing when its ConfigMap is not there.
[[nodiscard]] std::optional<InjectorConfig> injectorConfig(const World& world, const std::string& revision);

} // namespace meshdeck::policy
