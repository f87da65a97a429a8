// Authorization in a ztunnel (facts/semantics.md 4.4): connections only, its own fields and its own way with the rest.
#include <algorithm>

#include "policy/security/cidr.h"
#include "policy/security/rule_match.h"
#include "policy/security/value_match.h"

namespace meshdeck::policy::security {
namespace {

bool supported(Attribute attribute, bool condition) {
    switch (attribute) {
    case Attribute::SourceIp:
    case Attribute::Namespace:
    case Attribute::Principal:
    case Attribute::DestinationPort:
        return true;
    case Attribute::ServiceAccount:
        return !condition;
    case Attribute::DestinationIp:
        return condition;
    default:
        return false;
    }
}

// The namespace in "td/ns/NS/sa/SA".
std::string_view namespaceOf(std::string_view identity) {
    const std::size_t at = identity.find("/ns/");
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = identity.substr(at + 4);
    return rest.substr(0, rest.find('/'));
}

// Namespaces are compared as whole words with one '*' at an end, and principals as they are, without aliases.
std::optional<Tri> fits(const Key& key, const std::string& value, const RequestView& view) {
    const auto& identity = view.request.principal;
    if (key.attribute == Attribute::Namespace) {
        return identity ? tri(matchesPattern(value, namespaceOf(*identity))) : Tri::Unknown;
    }
    if (key.attribute == Attribute::Principal) {
        return identity ? tri(principalMatches(value, *identity)) : Tri::Unknown;
    }
    return matchValue(key, value, view);
}

// One Match of ztunnel: `empty` when nothing in it could be kept; an empty one never matches.
struct Match {
    Tri outcome = Tri::Yes;
    bool empty = true;
    bool foreign = false; // has fields that only HTTP proxies know
};

void addClause(const Clause& clause, bool condition, const RequestView& view, Match& match, RuleOutcome& into) {
    if (!supported(clause.key.attribute, condition)) {
        match.foreign = true;
        return;
    }
    const auto any = [&](const std::vector<std::string>& values) {
        std::optional<Tri> result;
        for (const std::string& value : values) {
            if (const auto outcome = fits(clause.key, value, view)) {
                result = either(result.value_or(Tri::No), *outcome);
            }
        }
        match.empty = match.empty && !result;
        if (result == Tri::Unknown) {
            into.missing.emplace(words(clause.key.attribute));
        }
        return result;
    };
    const auto wanted = any(*clause.values);
    const auto unwanted = any(*clause.notValues);
    match.outcome = both(match.outcome, wanted.value_or(Tri::Yes));
    match.outcome = both(match.outcome, unwanted ? opposite(*unwanted) : Tri::Yes);
}

template <typename Entry>
Tri anyEntry(const std::vector<Entry>& entries, const RequestView& view, bool& foreign, RuleOutcome& into) {
    Tri any = Tri::No;
    for (const Entry& entry : entries) {
        Match match;
        for (const Clause& clause : clausesOf(entry)) {
            addClause(clause, false, view, match, into);
        }
        foreign = foreign || match.foreign;
        any = either(any, match.empty ? Tri::No : match.outcome);
    }
    return any;
}

} // namespace

RuleOutcome matchRuleInZtunnel(const config::AuthorizationRule& rule, const RequestView& view, Unusable unusable) {
    RuleOutcome outcome;
    bool foreign = false;
    Tri result = Tri::Yes;
    if (!rule.to.empty()) {
        result = both(result, anyEntry(rule.to, view, foreign, outcome));
    }
    if (!rule.from.empty()) {
        result = both(result, anyEntry(rule.from, view, foreign, outcome));
    }
    for (const config::AuthorizationCondition& when : rule.when) {
        const auto key = conditionKey(when.key);
        Match match;
        match.foreign = !key;
        if (key) {
            addClause({*key, &when.values, &when.notValues, {}, {}}, true, view, match, outcome);
        }
        foreign = foreign || match.foreign;
        result = both(result, match.empty ? Tri::No : match.outcome);
    }
    outcome.dropped = foreign && unusable == Unusable::DropsRule;
    outcome.matches = outcome.dropped ? Tri::No : result;
    return outcome;
}

} // namespace meshdeck::policy::security
