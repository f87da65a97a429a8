// Policies as istiod translates them (tests/data/authorization): each rule matches the requests that its RBAC does, and
// is missing where istiod drops it.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "config/yaml.h"
#include "policy/security/rule_match.h"
#include "unit/policy/security/rbac_evaluator.h"
#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

using config::Json;

struct Golden {
    std::string folder, input, output;
    std::vector<std::string> aliases = {}; // then the mesh's own trust domain is td1
    bool contradictory = false;            // its rules ask for two addresses at once, or a host and no host
};

const std::vector<Golden>& goldens() {
    static const std::vector<Golden> all{
        {"http", "allow-host-before-111", "allow-host-before-111-out", {}, true},
        {"http", "allow-nil-rule", "allow-nil-rule-out"},
        {"http", "dry-run-allow-and-deny", "dry-run-allow-and-deny-out1"},
        {"http", "dry-run-allow-and-deny", "dry-run-allow-and-deny-out2"},
        {"http", "dry-run-mix", "dry-run-mix-out"},
        {"http", "multiple-policies", "multiple-policies-out"},
        {"http", "simple-policy-multiple-td-aliases", "simple-policy-multiple-td-aliases-out", {"cluster.local", "some-td"}},
        {"http", "simple-policy-principal-with-wildcard", "simple-policy-principal-with-wildcard-out", {"foobar"}},
        {"http", "simple-policy-td-aliases", "simple-policy-td-aliases-out", {"cluster.local"}},
        {"http", "single-policy", "single-policy-out", {}, true},
        {"http", "trust-domains", "trust-domains-out"},
        {"tcp", "allow-both-http-tcp", "allow-both-http-tcp-out"},
        {"tcp", "allow-only-http", "allow-only-http-out"},
        {"tcp", "audit-both-http-tcp", "audit-both-http-tcp-out", {}, true},
        {"tcp", "custom-both-http-tcp", "custom-both-http-tcp-out1"},
    };
    return all;
}

std::string textOf(const Golden& golden, const std::string& name) {
    std::ifstream file(std::string(MESHDECK_TEST_DATA "/authorization/") + golden.folder + "/" + name + ".yaml");
    return {std::istreambuf_iterator<char>(file), {}};
}

// "ns[foo]-policy[httpbin]-rule[1]" of the output by what it stands for.
std::map<std::pair<std::string, std::size_t>, Json> policiesOf(const Json& output) {
    std::map<std::pair<std::string, std::size_t>, Json> result;
    for (const char* kind : {"rules", "shadowRules"}) {
        const Json* found = config::at(output, std::string("/typedConfig/") + kind + "/policies");
        const Json policies = found == nullptr ? Json::object() : *found;
        for (const auto& [key, value] : policies.items()) {
            const std::size_t from = key.find("policy[") + 7;
            const std::size_t to = key.find("]-rule[");
            const std::string name = key.substr(from, to - from);
            result[std::make_pair(name, std::size_t{std::stoul(key.substr(to + 7))})] = value;
        }
    }
    return result;
}

// Rules of the actions that the output is about: a file of dry-run rules has one for each action.
bool concerns(const Json& output, const config::AuthorizationPolicy& policy) {
    const Json* shadow = config::at(output, "/typedConfig/shadowRules/action");
    const Json* rules = config::at(output, "/typedConfig/rules");
    if (rules == nullptr && (policy.action == config::AuthorizationAction::Deny) != (shadow != nullptr)) {
        return policy.action == config::AuthorizationAction::Custom;
    }
    return true;
}

void compare(const World& world, const ConfigObjectPtr& object, std::size_t index, const Json& rbac, const Golden& golden) {
    const bool http = golden.folder == "http";
    const auto& policy = *config::as<config::AuthorizationPolicy>(object->typed);
    const auto unusable = policy.action == config::AuthorizationAction::Allow ? security::Unusable::DropsRule
                                                                              : security::Unusable::DropsField;
    std::mt19937 random(1);
    int matched = 0;
    for (int i = 0; i < 400; ++i) {
        const test::Sample sample = test::aimedAt(rbac, random);
        const PeerRequest request = test::peerOf(sample, http);
        const security::TokenView token = test::tokenOf(sample);
        const security::RequestView view{request, world.mesh(), token, object->ref.ns};
        const int theirs = test::evaluatePolicy(rbac, sample);
        const auto ours = security::matchRule(policy.rules.at(index), view, unusable);
        matched += theirs > 0 ? 1 : 0;
        ASSERT_EQ(static_cast<int>(ours.matches), theirs)
            << object->ref.name << " rule " << index << " from " << sample.identity << " path "
            << (sample.headers.contains(":path") ? sample.headers.at(":path") : "-");
    }
    EXPECT_EQ(matched == 0, golden.contradictory) << object->ref.name << " rule " << index << ": " << matched << " matched";
}

class AuthorizationGolden : public testing::TestWithParam<Golden> {};

TEST_P(AuthorizationGolden, rule_matchesWhatItsRbacMatches) {
    const Golden& golden = GetParam();
    config::MeshConfig mesh;
    if (!golden.aliases.empty()) {
        mesh.trustDomain = "td1";
        mesh.trustDomainAliases = golden.aliases;
    }
    const WorldPtr world = test::worldOf(textOf(golden, golden.input + "-in"), mesh);
    const auto documents = config::parseYaml(textOf(golden, golden.output));
    ASSERT_TRUE(documents.has_value());
    const auto policies = policiesOf(documents->front());
    for (const ConfigObjectPtr& object : world->ofKind("security.istio.io", "AuthorizationPolicy")) {
        const auto& policy = *config::as<config::AuthorizationPolicy>(object->typed);
        if (!concerns(documents->front(), policy)) {
            continue;
        }
        for (std::size_t i = 0; i < policy.rules.size(); ++i) {
            const auto rbac = policies.find({object->ref.name, i});
            if (rbac != policies.end()) {
                compare(*world, object, i, rbac->second, golden);
                continue;
            }
            const PeerRequest any = test::peerOf({}, golden.folder == "http");
            const security::TokenView token;
            const auto ours = security::matchRule(policy.rules[i], {any, world->mesh(), token, object->ref.ns},
                                                  security::Unusable::DropsRule);
            EXPECT_TRUE(ours.dropped) << object->ref.name << " rule " << i << " is not in istiod's output";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Istiod, AuthorizationGolden, testing::ValuesIn(goldens()), [](const auto& each) {
    std::string name = each.param.folder + "_" + each.param.output;
    std::ranges::replace(name, '-', '_');
    return name;
});

} // namespace
} // namespace meshdeck::policy
