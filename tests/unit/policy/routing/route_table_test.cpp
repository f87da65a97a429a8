// Which virtual host and which rule: order, static filters, what is told of the others.
#include "policy/routing/route_table.h"

#include <gtest/gtest.h>

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::StringMatch;

std::shared_ptr<EffectiveVirtualService> made(std::vector<config::HttpRoute> rules) {
    auto object = std::make_shared<ConfigObject>();
    object->ref = {"networking.istio.io", "VirtualService", "shop", "reviews"};
    auto spec = std::make_shared<config::VirtualService>();
    spec->http = std::move(rules);
    auto vs = std::make_shared<EffectiveVirtualService>();
    vs->object = object;
    for (std::size_t i = 0; i < spec->http.size(); ++i) {
        vs->http.push_back({object, "/spec/http/" + std::to_string(i)});
    }
    vs->spec = spec;
    return vs;
}

config::HttpRoute rule(std::vector<HttpMatch> matches) {
    config::HttpRoute result;
    result.matches = std::move(matches);
    return result;
}

HttpMatch prefix(std::string value) {
    HttpMatch match;
    match.uri = StringMatch{StringMatch::Kind::Prefix, std::move(value)};
    return match;
}

TEST(RouteTable, Find_severalFit_takesMostSpecific) {
    RouteTable table;
    table.hosts = {{"any", {"*"}, {}, false, {}},
                   {"prefix", {"shop.*"}, {}, false, {}},
                   {"short", {"*.com"}, {}, false, {}},
                   {"long", {"*.example.com"}, {}, false, {}},
                   {"exact", {"shop.example.com"}, {}, false, {}}};
    for (const bool indexed : {false, true}) {
        if (indexed) {
            table.index();
        }
        EXPECT_EQ(table.find("SHOP.example.com:8080")->name, "exact");
        EXPECT_EQ(table.find("www.example.com")->name, "long");
        EXPECT_EQ(table.find("example.com")->name, "short");
        EXPECT_EQ(table.find("shop.test")->name, "prefix");
        EXPECT_EQ(table.find("other")->name, "any");
    }
    RouteTable none;
    EXPECT_EQ(none.find("x"), nullptr);
}

TEST(RouteTable, AddRoutes_catchAll_endsTheList) {
    std::vector<HttpRouteEntry> entries;
    EXPECT_TRUE(addRoutes(made({rule({prefix("/a")}), rule({prefix("/")}), rule({})}), Proxy{}, "mesh", 80, entries));
    EXPECT_EQ(entries.size(), 2U);
}

TEST(RouteTable, AddRoutes_gatewaysWritten_labelsDoNotCount) {
    HttpMatch match = prefix("/a");
    match.sourceLabels = {{"app", "cart"}};
    std::vector<HttpRouteEntry> entries;
    EXPECT_FALSE(addRoutes(made({rule({match})}), Proxy{}, "mesh", 80, entries));
    EXPECT_TRUE(entries.empty());
    match.gateways = {"mesh"};
    EXPECT_FALSE(addRoutes(made({rule({match})}), Proxy{}, "mesh", 80, entries));
    EXPECT_EQ(entries.size(), 1U);
    entries.clear();
    EXPECT_FALSE(addRoutes(made({rule({match})}), Proxy{}, "shop/gw", 80, entries));
    EXPECT_TRUE(entries.empty());
}

TEST(RouteTable, MatchRoute_filteredAndUnmatched_toldInOrder) {
    HttpMatch other = prefix("/");
    other.port = 9999;
    const auto vs = made({rule({prefix("/a"), other}), rule({prefix("/b")}), rule({})});
    VirtualHost host;
    EXPECT_TRUE(addRoutes(vs, Proxy{}, "mesh", 80, host.routes, &host.skipped));
    Request request;
    request.path = "/c";
    const RouteMatchResult result = matchRoute(host, request);
    ASSERT_NE(result.entry, nullptr);
    EXPECT_EQ(result.entry->ruleIndex, 2U);
    ASSERT_EQ(result.rejected.size(), 3U);
    EXPECT_EQ(result.rejected[0].pointer, "/spec/http/0/match/0");
    EXPECT_EQ(result.rejected[0].condition, "uri prefix");
    EXPECT_EQ(result.rejected[1].pointer, "/spec/http/0/match/1");
    EXPECT_EQ(result.rejected[1].condition, "port");
    EXPECT_EQ(result.rejected[1].wanted, "9999");
    EXPECT_EQ(result.rejected[1].got, "80");
    EXPECT_EQ(result.rejected[2].pointer, "/spec/http/1/match/0");
}

} // namespace
} // namespace meshdeck::policy
