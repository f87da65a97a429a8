// Saved requests with what they should lead to: the file of `meshdeck test` and of the window's Routes page.
#pragma once

#include "policy/expectations/compare.h"
#include "policy/expectations/request_json.h"
#include "policy/request_path.h"

namespace meshdeck::policy {

struct Expectation {
    std::string name;
    config::Json request = config::Json::object(); // as written; read against a World when it is run
    config::Json expect = config::Json::object();  // may be empty on the Routes page: a saved request
};

struct ExpectationFile {
    std::string name;                // of the file
    std::vector<std::string> config; // files and folders, as written: relative to the file
    std::string meshConfig;          // file, may be empty
    std::string defaultNamespace;    // of senders and of objects without one; may be empty
    std::vector<Expectation> tests;
};

// InvalidArgument with line and column for what is no YAML, and with the test's name or number for what is no test.
[[nodiscard]] Result<ExpectationFile> readExpectations(const std::string& name, std::string_view yaml);
// The same file again; comments are not kept.
[[nodiscard]] std::string writeExpectations(const ExpectationFile& file);

struct ExpectationOutcome {
    std::string name;
    std::optional<Error> error; // the test itself could not be run
    std::vector<Mismatch> mismatches;
    config::Json result;        // resultJson()
    std::vector<std::string> why;
    [[nodiscard]] bool passed() const { return !error && mismatches.empty(); }
};
[[nodiscard]] ExpectationOutcome runExpectation(const Expectation& expectation, const Simulator& simulator,
                                                const std::string& defaultNamespace);

} // namespace meshdeck::policy
