// What a real istiod made of a config (tests/data/recorded/envoy-gateway): listeners, virtual hosts, routes, weights
// and clusters of the real Envoy are those that the engine makes of the same config.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/routing/gateway_routes.h"
#include "unit/policy/gatewayapi/world_from.h"

namespace meshdeck::policy {
namespace {

using nlohmann::json;

class RecordedGateway : public testing::Test {
protected:
    void SetUp() override {
        const json document = json::parse(test::dataFile("recorded/envoy-gateway/config_dump.json"));
        for (const json& section : document.at("configs")) {
            const std::string type = section.at("@type");
            m_dump[type.substr(type.rfind('.') + 1)] = section;
        }
        config::MeshConfig mesh;
        mesh.enableAutoMtls = false;
        Proxy router;
        router.type = Proxy::Type::Router;
        router.ns = "istio-system";
        router.labels = {{"istio", "ingressgateway"}};
        m_scope = Scope::of(test::worldFrom(test::dataFile("recorded/envoy-gateway/config.yaml"), mesh), router);
        m_listeners = RouterListeners::of(m_scope);
    }

    // "cluster weight" of each destination of a route, in order.
    static std::vector<std::string> destinations(const json& action) {
        std::vector<std::string> result;
        if (action.contains("cluster")) {
            result.push_back(action.at("cluster").get<std::string>() + " 100");
        } else {
            for (const json& one : action.at("weighted_clusters").at("clusters")) {
                result.push_back(one.at("name").get<std::string>() + " " + std::to_string(one.at("weight").get<int>()));
            }
        }
        return result;
    }

    void expectRoute(const json& recorded, const HttpRouteEntry& entry) const {
        RequestResult result;
        applyRoute(entry, Request(), *m_scope, result);
        std::vector<std::string> got;
        for (const DestinationShare& share : result.destinations) {
            got.push_back(share.cluster + " " + std::to_string(static_cast<int>(share.percent)));
        }
        const json& action = recorded.at("route");
        EXPECT_EQ(destinations(action), got);
        EXPECT_EQ("0s", action.at("timeout").get<std::string>());
        EXPECT_FALSE(result.timeoutMs.has_value());
        ASSERT_TRUE(result.retries.has_value());
        EXPECT_EQ(action.at("retry_policy").at("num_retries").get<int>(), result.retries->attempts);
        EXPECT_EQ(action.at("retry_policy").at("retry_on").get<std::string>(), result.retries->retryOn);
        const json headers = recorded.at("match").value("headers", json::array());
        const std::size_t wanted = entry.match == nullptr ? 0 : entry.rule->matches.at(entry.matchIndex).headers.size();
        EXPECT_EQ(headers.size(), wanted);
        const std::string origin = recorded.at("metadata").at("filter_metadata").at("istio").at("config");
        EXPECT_TRUE(origin.ends_with("/" + result.matchedObject->ref.name)) << origin;
    }

    std::map<std::string, json> m_dump;
    std::shared_ptr<const Scope> m_scope;
    std::shared_ptr<const RouterListeners> m_listeners;
};

TEST_F(RecordedGateway, Listeners_are_those_of_the_real_proxy) {
    std::set<std::string> recorded;
    for (const json& listener : m_dump.at("ListenersConfigDump").at("dynamic_listeners")) {
        recorded.insert(listener.at("name").get<std::string>());
    }
    std::set<std::string> ours;
    for (const RouterListener& listener : m_listeners->listeners()) {
        ours.insert(listener.name);
    }
    EXPECT_EQ(recorded, ours);
}

TEST_F(RecordedGateway, Routes_are_those_of_the_real_proxy) {
    for (const json& dynamic : m_dump.at("RoutesConfigDump").at("dynamic_route_configs")) {
        const json& recorded = dynamic.at("route_config");
        const RouteTable* table = m_listeners->routeConfig(recorded.at("name").get<std::string>());
        ASSERT_NE(nullptr, table) << recorded.at("name");
        ASSERT_EQ(recorded.at("virtual_hosts").size(), table->hosts.size());
        for (std::size_t i = 0; i < table->hosts.size(); ++i) {
            const json& wanted = recorded.at("virtual_hosts").at(i);
            const VirtualHost& host = table->hosts[i];
            EXPECT_EQ(wanted.at("name").get<std::string>(), host.name);
            EXPECT_EQ(wanted.at("domains").get<std::vector<std::string>>(), host.domains);
            const json routes = wanted.value("routes", json::array());
            ASSERT_EQ(routes.size(), host.routes.size());
            for (std::size_t k = 0; k < routes.size(); ++k) {
                expectRoute(routes.at(k), host.routes[k]);
            }
        }
    }
}

TEST_F(RecordedGateway, Clusters_are_those_of_the_real_proxy) {
    std::set<std::string> recorded;
    for (const json& cluster : m_dump.at("ClustersConfigDump").at("dynamic_active_clusters")) {
        const std::string name = cluster.at("cluster").at("name");
        if (name.starts_with("outbound|")) {
            recorded.insert(name);
        }
    }
    std::set<std::string> ours;
    for (const std::size_t index : m_scope->egress().front().services) {
        const Service& service = m_scope->world().services()[index];
        std::vector<std::string> subsets{""};
        if (const DestinationRuleChoice choice = m_scope->destinationRule(service); choice.merged) {
            std::ranges::transform(choice.merged->subsets, std::back_inserter(subsets),
                                   [](const config::DestinationSubset& subset) { return subset.name; });
        }
        for (const Port& port : service.ports) {
            for (const std::string& subset : subsets) {
                ours.insert("outbound|" + std::to_string(port.number) + "|" + subset + "|" + service.host);
            }
        }
    }
    EXPECT_EQ(recorded, ours);
}

} // namespace
} // namespace meshdeck::policy
