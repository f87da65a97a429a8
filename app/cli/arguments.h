// The words of a command line as values: what every command understands (commands.md, "All commands") in fields of
// their own, what only one command understands by name.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.h"
#include "base/result.h"
#include "composition.h"

namespace meshdeck::cli {

// Exit codes of every command (commands.md).
inline constexpr int kDone = 0;
inline constexpr int kSomethingToReport = 1;
inline constexpr int kCouldNot = 2;
inline constexpr int kOutcomeUnknown = 3;

struct Arguments {
    std::string command;                 // "graph", "apply", ...; empty: the window
    app::ConnectionOptions connection;   // --context, --kubeconfig, -n, -A, --prometheus, --istiod, --window, --demo, ...
    std::vector<std::string> positional; // files, folders, "-", ids: in order
    std::string output = "text";         // -o, already checked against what the command offers
    std::string outputFile;              // --output-file: where a picture goes; empty: standard output
    bool filesOnly = false;              // --files-only: no cluster at all
    bool quiet = false;                  // --quiet: no notes on standard error, errors only
    bool help = false;                   // --help: of `command`, or of the program
    bool version = false;                // --version

    // Options of one command under their long name without the dashes. A flag has an empty list of values.
    // "set-weights" holds its words one after the other: a word without '=' is a host and begins a new set, the
    // SUBSET=WEIGHT words after it belong to that host.
    std::map<std::string, std::vector<std::string>, std::less<>> options;

    [[nodiscard]] bool has(std::string_view option) const;
    // The last value given, or nothing.
    [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
    [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
};

// How an option takes its value.
enum class Takes {
    Nothing,  // --yes
    Value,    // --window 10m, --window=10m, -n shop
    Optional, // --demo, --demo=boutique: only with '='
    Words,    // --set-weights HOST SUBSET=W...: one word, then every following word with '='
};

struct OptionSpec {
    std::string_view name; // long, without dashes
    char shortName = 0;
    Takes takes = Takes::Nothing;
    std::string_view valueName;
    std::string_view help;
};

struct CommandSpec {
    std::string_view name;
    std::string_view usage;   // after "meshdeck NAME"
    std::string_view summary; // one sentence
    std::span<const OptionSpec> options;
    std::span<const std::string_view> outputs; // of -o; the first is the default
    bool positionals = false;                  // takes files, folders or ids
};

// The commands of this version, in the order of the help.
[[nodiscard]] std::span<const CommandSpec> commandSpecs();
[[nodiscard]] const CommandSpec* commandSpec(std::string_view name);
// The options that every command understands.
[[nodiscard]] std::span<const OptionSpec> commonOptions();

// InvalidArgument for an unknown command, option or value, with the nearest known word as the hint. Options may stand
// before and after the command; "--" ends them.
[[nodiscard]] Result<Arguments> parseArguments(const std::vector<std::string>& words);

// "90s", "10m", "1h", "1h30m", "90" (seconds); nothing for anything else, zero and less among it.
[[nodiscard]] std::optional<Duration> parseDuration(std::string_view text);
// Unix seconds (with a fraction) or RFC 3339.
[[nodiscard]] std::optional<ServerTime> parseTime(std::string_view text);

// Text of --help: of one command, or of the program when `command` is empty.
[[nodiscard]] std::string helpText(std::string_view command);

} // namespace meshdeck::cli
