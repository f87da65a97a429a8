// Which pods get a sidecar or are part of ambient (facts/semantics.md 5, Injection and Ambient).
#pragma once

#include <string_view>

#include "config/mesh_config.h"
#include "config/typed/kube.h"

namespace meshdeck::policy {

// What the injector will do with a pod that is created now. `namespaceLabels` may be null: the namespace is not known.
[[nodiscard]] bool willBeInjected(const config::PodTemplate& pod, std::string_view ns,
                                  const mesh::Labels* namespaceLabels, const config::MeshConfig& mesh);
// It has a proxy already: by its containers, or by what the injector wrote on it.
[[nodiscard]] bool hasProxy(const config::PodTemplate& pod);
// Redirected to ztunnel, `sidecar` being known.
[[nodiscard]] bool isAmbient(const config::PodTemplate& pod, bool sidecar, const mesh::Labels* namespaceLabels);

} // namespace meshdeck::policy
