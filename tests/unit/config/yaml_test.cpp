#include "config/yaml.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

namespace meshdeck::config {

namespace {

Json one(std::string_view yaml) {
    const auto documents = parseYaml(yaml);
    EXPECT_TRUE(documents) << yaml << "\n" << (documents ? "" : documents.error().what);
    return documents && documents->size() == 1 ? documents->front() : Json("not one document");
}

class RandomValues {
public:
    explicit RandomValues(unsigned seed) : m_random(seed) {}

    Json value(int depth) {
        switch (pick(depth > 0 ? 9 : 7)) {
        case 0: return nullptr;
        case 1: return pick(2) == 0;
        case 2: return static_cast<std::int64_t>(m_random());
        case 3: return -static_cast<std::int64_t>(m_random() >> 1U);
        case 4: return static_cast<double>(m_random()) / 1e7 - 1e5;
        case 5:
        case 6: return text();
        case 7: {
            Json list = Json::array();
            for (unsigned i = pick(4); i > 0; --i) {
                list.push_back(value(depth - 1));
            }
            return list;
        }
        default: {
            Json map = Json::object();
            for (unsigned i = pick(4); i > 0; --i) {
                map[text()] = value(depth - 1);
            }
            return map;
        }
        }
    }

private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(m_random() % below); }
    std::string text() {
        static const std::vector<std::string> kPieces = {
            "a",    " ",  "\n",  ":",  "- ", "#",    "\"",  "'",   "\\", "yes", "0777", "1e3", "~",      "null",
            "\t",   "{",  "]",   "*",  "&x", "\u00e9", "\u2028", "\x01", "?",  "%",   "|",    "--- ", "2026-11-23", "1:30",
            "=",    "<<", ".5",  "-1", "@",  "`",    "!t",  "\r",  ",",  "\xf0\x9f\x99\x82", "0x1F", "...", ""};
        std::string text;
        for (unsigned i = pick(6); i > 0; --i) {
            text += kPieces[pick(static_cast<unsigned>(kPieces.size()))];
        }
        return text;
    }
    std::mt19937 m_random;
};

} // namespace

TEST(ParseYaml, PlainScalars_meanWhatTheyMeanToKubectl) {
    EXPECT_EQ(one("[yes, On, n, 'yes', True]"), (Json{true, true, false, "yes", true}));
    EXPECT_EQ(one("[0777, 0x1F, 0b11, 1_000, +5, -0]"), (Json{511, 31, 3, 1000, 5, 0}));
    EXPECT_EQ(one("[1e3, .5, 1., 08, 1.2.3, -]").dump(), R"([1000.0,0.5,1.0,8.0,"1.2.3","-"])");
    EXPECT_EQ(one("[~, null, '', Null]"), (Json{nullptr, nullptr, "", nullptr}));
    EXPECT_EQ(one("[2026-11-23, 1:30, 10s, v1]"), (Json{"2026-11-23", "1:30", "10s", "v1"}));
    EXPECT_EQ(one("[18446744073709551615, -9223372036854775808]").dump(), "[18446744073709551615,-9223372036854775808]");
    EXPECT_EQ(one("[!!str 5, !!int 7, !!bool no]"), (Json{"5", 7, false}));
    EXPECT_EQ(one("{on: 1, 5: 2}").dump(), R"({"true":1,"5":2})");
}

TEST(ParseYaml, Documents_areSplitListsExpandedAndEmptyOnesSkipped) {
    const auto documents = parseYaml("---\n---\na: 1\n---\nkind: List\nitems:\n- b: 2\n- kind: List\n  items: [{c: 3}]\n");
    ASSERT_TRUE(documents);
    EXPECT_EQ(Json(*documents).dump(), R"([{"a":1},{"b":2},{"c":3}])");
    EXPECT_TRUE(parseYaml("")->empty());
    EXPECT_EQ(one("\t{\n\t\"a\": [1]\n}").dump(), R"({"a":[1]})");
}

TEST(ParseYaml, AnchorsAndMergeKeys_areFollowed) {
    EXPECT_EQ(one("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\nc: *x\n").dump(),
              R"({"a":{"p":1,"q":2},"b":{"q":3,"p":1},"c":{"p":1,"q":2}})");
    EXPECT_EQ(one("b:\n  <<: [{p: 1}, {p: 2, r: 4}]\n").dump(), R"({"b":{"p":1,"r":4}})");
}

TEST(ParseYaml, Errors_nameLineAndColumn) {
    for (const auto& [yaml, start] : std::vector<std::pair<std::string, std::string>>{
             {"a: 1\nb: [1,\n", "line "},
             {"a: 1\na: 2\n", "line 2, column 1: a key appears twice"},
             {"a:\n  ? [1]\n  : 2\n", "line 2, column 5: a list or a map cannot be a key"},
             {"a: .nan\n", "line 1, column 4: JSON has no such number"},
             {"a: *x\n", "line 1, column 4"},
             {"a: !mine 1\n", "line 1, column "},
             {"a: 1\n\tb: 2\n", "line 2, column "}}) {
        const auto documents = parseYaml(yaml);
        ASSERT_FALSE(documents) << yaml;
        EXPECT_EQ(documents.error().kind, ErrorKind::InvalidArgument);
        EXPECT_TRUE(documents.error().what.starts_with(start)) << documents.error().what;
    }
    EXPECT_EQ(parseYaml("a: \xff").error().what, "byte 4 of the text is no UTF-8");
}

TEST(ParseYaml, AliasBombs_endAtTheBudget) {
    std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int k = 0; k < 8; ++k) {
            bomb += "," + before;
        }
        bomb += "]\n";
    }
    EXPECT_EQ(parseYaml(bomb).error().kind, ErrorKind::TooLarge);
    std::string onion;
    for (int i = 0; i < 200; ++i) {
        onion += "&n" + std::to_string(i) + " [";
    }
    for (int i = 0; i < 5000; ++i) {
        onion += "x,";
    }
    EXPECT_EQ(parseYaml(onion + "x" + std::string(200, ']')).error().kind, ErrorKind::TooLarge);
    EXPECT_FALSE(parseYaml("&a [*a]"));
}

TEST(ParseYaml, DepthAndNodes_areCapped) {
    EXPECT_TRUE(parseYaml(std::string(256, '[') + std::string(256, ']')));
    EXPECT_EQ(parseYaml(std::string(257, '[') + std::string(257, ']')).error().kind, ErrorKind::TooLarge);
    EXPECT_FALSE(parseYaml(std::string(100'000, '[')));
    std::string many = "[";
    for (int i = 0; i < 1'000'001; ++i) {
        many += "1,";
    }
    many += "]";
    EXPECT_EQ(parseYaml(many).error().kind, ErrorKind::TooLarge);
}

TEST(ToYaml, Printed_isBlockStyleWithQuotesOnlyWhereNeeded) {
    const Json value = {{"metadata", {{"name", "reviews"}, {"empty", Json::object()}}},
                        {"spec",
                         {{"hosts", {"reviews", "*.shop"}},
                          {"http", Json::array({{{"timeout", "3s"}, {"retries", nullptr}}, {{"x", "yes"}}})},
                          {"on", "08:00"},
                          {"script", "line one\n  line two\n"},
                          {"regex", "^\\d+: \"x\"$"}}}};
    EXPECT_EQ(toYaml(value), "metadata:\n"
                             "  name: reviews\n"
                             "  empty: {}\n"
                             "spec:\n"
                             "  hosts:\n"
                             "  - reviews\n"
                             "  - \"*.shop\"\n"
                             "  http:\n"
                             "  - timeout: 3s\n"
                             "    retries: null\n"
                             "  - x: \"yes\"\n"
                             "  \"on\": \"08:00\"\n"
                             "  script: |\n"
                             "    line one\n"
                             "      line two\n"
                             "  regex: '^\\d+: \"x\"$'\n");
}

TEST(ToYaml, AnyValue_readsBackAsItself) {
    for (unsigned seed = 0; seed < 4000; ++seed) {
        const Json value = {{"v", RandomValues(seed).value(4)}};
        const std::string yaml = toYaml(value);
        const auto back = parseYaml(yaml);
        ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().what << "\n" << value.dump() << "\n" << yaml;
        ASSERT_EQ(back->size(), 1U) << "seed " << seed;
        ASSERT_EQ(back->front().dump(), value.dump()) << "seed " << seed << "\n" << yaml;
    }
    const Json longKey = {{std::string(2000, 'k'), {{"a", Json::array({1})}}}};
    EXPECT_EQ(one(toYaml(longKey)), longKey);
}

TEST(ToYaml, IstioSamples_readBackAsThemselves) {
    std::size_t documents = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(MESHDECK_TEST_DATA "/samples")) {
        if (file.path().extension() != ".yaml") {
            continue;
        }
        std::ifstream in(file.path());
        std::stringstream text;
        text << in.rdbuf();
        const auto parsed = parseYaml(text.str());
        ASSERT_TRUE(parsed) << file.path() << ": " << parsed.error().what;
        for (const Json& document : *parsed) {
            EXPECT_EQ(one(toYaml(document)).dump(), document.dump());
            ++documents;
        }
    }
    EXPECT_GT(documents, 30U);
}

TEST(WithoutServerFields, OnlyWhatTheServerOwns_isGone) {
    const Json object = one("kind: X\nmetadata: {name: a, uid: u, resourceVersion: '1', generation: 2, managedFields: [],\n"
                            "  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}}\n"
                            "spec: {status: kept}\nstatus: {ok: true}\n");
    EXPECT_EQ(withoutServerFields(object).dump(), R"({"kind":"X","metadata":{"name":"a"},"spec":{"status":"kept"}})");
}

} // namespace meshdeck::config
