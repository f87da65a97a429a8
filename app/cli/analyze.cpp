#include "cli/analyze.h"

#include <algorithm>
#include <ostream>

#include "cli/analyze_writers.h"
#include "cli/config_input.h"
#include "cli/report.h"
#include "policy/checks/codes.h"

namespace meshdeck::cli {
namespace {

// As people write codes: "ist0101, kia1104".
std::string codeOf(const std::string& written) {
    std::string code;
    for (const char c : written) {
        if (c != ' ') {
            code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        }
    }
    return code;
}

Error unknownCode(const std::string& code, const std::vector<std::string_view>& known) {
    const auto unchecked = std::ranges::find(policy::uncheckedCodes(), code, &policy::UncheckedCode::code);
    if (unchecked != policy::uncheckedCodes().end()) {
        return {ErrorKind::InvalidArgument, "no check reports " + code + ": " + std::string(unchecked->reason), {}, {}};
    }
    const std::string close = nearest(code, known);
    return {ErrorKind::InvalidArgument, "no check has the code \"" + code + "\"",
            close.empty() ? "codes look like IST0101" : "did you mean " + close + "?", {}};
}

// "--only IST0101,KIA1104": every code must be one that some check has.
Result<std::set<std::string>> wantedCodes(const Arguments& arguments) {
    std::vector<std::string_view> known;
    for (const policy::Check& check : policy::allChecks()) {
        known.insert(known.end(), check.codes.begin(), check.codes.end());
    }
    std::set<std::string> codes;
    for (const std::string& list : arguments.values("only")) {
        for (std::size_t from = 0; from <= list.size();) {
            const std::size_t end = std::min(list.find(',', from), list.size());
            const std::string code = codeOf(list.substr(from, end - from));
            from = end + 1;
            if (code.empty()) {
                continue;
            }
            if (std::ranges::find(known, code) == known.end()) {
                return tl::unexpected(unknownCode(code, known));
            }
            codes.insert(code);
        }
    }
    return codes;
}

void addNotRead(const ConfigInput& input, policy::CheckReport& report) {
    for (const NotRead& missing : input.notRead) {
        report.notChecked.push_back({missing.reason, missing.kinds});
    }
}

// For the forms that have no place of their own for it.
void noteNotChecked(const policy::CheckReport& report, const Arguments& arguments, const Streams& streams) {
    for (const auto& missing : report.notChecked) {
        note("not checked: " + missing.reason, arguments.quiet, streams);
    }
}

} // namespace

int runAnalyze(const Arguments& arguments, const Streams& streams, const Hooks& hooks, std::istream* in) {
    const auto codes = wantedCodes(arguments);
    if (!codes) {
        return reportError(codes.error(), streams);
    }
    ConfigWish wish;
    wish.paths = arguments.positional;
    wish.defaultNamespace = firstNamespace(arguments, "");
    const auto input = readConfigInput(arguments, wish, in, streams, hooks);
    if (!input) {
        return reportError(input.error(), streams);
    }
    policy::CheckOptions options;
    options.optIn = arguments.has("all-checks");
    options.only = *codes;
    options.secretsKnown = !input->cluster; // a cluster is never asked for its Secrets
    policy::CheckReport report = policy::runChecks(input->world, options);
    addNotRead(*input, report);
    if (arguments.output == "json") {
        streams.out << analyzeJson(report);
    } else if (arguments.output == "sarif") {
        streams.out << analyzeSarif(report);
        noteNotChecked(report, arguments, streams);
    } else if (arguments.output == "github") {
        streams.out << analyzeGithub(report);
        noteNotChecked(report, arguments, streams);
    } else {
        streams.out << analyzeText(report, useColour(streams.outIsTerminal));
    }
    const bool errors = std::ranges::any_of(
        report.findings, [](const policy::Finding& finding) { return finding.severity == policy::Severity::Error; });
    return errors ? kSomethingToReport : kDone;
}

} // namespace meshdeck::cli
