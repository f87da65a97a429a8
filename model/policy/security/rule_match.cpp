#include "policy/security/rule_match.h"

namespace meshdeck::policy::security {
namespace {

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        text += (text.empty() ? "" : ", ") + value;
    }
    return text;
}

// One rule being matched; collects what failed and what is missing on the way.
class Matcher {
public:
    Matcher(const RequestView& view, Unusable unusable) : m_view(view), m_unusable(unusable) {}

    RuleOutcome run(const config::AuthorizationRule& rule) {
        for (std::size_t i = 0; i < rule.when.size(); ++i) {
            const config::AuthorizationCondition& when = rule.when[i];
            const auto key = conditionKey(when.key);
            if (!key) {
                m_outcome.dropped = true;
                return m_outcome;
            }
            (ofCaller(key->attribute) ? m_callerWhen : m_operationWhen)
                .push_back({{*key, &when.values, &when.notValues, {}, {}}, "/when/" + std::to_string(i), when.key});
        }
        const Tri caller = side(rule.from, "/from/", "/source", m_callerWhen);
        const Tri operation = side(rule.to, "/to/", "/operation", m_operationWhen);
        m_outcome.matches = m_outcome.dropped ? Tri::No : both(caller, operation);
        return std::move(m_outcome);
    }

private:
    struct Condition {
        Clause clause;
        std::string pointer;
        std::string name;
    };

    // OR over the entries of from or to, each ANDed with the conditions of its side. No entry: the conditions alone.
    template <typename Entry>
    Tri side(const std::vector<Entry>& entries, std::string_view list, std::string_view inner,
             const std::vector<Condition>& conditions) {
        if (entries.empty()) {
            return all({}, {}, conditions);
        }
        Tri any = Tri::No;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const std::string pointer = std::string(list) + std::to_string(i) + std::string(inner);
            any = either(any, all(clausesOf(entries[i]), pointer, conditions));
        }
        return any;
    }

    Tri all(const std::vector<Clause>& clauses, const std::string& pointer, const std::vector<Condition>& conditions) {
        Tri result = Tri::Yes;
        for (const Clause& clause : clauses) {
            result = both(result, one(clause, pointer + "/", clause.field, clause.notField));
        }
        for (const Condition& condition : conditions) {
            result = both(result, one(condition.clause, condition.pointer, condition.name, condition.name));
        }
        return result;
    }

    Tri one(const Clause& clause, const std::string& pointer, std::string_view name, std::string_view notName) {
        const bool condition = clause.field.empty();
        const auto wanted = anyOf(clause.key, *clause.values);
        if (wanted && *wanted == Tri::No) {
            reject(clause.key, condition ? pointer + "/values" : pointer + std::string(name), name, *clause.values);
        }
        const auto unwanted = anyOf(clause.key, *clause.notValues);
        if (unwanted && *unwanted == Tri::Yes) {
            reject(clause.key, condition ? pointer + "/notValues" : pointer + std::string(notName),
                   condition ? "not " + std::string(notName) : std::string(notName), *clause.notValues);
        }
        return both(wanted.value_or(Tri::Yes), unwanted ? opposite(*unwanted) : Tri::Yes);
    }

    // Nothing when no usable value is left: then there is no constraint.
    std::optional<Tri> anyOf(const Key& key, const std::vector<std::string>& values) {
        std::optional<Tri> result;
        for (const std::string& value : values) {
            const bool readable = m_view.request.http || !needsHttp(key.attribute);
            const auto outcome = readable ? matchValue(key, value, m_view) : std::nullopt;
            if (!outcome) {
                m_outcome.dropped = m_outcome.dropped || m_unusable == Unusable::DropsRule;
                continue;
            }
            result = either(result.value_or(Tri::No), *outcome);
        }
        if (result == Tri::Unknown) {
            m_outcome.missing.emplace(words(key.attribute));
        }
        return result;
    }

    void reject(const Key& key, std::string pointer, std::string_view name, const std::vector<std::string>& values) {
        m_outcome.rejected.push_back(
            {nullptr, std::move(pointer), std::string(name), joined(values), actualValue(key, m_view)});
    }

    const RequestView& m_view;
    Unusable m_unusable;
    RuleOutcome m_outcome;
    std::vector<Condition> m_callerWhen, m_operationWhen;
};

} // namespace

RuleOutcome matchRule(const config::AuthorizationRule& rule, const RequestView& view, Unusable unusable) {
    return Matcher(view, unusable).run(rule);
}

} // namespace meshdeck::policy::security
