#include "policy/rule_ladder.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "policy/routing/match_words.h"
#include "policy/routing/route_table.h"

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::L4Match;
using config::StringMatch;
using State = LadderCondition::State;

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// In the words of the simulator's rejections (routing/route_match.h).
LadderCondition condition(const std::string& field, const StringMatch& match) {
    static constexpr const char* kWords[] = {"present", "exact", "prefix", "regex"};
    return {field + " " + kWords[static_cast<std::size_t>(match.kind)], match.value, {}, State::NotLookedAt};
}

template <typename Match>
void addSource(const Match& match, std::vector<LadderCondition>& into) {
    if (match.port && *match.port != 0) {
        into.push_back({"port", std::to_string(*match.port), {}, State::NotLookedAt});
    }
    if (!match.gateways.empty()) { // then labels and namespace do not count
        into.push_back({"gateways", words(match.gateways), {}, State::NotLookedAt});
        return;
    }
    if (!match.sourceLabels.empty()) {
        into.push_back({"sourceLabels", words(match.sourceLabels), {}, State::NotLookedAt});
    }
    if (!match.sourceNamespace.empty()) {
        into.push_back({"sourceNamespace", match.sourceNamespace, {}, State::NotLookedAt});
    }
}

// In the order in which they are looked at.
std::vector<LadderCondition> conditionsOf(const HttpMatch& match) {
    std::vector<LadderCondition> all;
    addSource(match, all);
    const auto add = [&all](const char* field, const std::optional<StringMatch>& value) {
        if (value) {
            all.push_back(condition(field, *value));
        }
    };
    add("uri", match.uri);
    add("scheme", match.scheme);
    add("method", match.method);
    add("authority", match.authority);
    for (const auto& [name, value] : match.headers) {
        const bool claim = name.starts_with("@");
        all.push_back(condition("headers[" + (claim ? name : lower(name)) + "]", value));
    }
    for (const auto& [name, value] : match.withoutHeaders) {
        const bool claim = name.starts_with("@");
        all.push_back(condition("withoutHeaders[" + (claim ? name : lower(name)) + "]", value));
    }
    for (const auto& [name, value] : match.queryParams) {
        all.push_back(condition("queryParams[" + name + "]", value));
    }
    return all;
}

std::vector<LadderCondition> conditionsOf(const L4Match& match) {
    std::vector<LadderCondition> all;
    if (!match.sniHosts.empty()) {
        all.push_back({"sniHosts", words(match.sniHosts), {}, State::NotLookedAt});
    }
    if (!match.destinationSubnets.empty()) {
        all.push_back({"destinationSubnets", words(match.destinationSubnets), {}, State::NotLookedAt});
    }
    addSource(match, all);
    return all;
}

std::string called(const config::Destination& destination) {
    return destination.subset.empty() ? destination.host.substr(0, destination.host.find('.')) : destination.subset;
}

// Weights are written as whole numbers; what is none is cut to three digits.
std::string percentWords(double share) {
    const auto whole = static_cast<std::int64_t>(share);
    return (static_cast<double>(whole) == share ? std::to_string(whole) : text::significant(share)) + " %";
}

std::string leadsTo(const std::vector<config::RouteDestination>& route) {
    double sum = 0;
    for (const auto& each : route) {
        sum += static_cast<double>(std::max<std::int64_t>(0, each.weight.value_or(0)));
    }
    std::string text;
    for (const auto& each : route) {
        const double share = route.size() == 1 ? 100 : sum <= 0 ? 0 : 100 * static_cast<double>(each.weight.value_or(0)) / sum;
        if (share <= 0) {
            continue;
        }
        text += (text.empty() ? "" : ", ") + called(each.destination);
        text += route.size() == 1 ? "" : " " + percentWords(share);
    }
    return text;
}

std::string leadsTo(const config::HttpRoute& rule) {
    if (rule.redirect) {
        const std::string where = rule.redirect->authority + rule.redirect->uri + rule.redirect->prefixRewrite;
        return where.empty() ? "redirect" : "redirect to " + where;
    }
    return rule.directResponse ? "answers " + std::to_string(rule.directResponse->status) : leadsTo(rule.route);
}

// A place in an object.
using Place = std::pair<ConfigObjectPtr, std::string>;

bool within(const std::string& pointer, const std::string& parent) {
    return pointer.starts_with(parent) && (pointer.size() == parent.size() || pointer[parent.size()] == '/');
}

// Everything before the condition that failed holds, what comes after was not looked at.
void settle(LadderMatch& match, const Rejection* rejected) {
    bool behind = false;
    for (LadderCondition& each : match.conditions) {
        const bool fails = rejected != nullptr && !behind && each.what == rejected->condition &&
                           (each.wanted == rejected->wanted || rejected->wanted.empty());
        each.state = behind ? State::NotLookedAt : fails ? State::Fails : State::Holds;
        if (fails) {
            each.got = rejected->got;
            behind = true;
        }
    }
    if (rejected != nullptr && !behind) { // a condition that this list has no name for
        for (LadderCondition& each : match.conditions) {
            each.state = State::NotLookedAt;
        }
        match.conditions.insert(match.conditions.begin(), {rejected->condition, rejected->wanted, rejected->got, State::Fails});
    }
}

class LadderBuilder {
public:
    explicit LadderBuilder(const RequestResult& result) : m_result(result) {}

    // True when the request was held against rules of `vs`.
    [[nodiscard]] bool concerns(const EffectiveVirtualService& vs) const {
        const auto ours = [&vs](const ConfigObjectPtr& object) {
            return object != nullptr && (object == vs.object || std::ranges::any_of(vs.http, [&](const RouteOrigin& origin) {
                                             return origin.object == object;
                                         }));
        };
        return ours(m_result.matchedObject) ||
               std::ranges::any_of(m_result.rejected, [&](const Rejection& each) { return ours(each.object); });
    }

    [[nodiscard]] RuleLadder build(const EffectiveVirtualService& vs) {
        RuleLadder ladder{vs.object, {}};
        const bool l4 = m_result.matchedPointer.starts_with("/spec/tcp") || m_result.matchedPointer.starts_with("/spec/tls");
        m_passed = false;
        if (l4) {
            addL4(vs, ladder, m_result.matchedPointer.starts_with("/spec/tcp") ? "tcp" : "tls");
            return ladder;
        }
        for (std::size_t i = 0; i < vs.spec->http.size(); ++i) {
            const config::HttpRoute& rule = vs.spec->http[i];
            auto [object, pointer] = originOf(vs, i, std::nullopt);
            LadderRule shown{object, pointer, rule.name, LadderRule::State::NotReached, {}, leadsTo(rule)};
            std::vector<Place> places;
            for (std::size_t k = 0; k < rule.matches.size(); ++k) {
                places.push_back(originOf(vs, i, k));
                shown.matches.push_back({places.back().second, conditionsOf(rule.matches[k])});
            }
            judge(shown, places);
            ladder.rules.push_back(std::move(shown));
        }
        return ladder;
    }

private:
    void addL4(const EffectiveVirtualService& vs, RuleLadder& ladder, const std::string& section) {
        const auto& rules = section == "tcp" ? vs.spec->tcp : vs.spec->tls;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const std::string pointer = "/spec/" + section + "/" + std::to_string(i);
            LadderRule shown{vs.object, pointer, {}, LadderRule::State::NotReached, {}, leadsTo(rules[i].route)};
            std::vector<Place> places;
            for (std::size_t k = 0; k < rules[i].matches.size(); ++k) {
                places.emplace_back(vs.object, pointer + "/match/" + std::to_string(k));
                shown.matches.push_back({places.back().second, conditionsOf(rules[i].matches[k])});
            }
            judge(shown, places);
            ladder.rules.push_back(std::move(shown));
        }
    }

    // The next rejection told of that place; rejections of one place come in the order of the matches.
    const Rejection* rejectionOf(const Place& place) {
        for (std::size_t i = 0; i < m_result.rejected.size(); ++i) {
            const Rejection& each = m_result.rejected[i];
            if (each.object == place.first && each.pointer == place.second && m_used.insert(i).second) {
                return &each;
            }
        }
        return nullptr;
    }

    void judge(LadderRule& rule, const std::vector<Place>& places) {
        if (m_passed) {
            return;
        }
        const bool matched = rule.object == m_result.matchedObject && within(m_result.matchedPointer, rule.pointer);
        bool looked = false;
        for (std::size_t k = 0; k < rule.matches.size(); ++k) {
            const Rejection* rejected = rejectionOf(places[k]);
            const bool here = matched && rejected == nullptr &&
                              (places[k].second == m_result.matchedPointer || rule.pointer == m_result.matchedPointer);
            if (rejected == nullptr && !here) {
                continue; // behind the match that took the request
            }
            looked = true;
            settle(rule.matches[k], rejected);
            if (here) {
                break;
            }
        }
        rule.state = matched  ? LadderRule::State::Matches
                     : looked ? LadderRule::State::DoesNotMatch
                              : LadderRule::State::NotReached;
        m_passed = matched;
    }

    const RequestResult& m_result;
    std::set<std::size_t> m_used;
    bool m_passed = false; // the rule that took the request is behind us
};

} // namespace

std::vector<RuleLadder> ruleLadders(const World& world, const RequestResult& result) {
    LadderBuilder builder(result);
    std::vector<RuleLadder> ladders;
    for (const EffectiveVirtualServicePtr& vs : world.virtualServices()) {
        if (vs->spec != nullptr && builder.concerns(*vs)) {
            ladders.push_back(builder.build(*vs));
        }
    }
    const auto decides = [&result](const RuleLadder& ladder) {
        return std::ranges::any_of(ladder.rules, [&](const LadderRule& rule) { return rule.state == LadderRule::State::Matches; });
    };
    // What decided comes last of what was looked at; ages order the others.
    std::ranges::stable_partition(ladders, [&](const RuleLadder& ladder) { return !decides(ladder); });
    return ladders;
}

} // namespace meshdeck::policy
