// The commands of meshdeck (commands.md). Data goes to `out`, all else to `err`.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace meshdeck::cli {

struct Streams {
    std::ostream& out;
    std::ostream& err;
    bool outIsTerminal = false;
    bool errIsTerminal = false;
};

// True when the arguments name a command rather than asking for the window.
[[nodiscard]] bool isCommand(const std::vector<std::string>& arguments);

// Runs `arguments` (without the program's name); the answer is the exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments, const Streams& streams);

} // namespace meshdeck::cli
