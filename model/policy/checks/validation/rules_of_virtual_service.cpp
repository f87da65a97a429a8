#include <algorithm>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/names.h"
#include "policy/checks/validation/rules_of_http_route.h"
#include "policy/host_name.h"

namespace meshdeck::policy::validation {
namespace {

using config::HttpRoute;
using config::VirtualService;

// SNI rules of a gateway may name what istiod itself calls a cluster: outbound_.9080_._.host.
bool routesSni(const VirtualService& vs) {
    return std::any_of(vs.tls.begin(), vs.tls.end(), [](const config::L4Route& rule) {
        return std::any_of(rule.matches.begin(), rule.matches.end(),
                           [](const config::L4Match& match) { return !match.sniHosts.empty(); });
    });
}

void checkHosts(const VirtualService& vs, std::vector<Problem>& into) {
    const bool mesh = vs.gateways.empty() || std::find(vs.gateways.begin(), vs.gateways.end(), "mesh") != vs.gateways.end();
    bool valid = true;
    for (std::size_t i = 0; i < vs.hosts.size(); ++i) {
        const std::string place = "/spec/hosts/" + std::to_string(i);
        const bool sni = !mesh && routesSni(vs) && vs.hosts[i].starts_with("outbound_.");
        std::string problem = isAddress(vs.hosts[i]) || sni ? std::string() : domainProblem(vs.hosts[i], true);
        if (problem.empty() && vs.hosts[i] == "*" && mesh) {
            problem = "the host \"*\" is for gateways only, not for sidecars";
        }
        if (!problem.empty()) {
            valid = false;
            into.push_back({place, std::move(problem)});
        }
    }
    for (std::size_t i = 0; valid && i < vs.hosts.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (hostsMatch(vs.hosts[i], vs.hosts[k])) {
                into.push_back({"/spec/hosts/" + std::to_string(i),
                                "the hosts \"" + vs.hosts[k] + "\" and \"" + vs.hosts[i] + "\" overlap"});
            }
        }
    }
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

// What a header's name must be; a condition on a claim of the token has a name of its own.
bool isHeaderName(const std::string& name) {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return name.starts_with("@request.auth.claims") ||
           (!name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
                return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
            }));
}

void checkEmpty(const std::optional<config::StringMatch>& match, const std::string& place, std::vector<Problem>& into) {
    if (match && match->value.empty() && match->kind == config::StringMatch::Kind::Prefix) {
        into.push_back({place, "an empty prefix is not accepted"});
    } else if (match && match->value.empty() && match->kind == config::StringMatch::Kind::Regex) {
        into.push_back({place, "an empty regular expression is not accepted"});
    }
}

void checkMatch(const VirtualService& vs, const config::HttpMatch& match, const std::string& place,
                std::vector<Problem>& into) {
    const bool gatewayOnly = !vs.gateways.empty() && std::find(vs.gateways.begin(), vs.gateways.end(), "mesh") == vs.gateways.end();
    for (const auto& [field, list] : {std::pair("headers", &match.headers), std::pair("withoutHeaders", &match.withoutHeaders)}) {
        for (const auto& [name, wanted] : *list) {
            if (name.starts_with("@request.auth.claims") && !gatewayOnly) {
                into.push_back({place, "conditions on JWT claims work at gateways only"});
            }
            if (!isHeaderName(name)) {
                into.push_back({place + "/" + field, "\"" + name + "\" is no header's name"});
            }
            checkEmpty(wanted, place + "/" + field, into);
        }
    }
    for (const auto& [name, wanted] : match.queryParams) {
        checkEmpty(wanted, place + "/queryParams", into);
    }
    checkEmpty(match.scheme, place + "/scheme", into);
    checkEmpty(match.method, place + "/method", into);
    checkEmpty(match.authority, place + "/authority", into);
    if (match.uri && match.uri->kind == config::StringMatch::Kind::Regex) {
        checkEmpty(match.uri, place + "/uri", into);
    }
    if (!match.sourceNamespace.empty() && !isDnsLabel(match.sourceNamespace)) {
        into.push_back({place + "/sourceNamespace", "\"" + match.sourceNamespace + "\" is no namespace's name"});
    }
    if (match.port && *match.port != 0 && !isPort(*match.port)) {
        into.push_back({place + "/port", "it must be a port, 1 to 65535"});
    }
    checkGatewayNames(match.gateways, place + "/gateways", into);
}

void checkSubnets(const config::L4Match& match, const std::string& place, std::vector<Problem>& into) {
    for (const std::string& subnet : match.destinationSubnets) {
        if (!isAddressOrRange(subnet)) {
            into.push_back({place + "/destinationSubnets", "\"" + subnet + "\" is no address and no range"});
        }
    }
    checkGatewayNames(match.gateways, place + "/gateways", into);
}

void checkL4Route(const config::L4Route& rule, const std::string& place, std::vector<Problem>& into) {
    if (rule.route.empty()) {
        into.push_back({place, "a rule needs a route"});
    }
    for (std::size_t i = 0; i < rule.route.size(); ++i) {
        checkDestination(rule.route[i].destination, place + "/route/" + std::to_string(i) + "/destination", into);
    }
    for (std::size_t i = 0; i < rule.matches.size(); ++i) {
        checkSubnets(rule.matches[i], place + "/match/" + std::to_string(i), into);
    }
    checkWeights(rule.route, place, into);
}

void checkSni(const VirtualService& vs, const config::L4Match& match, const std::string& place, std::vector<Problem>& into) {
    if (match.sniHosts.empty()) {
        into.push_back({place, "a TLS match needs sniHosts"});
    }
    for (const std::string& sni : match.sniHosts) {
        if (isAddress(sni)) {
            into.push_back({place, "\"" + sni + "\" is an address, which clients do not send as SNI", true});
            continue;
        }
        const bool inside = std::any_of(vs.hosts.begin(), vs.hosts.end(),
                                        [&](const std::string& host) { return hostSubsetOf(sni, host); });
        if (!inside) {
            into.push_back({place, "the SNI \"" + sni + "\" is none of the hosts"});
        }
    }
}

void checkTls(const VirtualService& vs, std::vector<Problem>& into) {
    for (std::size_t i = 0; i < vs.tls.size(); ++i) {
        const std::string place = "/spec/tls/" + std::to_string(i);
        if (vs.tls[i].matches.empty()) {
            into.push_back({place, "a TLS rule needs a match with sniHosts"});
        }
        for (std::size_t k = 0; k < vs.tls[i].matches.size(); ++k) {
            checkSni(vs, vs.tls[i].matches[k], place + "/match/" + std::to_string(k), into);
        }
        checkL4Route(vs.tls[i], place, into);
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
    checkGatewayNames(vs.gateways, "/spec/gateways", problems);
    for (std::size_t i = 0; i < vs.http.size(); ++i) {
        const std::string place = "/spec/http/" + std::to_string(i);
        checkAction(vs.http[i], place, delegate, problems);
        checkWeights(vs.http[i].route, place, problems);
        checkMirrors(object, place, problems);
        checkRetries(vs.http[i], place, problems);
        for (std::size_t k = 0; k < vs.http[i].matches.size(); ++k) {
            checkMatch(vs, vs.http[i].matches[k], place + "/match/" + std::to_string(k), problems);
        }
        checkHttpRoute(vs.http[i], valueAt(*object.json, place), place, problems);
    }
    checkTls(vs, problems);
    for (std::size_t i = 0; i < vs.tcp.size(); ++i) {
        checkL4Route(vs.tcp[i], "/spec/tcp/" + std::to_string(i), problems);
    }
    return problems;
}

} // namespace meshdeck::policy::validation
