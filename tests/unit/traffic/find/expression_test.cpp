// Reading and printing find expressions.
#include <gtest/gtest.h>

#include "traffic/find/expression.h"

namespace meshdeck::traffic {
namespace {

std::string canonical(std::string_view text) {
    const auto parsed = FindExpression::parse(text);
    return parsed ? parsed->text() : "error at " + std::to_string(parsed.error().position) + ": " + parsed.error().what;
}

struct Reading {
    const char* text;
    const char* means;
};

class FindReading : public testing::TestWithParam<Reading> {};

TEST_P(FindReading, Text_readsAs) {
    EXPECT_EQ(canonical(GetParam().text), GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(Operators, FindReading, testing::Values(
    Reading{"err > 2 and rate > 50 and not ns = sandbox", "err > 2 and rate > 50 and namespace != sandbox"},
    Reading{"a or b and c", "a or b and c"},
    Reading{"(a or b) and c", "(a or b) and c"},
    Reading{"a AND (b and c)", "a and b and c"},
    Reading{"a && b || c", "a and b or c"},
    Reading{"web failing", "web and failing"},
    Reading{"not a b", "not a and b"},
    Reading{"not (a or b)", "not (a or b)"},
    Reading{"!!a", "not not a"},
    Reading{"wl!=cart", "workload != cart"},
    Reading{"name !*= x", "name not contains x"},
    Reading{"name not contains x", "name not contains x"},
    Reading{"name ! contains x", "name not contains x"},
    Reading{"svc ^= a", "service startswith a"},
    Reading{"app $= z", "app endswith z"},
    Reading{"app !$= z", "app not endswith z"}));

INSTANTIATE_TEST_SUITE_P(Kiali, FindReading, testing::Values(
    Reading{"has cb", "circuitbreaker"}, Reading{"is idle", "idle"}, Reading{"! is healthy", "not healthy"},
    Reading{"not has fi", "not faultinjection"}, Reading{"%httperr >= 3.2", "%httperr >= 3.2"},
    Reading{"%grpcerror>1", "%grpcerr > 1"}, Reading{"rt > 500", "p95 > 500"}, Reading{"responsetime = NaN", "p95 = NaN"},
    Reading{"httpin != nan", "httpin != NaN"}, Reading{"node = svc", "node = service"}, Reading{"op = list", "operation = list"},
    Reading{"label:team = checkout", "label:team = checkout"}, Reading{"!label:team", "not label:team"},
    Reading{"VS or TS or TCPTS or RR or RTO", "virtualservice or trafficshifting or tcptrafficshifting or requestrouting or requesttimeout"},
    Reading{"sc", "sidecar"}, Reading{"oom", "outofmesh"}, Reading{"root", "trafficsource"}, Reading{"we", "workloadentry"},
    Reading{"se", "serviceentry"}, Reading{"outsider", "outside"}, Reading{"mtls", "mtls"}, Reading{"traffic", "traffic"},
    Reading{"sourceprincipal contains sa/web", "sourceprincipal contains sa/web"}, Reading{"rank <= 3", "rank <= 3"}));

INSTANTIATE_TEST_SUITE_P(Values, FindReading, testing::Values(
    Reading{"p95 > 1.5s", "p95 > 1500"}, Reading{"p99 > 300 ms", "p99 > 300 and ms"}, Reading{"p99 > 300ms", "p99 > 300"},
    Reading{"err > 2%", "err > 2"}, Reading{"throughput > 10KiB/s", "throughput > 10240"}, Reading{"rate > 1.2k", "rate > 1200"},
    Reading{"ns:shop", "namespace = shop"}, Reading{"mtls < 100", "mtls < 100"}, Reading{"version = \"\"", "version = \"\""},
    Reading{"\"idle\"", "\"idle\""}, Reading{"version", "\"version\""}, Reading{"app = \"a \\\"b\"", "app = \"a \\\"b\""},
    Reading{"health = failure", "health = failing"}, Reading{"to = *.example.com", "to = *.example.com"}, Reading{"  ", ""}));

struct Wrong {
    const char* text;
    std::size_t position;
    std::size_t length;
    const char* says;
    bool incomplete;
};

class FindWrong : public testing::TestWithParam<Wrong> {};

TEST_P(FindWrong, Text_pointsAtTheToken) {
    const auto parsed = FindExpression::parse(GetParam().text);
    ASSERT_FALSE(parsed) << parsed->text();
    EXPECT_EQ(parsed.error().position, GetParam().position) << parsed.error().what;
    EXPECT_EQ(parsed.error().length, GetParam().length) << parsed.error().what;
    EXPECT_EQ(parsed.error().what, GetParam().says);
    EXPECT_EQ(parsed.error().incomplete, GetParam().incomplete);
}

INSTANTIATE_TEST_SUITE_P(All, FindWrong, testing::Values(
    Wrong{"ns = shop and versoin = v1", 14, 7, "\"versoin\" is nothing that can be compared; did you mean \"version\"?", false},
    Wrong{"idle = yes", 5, 1, "\"idle\" is yes or no: write idle or not idle", false},
    Wrong{"rate contains 5", 5, 8, "\"rate\" is a number: = != > >= < <= fit", false},
    Wrong{"p95 > fast", 6, 4, "\"fast\" is no number of milliseconds (a point for decimals; NaN asks with = whether there is none)", false},
    Wrong{"p95 > 5%", 6, 2, "\"5%\" is no number of milliseconds (a point for decimals; NaN asks with = whether there is none)", false},
    Wrong{"node = pod", 7, 3, "\"pod\" is no node: app, operation, service, serviceentry, unknown, workload", false},
    Wrong{"protocol > http", 9, 1, "\"protocol\" is compared with = and != only", false},
    Wrong{"rank = 0", 7, 1, "a rank lies between 1 and 100", false},
    Wrong{"a and", 5, 0, "something to find is missing after \"and\"", true},
    Wrong{"rate >", 6, 0, "a value is missing after rate >", true},
    Wrong{"(a or b", 0, 1, "this parenthesis is not closed", true},
    Wrong{"a)", 1, 1, "this parenthesis closes none", false},
    Wrong{"or a", 0, 2, "something to find is missing before \"or\"", false},
    Wrong{"app = \"web", 6, 4, "this quote is not closed", true}));

TEST(FindExpression, Nesting_isLimited) {
    const auto deep = FindExpression::parse(std::string(1000, '(') + "a");
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().what, "this is nested deeper than 64 levels");
    const auto nots = FindExpression::parse(std::string(1000, '!') + "a");
    ASSERT_FALSE(nots);
    EXPECT_TRUE(FindExpression::parse(std::string(60, '(') + "a" + std::string(60, ')')));
    EXPECT_FALSE(FindExpression::parse(std::string(5000, 'a')));
}

TEST(FindError, Description_putsTheCaretUnderTheToken) {
    const auto parsed = FindExpression::parse("name = größe and p95 > fast");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(pointOut(parsed.error(), "name = größe and p95 > fast"),
              "  name = größe and p95 > fast\n                         ^^^^");
}

} // namespace
} // namespace meshdeck::traffic
