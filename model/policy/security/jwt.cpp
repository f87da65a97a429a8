#include "policy/security/jwt.h"

#include <algorithm>

#include "policy/security/value_match.h"

namespace meshdeck::policy::security {
namespace {

using config::JwtRule;

enum class TokenStatus { Ok, Missing, UnknownIssuer, Malformed, NoSections, Expired, Audience, Signature, CannotTell };

// The answers of Envoy 1.38's JWT filter.
std::string_view words(TokenStatus status) {
    switch (status) {
    case TokenStatus::UnknownIssuer:
        return "Jwt issuer is not configured";
    case TokenStatus::Malformed:
        return "Jwt header is an invalid JSON";
    case TokenStatus::NoSections:
        return "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
    case TokenStatus::Expired:
        return "Jwt is expired";
    case TokenStatus::Audience:
        return "Audiences in Jwt are not allowed";
    case TokenStatus::Signature:
        return "Jwt verification fails";
    default:
        return {};
    }
}

struct Provider {
    const JwtRule* rule = nullptr;
    ConfigObjectPtr object;
};

std::vector<Provider> providersOf(const PolicySet& policies) {
    std::vector<Provider> result;
    for (const ConfigObjectPtr& object : policies.requestAuthentications) {
        if (const auto* authentication = config::as<config::RequestAuthentication>(object->typed)) {
            for (const JwtRule& rule : authentication->rules) {
                result.push_back({&rule, object});
            }
        }
    }
    std::ranges::stable_sort(result, {}, [](const Provider& provider) { return std::string_view(provider.rule->issuer); });
    return result;
}

const std::string* header(const PeerRequest& request, std::string_view name) {
    if (!request.headers) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(
        *request.headers, [&](const auto& pair) { return equalsIgnoringCase(pair.first, name); });
    return found == request.headers->end() ? nullptr : &found->second;
}

// The text of a token in the headers and cookies that the rule looks into; null: none there.
std::optional<std::string_view> rawToken(const JwtRule& rule, const PeerRequest& request) {
    config::StringPairs places = rule.fromHeaders;
    if (places.empty() && rule.fromParams.empty() && rule.fromCookies.empty()) {
        places.emplace_back("authorization", "Bearer ");
    }
    for (const auto& [name, prefix] : places) {
        const std::string* value = header(request, name);
        if (value != nullptr && value->starts_with(prefix)) {
            return std::string_view(*value).substr(prefix.size());
        }
    }
    const std::string* cookies = header(request, "cookie");
    for (const std::string& name : rule.fromCookies) {
        const std::size_t at = cookies == nullptr ? std::string::npos : (" " + *cookies).find(" " + name + "=");
        if (at != std::string::npos) {
            const std::string_view rest = std::string_view(*cookies).substr(at + name.size() + 1);
            return rest.substr(0, rest.find(';'));
        }
    }
    return std::nullopt;
}

// A token given as a value travels in the usual header, unless the headers show it elsewhere.
bool looksThere(const JwtRule& rule, const PeerRequest& request) {
    const bool usualPlace = rule.fromHeaders.empty() && rule.fromParams.empty() && rule.fromCookies.empty();
    const bool named = std::ranges::any_of(rule.fromHeaders, [](const auto& place) {
        return equalsIgnoringCase(place.first, "authorization") &&
               std::string_view("Bearer ").starts_with(place.second);
    });
    return usualPlace || named || rawToken(rule, request).has_value();
}

// "https://shop/" and "shop" are one audience.
std::string_view plainAudience(std::string_view audience) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (audience.starts_with(scheme)) {
            audience.remove_prefix(scheme.size());
        }
    }
    if (audience.ends_with('/')) {
        audience.remove_suffix(1);
    }
    return audience;
}

std::vector<std::string> audiencesOf(const Jwt& token) {
    return token.audiences.empty() ? claimValues(token.claims, {"aud"}) : token.audiences;
}

bool audienceAllowed(const JwtRule& rule, const Jwt& token) {
    if (rule.audiences.empty()) {
        return true;
    }
    const auto given = audiencesOf(token);
    return std::ranges::any_of(given, [&](const std::string& audience) {
        return std::ranges::any_of(rule.audiences, [&](const std::string& allowed) {
            return plainAudience(allowed) == plainAudience(audience);
        });
    });
}

std::string issuerOf(const Jwt& token) {
    if (!token.issuer.empty()) {
        return token.issuer;
    }
    const auto values = claimValues(token.claims, {"iss"});
    return values.empty() ? std::string() : values.front();
}

TokenStatus judgeRaw(std::string_view text) {
    return std::ranges::count(text, '.') == 2 ? TokenStatus::CannotTell : TokenStatus::NoSections;
}

TokenStatus judge(const JwtRule& rule, const PeerRequest& request) {
    if (!request.jwt) {
        const auto raw = rawToken(rule, request);
        return raw ? judgeRaw(*raw) : TokenStatus::Missing;
    }
    if (!looksThere(rule, request)) {
        return TokenStatus::Missing;
    }
    const Jwt& token = *request.jwt;
    if (token.state == Jwt::State::Malformed) {
        return TokenStatus::Malformed;
    }
    if (!rule.issuer.empty() && issuerOf(token) != rule.issuer) {
        return TokenStatus::UnknownIssuer;
    }
    if (token.state == Jwt::State::Expired) {
        return TokenStatus::Expired;
    }
    if (!audienceAllowed(rule, token)) {
        return TokenStatus::Audience;
    }
    return token.state == Jwt::State::BadSignature ? TokenStatus::Signature : TokenStatus::Ok;
}

// A browser's question before a request of another origin carries no token and is not asked for one.
bool corsPreflight(const PeerRequest& request) {
    return request.method == "OPTIONS" && header(request, "origin") != nullptr &&
           header(request, "access-control-request-method") != nullptr;
}

struct Judgement {
    TokenStatus status = TokenStatus::Missing;
    ConfigObjectPtr object;
};

// One accepted is enough; else a real fault counts more than "not my issuer", and that more than "no token".
Judgement judgeAll(const std::vector<Provider>& providers, const PeerRequest& request) {
    Judgement worst;
    for (const Provider& provider : providers) {
        const TokenStatus status = judge(*provider.rule, request);
        if (status == TokenStatus::Ok) {
            return {status, provider.object};
        }
        const bool replace = status != TokenStatus::Missing &&
                             (status != TokenStatus::UnknownIssuer || worst.status == TokenStatus::Missing);
        if (replace) {
            worst = {status, provider.object};
        }
    }
    return worst;
}

} // namespace

std::vector<std::string> claimValues(const config::Json& claims, const std::vector<std::string>& path) {
    const config::Json* value = &claims;
    for (const std::string& key : path) {
        const auto found = value->is_object() ? value->find(key) : value->end();
        if (!value->is_object() || found == value->end()) {
            return {};
        }
        value = &*found;
    }
    std::vector<std::string> result;
    const bool spaced = path.size() == 1 && (path[0] == "scope" || path[0] == "permission");
    if (value->is_string() && spaced) {
        const auto& text = value->get_ref<const std::string&>();
        for (std::size_t from = 0; from <= text.size();) {
            const std::size_t end = std::min(text.find(' ', from), text.size());
            result.push_back(text.substr(from, end - from));
            from = end + 1;
        }
    } else if (value->is_string()) {
        result.push_back(value->get<std::string>());
    } else if (value->is_array()) {
        for (const config::Json& item : *value) {
            if (item.is_string()) {
                result.push_back(item.get<std::string>());
            }
        }
    }
    return result;
}

TokenView tokenView(const PolicySet& policies, const PeerRequest& request) {
    TokenView view;
    const auto providers = providersOf(policies);
    if (!request.http || providers.empty() || corsPreflight(request)) {
        return view; // nobody looks at tokens: there is no identity from them
    }
    if (!request.tokenKnown) {
        view.valid = Tri::Unknown;
        return view;
    }
    const TokenStatus status = judgeAll(providers, request).status;
    if (status == TokenStatus::CannotTell) {
        view.valid = Tri::Unknown;
    }
    if (status == TokenStatus::Ok) {
        view.valid = Tri::Yes;
        view.claims = request.jwt->claims.is_object() ? request.jwt->claims : config::Json::object();
        view.claims["iss"] = issuerOf(*request.jwt);
        if (!request.jwt->subject.empty()) {
            view.claims["sub"] = request.jwt->subject;
        }
        if (!request.jwt->audiences.empty()) {
            view.claims["aud"] = request.jwt->audiences;
        }
    }
    return view;
}

} // namespace meshdeck::policy::security

namespace meshdeck::policy {

JwtOutcome checkJwt(const PolicySet& policies, const PeerRequest& request) {
    JwtOutcome outcome;
    const auto providers = security::providersOf(policies);
    if (!request.http || providers.empty() || !request.tokenKnown || security::corsPreflight(request)) {
        return outcome;
    }
    const security::Judgement judgement = security::judgeAll(providers, request);
    outcome.valid = judgement.status == security::TokenStatus::Ok;
    outcome.unknown = judgement.status == security::TokenStatus::CannotTell;
    if (outcome.valid || outcome.unknown || judgement.status == security::TokenStatus::Missing) {
        return outcome;
    }
    outcome.status = judgement.status == security::TokenStatus::Audience ? 403 : 401;
    outcome.body = security::words(judgement.status);
    outcome.object = judgement.object;
    return outcome;
}

} // namespace meshdeck::policy
