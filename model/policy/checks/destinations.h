// Every destination of a VirtualService with the place it is written at.
#pragma once

#include <string>
#include <vector>

#include "config/typed/virtual_service.h"

namespace meshdeck::policy {

struct WrittenDestination {
    const config::Destination* destination = nullptr;
    std::string pointer; // of the destination: "/spec/http/0/route/1/destination", "/spec/http/0/mirror"
    bool mirror = false;
};
[[nodiscard]] std::vector<WrittenDestination> destinationsOf(const config::VirtualService& vs);

} // namespace meshdeck::policy
