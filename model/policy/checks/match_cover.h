// Whether one HTTP match of a VirtualService takes every request that another one takes (facts/semantics.md 1.6).
#pragma once

#include <string>
#include <vector>

#include "config/typed/virtual_service.h"

namespace meshdeck::policy {

// Sound, not complete: true only where it is certain. `gateways` are the VirtualService's own.
[[nodiscard]] bool covers(const config::HttpMatch& earlier, const config::HttpMatch& later,
                          const std::vector<std::string>& gateways);

} // namespace meshdeck::policy
