#include "cli/arguments.h"

#include <sstream>

#include <gtest/gtest.h>

#include "cli/commands.h"

namespace meshdeck::cli {
namespace {

using namespace std::chrono_literals;

Arguments parsed(const std::vector<std::string>& words) {
    const auto result = parseArguments(words);
    EXPECT_TRUE(result.has_value()) << describe(result.error());
    return result.value_or(Arguments());
}

Error refused(const std::vector<std::string>& words) {
    const auto result = parseArguments(words);
    EXPECT_FALSE(result.has_value());
    return result ? Error() : result.error();
}

TEST(Arguments, Nothing_asksForTheWindow) {
    const Arguments arguments = parsed({});
    EXPECT_EQ(arguments.command, "");
    EXPECT_FALSE(arguments.connection.demo.has_value());
    EXPECT_FALSE(isCommand({}));
    EXPECT_FALSE(isCommand({"--demo=boutique", "-n", "shop"}));
}

TEST(Arguments, ConnectionOptions_mayStandOnBothSidesOfTheCommand) {
    const Arguments arguments = parsed({"--context", "prod", "graph", "-n", "shop", "-nbilling", "--window=10m",
                                        "--prometheus", "http://p:9090", "--istiod=i:15012", "-o", "json", "-q"});
    EXPECT_EQ(arguments.command, "graph");
    EXPECT_EQ(arguments.connection.context, "prod");
    EXPECT_EQ(arguments.connection.namespaces, (std::vector<std::string>{"shop", "billing"}));
    EXPECT_EQ(arguments.connection.window, Duration(10min));
    EXPECT_EQ(arguments.connection.prometheus, "http://p:9090");
    EXPECT_EQ(arguments.connection.istiod, "i:15012");
    EXPECT_EQ(arguments.output, "json");
    EXPECT_TRUE(arguments.quiet);
    EXPECT_TRUE(isCommand({"--context", "prod", "graph"}));
}

TEST(Arguments, Demo_withoutMesh_isBookinfoAndTakesNoFollowingWord) {
    EXPECT_EQ(parsed({"--demo", "graph"}).connection.demo, "bookinfo");
    EXPECT_EQ(parsed({"--demo", "graph"}).command, "graph");
    EXPECT_EQ(parsed({"graph", "--demo=fleet:100"}).connection.demo, "fleet:100");
}

TEST(Arguments, AllNamespaces_beatsSingleOnes) {
    EXPECT_TRUE(parsed({"graph", "-n", "a", "-A"}).connection.namespaces.empty());
}

TEST(Arguments, SetWeights_takesEveryPairThatFollows) {
    const Arguments arguments = parsed({"apply", "--set-weights", "reviews", "v1=70", "v2=30", "--dry-run=server",
                                        "--set-weights", "ratings", "v1=100", "--yes", "file.yaml", "-"});
    EXPECT_EQ(arguments.values("set-weights"), (std::vector<std::string>{"reviews", "v1=70", "v2=30", "ratings", "v1=100"}));
    EXPECT_EQ(arguments.value("dry-run"), "server");
    EXPECT_TRUE(arguments.has("yes"));
    EXPECT_EQ(arguments.positional, (std::vector<std::string>{"file.yaml", "-"}));
}

TEST(Arguments, DoubleDash_endsTheOptions) {
    EXPECT_EQ(parsed({"diff", "--", "--odd-name.yaml"}).positional, std::vector<std::string>{"--odd-name.yaml"});
}

TEST(Arguments, Mistyped_optionsAndCommands_getTheNearestWordAsHint) {
    EXPECT_EQ(refused({"graph", "--promtheus", "x"}).hint, "did you mean \"--prometheus\"?");
    EXPECT_EQ(refused({"graph", "--idel-edges"}).hint, "did you mean \"--idle-edges\"?");
    EXPECT_EQ(refused({"grpah"}).hint, "did you mean \"graph\"?");
    EXPECT_EQ(refused({"grpah"}).what, "unknown command \"grpah\"");
    EXPECT_EQ(refused({"frobnicate"}).hint, "meshdeck --help lists the commands");
    EXPECT_EQ(refused({"graph", "-Z"}).hint, "meshdeck graph --help lists the options");
}

TEST(Arguments, OptionOfAnotherCommand_isUnknown) {
    EXPECT_EQ(refused({"journal", "--idle-edges"}).what, "unknown option \"--idle-edges\"");
}

TEST(Arguments, WrongValues_areRefusedWithWhatIsPossible) {
    EXPECT_EQ(refused({"graph", "--window", "soon"}).hint, "for example 30s, 10m or 1h30m");
    EXPECT_EQ(refused({"graph", "--time", "noon"}).what, "no time: \"noon\"");
    EXPECT_EQ(refused({"graph", "-o", "yaml"}).hint, "one of text, json, dot, mermaid, cytoscape, csv, csv-nodes, png, svg, pdf");
    EXPECT_EQ(refused({"graph", "--context"}).what, "the option \"--context\" needs a value");
    EXPECT_EQ(refused({"graph", "--quiet=yes"}).what, "the option \"--quiet\" takes no value");
    EXPECT_EQ(refused({"graph", "extra"}).what, "meshdeck graph takes no argument \"extra\"");
    EXPECT_EQ(refused({"graph", "--demo", "--context", "prod"}).what, "--demo brings a cluster of its own");
    EXPECT_EQ(refused({"-o", "json"}).what, "the option \"-o\" belongs to a command");
}

TEST(Arguments, Durations_ofAllUnits) {
    EXPECT_EQ(parseDuration("90"), Duration(90s));
    EXPECT_EQ(parseDuration("250ms"), Duration(250));
    EXPECT_EQ(parseDuration("1h30m"), Duration(90min));
    EXPECT_EQ(parseDuration("2d"), Duration(48h));
    for (const char* wrong : {"", "0", "-5s", "5x", "s", "99999999999999999999s", "5 s", "1000000d"}) {
        EXPECT_FALSE(parseDuration(wrong).has_value()) << wrong;
    }
}

TEST(Arguments, Times_unixAndRfc3339) {
    EXPECT_EQ(parseTime("1523364075"), ServerTime(std::chrono::seconds(1523364075)));
    EXPECT_EQ(parseTime("1523364075.5"), ServerTime(std::chrono::milliseconds(1523364075500)));
    EXPECT_EQ(parseTime("2018-04-10T12:41:15Z"), ServerTime(std::chrono::seconds(1523364075)));
    for (const char* wrong : {"", "now", "nan", "inf", "1e99", "-1"}) {
        EXPECT_FALSE(parseTime(wrong).has_value()) << wrong;
    }
}

TEST(Run, HelpAndVersion_areAnsweredOnStandardOutput) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"--version"}, {out, err}), 0);
    EXPECT_EQ(out.str(), "meshdeck 0.1.0\n");
    out.str("");
    EXPECT_EQ(run({"graph", "--help"}, {out, err}), 0);
    EXPECT_NE(out.str().find("--idle-edges"), std::string::npos);
    EXPECT_NE(out.str().find("--context NAME"), std::string::npos);
    out.str("");
    EXPECT_EQ(run({"-h"}, {out, err}), 0);
    for (const CommandSpec& command : commandSpecs()) {
        EXPECT_NE(out.str().find(command.summary), std::string::npos);
    }
    EXPECT_EQ(err.str(), "");
}

TEST(Run, WrongWords_areOneSentenceAndAHintOnStandardErrorWithCode2) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"graph", "--contxt", "x"}, {out, err}), 2);
    EXPECT_EQ(err.str(), "meshdeck: unknown option \"--contxt\". Hint: did you mean \"--context\"?\n");
    EXPECT_EQ(out.str(), "");
}

TEST(Run, WordsWithEscapes_cannotMoveTheCursor) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"\x1b[2Jgraph"}, {out, err}), 2);
    EXPECT_EQ(err.str().find('\x1b'), std::string::npos);
}

} // namespace
} // namespace meshdeck::cli
