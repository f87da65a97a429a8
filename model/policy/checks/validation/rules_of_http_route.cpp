#include "policy/checks/validation/rules_of_http_route.h"

#include <algorithm>
#include <array>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/names.h"
#include "policy/host_name.h"

namespace meshdeck::policy::validation {
namespace {

using config::HttpRoute;
using config::Json;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

bool isHostHeader(const std::string& name) {
    return lower(name) == "host" || lower(name) == ":authority";
}

// Names of headers that are changed. Of the request the host can be set, nothing else that HTTP/2 keeps in ":" names.
void checkHeaderNames(const Json& operations, bool request, const std::string& place, std::vector<Problem>& into) {
    for (const char* way : {"set", "add"}) {
        const Json& map = valueAt(operations, std::string("/") + way);
        for (const auto& [name, value] : mapOf(map).items()) {
            const bool allowed = request && isHostHeader(name);
            if (name.empty() || (!allowed && (name.starts_with(":") || lower(name) == "host"))) {
                into.push_back({place + "/" + way, "the header \"" + name + "\" cannot be changed"});
            }
        }
    }
    const Json& removed = valueAt(operations, "/remove");
    for (const Json& name : removed.is_array() ? removed : Json::array()) {
        const std::string text = name.is_string() ? name.get<std::string>() : std::string();
        if (text.empty() || text.starts_with(":") || lower(text) == "host") {
            into.push_back({place + "/remove", "the header \"" + text + "\" cannot be removed"});
        }
    }
}

void checkHeaders(const Json& written, const std::string& place, std::vector<Problem>& into) {
    checkHeaderNames(valueAt(written, "/headers/request"), true, place + "/headers/request", into);
    checkHeaderNames(valueAt(written, "/headers/response"), false, place + "/headers/response", into);
}

// The host is rewritten in one place only.
void checkAuthority(const HttpRoute& rule, const std::string& place, std::vector<Problem>& into) {
    int places = rule.rewrite && !rule.rewrite->authority.empty() ? 1 : 0;
    for (const auto* list : {&rule.headers.request.set, &rule.headers.request.add}) {
        places += static_cast<int>(std::count_if(list->begin(), list->end(), [](const auto& one) { return isHostHeader(one.first); }));
    }
    if (places > 1) {
        into.push_back({place, "the host is set more than once"});
    }
}

void checkCors(const Json& cors, const std::string& place, std::vector<Problem>& into) {
    static const std::set<std::string> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"};
    const Json& methods = valueAt(cors, "/allowMethods");
    for (const Json& method : methods.is_array() ? methods : Json::array()) {
        if (method.is_string() && !kMethods.contains(method.get<std::string>())) {
            into.push_back({place + "/allowMethods", method.dump() + " is no HTTP method"});
        }
    }
    const Json& origins = valueAt(cors, "/allowOrigins");
    for (const Json& origin : origins.is_array() ? origins : Json::array()) {
        const bool empty = !origin.is_object() || origin.empty() ||
                           (origin.begin()->is_string() && origin.begin()->get_ref<const std::string&>().empty());
        if (empty) {
            into.push_back({place + "/allowOrigins", "an empty origin matches nothing"});
        }
    }
}

void checkFault(const HttpRoute& rule, const Json& written, const std::string& place, std::vector<Problem>& into) {
    if (!rule.fault) {
        return;
    }
    const Json& abort = valueAt(written, "/fault/abort");
    if (!rule.fault->delay && !rule.fault->abort) {
        into.push_back({place + "/fault", "a fault needs a delay or an abort"});
    }
    if (!abort.is_object()) {
        return;
    }
    const Json& status = valueAt(abort, "/httpStatus");
    if (!valueAt(abort, "/http2Error").is_null()) {
        into.push_back({place + "/fault/abort/http2Error", "it is not supported"});
    } else if (status.is_null() && valueAt(abort, "/grpcStatus").is_null()) {
        into.push_back({place + "/fault/abort", "an abort without httpStatus or grpcStatus aborts nothing", true});
    }
    if (status.is_number() && (status.get<double>() < 200 || status.get<double>() > 600)) {
        into.push_back({place + "/fault/abort/httpStatus", "it must be from 200 to 599"});
    }
}

void checkRedirect(const HttpRoute& rule, const Json& written, const std::string& place, std::vector<Problem>& into) {
    if (!rule.redirect) {
        return;
    }
    const config::HttpRedirect& redirect = *rule.redirect;
    if (redirect.uri.empty() && redirect.prefixRewrite.empty() && redirect.authority.empty() && redirect.scheme.empty() &&
        !redirect.port && redirect.derivePort.empty()) {
        into.push_back({place + "/redirect", "a redirect must change something: uri, authority, scheme or port"});
    }
    const Json& code = valueAt(written, "/redirect/redirectCode");
    if (code.is_number() && code.get<double>() != 0 && (code.get<double>() < 300 || code.get<double>() > 399)) {
        into.push_back({place + "/redirect/redirectCode", "it must be a 3xx status"});
    }
    if (!redirect.scheme.empty() && redirect.scheme != "http" && redirect.scheme != "https") {
        into.push_back({place + "/redirect/scheme", "it must be http or https"});
    }
}

void checkRewrite(const Json& rewrite, const std::string& place, std::vector<Problem>& into) {
    const auto set = [&](const char* field) {
        const Json& value = valueAt(rewrite, field);
        return !value.is_null() && !(value.is_string() && value.get_ref<const std::string&>().empty());
    };
    if (!rewrite.is_object()) {
        return;
    }
    if (set("/uri") && set("/uriRegexRewrite")) {
        into.push_back({place, "only one of uri and uriRegexRewrite may be set"});
    }
    if (!set("/uri") && !set("/uriRegexRewrite") && !set("/authority")) {
        into.push_back({place, "a rewrite must change something: uri, uriRegexRewrite or authority"});
    }
    if (set("/uriRegexRewrite") && !(set("/uriRegexRewrite/match") && set("/uriRegexRewrite/rewrite"))) {
        into.push_back({place + "/uriRegexRewrite", "it needs match and rewrite"});
    }
}

// Numbers are statuses; words are those of Envoy's x-envoy-retry-on and x-envoy-retry-grpc-on.
void checkRetryOn(const HttpRoute& rule, const std::string& place, std::vector<Problem>& into) {
    static const std::set<std::string, std::less<>> kWords{
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream",
        "retriable-status-codes", "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure", "cancelled",
        "deadline-exceeded", "internal", "resource-exhausted", "unavailable"};
    std::string_view rest = rule.retries ? std::string_view(rule.retries->retryOn) : std::string_view();
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view word = rest.substr(0, comma);
        const bool status = word.size() == 3 && word.find_first_not_of("0123456789") == std::string_view::npos &&
                            word.front() >= '1' && word.front() <= '5';
        if (!status && !kWords.contains(word)) {
            into.push_back({place + "/retries/retryOn", "\"" + std::string(word) + "\" is no reason to retry that Envoy knows"});
        }
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
}

void checkDirect(const HttpRoute& rule, const std::string& place, std::vector<Problem>& into) {
    constexpr std::size_t kMost = 1U << 20U;
    constexpr std::size_t kMuch = 100U << 10U;
    if (!rule.directResponse) {
        return;
    }
    if (rule.directResponse->status < 200 || rule.directResponse->status > 600) {
        into.push_back({place + "/directResponse/status", "it must be from 200 to 599"});
    }
    if (rule.directResponse->body.size() > kMuch) {
        into.push_back({place + "/directResponse/body", "a large body weighs on the control plane",
                        rule.directResponse->body.size() <= kMost});
    }
}

} // namespace

void checkDestination(const config::Destination& destination, const std::string& place, std::vector<Problem>& into) {
    if (destination.host == "*") {
        into.push_back({place + "/host", "\"*\" is no destination"});
    } else if (!destination.host.empty()) {
        if (std::string problem = domainProblem(destination.host, true); !problem.empty()) {
            into.push_back({place + "/host", std::move(problem)});
        }
    }
    if (destination.port && !isPort(*destination.port)) {
        into.push_back({place + "/port/number", "it must be a port, 1 to 65535"});
    }
}

void checkGatewayNames(const std::vector<std::string>& gateways, const std::string& place, std::vector<Problem>& into) {
    for (std::size_t i = 0; i < gateways.size(); ++i) {
        const std::string& name = gateways[i];
        const std::string field = place + "/" + std::to_string(i);
        const std::size_t slash = name.find('/');
        if (slash != std::string::npos) {
            const std::string ns = name.substr(0, slash);
            if (!(ns == "." || isDnsLabel(ns)) || !isDnsLabel(name.substr(slash + 1))) {
                into.push_back({field, "\"" + name + "\" has not the form namespace/name"});
            }
            continue;
        }
        const std::size_t dot = name.find('.');
        if (dot != std::string::npos) {
            const std::string rest = name.substr(dot + 1);
            into.push_back({field, "\"" + name + "\" is the old form of a gateway's name; write " +
                                       rest.substr(0, rest.find('.')) + "/" + name.substr(0, dot), true});
        }
        if (std::string problem = domainProblem(name, false); !problem.empty()) {
            into.push_back({field, std::move(problem)});
        }
    }
}

void checkHttpRoute(const HttpRoute& rule, const Json& written, const std::string& place, std::vector<Problem>& into) {
    for (std::size_t i = 0; i < rule.route.size(); ++i) {
        const std::string route = "/route/" + std::to_string(i);
        checkDestination(rule.route[i].destination, place + route + "/destination", into);
        checkHeaders(valueAt(written, route), place + route, into);
    }
    for (std::size_t i = 0; i < rule.mirrors.size(); ++i) {
        checkDestination(rule.mirrors[i].destination,
                         place + (rule.mirrorsListed ? "/mirrors/" + std::to_string(i) + "/destination" : "/mirror"), into);
    }
    if (!valueAt(written, "/mirrorPercent").is_null() || !valueAt(written, "/mirror_percent").is_null()) {
        into.push_back({place + "/mirrorPercent", "mirrorPercent is deprecated, use mirrorPercentage", true});
    }
    checkHeaders(written, place, into);
    checkAuthority(rule, place, into);
    checkCors(valueAt(written, "/corsPolicy"), place + "/corsPolicy", into);
    checkFault(rule, written, place, into);
    checkRedirect(rule, written, place, into);
    checkRewrite(valueAt(written, "/rewrite"), place + "/rewrite", into);
    checkRetryOn(rule, place, into);
    checkDirect(rule, place, into);
}

} // namespace meshdeck::policy::validation
