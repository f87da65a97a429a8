#include <sstream>

#include "cli/arguments.h"

namespace meshdeck::cli {
namespace {

constexpr std::size_t kColumn = 30; // where the explanations begin

std::string spelling(const OptionSpec& option) {
    std::string text = option.shortName != 0 ? std::string("  -") + option.shortName + ", --" : std::string("      --");
    text += option.name;
    switch (option.takes) {
    case Takes::Nothing: break;
    case Takes::Optional: text += "[=" + std::string(option.valueName) + "]"; break;
    case Takes::Value:
    case Takes::Words: text += " " + std::string(option.valueName); break;
    }
    return text;
}

void line(std::ostream& out, std::string left, std::string_view right) {
    if (left.size() + 2 > kColumn) {
        out << left << '\n';
        left.clear();
    }
    left.resize(kColumn, ' ');
    out << left << right << '\n';
}

std::string programHelp() {
    std::ostringstream out;
    out << "Usage: meshdeck [OPTIONS]            the window\n"
           "       meshdeck COMMAND [OPTIONS]    the same without a window\n\nCommands:\n";
    for (const CommandSpec& command : commandSpecs()) {
        line(out, "  " + std::string(command.name), command.summary);
    }
    out << "\nOptions of all commands:\n";
    for (const OptionSpec& option : commonOptions()) {
        line(out, spelling(option), option.help);
    }
    out << "\nmeshdeck COMMAND --help tells more about a command.\n"
           "Exit codes: 0 done; 1 done and something to report; 2 could not be done; 3 the outcome of a write is unknown.\n";
    return out.str();
}

} // namespace

std::string helpText(std::string_view command) {
    const CommandSpec* spec = commandSpec(command);
    if (spec == nullptr) {
        return programHelp();
    }
    std::ostringstream out;
    out << "Usage: meshdeck " << spec->name << ' ' << spec->usage << "\n\n" << spec->summary << "\n\n";
    if (!spec->options.empty()) {
        out << "Options:\n";
        for (const OptionSpec& option : spec->options) {
            line(out, spelling(option), option.help);
        }
        out << '\n';
    }
    out << "Forms (-o):";
    for (const std::string_view form : spec->outputs) {
        out << ' ' << form;
    }
    out << "\n\nOptions of all commands:\n";
    for (const OptionSpec& option : commonOptions()) {
        line(out, spelling(option), option.help);
    }
    return out.str();
}

} // namespace meshdeck::cli
