// Rules that never take a request although Istio's own checks (IST0130, IST0131) do not see it: an earlier rule takes
// everything they could match. Own code MD0004.
#include <algorithm>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/checks/match_cover.h"

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::HttpRoute;
using config::VirtualService;

// More than this many matches are compared by Istio's rules alone: the work grows with the square.
constexpr std::size_t kMostMatches = 400;

struct Place {
    std::size_t rule = 0;
    std::size_t match = 0;
    const HttpMatch* conditions = nullptr; // of a rule without matches: one that takes everything
};

const HttpMatch& everything() {
    static const HttpMatch kEverything;
    return kEverything;
}

std::vector<Place> placesOf(const VirtualService& vs) {
    std::vector<Place> all;
    for (std::size_t rule = 0; rule < vs.http.size(); ++rule) {
        for (std::size_t match = 0; match < vs.http[rule].matches.size(); ++match) {
            all.push_back({rule, match, &vs.http[rule].matches[match]});
        }
        if (vs.http[rule].matches.empty()) {
            all.push_back({rule, 0, &everything()});
        }
    }
    return all;
}

// What IST0130 and IST0131 say of the object, as pointers of rules and matches.
std::set<std::string> saidByIstio(const CheckContext& context, const ConfigObjectPtr& object) {
    std::vector<Finding> findings;
    for (const Check& check : ruleOrderChecks()) {
        check.run(context, {object}, findings);
    }
    std::set<std::string> said;
    for (const Finding& finding : findings) {
        said.insert(finding.pointer);
    }
    return said;
}

std::string describe(const HttpRoute& rule, std::size_t index) {
    return rule.name.empty() ? "#" + std::to_string(index + 1) : "\"" + rule.name + "\"";
}

class ShadowCheck {
public:
    ShadowCheck(const CheckContext& context, const ConfigObjectPtr& object, const VirtualService& vs)
        : m_context(context), m_object(object), m_vs(vs), m_places(placesOf(vs)) {}

    void run(std::vector<Finding>& into) {
        std::vector<std::size_t> covered(m_vs.http.size(), 0);
        std::vector<std::optional<std::size_t>> by(m_vs.http.size());
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            const auto taker = takerOf(i);
            if (taker) {
                ++covered[m_places[i].rule];
                by[m_places[i].rule] = m_places[*taker].rule;
            }
        }
        for (std::size_t rule = 0; rule < m_vs.http.size(); ++rule) {
            const std::size_t matches = std::max<std::size_t>(1, m_vs.http[rule].matches.size());
            if (covered[rule] == matches && *by[rule] != rule && !said(rule)) {
                report(into, "MD0004", m_object, "/spec/http/" + std::to_string(rule),
                       "Rule " + describe(m_vs.http[rule], rule) + " never takes a request: rule " +
                           describe(m_vs.http[*by[rule]], *by[rule]) + " before it takes all that it could match");
            }
        }
    }

private:
    static std::string pointer(const Place& place) {
        return "/spec/http/" + std::to_string(place.rule) + "/match/" + std::to_string(place.match);
    }

    // An earlier match that takes every request of this one. A rule that delegates does not: what its delegate does not
    // match goes on.
    [[nodiscard]] std::optional<std::size_t> takerOf(std::size_t index) const {
        for (std::size_t i = 0; i < index; ++i) {
            if (!m_vs.http[m_places[i].rule].delegate &&
                covers(*m_places[i].conditions, *m_places[index].conditions, m_vs.gateways)) {
                return i;
            }
        }
        return std::nullopt;
    }

    // Istio has a code for it: a finding of the rule itself, or of each of its matches.
    [[nodiscard]] bool said(std::size_t rule) {
        if (!m_said) {
            m_said = saidByIstio(m_context, m_object);
        }
        const auto& matches = m_vs.http[rule].matches;
        bool all = !matches.empty();
        for (std::size_t i = 0; i < matches.size(); ++i) {
            all = all && m_said->contains(pointer({rule, i, nullptr}));
        }
        return all || m_said->contains("/spec/http/" + std::to_string(rule));
    }

    const CheckContext& m_context;
    const ConfigObjectPtr& m_object;
    const VirtualService& m_vs;
    std::optional<std::set<std::string>> m_said; // asked for where there is something to tell
    std::vector<Place> m_places;
};

void checkShadows(const CheckContext& context, const ConfigObjectPtr& object, const VirtualService& vs,
                  std::vector<Finding>& into) {
    std::size_t matches = 0;
    for (const HttpRoute& rule : vs.http) {
        matches += std::max<std::size_t>(1, rule.matches.size());
    }
    if (vs.http.size() < 2 || matches > kMostMatches) {
        return;
    }
    ShadowCheck(context, object, vs).run(into);
}

} // namespace

std::vector<Check> shadowChecks() {
    return {{"virtualService.shadowed", {"MD0004"}, CheckScope::Object, {{kNetworking, "VirtualService"}}, {}, false,
             forEachTyped<VirtualService>(checkShadows)}};
}

} // namespace meshdeck::policy
