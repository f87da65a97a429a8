#include "cli/commands.h"

#include <ostream>

namespace meshdeck::cli {

bool isCommand(const std::vector<std::string>& arguments) {
    return !arguments.empty() && !arguments.front().starts_with('-');
}

int run(const std::vector<std::string>& arguments, const Streams& streams) {
    streams.err << "meshdeck: unknown command \"" << arguments.front() << "\"\n";
    return 2;
}

} // namespace meshdeck::cli
