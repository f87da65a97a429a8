// All objects of one kind, each complete, once: for checks and simulations of a cluster's config, which need more than
// the map keeps of a Service or a pod.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mesh/resource.h"
#include "sources/kubernetes/kubernetes_client.h"

namespace meshdeck::sources {

// Page by page; of a namespaced kind in these namespaces, or with none in all. managedFields are left out (nobody who
// reads a list needs them, and they are half of a pod). NotServed for a kind the server does not have. Blocks.
[[nodiscard]] Result<std::vector<mesh::ResourcePtr>> listObjects(KubernetesClient& client, std::string_view group,
                                                                 std::string_view kind,
                                                                 const std::vector<std::string>& namespaces,
                                                                 const std::stop_token& stop = {});

namespace kubernetes {

// The objects of one page, with the apiVersion and kind that items of a list come without, and its continue token.
struct ObjectPage {
    std::vector<mesh::ResourcePtr> objects;
    std::string continueToken;
};
[[nodiscard]] Result<ObjectPage> readObjectPage(const ServedKind& kind, const std::string& body);

} // namespace kubernetes
} // namespace meshdeck::sources
