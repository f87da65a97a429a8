#include "cli/test_command.h"

#include <algorithm>
#include <filesystem>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <sstream>

#include "cli/config_input.h"
#include "cli/manifest_files.h"
#include "cli/report.h"
#include "cli/test_writers.h"
#include "config/yaml.h"

namespace meshdeck::cli {
namespace {

namespace fs = std::filesystem;

// The words of the command line sorted: files of expectations, and config.
struct Sorted {
    std::vector<policy::ExpectationFile> expectations;
    std::vector<std::string> config;
};

// A file of expectations has a list of tests and is no Kubernetes object.
bool holdsTests(const std::string& text) {
    const auto documents = config::parseYaml(text);
    return documents && std::ranges::any_of(*documents, [](const config::Json& document) {
        return document.is_object() && document.contains("tests") && !document.contains("kind");
    });
}

Result<Sorted> sortWords(const Arguments& arguments) {
    Sorted sorted;
    std::error_code error;
    for (const std::string& path : arguments.positional) {
        if (path == "-" || fs::is_directory(path, error)) {
            sorted.config.push_back(path);
            continue;
        }
        const auto text = readWholeFile(path);
        if (!text) {
            return tl::unexpected(text.error());
        }
        // What is first must be expectations: then a mistake in it is told as such.
        if (!holdsTests(*text) && (!sorted.expectations.empty() || !sorted.config.empty())) {
            sorted.config.push_back(path);
            continue;
        }
        auto file = policy::readExpectations(path, *text);
        if (!file) {
            return tl::unexpected(file.error());
        }
        sorted.expectations.push_back(std::move(*file));
    }
    if (sorted.expectations.empty()) {
        return fail(ErrorKind::InvalidArgument, "there are no expectations to test", "meshdeck test EXPECTATIONS.yaml [FILE|DIR]...");
    }
    return sorted;
}

// Paths in a file are relative to it.
std::string beside(const std::string& file, const std::string& path) {
    const fs::path wanted(path);
    return wanted.is_absolute() || path == "-" ? path : (fs::path(file).parent_path() / wanted).string();
}

Result<TestedFile> testOne(const policy::ExpectationFile& file, const Sorted& sorted, const Arguments& arguments,
                           const Streams& streams, const Hooks& hooks, std::istream* in) {
    ConfigWish wish;
    for (const std::string& path : file.config) {
        wish.paths.push_back(beside(file.name, path));
    }
    wish.paths.insert(wish.paths.end(), sorted.config.begin(), sorted.config.end());
    wish.meshConfig = file.meshConfig.empty() ? "" : beside(file.name, file.meshConfig);
    wish.defaultNamespace = firstNamespace(arguments, file.defaultNamespace.empty() ? "default" : file.defaultNamespace);
    // A file that names its config means that config, on every machine, whatever its kubeconfig says.
    const auto& connection = arguments.connection;
    wish.filesOnly = !file.config.empty() && !connection.context && !connection.kubeconfig && !connection.demo;
    const auto input = readConfigInput(arguments, wish, in, streams, hooks);
    if (!input) {
        return tl::unexpected(input.error());
    }
    for (const NotRead& missing : input->notRead) {
        note(missing.reason, arguments.quiet, streams);
    }
    const policy::Simulator simulator(input->world);
    TestedFile tested{file.name, {}};
    for (const policy::Expectation& expectation : file.tests) {
        tested.outcomes.push_back(policy::runExpectation(expectation, simulator, wish.defaultNamespace));
    }
    return tested;
}

// Standard input serves every file of expectations, though it can be read only once.
class SharedInput {
public:
    explicit SharedInput(std::istream* in) : m_in(in) {}
    std::istream* again() {
        if (m_in == nullptr) {
            return nullptr;
        }
        if (!m_text) {
            m_text = std::string(std::istreambuf_iterator<char>(*m_in), {});
        }
        m_copy = std::istringstream(*m_text);
        return &m_copy;
    }

private:
    std::istream* m_in;
    std::optional<std::string> m_text;
    std::istringstream m_copy;
};

bool wantsInput(const policy::ExpectationFile& file, const Sorted& sorted) {
    return std::ranges::count(file.config, "-") + std::ranges::count(sorted.config, "-") > 0;
}

void print(const std::vector<TestedFile>& files, const Arguments& arguments, const Streams& streams) {
    if (arguments.output == "json") {
        streams.out << testJson(files);
    } else if (arguments.output == "junit") {
        streams.out << testJunit(files);
    } else if (arguments.output == "tap") {
        streams.out << testTap(files);
    } else {
        streams.out << testText(files, useColour(streams.outIsTerminal));
    }
}

} // namespace

int runTest(const Arguments& arguments, const Streams& streams, const Hooks& hooks, std::istream* in) {
    const auto sorted = sortWords(arguments);
    if (!sorted) {
        return reportError(sorted.error(), streams);
    }
    std::vector<TestedFile> files;
    bool broken = false;
    bool failed = false;
    SharedInput input(in);
    for (const policy::ExpectationFile& file : sorted->expectations) {
        auto tested = testOne(file, *sorted, arguments, streams, hooks, wantsInput(file, *sorted) ? input.again() : nullptr);
        if (!tested) {
            return reportError(tested.error(), streams);
        }
        for (const policy::ExpectationOutcome& outcome : tested->outcomes) {
            broken = broken || outcome.error.has_value();
            failed = failed || !outcome.mismatches.empty();
        }
        files.push_back(std::move(*tested));
    }
    print(files, arguments, streams);
    return broken ? kCouldNot : failed ? kSomethingToReport : kDone;
}

} // namespace meshdeck::cli
