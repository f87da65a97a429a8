#include "policy/security/authorization.h"

#include <algorithm>

#include "policy/security/jwt.h"
#include "policy/security/rule_match.h"

namespace meshdeck::policy {
namespace {

using config::AuthorizationAction;
using security::RuleOutcome;
using security::Tri;
using security::Unusable;
using Decision = AuthorizationResult::Decision;

// What all policies of one action say together, with the rule that says it.
struct Stage {
    Tri matches = Tri::No;
    ConfigObjectPtr policy; // of the first rule that matches, else of the first that might
    std::optional<std::size_t> rule;
    std::set<std::string> missing;
    std::vector<Rejection> rejected;
    bool allDropped = true; // no rule of the stage is in the proxy's config
};

std::string nameOf(const ConfigObjectPtr& object) {
    return object->ref.ns + "/" + object->ref.name;
}

// "path", "path and method", "host, method and path".
std::string list(const std::set<std::string>& words) {
    std::string text;
    std::size_t i = 0;
    for (const std::string& word : words) {
        text += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
        text += word;
        ++i;
    }
    return text;
}

class Judge {
public:
    Judge(const World& world, const Proxy& server, const PeerRequest& request, const security::TokenView& token)
        : m_world(world), m_ztunnel(server.type == Proxy::Type::Ztunnel), m_request(request), m_token(token) {}

    [[nodiscard]] Stage stage(const std::vector<ConfigObjectPtr>& policies, Unusable unusable) const {
        Stage stage;
        for (const ConfigObjectPtr& object : policies) {
            const auto& rules = config::as<config::AuthorizationPolicy>(object->typed)->rules;
            for (std::size_t i = 0; i < rules.size() && stage.matches != Tri::Yes; ++i) {
                take(object, i, outcome(object, rules[i], unusable), stage);
            }
        }
        return stage;
    }

private:
    [[nodiscard]] RuleOutcome outcome(const ConfigObjectPtr& object, const config::AuthorizationRule& rule,
                                      Unusable unusable) const {
        const security::RequestView view{m_request, m_world.mesh(), m_token, object->ref.ns};
        return m_ztunnel ? security::matchRuleInZtunnel(rule, view, unusable) : matchRule(rule, view, unusable);
    }

    static void take(const ConfigObjectPtr& object, std::size_t index, RuleOutcome outcome, Stage& stage) {
        stage.allDropped = stage.allDropped && outcome.dropped;
        if (outcome.matches > stage.matches) {
            stage.matches = outcome.matches;
            stage.policy = object;
            stage.rule = index;
        }
        if (outcome.matches == Tri::Unknown) {
            stage.missing.merge(outcome.missing);
        }
        for (Rejection& rejection : outcome.rejected) {
            rejection.object = object;
            rejection.pointer = "/spec/rules/" + std::to_string(index) + rejection.pointer;
            stage.rejected.push_back(std::move(rejection));
        }
    }

    const World& m_world;
    bool m_ztunnel;
    const PeerRequest& m_request;
    const security::TokenView& m_token;
};

AuthorizationResult result(Decision decision, const Stage& stage, std::string reason) {
    return {decision, stage.policy, stage.rule, std::move(reason)};
}

std::string ruleOf(const Stage& stage) {
    return "rule " + std::to_string(*stage.rule) + " of " + nameOf(stage.policy);
}

AuthorizationResult unknownOf(const Stage& stage, std::string_view action) {
    return result(Decision::CannotTell, stage,
                  "needs " + list(stage.missing) + ": " + ruleOf(stage) + " (" + std::string(action) + ") may match");
}

// Providers that the mesh does not know make istiod refuse what their rules match.
bool unknownProvider(const World& world, const ConfigObjectPtr& object) {
    const auto& providers = world.mesh().extensionProviders;
    return !providers.empty() &&
           !providers.contains(config::as<config::AuthorizationPolicy>(object->typed)->provider);
}

std::string nothingAllows(const PolicySet& policies, const Stage& allow, const PeerRequest& request) {
    if (policies.allow.size() == 1 && allow.rejected.empty() && allow.allDropped) {
        const auto* policy = config::as<config::AuthorizationPolicy>(policies.allow.front()->typed);
        return policy->rules.empty() ? nameOf(policies.allow.front()) + " is an ALLOW policy without rules: it allows nothing"
                                     : "every ALLOW rule needs HTTP and is dropped on this connection";
    }
    if (allow.allDropped && !request.http) {
        return "every ALLOW rule needs HTTP and is dropped on this connection";
    }
    return "no ALLOW rule matches";
}

struct Stages {
    Stage custom, deny, allow;
};

AuthorizationResult combine(const World& world, const PolicySet& policies, const Stages& stages,
                            const PeerRequest& request) {
    const auto& [custom, deny, allow] = stages;
    if (deny.matches == Tri::Yes) {
        return result(Decision::Deny, deny, "denied by " + ruleOf(deny));
    }
    if (custom.matches == Tri::Yes && unknownProvider(world, custom.policy)) {
        return result(Decision::Deny, custom, ruleOf(custom) + " names a provider that the mesh config does not have");
    }
    // Whatever DENY and the provider would say: what no ALLOW rule matches does not pass.
    if (!policies.allow.empty() && allow.matches == Tri::No) {
        Stage none = allow;
        none.policy = policies.allow.front();
        none.rule.reset();
        return result(Decision::Deny, none, nothingAllows(policies, allow, request));
    }
    if (custom.matches != Tri::No) {
        return result(Decision::CannotTell, custom, "the provider of " + nameOf(custom.policy) + " decides (CUSTOM)");
    }
    if (deny.matches == Tri::Unknown) {
        return unknownOf(deny, "DENY");
    }
    if (policies.allow.empty()) {
        return {Decision::Allow, nullptr, {}, policies.deny.empty() ? "no AuthorizationPolicy selects it" : "no DENY rule matches, and no ALLOW policy selects it"};
    }
    return allow.matches == Tri::Yes ? result(Decision::Allow, allow, "allowed by " + ruleOf(allow))
                                     : unknownOf(allow, "ALLOW");
}

} // namespace

std::string_view name(AuthorizationResult::Decision decision) {
    switch (decision) {
    case Decision::Allow:
        return "allow";
    case Decision::Deny:
        return "deny";
    case Decision::CannotTell:
        return "cannotTell";
    }
    return "cannotTell";
}

AuthorizationResult authorize(const World& world, const PolicySet& policies, const Proxy& server,
                              const PeerRequest& request, std::vector<Rejection>* rejected) {
    const bool ztunnel = server.type == Proxy::Type::Ztunnel;
    PeerRequest seen = request;
    seen.http = request.http && !ztunnel; // a ztunnel sees connections only
    const security::TokenView token = security::tokenView(policies, seen);
    const Judge judge(world, server, seen, token);
    Stages stages;
    if (!ztunnel) {
        stages.custom = judge.stage(policies.custom, Unusable::DropsField);
        const JwtOutcome jwt = checkJwt(policies, seen);
        if (jwt.status && stages.custom.matches == Tri::No) {
            return {Decision::Deny, jwt.object, {}, jwt.body};
        }
    }
    stages.deny = judge.stage(policies.deny, Unusable::DropsField);
    stages.allow = judge.stage(policies.allow, Unusable::DropsRule);
    AuthorizationResult answer = combine(world, policies, stages, seen);
    const bool nothingAllowed = answer.decision == Decision::Deny && !answer.rule;
    if (rejected != nullptr && nothingAllowed) {
        rejected->insert(rejected->end(), stages.allow.rejected.begin(), stages.allow.rejected.end());
    }
    return answer;
}

} // namespace meshdeck::policy
