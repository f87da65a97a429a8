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
        allowed = allowed || CompiledString(match).matches(*origin);
    }
    if (allowed) {
        config::HeaderOperations& headers = result.responseHeaders;
        setIfAny(headers, "access-control-allow-origin", *origin);
        if (cors.allowCredentials.value_or(false)) {
            setIfAny(headers, "access-control-allow-credentials", "true");
        }
        if (preflight) {
            setIfAny(headers, "access-control-allow-methods", joinedList(cors.allowMethods));
            setIfAny(headers, "access-control-allow-headers", joinedList(cors.allowHeaders));
            if (cors.maxAge) {
                const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*cors.maxAge).count();
                setIfAny(headers, "access-control-max-age", std::to_string(seconds));
            }
        }
        setIfAny(headers, "access-control-expose-headers", preflight ? std::string() : joinedList(cors.exposeHeaders));
    }
    if (!preflight || (!allowed && cors.unmatchedPreflights != "IGNORE")) {
        return false;
    }
    result.verdict = Verdict::Direct;
    result.status = 200;
    result.reasons.emplace_back(allowed ? "the CORS policy answers the preflight request"
                                        : "the CORS policy ignores a preflight request of another origin");
    return true;
}

} // namespace meshdeck::policy
