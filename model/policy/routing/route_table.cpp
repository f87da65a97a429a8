#include "policy/routing/route_table.h"

#include <algorithm>

#include "policy/routing/match_words.h"
#include "policy/routing/route_match.h"

namespace meshdeck::policy {
namespace {

bool subsetOf(const mesh::Labels& wanted, const mesh::Labels& have) {
    return std::ranges::all_of(wanted, [&have](const auto& label) {
        const auto found = have.find(label.first);
        return found != have.end() && found->second == label.second;
    });
}

// The proxy and port decide this once, when the route is made; no request ever sees such a match.
std::optional<FailedCondition> staticFailure(const config::HttpMatch& match, const Proxy& proxy,
                                             std::string_view gateway, std::uint32_t listenerPort) {
    if (match.port && *match.port != 0 && *match.port != listenerPort) {
        return FailedCondition{"port", std::to_string(*match.port), std::to_string(listenerPort)};
    }
    if (!match.gateways.empty()) { // then labels and namespace do not count
        if (std::ranges::find(match.gateways, gateway) == match.gateways.end()) {
            return FailedCondition{"gateways", words(match.gateways), std::string(gateway)};
        }
        return std::nullopt;
    }
    if (!subsetOf(match.sourceLabels, proxy.labels)) {
        return FailedCondition{"sourceLabels", words(match.sourceLabels), words(proxy.labels)};
    }
    if (!match.sourceNamespace.empty() && match.sourceNamespace != proxy.ns) {
        return FailedCondition{"sourceNamespace", match.sourceNamespace, proxy.ns};
    }
    return std::nullopt;
}

Rejection rejectionOf(const EffectiveVirtualService& vs, std::size_t rule, std::size_t match, FailedCondition failed) {
    auto [object, pointer] = originOf(vs, rule, match);
    return {std::move(object), std::move(pointer), std::move(failed.condition), std::move(failed.wanted),
            std::move(failed.got)};
}

// Does `pattern`, a domain of Envoy with a "*" at one end, take `host`, which must be longer than what is fixed?
bool wildcardTakes(std::string_view pattern, std::string_view host) {
    if (pattern == "*") {
        return true;
    }
    if (host.size() < pattern.size()) {
        return false;
    }
    return pattern.front() == '*' ? host.ends_with(pattern.substr(1))
                                  : host.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool isPattern(std::string_view domain) {
    return !domain.empty() && (domain.front() == '*' || domain.back() == '*');
}

// Suffix wildcards before prefix wildcards, longer ones first, "*" last.
bool earlierPattern(std::string_view a, std::string_view b) {
    const auto rank = [](std::string_view pattern) { return pattern == "*" ? 2 : pattern.front() == '*' ? 0 : 1; };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.size() > b.size();
}

// Without an index.
const VirtualHost* search(const RouteTable& table, std::string_view hostHeader) {
    const std::string host = hostWithoutPort(hostHeader);
    const VirtualHost* best = nullptr;
    std::string_view bestPattern;
    for (const VirtualHost& candidate : table.hosts) {
        for (const std::string& domain : candidate.domains) {
            if (domain == host) {
                return &candidate;
            }
            if (isPattern(domain) && wildcardTakes(domain, host) &&
                (best == nullptr || earlierPattern(domain, bestPattern))) {
                best = &candidate;
                bestPattern = domain;
            }
        }
    }
    return best;
}

} // namespace

void RouteTable::index() {
    m_exact.clear();
    m_wildcards.clear();
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        for (const std::string& domain : hosts[i].domains) {
            if (isPattern(domain)) {
                m_wildcards.emplace_back(domain, i);
            } else {
                m_exact.emplace(domain, i); // the first one keeps it
            }
        }
    }
    std::ranges::stable_sort(m_wildcards, [](const auto& a, const auto& b) { return earlierPattern(a.first, b.first); });
    m_indexed = true;
}

const VirtualHost* RouteTable::find(std::string_view hostHeader) const {
    if (!m_indexed) {
        return search(*this, hostHeader);
    }
    const std::string host = hostWithoutPort(hostHeader);
    if (const auto exact = m_exact.find(host); exact != m_exact.end()) {
        return &hosts[exact->second];
    }
    for (const auto& [pattern, index] : m_wildcards) {
        if (wildcardTakes(pattern, host)) {
            return &hosts[index];
        }
    }
    return nullptr;
}

std::pair<ConfigObjectPtr, std::string> originOf(const EffectiveVirtualService& vs, std::size_t rule,
                                                 std::optional<std::size_t> match) {
    ConfigObjectPtr object = vs.object;
    std::string pointer = "/spec/http/" + std::to_string(rule);
    if (rule < vs.http.size()) {
        pointer = vs.http[rule].pointer;
        if (vs.http[rule].object != nullptr) {
            object = vs.http[rule].object;
        }
    }
    if (match && vs.spec != nullptr && rule < vs.spec->http.size() && !vs.spec->http[rule].matches.empty()) {
        std::size_t index = *match;
        if (rule < vs.http.size()) {
            const RouteOrigin& origin = vs.http[rule];
            if (!vs.gatewayApi && object != vs.object && origin.matches.empty()) {
                return {std::move(object), std::move(pointer)}; // a delegate's rule under the matches of its root
            }
            index = origin.match.value_or(index < origin.matches.size() ? origin.matches[index] : index);
        }
        pointer += (vs.gatewayApi ? "/matches/" : "/match/") + std::to_string(index);
    }
    return {std::move(object), std::move(pointer)};
}

bool isCatchAll(const HttpRouteEntry& entry) {
    return entry.match == nullptr || entry.match->catchAll();
}

bool addRoutes(const EffectiveVirtualServicePtr& vs, const Proxy& proxy, std::string_view gateway,
               std::uint32_t listenerPort, std::vector<HttpRouteEntry>& into, std::vector<SkippedMatch>* skipped) {
    if (vs == nullptr || vs->spec == nullptr) {
        return false;
    }
    for (std::size_t i = 0; i < vs->spec->http.size(); ++i) {
        const config::HttpRoute& rule = vs->spec->http[i];
        HttpRouteEntry entry{nullptr, &rule, vs, i, 0, nullptr, listenerPort};
        if (rule.matches.empty()) {
            into.push_back(entry);
            return true;
        }
        for (std::size_t k = 0; k < rule.matches.size(); ++k) {
            if (auto failed = staticFailure(rule.matches[k], proxy, gateway, listenerPort)) {
                if (skipped != nullptr) {
                    skipped->push_back({vs, i, k, rejectionOf(*vs, i, k, std::move(*failed))});
                }
                continue;
            }
            entry.match = std::make_shared<const CompiledMatch>(rule.matches[k]);
            entry.matchIndex = k;
            into.push_back(entry);
            if (isCatchAll(entry)) {
                return true;
            }
        }
    }
    return false;
}

RouteMatchResult matchRoute(const VirtualHost& host, const Request& request) {
    RouteMatchResult result;
    const RequestView view(request);
    auto skipped = host.skipped.begin();
    std::vector<const EffectiveVirtualService*> begun;
    // What was filtered out before this place: of the same VirtualService, or of one whose routes are behind us.
    const auto tellSkipped = [&](const HttpRouteEntry& until) {
        if (begun.empty() || begun.back() != until.virtualService.get()) {
            begun.push_back(until.virtualService.get());
        }
        for (; skipped != host.skipped.end(); ++skipped) {
            const bool same = skipped->virtualService == until.virtualService;
            const bool later = std::pair(skipped->ruleIndex, skipped->matchIndex) >
                               std::pair(until.ruleIndex, until.matchIndex);
            if (same ? later : std::ranges::find(begun, skipped->virtualService.get()) == begun.end()) {
                return;
            }
            result.rejected.push_back(skipped->rejection);
        }
    };
    for (const HttpRouteEntry& entry : host.routes) {
        if (entry.rule != nullptr) {
            tellSkipped(entry);
        }
        if (entry.match == nullptr || entry.match->matches(view)) {
            result.entry = &entry;
            return result;
        }
        result.rejected.push_back(
            rejectionOf(*entry.virtualService, entry.ruleIndex, entry.matchIndex, *entry.match->firstFailure(view)));
    }
    for (; skipped != host.skipped.end(); ++skipped) {
        result.rejected.push_back(skipped->rejection);
    }
    return result;
}

} // namespace meshdeck::policy
