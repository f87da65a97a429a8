#include "cli/commands.h"

#include <algorithm>
#include <cerrno>
#include <iostream>

#include "cli/analyze.h"
#include "cli/arguments.h"
#include "cli/change_commands.h"
#include "cli/graph.h"
#include "cli/report.h"
#include "cli/route.h"
#include "cli/test_command.h"

#ifndef MESHDECK_VERSION
#define MESHDECK_VERSION "unknown"
#endif

namespace meshdeck::cli {
namespace {

int dispatch(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    if (arguments.version) {
        streams.out << "meshdeck " MESHDECK_VERSION "\n";
        return kDone;
    }
    if (arguments.help) {
        streams.out << helpText(arguments.command);
        return kDone;
    }
    if (arguments.command == "graph") {
        return runGraph(arguments, streams, hooks);
    }
    if (arguments.command == "analyze") {
        return runAnalyze(arguments, streams, hooks, &std::cin);
    }
    if (arguments.command == "route") {
        return runRoute(arguments, streams, hooks, &std::cin);
    }
    if (arguments.command == "test") {
        return runTest(arguments, streams, hooks, &std::cin);
    }
    if (arguments.command == "diff") {
        return runDiff(arguments, streams, hooks);
    }
    if (arguments.command == "apply") {
        return runApply(arguments, streams, hooks);
    }
    if (arguments.command == "rollback") {
        return runRollback(arguments, streams, hooks);
    }
    if (arguments.command == "journal") {
        return runJournal(arguments, streams, hooks);
    }
    return reportError({ErrorKind::InvalidArgument, "no command", "meshdeck --help lists the commands", {}}, streams);
}

} // namespace

bool isCommand(const std::vector<std::string>& arguments) {
    const auto parsed = parseArguments(arguments);
    return !parsed || parsed->help || parsed->version || !parsed->command.empty();
}

bool needsGui(const std::vector<std::string>& arguments) {
    const auto parsed = parseArguments(arguments);
    return parsed && !parsed->help && parsed->command == "graph" && isPicture(parsed->output);
}

int run(const std::vector<std::string>& words, const Streams& streams, const Hooks& hooks) {
    const auto arguments = parseArguments(words);
    if (!arguments) {
        return reportError(arguments.error(), streams);
    }
    const int code = dispatch(*arguments, streams, hooks);
    errno = 0;
    streams.out.flush();
    if (!streams.out && errno != EPIPE) { // a reader that has seen enough is no failure
        return reportError({ErrorKind::Io, "cannot write the result", "is the disk full?", {}}, streams);
    }
    return code;
}

} // namespace meshdeck::cli
