#include "cli/test_writers.h"

#include "base/text.h"
#include "cli/text_table.h"

namespace meshdeck::cli {
namespace {

using config::Json;
using policy::ExpectationOutcome;

std::string shown(const Json& value) {
    if (value.is_null()) {
        return "nothing";
    }
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One line a difference, then why it came so.
std::vector<std::string> linesOf(const ExpectationOutcome& outcome) {
    std::vector<std::string> lines;
    if (outcome.error) {
        lines.push_back(describe(*outcome.error));
    }
    for (const policy::Mismatch& mismatch : outcome.mismatches) {
        lines.push_back(mismatch.field + ": wanted " + shown(mismatch.wanted) + ", got " + shown(mismatch.got));
    }
    for (const std::string& why : outcome.why) {
        lines.push_back("  " + why);
    }
    return lines;
}

struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t broken = 0; // of the failed: those that could not be run at all
};

Counts countsOf(const TestedFile& file) {
    Counts counts;
    for (const ExpectationOutcome& outcome : file.outcomes) {
        ++(outcome.passed() ? counts.passed : counts.failed);
        counts.broken += outcome.error ? 1 : 0;
    }
    return counts;
}

Counts countsOf(const std::vector<TestedFile>& files) {
    Counts all;
    for (const TestedFile& file : files) {
        const Counts counts = countsOf(file);
        all.passed += counts.passed;
        all.failed += counts.failed;
        all.broken += counts.broken;
    }
    return all;
}

std::string xml(const std::string& raw) {
    std::string out;
    for (const char c : text::safe(raw, true)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\n':
            out += "&#10;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

// JUnit counts failures and errors apart.
std::string junitCounts(const Counts& counts) {
    return " tests=\"" + std::to_string(counts.passed + counts.failed) + "\" failures=\"" +
           std::to_string(counts.failed - counts.broken) + "\" errors=\"" + std::to_string(counts.broken) + "\"";
}

std::string junitCase(const TestedFile& file, const ExpectationOutcome& outcome) {
    std::string out = "    <testcase classname=\"" + xml(file.name) + "\" name=\"" + xml(outcome.name) + "\"";
    if (outcome.passed()) {
        return out + "/>\n";
    }
    const auto lines = linesOf(outcome);
    std::string body;
    for (const std::string& line : lines) {
        body += line + "\n";
    }
    const std::string element = outcome.error ? "error" : "failure";
    return out + ">\n      <" + element + " message=\"" + xml(lines.empty() ? "" : lines.front()) + "\">" + xml(body) + "</" +
           element + ">\n    </testcase>\n";
}

} // namespace

std::string testText(const std::vector<TestedFile>& files, bool colour) {
    std::string out;
    for (const TestedFile& file : files) {
        out += inked(text::safe(file.name), Ink::Dim, colour) + "\n";
        for (const ExpectationOutcome& outcome : file.outcomes) {
            out += "  " + (outcome.passed() ? inked("pass", Ink::Green, colour) : inked("FAIL", Ink::Red, colour)) + "  " +
                   text::safe(outcome.name) + "\n";
            if (!outcome.passed()) {
                for (const std::string& line : linesOf(outcome)) {
                    out += "        " + text::safe(line) + "\n";
                }
            }
        }
    }
    const Counts counts = countsOf(files);
    return out + std::to_string(counts.passed) + " passed, " + std::to_string(counts.failed) + " failed\n";
}

std::string testJson(const std::vector<TestedFile>& files) {
    Json tests = Json::array();
    for (const TestedFile& file : files) {
        for (const ExpectationOutcome& outcome : file.outcomes) {
            Json failures = Json::array();
            for (const policy::Mismatch& mismatch : outcome.mismatches) {
                failures.push_back({{"field", mismatch.field}, {"wanted", mismatch.wanted}, {"got", mismatch.got}});
            }
            Json test = {{"file", file.name}, {"name", outcome.name}, {"passed", outcome.passed()}};
            if (outcome.error) {
                test["error"] = describe(*outcome.error);
            }
            test["failures"] = std::move(failures);
            test["why"] = outcome.why;
            test["result"] = outcome.result;
            tests.push_back(std::move(test));
        }
    }
    const Counts counts = countsOf(files);
    const Json document = {{"schema", "meshdeck.test/1"},
                           {"passed", counts.passed},
                           {"failed", counts.failed},
                           {"tests", std::move(tests)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string testJunit(const std::vector<TestedFile>& files) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"meshdeck test\"" +
                      junitCounts(countsOf(files)) + ">\n";
    for (const TestedFile& file : files) {
        out += "  <testsuite name=\"" + xml(file.name) + "\"" + junitCounts(countsOf(file)) + ">\n";
        for (const ExpectationOutcome& outcome : file.outcomes) {
            out += junitCase(file, outcome);
        }
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

std::string testTap(const std::vector<TestedFile>& files) {
    const Counts all = countsOf(files);
    std::string out = "TAP version 13\n1.." + std::to_string(all.passed + all.failed) + "\n";
    std::size_t number = 0;
    for (const TestedFile& file : files) {
        for (const ExpectationOutcome& outcome : file.outcomes) {
            std::string name = text::safe(file.name + ": " + outcome.name);
            for (std::size_t at = name.find('#'); at != std::string::npos; at = name.find('#', at + 2)) {
                name.insert(at, "\\"); // '#' begins a directive
            }
            out += std::string(outcome.passed() ? "ok " : "not ok ") + std::to_string(++number) + " - " + name + "\n";
            if (!outcome.passed()) {
                for (const std::string& line : linesOf(outcome)) {
                    out += "# " + text::safe(line) + "\n";
                }
            }
        }
    }
    return out;
}

} // namespace meshdeck::cli
