// The command line of meshdeck-demo (commands.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meshdeck::demo::api {

struct Options {
    std::string mesh = "bookinfo";
    std::string kubeconfigOut; // empty: a file in a temporary directory that goes with the program
    std::uint32_t seed = 1;
    double speed = 1;
    bool prometheus = false;
    bool untilEof = false;
    bool help = false;
    std::vector<std::string> faults; // "cut-watch", "429", "forbid=services", ...
};

// Nothing, and one sentence in error, when an argument is not understood.
[[nodiscard]] std::optional<Options> parseOptions(const std::vector<std::string>& arguments, std::string& error);
[[nodiscard]] std::string helpText();

} // namespace meshdeck::demo::api
