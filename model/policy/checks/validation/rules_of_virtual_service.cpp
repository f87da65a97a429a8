#include <algorithm>
#include <set>

#include "policy/checks/validation/rules_between.h"
#include "policy/host_name.h"

namespace meshdeck::policy::validation {
namespace {

using config::HttpRoute;
using config::VirtualService;

void checkHosts(const VirtualService& vs, std::vector<Problem>& into) {
    const bool mesh = vs.gateways.empty() || std::find(vs.gateways.begin(), vs.gateways.end(), "mesh") != vs.gateways.end();
    for (std::size_t i = 0; i < vs.hosts.size(); ++i) {
        const std::string place = "/spec/hosts/" + std::to_string(i);
        if (vs.hosts[i] == "*" && mesh) {
            into.push_back({place, "the host \"*\" is for gateways only, not for sidecars"});
        }
        for (std::size_t k = 0; k < i; ++k) {
            if (vs.hosts[i] == vs.hosts[k] ||
                (hostsMatch(vs.hosts[i], vs.hosts[k]) && isWildcard(vs.hosts[i]) && isWildcard(vs.hosts[k]))) {
                into.push_back({place, "the hosts \"" + vs.hosts[k] + "\" and \"" + vs.hosts[i] + "\" overlap"});
            }
        }
    }
}

bool regexIn(const config::HttpMatch& match) {
    const auto regex = [](const std::optional<config::StringMatch>& one) {
        return one && one->kind == config::StringMatch::Kind::Regex;
    };
    const auto any = [&](const config::StringMatches& list) {
        return std::any_of(list.begin(), list.end(), [&](const auto& entry) { return regex(entry.second); });
    };
    return regex(match.uri) || regex(match.scheme) || regex(match.method) || regex(match.authority) ||
           any(match.headers) || any(match.withoutHeaders) || any(match.queryParams);
}

void checkAction(const HttpRoute& rule, const std::string& place, bool delegate, std::vector<Problem>& into) {
    if (rule.delegate) {
        if (!rule.route.empty() || rule.redirect) {
            into.push_back({place, "a rule that delegates has no route and no redirect of its own"});
        }
        if (delegate) {
            into.push_back({place + "/delegate", "a delegate cannot delegate again"});
        }
        return;
    }
    const int actions = (rule.route.empty() ? 0 : 1) + (rule.redirect ? 1 : 0) + (rule.directResponse ? 1 : 0);
    if (actions == 0) {
        into.push_back({place, "a rule needs a route, a redirect or a directResponse"});
    } else if (actions > 1) {
        into.push_back({place, "only one of route, redirect and directResponse may be set"});
    }
    if ((rule.redirect || rule.directResponse) && (rule.fault || rule.rewrite)) {
        into.push_back({place, "fault and rewrite have no meaning beside redirect or directResponse"});
    }
}

void checkWeights(const std::vector<config::RouteDestination>& route, const std::string& place,
                  std::vector<Problem>& into) {
    std::int64_t sum = 0;
    for (const config::RouteDestination& one : route) {
        sum += std::max<std::int64_t>(0, one.weight.value_or(0));
    }
    if (route.size() > 1 && sum == 0) {
        into.push_back({place + "/route", "all weights are zero, so no destination gets a request"});
    }
}

void checkMirrors(const config::ConfigObject& object, const std::string& place, std::vector<Problem>& into) {
    const auto has = [&](const char* field) {
        const config::Json* value = config::at(*object.json, place + field);
        return value != nullptr && !value->is_null();
    };
    if (has("/mirror") && has("/mirrors")) {
        into.push_back({place + "/mirrors", "only one of mirror and mirrors may be set"});
    }
}

void checkRetries(const HttpRoute& rule, const std::string& place, std::vector<Problem>& into) {
    if (rule.retries && rule.retries->attempts.value_or(0) == 0 &&
        (rule.retries->perTryTimeout || !rule.retries->retryOn.empty() || rule.retries->retryRemoteLocalities)) {
        into.push_back({place + "/retries", "retries without attempts disable retrying, so they can set nothing else"});
    }
}

void checkMatches(const VirtualService& vs, const HttpRoute& rule, const std::string& place, bool delegate,
                  std::vector<Problem>& into) {
    for (std::size_t k = 0; k < rule.matches.size(); ++k) {
        const std::string match = place + "/match/" + std::to_string(k);
        if ((rule.delegate || delegate) && regexIn(rule.matches[k])) {
            into.push_back({match, "conditions of delegation cannot be regular expressions"});
        }
        for (const auto& [name, wanted] : rule.matches[k].headers) {
            if (name.starts_with("@request.auth.claims") && vs.gateways.empty()) {
                into.push_back({match, "conditions on JWT claims work at gateways only"});
            }
            if (wanted.kind == config::StringMatch::Kind::Prefix && wanted.value.empty()) {
                into.push_back({match, "an empty prefix matches everything; use {} for a header that is there"});
            }
        }
    }
}

void checkTls(const VirtualService& vs, std::vector<Problem>& into) {
    for (std::size_t i = 0; i < vs.tls.size(); ++i) {
        const std::string place = "/spec/tls/" + std::to_string(i);
        if (vs.tls[i].matches.empty()) {
            into.push_back({place, "a TLS rule needs a match with sniHosts"});
        }
        for (const config::L4Match& match : vs.tls[i].matches) {
            if (match.sniHosts.empty()) {
                into.push_back({place + "/match", "a TLS match needs sniHosts"});
            }
            for (const std::string& sni : match.sniHosts) {
                const bool inside = std::any_of(vs.hosts.begin(), vs.hosts.end(),
                                                [&](const std::string& host) { return hostSubsetOf(sni, host); });
                if (!inside) {
                    into.push_back({place + "/match", "the SNI \"" + sni + "\" is none of the hosts"});
                }
            }
        }
        checkWeights(vs.tls[i].route, place, into);
    }
}

} // namespace

std::vector<Problem> virtualServiceProblems(const config::ConfigObject& object, const VirtualService& vs) {
    std::vector<Problem> problems;
    const bool delegate = vs.hosts.empty();
    if (vs.http.empty() && vs.tls.empty() && vs.tcp.empty()) {
        problems.push_back({"/spec", "a VirtualService needs http, tls or tcp rules"});
    }
    if (delegate && (!vs.gateways.empty() || !vs.tls.empty() || !vs.tcp.empty())) {
        problems.push_back({"/spec", "a delegate (no hosts) has neither gateways nor tls or tcp rules"});
    }
    checkHosts(vs, problems);
    for (std::size_t i = 0; i < vs.http.size(); ++i) {
        const std::string place = "/spec/http/" + std::to_string(i);
        checkAction(vs.http[i], place, delegate, problems);
        checkWeights(vs.http[i].route, place, problems);
        checkMirrors(object, place, problems);
        checkRetries(vs.http[i], place, problems);
        checkMatches(vs, vs.http[i], place, delegate, problems);
    }
    checkTls(vs, problems);
    for (std::size_t i = 0; i < vs.tcp.size(); ++i) {
        checkWeights(vs.tcp[i].route, "/spec/tcp/" + std::to_string(i), problems);
    }
    return problems;
}

} // namespace meshdeck::policy::validation
