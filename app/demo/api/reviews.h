// Questions to the server about oneself, and tokens of service accounts.
#pragma once

#include "app/demo/api/api_server.h"

namespace meshdeck::demo::api {

// Nothing when the request is for none of the reviews.
[[nodiscard]] std::optional<Reply> reviewReply(const ApiContext& context, const Request& request, const User& user,
                                               const RequestInfo& info);
// POST serviceaccounts/NAME/token
[[nodiscard]] Reply tokenReply(const ApiContext& context, const Request& request, const RequestInfo& info);

} // namespace meshdeck::demo::api
