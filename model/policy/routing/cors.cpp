#include "policy/routing/actions.h"
#include "policy/routing/route_match.h"

namespace meshdeck::policy {
namespace {

std::string joinedList(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        text += (text.empty() ? "" : ",") + value;
    }
    return text;
}

void setIfAny(config::HeaderOperations& operations, const char* name, std::string value) {
    if (!value.empty()) {
        operations.set.emplace_back(name, std::move(value));
    }
}

// Envoy answers "*" with what the browser has asked for (its cors_filter.cc).
std::string allowedOrAsked(const std::vector<std::string>& allowed, const std::string* asked) {
    const std::string list = joinedList(allowed);
    return list == "*" ? (asked == nullptr ? std::string() : *asked) : list;
}

} // namespace

bool applyCors(const config::CorsPolicy& cors, const Request& request, RequestResult& result) {
    const RequestView view(request);
    const std::string* origin = view.header("origin");
    if (origin == nullptr || origin->empty()) {
        return false;
    }
    const std::string* asked = view.header("access-control-request-method");
    const bool preflight = request.method == "OPTIONS" && asked != nullptr && !asked->empty();
    bool allowed = false;
    for (const config::StringMatch& match : cors.allowOrigins) {
        const CompiledString compiled(match);
        allowed = allowed || compiled.matches("*") || compiled.matches(*origin); // an exact "*" stands for all
    }
    config::HeaderOperations& headers = result.responseHeaders;
    const bool answers = preflight && (allowed || cors.unmatchedPreflights == "IGNORE");
    if (allowed) {
        setIfAny(headers, "access-control-allow-origin", *origin);
        setIfAny(headers, "access-control-expose-headers", joinedList(cors.exposeHeaders)); // of preflights too
    }
    if ((allowed || answers) && cors.allowCredentials.value_or(false)) {
        setIfAny(headers, "access-control-allow-credentials", "true");
    }
    if (answers) {
        setIfAny(headers, "access-control-allow-methods", allowedOrAsked(cors.allowMethods, asked));
        setIfAny(headers, "access-control-allow-headers",
                 allowedOrAsked(cors.allowHeaders, view.header("access-control-request-headers")));
        if (cors.maxAge) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*cors.maxAge).count();
            setIfAny(headers, "access-control-max-age", std::to_string(seconds));
        }
    }
    if (!answers) {
        return false;
    }
    result.verdict = Verdict::Direct;
    result.status = 200;
    result.reasons.emplace_back(allowed ? "the CORS policy answers the preflight request"
                                        : "the CORS policy ignores a preflight request of another origin");
    return true;
}

} // namespace meshdeck::policy
