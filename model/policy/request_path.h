// The simulator: follows one request from its client to the program that answers, through every proxy on the way
// (facts/semantics.md 0.3). Total: every input ends in a verdict, "cannot tell" with its reason where a guess would be
// needed.
#pragma once

#include <memory>

#include "policy/request.h"

namespace meshdeck::policy {

// Keeps what many requests share (scopes, compiled routes). Thread safe; one per World.
class Simulator {
public:
    explicit Simulator(WorldPtr world);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    [[nodiscard]] const World& world() const;
    [[nodiscard]] RequestResult run(const Request& request) const;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace meshdeck::policy
