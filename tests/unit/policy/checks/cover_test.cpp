// MD0004: rules that an earlier one shadows. Whether one match covers another is held against requests: a tiny
// evaluator of matches, written for this test alone, must never find a request that the covered match takes and the
// covering one does not.
#include <algorithm>
#include <random>

#include "policy/checks/match_cover.h"
#include "unit/policy/checks/sound_mesh.h"

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::StringMatch;
using Kind = StringMatch::Kind;
using Lines = std::multiset<std::string>;

struct Asked {
    std::string path, method, authority;
    std::map<std::string, std::string> headers, query;
    std::uint32_t port = 80;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

// The regular expressions of this test are of two forms: ".*" and "X.*".
bool takes(const StringMatch& match, const std::string& value, bool fold) {
    const std::string wanted = fold ? lower(match.value) : match.value;
    const std::string got = fold ? lower(value) : value;
    switch (match.kind) {
    case Kind::Present: return true;
    case Kind::Exact: return got == wanted;
    case Kind::Prefix: return got.starts_with(wanted);
    case Kind::Regex: return value.starts_with(match.value.substr(0, match.value.size() - 2));
    }
    return false;
}

bool takes(const HttpMatch& match, const Asked& asked) {
    const auto all = [](const config::StringMatches& list, const std::map<std::string, std::string>& map, bool present) {
        return std::all_of(list.begin(), list.end(), [&](const auto& wanted) {
            const auto found = map.find(wanted.first);
            const bool is = found != map.end() && takes(wanted.second, found->second, false);
            return present ? is : !is;
        });
    };
    return (!match.uri || takes(*match.uri, asked.path, match.ignoreUriCase)) &&
           (!match.method || takes(*match.method, asked.method, false)) &&
           (!match.authority || takes(*match.authority, asked.authority, false)) &&
           all(match.headers, asked.headers, true) && all(match.queryParams, asked.query, true) &&
           all(match.withoutHeaders, asked.headers, false) && (!match.port || *match.port == asked.port);
}

class Dice {
public:
    explicit Dice(unsigned seed) : m_engine(seed) {}
    std::size_t below(std::size_t count) { return m_engine() % count; }
    bool chance(unsigned percent) { return below(100) < percent; }
    std::string one(const std::vector<std::string>& of) { return of[below(of.size())]; }

private:
    std::mt19937 m_engine;
};

const std::vector<std::string> kPaths{"/", "/a", "/A", "/ab", "/a/b", "/b"};
const std::vector<std::string> kWords{"x", "xy", "y", ""};

StringMatch matchOf(Dice& dice, const std::vector<std::string>& values) {
    StringMatch match;
    match.kind = static_cast<Kind>(dice.below(4));
    match.value = match.kind == Kind::Present ? "" : dice.one(values);
    if (match.kind == Kind::Regex) {
        match.value = (dice.chance(30) ? "" : match.value) + ".*";
    }
    return match;
}

HttpMatch randomMatch(Dice& dice) {
    HttpMatch match;
    if (dice.chance(70)) {
        match.uri = matchOf(dice, kPaths);
        match.uri->kind = match.uri->kind == Kind::Present ? Kind::Prefix : match.uri->kind;
        match.uri->value = match.uri->value.empty() ? "/" : match.uri->value;
        match.ignoreUriCase = dice.chance(30);
    }
    if (dice.chance(25)) {
        match.method = StringMatch{Kind::Exact, dice.one({"GET", "POST"})};
    }
    if (dice.chance(20)) {
        match.authority = matchOf(dice, {"shop.com", "shop", "s"});
    }
    for (auto* list : {&match.headers, &match.queryParams, &match.withoutHeaders}) {
        if (dice.chance(30)) {
            list->emplace_back(dice.one({"h", "k"}), matchOf(dice, kWords));
        }
    }
    if (dice.chance(15)) {
        match.port = dice.chance(50) ? 80 : 81;
    }
    return match;
}

Asked randomRequest(Dice& dice) {
    Asked asked{dice.one({"/", "/a", "/A", "/ab", "/AB", "/a/b", "/b", "/c"}), dice.one({"GET", "POST"}),
                dice.one({"shop.com", "shop", "s"}), {}, {}, dice.chance(50) ? 80U : 81U};
    for (auto* map : {&asked.headers, &asked.query}) {
        for (const char* name : {"h", "k"}) {
            if (dice.chance(50)) {
                map->emplace(name, dice.one({"x", "xy", "y", "", "xyz"}));
            }
        }
    }
    return asked;
}

std::string route(const std::string& rules) {
    return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: other, namespace: shop}\n"
           "spec: {hosts: [elsewhere.example.com], http: [" + rules + "]}\n";
}
const std::string kTo = "route: [{destination: {host: reviews}}]";

} // namespace

TEST(MatchCover, CoveredMatch_takesNoRequestTheOtherDoesNot) {
    Dice dice(20260);
    int covered = 0;
    for (int i = 0; i < 30000; ++i) {
        const HttpMatch a = randomMatch(dice);
        const HttpMatch b = randomMatch(dice);
        if (!covers(a, b, {})) {
            continue;
        }
        ++covered;
        for (int k = 0; k < 60; ++k) {
            const Asked asked = randomRequest(dice);
            ASSERT_TRUE(!takes(b, asked) || takes(a, asked))
                << "round " << i << " " << asked.method << " " << asked.authority << asked.path;
        }
    }
    EXPECT_GT(covered, 500) << "the property must have been tried";
}

TEST(MatchCover, Proxies_countToo) {
    HttpMatch anywhere, atGateway, fromWeb;
    atGateway.gateways = {"gw"};
    fromWeb.sourceLabels = {{"app", "web"}};
    EXPECT_TRUE(covers(anywhere, fromWeb, {}));
    EXPECT_FALSE(covers(fromWeb, anywhere, {}));
    EXPECT_FALSE(covers(atGateway, anywhere, {"gw", "mesh"}));
    EXPECT_TRUE(covers(atGateway, anywhere, {"gw"}));
    EXPECT_FALSE(covers(fromWeb, atGateway, {"gw"})) << "gateways switch source labels off";
}

TEST(ShadowedRules, RuleBehindAWiderOne_isTold) {
    EXPECT_EQ(codesOf(route("{match: [{uri: {prefix: /api}}], " + kTo + "}, {match: [{uri: {exact: /api/v1}}], " + kTo + "}")),
              Lines{"MD0004 other spec.http[1]"});
    EXPECT_EQ(codesOf(route("{match: [{uri: {prefix: /}}], " + kTo + "}, {match: [{headers: {user: {exact: jason}}}], " + kTo + "}")),
              Lines{"MD0004 other spec.http[1]"});
    EXPECT_EQ(codesOf(route("{match: [{uri: {regex: '.*'}}], " + kTo + "}, {" + kTo + "}")), Lines{"MD0004 other spec.http[1]"});
}

TEST(ShadowedRules, ReachableRule_isNot) {
    EXPECT_EQ(codesOf(route("{match: [{uri: {exact: /api/v1}}], " + kTo + "}, {match: [{uri: {prefix: /api}}], " + kTo + "}, {" + kTo + "}")),
              Lines{});
    EXPECT_EQ(codesOf(route("{match: [{uri: {prefix: /api}, method: {exact: GET}}], " + kTo + "}, {match: [{uri: {exact: /api/v1}}], " + kTo + "}")),
              Lines{});
}

TEST(ShadowedRules, WhatIstioSays_isNotSaidTwice) {
    EXPECT_EQ(codesOf(route("{" + kTo + "}, {match: [{uri: {prefix: /api}}], " + kTo + "}")), Lines{"IST0130 other spec.http[1]"});
    EXPECT_EQ(codesOf(route("{match: [{uri: {prefix: /api}}], " + kTo + "}, {match: [{uri: {prefix: /api/v1}}], " + kTo + "}")),
              Lines{"IST0131 other spec.http[1].match[0]"});
}

} // namespace meshdeck::policy
