// Inside of the engine: one batch of requests on its way, and how parts of it ended.
#pragma once

#include "app/demo/sim/engine.h"

namespace meshdeck::demo {

struct Engine::Sending {
    std::uint32_t pod;
    Flow& flow;
    const CallPlan& call;
    double delayMs = 0;   // injected before the route
    bool delayed = false; // adds the flag DI
    bool shadow = false;  // a mirrored copy: its client reports nothing
};

struct Engine::Outcome {
    std::uint64_t count = 0;
    std::uint16_t code = 200;
    std::int8_t grpcStatus = -1;
    std::string flags; // "" for none
    double ms = 0;
    std::uint32_t server = kNone; // pod that was reached
    bool mutual = false;
    bool failed = false;
    bool denied = false;
    bool connectFailure = false;
    bool answered = true; // false: code 0
};

// The status that a proxy's own answer takes: gRPC clients get HTTP 200 and the gRPC status for it.
[[nodiscard]] std::int8_t grpcStatusFor(int httpStatus);

} // namespace meshdeck::demo
