// Apart from session.cpp so that a program with a graph builder of its own does not link this one.
#include "session/session.h"

#include <utility>

namespace meshdeck::session {

Session::Session(SessionConfig config, const Clock& clock)
    : Session(std::move(config), clock, [](const auto&... parts) { return traffic::buildGraph(parts...); }) {}

} // namespace meshdeck::session
