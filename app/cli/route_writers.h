// A request's way for people.
#pragma once

#include <string>

#include "policy/request.h"

namespace meshdeck::cli {

[[nodiscard]] std::string routeText(const policy::Request& request, const policy::RequestResult& result, bool colour);

} // namespace meshdeck::cli
