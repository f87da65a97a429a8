// Seeded random meshes and requests, odd ones among them: for tests that hold for every input.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "policy/request.h"

namespace meshdeck::test {

class RandomMesh {
public:
    explicit RandomMesh(std::uint32_t seed) : m_random(seed) {}

    // YAML documents of services, pods and routing config.
    [[nodiscard]] std::string config();
    [[nodiscard]] policy::Request request();

private:
    [[nodiscard]] std::size_t below(std::size_t bound) { return m_random() % bound; }
    [[nodiscard]] bool chance(std::size_t oneIn) { return below(oneIn) == 0; }
    template <std::size_t N>
    [[nodiscard]] std::string any(const char* const (&choices)[N]) { return choices[below(N)]; }
    [[nodiscard]] std::string match();
    [[nodiscard]] std::string stringMatch();
    [[nodiscard]] std::string destination();
    [[nodiscard]] std::string rule();
    [[nodiscard]] std::string virtualService(std::size_t index);
    [[nodiscard]] std::string destinationRule(std::size_t index);
    [[nodiscard]] std::string other(std::size_t index);
    [[nodiscard]] std::string ns();
    [[nodiscard]] std::string host();
    [[nodiscard]] std::string path();

    std::mt19937 m_random;
};

} // namespace meshdeck::test
