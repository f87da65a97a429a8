// istiod's own settings as objects, so that checks can speak of them and point into them: the mesh config and the mesh
// networks, each a YAML text that is no Kubernetes object by itself.
#pragma once

#include "config/mesh_config.h"
#include "config/object.h"

namespace meshdeck::config {

// Kind MeshConfig or MeshNetworks, called as istioctl calls them: "MeshConfig istio-system/istio", "MeshNetworks
// istio-system/meshnetworks". Null for a text that is no YAML map.
[[nodiscard]] ConfigObjectPtr meshConfigObject(std::shared_ptr<const SourceText> source, const MeshConfig& mesh);
[[nodiscard]] ConfigObjectPtr meshNetworksObject(std::shared_ptr<const SourceText> source, const MeshConfig& mesh);

} // namespace meshdeck::config
