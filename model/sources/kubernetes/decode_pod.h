// Pods; private to this folder.
#pragma once

#include "mesh/inventory.h"
#include "sources/kubernetes/decode_fields.h"

namespace meshdeck::sources::kubernetes {

[[nodiscard]] mesh::Pod decodePod(Element pod, Element metadata);

// The version of Istio that a pod of istiod runs, from its image's tag; empty for any other pod.
[[nodiscard]] std::string istiodVersion(Element pod, const mesh::Labels& labels);

} // namespace meshdeck::sources::kubernetes
