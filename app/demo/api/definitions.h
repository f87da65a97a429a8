// The CustomResourceDefinitions of the custom kinds, as an installation of Istio and Gateway API leaves them: clients
// read names, versions and the Gateway API's release from them.
#pragma once

#include <vector>

#include "app/demo/contract.h"

namespace meshdeck::demo::api {

[[nodiscard]] std::vector<Json> resourceDefinitions();

} // namespace meshdeck::demo::api
