// The walls of the house, by its includes (design.md 2): which target and which room of the model may see which.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

const fs::path kTop = fs::path(MESHDECK_TEST_DATA).parent_path().parent_path();

struct Include {
    fs::path file; // relative to the top
    std::string included;
};

std::vector<Include> includesBelow(const char* folder) {
    static const std::regex line(R"rx(^\s*#\s*include\s*[<"]([^>"]+)[>"])rx");
    std::vector<Include> all;
    for (const auto& entry : fs::recursive_directory_iterator(kTop / folder)) {
        const std::string extension = entry.path().extension();
        if (extension != ".h" && extension != ".cpp") {
            continue;
        }
        std::ifstream file(entry.path());
        for (std::string text; std::getline(file, text);) {
            if (std::smatch match; std::regex_search(text, match, line)) {
                all.push_back({fs::relative(entry.path(), kTop), match[1]});
            }
        }
    }
    return all;
}

bool startsWithAny(const std::string& text, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) { return text.starts_with(prefix); });
}

// Generated wire headers and the libraries behind them.
const std::vector<std::string> kWire{"grpc",      "google/protobuf", "google/rpc/", "envoy/",
                                     "jaeger/",   "opentelemetry/",  "grpcpp/"};

std::string room(const fs::path& file) { // model/sources/http/x.h -> "sources"
    auto part = file.begin();
    return std::next(part) == file.end() ? "" : std::next(part)->string();
}

} // namespace

TEST(House, Model_seesNoGuiNoViewsNoApp) {
    for (const Include& include : includesBelow("model")) {
        EXPECT_FALSE(startsWithAny(include.included, {"QtGui", "QtWidgets", "QWidget", "QPainter", "QColor", "QPixmap",
                                                      "QImage", "QFont", "QApplication", "views/", "app/", "shell/",
                                                      "map/", "cli/", "demo/"}))
            << include.file << " includes " << include.included;
    }
}

TEST(House, Views_seeNoAppNoWireNoNetwork) {
    for (const Include& include : includesBelow("views")) {
        EXPECT_FALSE(startsWithAny(include.included, kWire) ||
                     startsWithAny(include.included, {"app/", "cli/", "demo/", "composition", "QtNetwork", "QNetwork",
                                                      "QSsl", "QTcp"}))
            << include.file << " includes " << include.included;
    }
}

// Also through a private header: one that sees wire code may be included by the .cpp files of its own folder only.
TEST(House, GeneratedHeaders_stayInsideTheirSource) {
    std::set<std::string> wireHeaders;
    const std::vector<Include> includes = includesBelow("model");
    for (const Include& include : includes) {
        if (startsWithAny(include.included, kWire)) {
            EXPECT_TRUE(include.file.string().starts_with("model/sources/"))
                << include.file << " includes " << include.included;
            if (include.file.extension() == ".h") {
                wireHeaders.insert(fs::relative(include.file, "model").string());
            }
        }
    }
    for (const Include& include : includes) {
        if (wireHeaders.contains(include.included)) {
            EXPECT_TRUE(include.file.extension() == ".cpp" &&
                        include.file.parent_path() == fs::path("model") / fs::path(include.included).parent_path())
                << include.file << " includes " << include.included;
        }
    }
}

TEST(House, DemonstrationMesh_sharesNothingWithTheModel) {
    static const std::set<std::string> rooms{"base",   "mesh",   "config",  "traffic",   "policy",  "trace",
                                             "layout", "change", "rollout", "recording", "sources", "session"};
    for (const Include& include : includesBelow("app/demo")) {
        const std::string first = include.included.substr(0, include.included.find('/'));
        // Its own rooms are included as "demo/...".
        EXPECT_FALSE(include.included.find('/') != std::string::npos && rooms.contains(first) &&
                     fs::exists(kTop / "model" / include.included))
            << include.file << " includes " << include.included;
    }
}

// base <- mesh <- config <- {traffic, policy, trace, layout} <- {change, rollout} <- recording <- sources <- session
TEST(House, RoomsOfTheModel_seeOnlyThoseBelow) {
    static const std::map<std::string, int> level{{"base", 0},    {"mesh", 1},   {"config", 2},  {"traffic", 3},
                                                  {"policy", 3},  {"trace", 3},  {"layout", 3},  {"change", 4},
                                                  {"rollout", 4}, {"recording", 5}, {"sources", 6}, {"session", 7}};
    for (const Include& include : includesBelow("model")) {
        const std::string from = room(include.file);
        const std::string to = include.included.substr(0, include.included.find('/'));
        if (from == to || !level.contains(to) || include.included.find('/') == std::string::npos) {
            continue;
        }
        EXPECT_GT(level.at(from), level.at(to)) << include.file << " includes " << include.included;
    }
}
