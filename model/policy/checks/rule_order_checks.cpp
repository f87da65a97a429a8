// Rules and matches that never take a request because an earlier one does (facts/semantics.md 7.1, IST0130, IST0131).
#include <algorithm>
#include <map>

#include "policy/checks/check_lists.h"
#include "policy/checks/json_walk.h"

namespace meshdeck::policy {
namespace {

using config::Json;

// A match as text without its name: two matches with one text take the same requests.
std::string matchText(const Json& match) {
    if (!match.is_object()) {
        return match.dump();
    }
    std::map<std::string, std::string> sorted;
    for (const auto& [key, value] : match.items()) {
        if (key != "name") {
            // nlohmann's ordered_json keeps the document's order; the meaning does not depend on it.
            sorted[key] = nlohmann::json::parse(value.dump()).dump();
        }
    }
    std::string text;
    for (const auto& [key, value] : sorted) {
        text += key + '=' + value + ';';
    }
    return text;
}

std::string ruleName(const Json& rule, std::size_t index) {
    const auto name = rule.find("name");
    return name != rule.end() && name->is_string() && !name->get_ref<const std::string&>().empty()
               ? "\"" + name->get<std::string>() + "\""
               : "#" + std::to_string(index + 1);
}

class OrderCheck {
public:
    OrderCheck(const ConfigObjectPtr& object, std::string section, std::vector<Finding>& into)
        : m_object(object), m_section(std::move(section)), m_into(into) {}

    void run(const Json& rules) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (rules[i].is_object()) {
                look(rules, i);
            }
        }
    }

private:
    [[nodiscard]] std::string place(std::size_t rule) const { return "/spec/" + m_section + "/" + std::to_string(rule); }

    void look(const Json& rules, std::size_t index) {
        const Json& rule = rules[index];
        const auto matches = rule.find("match");
        if (matches == rule.end() || !matches->is_array() || matches->empty()) {
            if (m_catchAll) {
                report(m_into, "IST0130", m_object, place(index),
                       "Rule " + ruleName(rule, index) + " is never reached: rule " + ruleName(rules[*m_catchAll], *m_catchAll) +
                           " before it has no match, so it takes every request");
            }
            m_catchAll = index;
            return;
        }
        std::size_t duplicates = 0;
        for (std::size_t k = 0; k < matches->size(); ++k) {
            if (m_catchAll) {
                report(m_into, "IST0130", m_object, place(index),
                       "Rule " + ruleName(rule, index) + " is never reached: rule " +
                           ruleName(rules[*m_catchAll], *m_catchAll) + " before it takes every request");
                continue;
            }
            const auto [seen, fresh] = m_seen.emplace(matchText((*matches)[k]), index);
            if (!fresh) {
                ++duplicates;
                report(m_into, "IST0131", m_object, place(index) + "/match/" + std::to_string(k),
                       "This match is the same as one of rule " + ruleName(rules[seen->second], seen->second) +
                           ", which takes its requests first");
            }
        }
        if (duplicates == matches->size()) {
            report(m_into, "IST0130", m_object, place(index),
                   "Rule " + ruleName(rule, index) + " is never reached: earlier rules have all its matches");
        }
    }

    const ConfigObjectPtr& m_object;
    std::string m_section;
    std::vector<Finding>& m_into;
    std::map<std::string, std::size_t> m_seen;
    std::optional<std::size_t> m_catchAll;
};

// A match with a uri prefix, reduced to what can be compared by prefix. Istio compares exact and prefix values alike.
struct PrefixMatch {
    std::size_t rule = 0;
    std::size_t match = 0;
    std::string prefix;
    std::uint32_t port = 0;
    std::string method, authority;
    std::map<std::string, std::string> headers, query, without;
};

std::string plain(const std::optional<config::StringMatch>& match) {
    const bool comparable = match && (match->kind == config::StringMatch::Kind::Exact ||
                                      match->kind == config::StringMatch::Kind::Prefix);
    return comparable ? match->value : std::string();
}

std::map<std::string, std::string> plain(const config::StringMatches& list) {
    std::map<std::string, std::string> result;
    for (const auto& [name, match] : list) {
        result[name] = plain(std::optional(match));
    }
    return result;
}

bool mapCovered(const std::map<std::string, std::string>& earlier, const std::map<std::string, std::string>& later) {
    return earlier.size() == later.size() && std::all_of(earlier.begin(), earlier.end(), [&](const auto& entry) {
               const auto found = later.find(entry.first);
               return found != later.end() && entry.second.starts_with(found->second);
           });
}

bool covers(const PrefixMatch& earlier, const PrefixMatch& later) {
    return later.prefix != earlier.prefix && later.prefix.starts_with(earlier.prefix) && later.port == earlier.port &&
           earlier.method.starts_with(later.method) && earlier.authority.starts_with(later.authority) &&
           mapCovered(earlier.headers, later.headers) && mapCovered(earlier.query, later.query) &&
           mapCovered(earlier.without, later.without);
}

void checkPrefixes(const CheckContext&, const ConfigObjectPtr& object, const config::VirtualService& vs,
                   std::vector<Finding>& into) {
    std::vector<PrefixMatch> all;
    for (std::size_t i = 0; i < vs.http.size(); ++i) {
        for (std::size_t k = 0; k < vs.http[i].matches.size(); ++k) {
            const config::HttpMatch& match = vs.http[i].matches[k];
            if (!match.uri || match.uri->kind != config::StringMatch::Kind::Prefix) {
                continue;
            }
            all.push_back({i, k, match.uri->value, match.port.value_or(0),
                           match.method ? plain(match.method) : "GET", plain(match.authority), plain(match.headers),
                           plain(match.queryParams), plain(match.withoutHeaders)});
        }
    }
    for (std::size_t a = 0; a < all.size(); ++a) {
        for (std::size_t b = a + 1; b < all.size(); ++b) {
            if (covers(all[a], all[b])) {
                report(into, "IST0131", object,
                       "/spec/http/" + std::to_string(all[b].rule) + "/match/" + std::to_string(all[b].match),
                       "The prefix \"" + all[b].prefix + "\" is covered by \"" + all[a].prefix + "\" of rule #" +
                           std::to_string(all[a].rule + 1) + ", which takes its requests first");
            }
        }
    }
}

void checkOrder(const CheckContext&, const ConfigObjectPtr& object, const config::VirtualService&,
                std::vector<Finding>& into) {
    for (const char* section : {"http", "tls", "tcp"}) {
        const Json& rules = valueAt(*object->json, std::string("/spec/") + section);
        if (rules.is_array()) {
            OrderCheck(object, section, into).run(rules);
        }
    }
}

} // namespace

std::vector<Check> ruleOrderChecks() {
    const std::pair<std::string_view, std::string_view> vs{kNetworking, "VirtualService"};
    return {
        {"virtualService.ruleOrder", {"IST0130", "IST0131"}, CheckScope::Object, {vs}, {}, false,
         forEachTyped<config::VirtualService>(checkOrder)},
        {"virtualService.prefixOrder", {"IST0131"}, CheckScope::Object, {vs}, {}, false,
         forEachTyped<config::VirtualService>(checkPrefixes)},
    };
}

} // namespace meshdeck::policy
