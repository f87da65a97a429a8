#include "policy/routing/actions.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "policy/routing/answer.h"
#include "policy/routing/header_edits.h"
#include "policy/routing/rewrite.h"

namespace meshdeck::policy {
namespace {

using config::HeaderOperations;
using config::HttpRoute;

double milliseconds(config::ConfigDuration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

// Istio hands percentages to Envoy as parts of a million, cut off.
double effectivePercent(double percent) {
    return std::floor(std::clamp(percent, 0.0, 100.0) * 10000) / 10000;
}

const config::HttpMatch* matchOf(const HttpRouteEntry& entry) {
    return entry.rule != nullptr && entry.matchIndex < entry.rule->matches.size()
               ? &entry.rule->matches[entry.matchIndex]
               : nullptr;
}

// True when the fault filter answers in the destination's place.
bool applyFault(const config::HttpFault& fault, RequestResult& result) {
    FaultPlan plan;
    if (fault.delay && fault.delay->fixedDelay) {
        plan.delayMs = milliseconds(*fault.delay->fixedDelay);
        plan.delayPercent = effectivePercent(fault.delay->percent.value_or(0));
    }
    if (fault.abort) {
        plan.abortPercent = effectivePercent(fault.abort->percent.value_or(0));
        plan.abortStatus = fault.abort->httpStatus ? static_cast<int>(*fault.abort->httpStatus) : 200;
    }
    result.fault = plan;
    const double delayPercent = plan.delayPercent.value_or(0);
    const double abortPercent = plan.abortPercent.value_or(0);
    if (delayPercent >= 100) {
        result.delayMs += *plan.delayMs;
        result.responseFlag = "DI";
    } else if (delayPercent > 0) {
        result.reasons.push_back(percentText(delayPercent) + " of such requests wait " +
                                 std::to_string(std::lround(*plan.delayMs)) + " ms (fault)");
    }
    if (abortPercent > 0 && abortPercent < 100) {
        result.reasons.push_back(percentText(abortPercent) + " of such requests are answered with " +
                                 std::to_string(*plan.abortStatus) + " (fault)");
    }
    if (abortPercent < 100) {
        return false;
    }
    result.verdict = Verdict::Fault;
    result.status = plan.abortStatus;
    result.responseFlag = "FI";
    result.body = "fault filter abort";
    if (!fault.abort->grpcStatus.empty()) {
        result.reasons.push_back("the fault answers with gRPC status " + fault.abort->grpcStatus);
    }
    return true;
}

bool applyOwnAnswer(const HttpRouteEntry& entry, const Request& request, RequestResult& result) {
    const HttpRoute& rule = *entry.rule;
    if (!rule.redirect && !rule.directResponse) {
        return false;
    }
    result.responseHeaders = inSequence(changeable(rule.headers.response), result.responseHeaders); // CORS stands further out
    if (rule.directResponse && !rule.redirect) {
        result.verdict = Verdict::Direct;
        result.status = static_cast<int>(rule.directResponse->status);
        if (!rule.directResponse->body.empty()) {
            result.body = rule.directResponse->body;
        }
        return true;
    }
    result.status = redirectCode(*rule.redirect);
    if (!result.status) {
        result.verdict = Verdict::CannotTell;
        result.reasons.push_back("redirect code " + std::to_string(rule.redirect->code) +
                                 " is not one that Istio can configure, so the route has no action");
        return true;
    }
    result.verdict = Verdict::Redirect;
    result.location = locationOf(*rule.redirect, matchOf(entry), request, entry.port);
    return true;
}

// Response headers that the rule puts on an answer of the proxy itself; of several destinations nobody knows which was
// drawn.
HeaderOperations ownAnswerHeaders(const HttpRoute& rule) {
    const HeaderOperations ofRule = changeable(rule.headers.response);
    return rule.route.size() == 1 ? joined(ofRule, changeable(rule.route.front().headers.response)) : ofRule;
}

struct Weighted {
    const config::RouteDestination* destination = nullptr;
    std::size_t index = 0;
    double percent = 100;
};

std::vector<Weighted> weighted(const HttpRoute& rule) {
    if (rule.route.size() == 1) {
        return {{&rule.route.front(), 0, 100}};
    }
    std::vector<Weighted> result;
    double sum = 0;
    for (std::size_t i = 0; i < rule.route.size(); ++i) {
        const auto weight = static_cast<double>(std::max<std::int64_t>(0, rule.route[i].weight.value_or(0)));
        if (weight > 0) {
            result.push_back({&rule.route[i], i, weight});
            sum += weight;
        }
    }
    for (Weighted& one : result) {
        one.percent = 100 * one.percent / sum;
    }
    return result;
}

bool works(const Cluster& cluster) {
    return cluster.exists && (!cluster.endpoints.empty() || cluster.endpointsUnknown);
}

std::string failureOf(const Cluster& cluster) {
    return cluster.exists ? "nobody ready is behind " + cluster.name : cluster.missing;
}

void addDestinations(const HttpRouteEntry& entry, const Scope& scope, RequestResult& result, Forwarding& forwarding) {
    const std::string rulePointer = originOf(*entry.virtualService, entry.ruleIndex, std::nullopt).second;
    for (const Weighted& one : weighted(*entry.rule)) {
        Cluster cluster = resolveCluster(scope, *entry.virtualService, one.destination->destination, entry.port);
        DestinationShare share = shareOf(scope.world(), cluster);
        share.percent = one.percent;
        share.pointer = rulePointer + (entry.virtualService->gatewayApi ? "/backendRefs/" : "/route/") +
                        std::to_string(one.index);
        share.headers = one.destination->headers;
        result.destinations.push_back(std::move(share));
        forwarding.clusters.push_back(std::move(cluster));
    }
    for (std::size_t i = 0; i < forwarding.clusters.size(); ++i) {
        const bool better = works(forwarding.clusters[i]) > works(forwarding.clusters[forwarding.chosen]);
        const bool equal = works(forwarding.clusters[i]) == works(forwarding.clusters[forwarding.chosen]);
        if (better || (equal && result.destinations[i].percent > result.destinations[forwarding.chosen].percent)) {
            forwarding.chosen = i;
        }
    }
    for (std::size_t i = 0; i < forwarding.clusters.size(); ++i) {
        if (i != forwarding.chosen && !works(forwarding.clusters[i])) {
            result.reasons.push_back(percentText(result.destinations[i].percent) +
                                     " of such requests get 503: " + failureOf(forwarding.clusters[i]));
        }
    }
}

void addMirrors(const HttpRouteEntry& entry, const Scope& scope, RequestResult& result) {
    for (const config::HttpMirror& mirror : entry.rule->mirrors) {
        const double percent = effectivePercent(mirror.percent);
        if (percent <= 0) {
            continue;
        }
        const Cluster cluster = resolveCluster(scope, *entry.virtualService, mirror.destination, entry.port);
        if (!works(cluster)) {
            result.reasons.push_back("no copy is sent to the mirror: " + failureOf(cluster));
            continue;
        }
        DestinationShare share = shareOf(scope.world(), cluster);
        share.percent = percent;
        result.mirrors.push_back(std::move(share));
    }
}

// What the chosen destination sees, and what is done to its answer.
void addEdits(const HttpRouteEntry& entry, const Request& request, std::size_t chosen, RequestResult& result) {
    const HttpRoute& rule = *entry.rule;
    const HeaderOperations ruleRequest = changeable(rule.headers.request);
    const HeaderOperations ruleResponse = changeable(rule.headers.response);
    const config::HeaderEdits& own = result.destinations[chosen].headers;
    const bool single = rule.route.size() == 1;
    const auto merge = [single](const HeaderOperations& ofRule, const HeaderOperations& ofDestination) {
        return single ? joined(ofRule, ofDestination) : inSequence(ofDestination, ofRule);
    };
    applyEdits(merge(ruleRequest, changeable(own.request)), result.upstreamHeaders);
    const HeaderOperations cors = result.responseHeaders; // set before, by the CORS filter that stands further out
    result.responseHeaders = inSequence(merge(ruleResponse, changeable(own.response)), cors);
    std::optional<std::string> authority;
    if (rule.rewrite && !rule.rewrite->authority.empty()) {
        authority = rule.rewrite->authority;
    }
    if (!authority) {
        authority = authorityOf(rule.headers.request);
    }
    if (!authority) {
        authority = authorityOf(own.request);
    }
    if (authority) {
        result.upstreamHost = authority;
    }
    if (rule.rewrite) {
        result.upstreamPath = rewrittenPath(*rule.rewrite, matchOf(entry), request.path);
    }
    if (*result.upstreamPath != request.path) {
        result.rewrite = "path " + request.path + " becomes " + *result.upstreamPath;
    }
    if (*result.upstreamHost != request.host) {
        result.rewrite += (result.rewrite.empty() ? "" : ", ") + ("Host " + request.host) + " becomes " +
                          *result.upstreamHost;
    }
}

// The verdict of a destination that cannot take the request.
void judgeCluster(const Cluster& cluster, bool gatewayApi, RequestResult& result) {
    result.cluster = cluster.name;
    if (!cluster.exists) {
        result.verdict = Verdict::NoCluster;
        result.status = gatewayApi ? 500 : 503;
        result.responseFlag = "NC";
        result.reasons.push_back(failureOf(cluster));
    } else if (!works(cluster)) {
        result.verdict = Verdict::NoEndpoints;
        result.status = 503;
        result.responseFlag = "UH";
        result.body = "no healthy upstream";
        result.reasons.push_back(failureOf(cluster));
    } else {
        result.verdict = Verdict::Routed;
        if (cluster.endpointsUnknown) {
            result.reasons.push_back("who is behind " + cluster.name + " is not known from the config");
        }
    }
}

void forwardToService(const HttpRouteEntry& entry, const Scope& scope, RequestResult& result, Forwarding& forwarding) {
    Cluster cluster = resolveCluster(scope, entry.service->host, {}, entry.port, entry.port);
    result.route = "default";
    result.retries = retryPlan(nullptr, scope.world().mesh());
    result.destinations.push_back(shareOf(scope.world(), cluster));
    judgeCluster(cluster, false, result);
    forwarding.goesOn = result.verdict == Verdict::Routed;
    forwarding.clusters.push_back(std::move(cluster));
}

void nameRoute(const HttpRouteEntry& entry, RequestResult& result) {
    const auto [object, pointer] = originOf(*entry.virtualService, entry.ruleIndex, std::nullopt);
    result.matchedObject = object;
    result.matchedPointer = pointer;
    result.route = entry.rule->name;
    const config::HttpMatch* match = matchOf(entry);
    if (match != nullptr && !match->name.empty()) {
        result.route += "." + match->name;
    }
}

} // namespace

std::string percentText(double percent) {
    char text[32];
    const double rounded = std::round(percent * 100) / 100;
    const auto end = std::to_chars(text, text + sizeof(text), rounded).ptr;
    return std::string(text, end) + " %";
}

Forwarding forward(const HttpRouteEntry& entry, const Request& request, const Scope& scope, RequestResult& result) {
    Forwarding forwarding;
    result.upstreamHost = request.host;
    result.upstreamPath = request.path;
    result.upstreamHeaders = request.headers;
    if (entry.rule == nullptr) {
        forwardToService(entry, scope, result, forwarding);
        return forwarding;
    }
    const HttpRoute& rule = *entry.rule;
    nameRoute(entry, result);
    if (rule.cors && applyCors(*rule.cors, request, result)) {
        return forwarding;
    }
    if (rule.fault && applyFault(*rule.fault, result)) {
        result.responseHeaders = inSequence(ownAnswerHeaders(rule), result.responseHeaders);
        return forwarding;
    }
    if (applyOwnAnswer(entry, request, result)) {
        return forwarding;
    }
    if (rule.timeout && rule.timeout->count() > 0) {
        result.timeoutMs = milliseconds(*rule.timeout);
    }
    result.retries = retryPlan(rule.retries ? &*rule.retries : nullptr, scope.world().mesh());
    addDestinations(entry, scope, result, forwarding);
    if (forwarding.clusters.empty()) {
        result.verdict = Verdict::CannotTell;
        result.reasons.emplace_back(rule.route.empty() ? "the rule has neither destinations nor an answer of its own"
                                                       : "no destination of the rule has a weight, which Istio refuses");
        return forwarding;
    }
    addMirrors(entry, scope, result);
    addEdits(entry, request, forwarding.chosen, result);
    judgeCluster(forwarding.clusters[forwarding.chosen], entry.virtualService->gatewayApi, result);
    forwarding.goesOn = result.verdict == Verdict::Routed;
    return forwarding;
}

void applyRoute(const HttpRouteEntry& entry, const Request& request, const Scope& scope, RequestResult& result) {
    const Forwarding forwarding = forward(entry, request, scope, result);
    (void)forwarding;
}

} // namespace meshdeck::policy
