// The commands of meshdeck (commands.md). Data goes to `out`, all else to `err`.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "composition.h"

namespace meshdeck::cli {

struct Streams {
    std::ostream& out;
    std::ostream& err;
    bool outIsTerminal = false;
    bool errIsTerminal = false;
};

// How a picture of the map is wanted.
struct Picture {
    std::string format;      // "png", "svg" or "pdf"
    std::string filter;      // for the title block: "find failing"; empty: all is shown
    std::string labels;      // what the labels of calls tell: "rate", "p95", ...
    double scale = 2;        // device pixels a px, of a PNG
    bool dark = false;
    bool operator==(const Picture&) const = default;
};

// What the commands need from the rest of the program, put in by main(): so that they are tested without a cluster, and
// linked without views.
struct Hooks {
    std::function<Result<std::unique_ptr<app::Connection>>(const app::ConnectionOptions&)> open;
    // The map of a snapshot as the bytes of a picture, drawn offscreen; empty in a program without views.
    std::function<Result<std::string>(const mesh::MeshSnapshot&, const Picture&)> paint;
    Duration answerWithin = std::chrono::minutes(1); // for all sources together
};

// True when the arguments name a command, or ask for help or the version, or are wrong; false: they ask for the window.
[[nodiscard]] bool isCommand(const std::vector<std::string>& arguments);
// True for a command that needs the graphics of Qt (without a display).
[[nodiscard]] bool needsGui(const std::vector<std::string>& arguments);

// Runs `arguments` (without the program's name); the answer is the exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments, const Streams& streams, const Hooks& hooks = {});

} // namespace meshdeck::cli
