// PATCH in its three forms: JSON Patch, merge patch, server-side apply.
#pragma once

#include "app/demo/api/write_request.h"

namespace meshdeck::demo::api {

[[nodiscard]] Reply patchReply(const WriteRequest& write);

} // namespace meshdeck::demo::api
