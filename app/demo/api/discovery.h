// /version, /api, /apis in the aggregated and in the old forms, and the health pages.
#pragma once

#include "app/demo/api/request.h"

namespace meshdeck::demo::api {

[[nodiscard]] Reply discoveryReply(const Request& request);

} // namespace meshdeck::demo::api
