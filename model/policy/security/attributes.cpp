#include "policy/security/attributes.h"

#include <algorithm>
#include <charconv>

#include "policy/security/cidr.h"
#include "policy/security/path_match.h"
#include "policy/security/trust_domain.h"
#include "policy/security/value_match.h"

namespace meshdeck::policy::security {
namespace {

std::optional<Tri> addressFits(const std::string& value, const std::optional<std::string>& address) {
    const auto range = parseAddressRange(value);
    if (!range) {
        return std::nullopt;
    }
    return !address || address->empty() ? Tri::Unknown : tri(contains(*range, *address));
}

std::optional<Tri> portFits(const std::string& value, std::uint32_t port) {
    std::uint32_t wanted = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), wanted);
    if (parsed.ec != std::errc{} || parsed.ptr != value.data() + value.size() || wanted > 65535) {
        return std::nullopt;
    }
    return port == 0 ? Tri::Unknown : tri(wanted == port);
}

Tri textFits(const std::string& pattern, const std::optional<std::string>& text, Case sensitivity = Case::Sensitive) {
    return text ? tri(matchesPattern(pattern, *text, sensitivity)) : Tri::Unknown;
}

Tri identityFits(const Key& key, const std::string& value, const RequestView& view) {
    const auto& identity = view.request.principal;
    if (!identity) {
        return Tri::Unknown;
    }
    switch (key.attribute) {
    case Attribute::Namespace:
        return tri(namespaceMatches(value, *identity));
    case Attribute::ServiceAccount:
        return tri(serviceAccountMatches(value, view.policyNamespace, *identity));
    case Attribute::TrustDomain:
        return tri(std::ranges::any_of(domainWithAliases(value, view.mesh), [&](const std::string& domain) {
            return trustDomainMatches(domain, *identity);
        }));
    default:
        return tri(std::ranges::any_of(withAliases(value, view.mesh), [&](const std::string& principal) {
            return principalMatches(principal, *identity);
        }));
    }
}

// "iss/sub" cut at the last slash, each half by its own pattern; an empty claim never matches a '*'.
bool requestPrincipalFits(const std::string& value, std::string_view issuer, std::string_view subject) {
    const std::size_t slash = value.rfind('/');
    const bool two = slash != std::string::npos;
    const std::string issuerWanted = two ? value.substr(0, slash) : value;
    const std::string subjectWanted = two ? value.substr(slash + 1) : std::string();
    if (value == "*") {
        return !issuer.empty() && !subject.empty();
    }
    if (value.starts_with('*')) {
        return two ? matchesPattern(issuerWanted, issuer) && subject == subjectWanted
                   : !issuer.empty() && matchesPattern(value, subject);
    }
    if (value.ends_with('*')) {
        return two ? issuer == issuerWanted && matchesPattern(subjectWanted, subject)
                   : matchesPattern(value, issuer) && !subject.empty();
    }
    return issuer == issuerWanted && subject == subjectWanted;
}

std::string firstClaim(const TokenView& token, const char* name) {
    const auto values = claimValues(token.claims, {name});
    return values.empty() ? std::string() : values.front();
}

std::vector<std::string> claimPath(const Key& key) {
    if (key.attribute == Attribute::Audience) {
        return {"aud"};
    }
    return key.attribute == Attribute::Presenter ? std::vector<std::string>{"azp"} : key.names;
}

Tri claimFits(const Key& key, const std::string& value, const RequestView& view) {
    if (view.token.valid != Tri::Yes) {
        return view.token.valid;
    }
    if (key.attribute == Attribute::RequestPrincipal) {
        const auto issuer = claimValues(view.token.claims, {"iss"});
        const auto subject = claimValues(view.token.claims, {"sub"});
        const bool both = !issuer.empty() && !subject.empty(); // a claim that is not there fits nothing, not even ""
        return tri(both && requestPrincipalFits(value, issuer.front(), subject.front()));
    }
    const auto values = claimValues(view.token.claims, claimPath(key));
    return tri(std::ranges::any_of(values, [&](const std::string& claim) { return matchesPattern(value, claim); }));
}

struct HeaderText {
    bool known = false; // false: the request's headers are not known
    bool present = false;
    std::string text;
};

HeaderText partOf(const std::optional<std::string>& part) {
    return {part.has_value(), part.has_value(), part.value_or("")};
}

// All values of a header as Envoy joins them; the pseudo headers are parts of the request line.
HeaderText headerText(const std::string& name, const PeerRequest& request) {
    if (name == ":method") {
        return partOf(request.method);
    }
    if (name == ":authority" || equalsIgnoringCase(name, "host")) {
        return partOf(request.host);
    }
    if (name == ":path") {
        return partOf(request.path);
    }
    HeaderText joined;
    joined.known = request.headers.has_value() && !name.starts_with(':');
    if (!joined.known) {
        return joined;
    }
    for (const auto& [key, value] : *request.headers) {
        if (equalsIgnoringCase(key, name)) {
            joined.text += (joined.present ? "," : "") + value;
            joined.present = true;
        }
    }
    return joined;
}

std::optional<Tri> headerFits(const Key& key, const std::string& value, const PeerRequest& request) {
    if (key.names.empty()) {
        return std::nullopt;
    }
    const HeaderText actual = headerText(key.names.front(), request);
    if (!actual.known) {
        return Tri::Unknown;
    }
    return tri(actual.present && (value == "*" || matchesPattern(value, actual.text)));
}

Tri pathFits(const std::string& value, const PeerRequest& request) {
    if (!request.path) {
        return Tri::Unknown;
    }
    return tri(isPathTemplate(value) ? matchesPathTemplate(value, *request.path) : matchesPattern(value, *request.path));
}

// "[a][b]" as a and b; empty when the brackets are not right.
std::vector<std::string> bracketed(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t close = text.find(']');
        if (!text.starts_with('[') || close == std::string_view::npos || close == 1) {
            return {};
        }
        names.emplace_back(text.substr(1, close - 1));
        text.remove_prefix(close + 1);
    }
    return names;
}

} // namespace

std::optional<Key> conditionKey(std::string_view text) {
    struct Fixed {
        std::string_view key;
        Attribute attribute;
    };
    static constexpr Fixed kFixed[] = {
        {"source.ip", Attribute::SourceIp}, {"remote.ip", Attribute::RemoteIp},
        {"source.namespace", Attribute::Namespace}, {"source.serviceAccount", Attribute::ServiceAccount},
        {"source.trustDomain", Attribute::TrustDomain}, {"source.principal", Attribute::Principal},
        {"request.auth.principal", Attribute::RequestPrincipal}, {"request.auth.audiences", Attribute::Audience},
        {"request.auth.presenter", Attribute::Presenter}, {"destination.ip", Attribute::DestinationIp},
        {"destination.port", Attribute::DestinationPort}, {"connection.sni", Attribute::Sni},
    };
    for (const Fixed& fixed : kFixed) {
        if (text == fixed.key) {
            return Key{fixed.attribute, {}};
        }
    }
    constexpr std::string_view kHeaders = "request.headers";
    constexpr std::string_view kClaims = "request.auth.claims";
    constexpr std::string_view kFilters = "experimental.envoy.filters.";
    if (text.starts_with(kHeaders)) {
        auto names = bracketed(text.substr(kHeaders.size()));
        return Key{Attribute::Header, std::move(names)};
    }
    if (text.starts_with(kClaims)) {
        return Key{Attribute::Claim, bracketed(text.substr(kClaims.size()))};
    }
    if (text.starts_with(kFilters)) {
        return Key{Attribute::Metadata, {std::string(text)}};
    }
    return std::nullopt;
}

bool needsHttp(Attribute attribute) {
    switch (attribute) {
    case Attribute::RequestPrincipal:
    case Attribute::Audience:
    case Attribute::Presenter:
    case Attribute::Claim:
    case Attribute::Header:
    case Attribute::Host:
    case Attribute::Method:
    case Attribute::Path:
        return true;
    default:
        return false;
    }
}

bool ofCaller(Attribute attribute) {
    return attribute < Attribute::DestinationIp;
}

std::string_view words(Attribute attribute) {
    static constexpr std::string_view kWords[] = {
        "source address", "remote address", "source principal", "source principal", "source principal",
        "source principal", "token", "token", "token", "token", "headers", "destination address", "port", "SNI",
        "Envoy's metadata", "host", "method", "path"};
    return kWords[static_cast<std::size_t>(attribute)];
}

std::optional<Tri> matchValue(const Key& key, const std::string& value, const RequestView& view) {
    const PeerRequest& request = view.request;
    switch (key.attribute) {
    case Attribute::SourceIp:
        return addressFits(value, request.sourceAddress);
    case Attribute::RemoteIp:
        return addressFits(value, request.remoteAddress);
    case Attribute::DestinationIp:
        return addressFits(value, request.destinationAddress);
    case Attribute::DestinationPort:
        return portFits(value, request.port);
    case Attribute::Sni:
        return textFits(value, request.sni);
    case Attribute::Metadata:
        return Tri::Unknown;
    case Attribute::Host:
        return textFits(value, request.host, Case::Ignored);
    case Attribute::Method:
        return textFits(value, request.method);
    case Attribute::Path:
        return pathFits(value, request);
    case Attribute::Header:
        return headerFits(key, value, request);
    case Attribute::Claim:
        return key.names.empty() ? std::nullopt : std::optional<Tri>(claimFits(key, value, view));
    case Attribute::RequestPrincipal:
    case Attribute::Audience:
    case Attribute::Presenter:
        return claimFits(key, value, view);
    default:
        return identityFits(key, value, view);
    }
}

std::string actualValue(const Key& key, const RequestView& view) {
    const PeerRequest& request = view.request;
    switch (key.attribute) {
    case Attribute::SourceIp:
        return request.sourceAddress.value_or("");
    case Attribute::RemoteIp:
        return request.remoteAddress.value_or("");
    case Attribute::DestinationIp:
        return request.destinationAddress;
    case Attribute::DestinationPort:
        return request.port == 0 ? "" : std::to_string(request.port);
    case Attribute::Sni:
        return request.sni.value_or("");
    case Attribute::Host:
        return request.host.value_or("");
    case Attribute::Method:
        return request.method.value_or("");
    case Attribute::Path:
        return request.path.value_or("");
    case Attribute::Header:
        return key.names.empty() ? std::string() : headerText(key.names.front(), request).text;
    case Attribute::Metadata:
        return {};
    case Attribute::RequestPrincipal: {
        const std::string issuer = firstClaim(view.token, "iss");
        return issuer.empty() ? "no token" : issuer + "/" + firstClaim(view.token, "sub");
    }
    case Attribute::Audience:
    case Attribute::Presenter:
    case Attribute::Claim: {
        std::string joined;
        for (const std::string& claim : claimValues(view.token.claims, claimPath(key))) {
            joined += (joined.empty() ? "" : ", ") + claim;
        }
        return view.token.valid == Tri::Yes ? joined : "no token";
    }
    default:
        return request.principal && request.principal->empty() ? "no identity (plaintext)" : request.principal.value_or("");
    }
}

} // namespace meshdeck::policy::security
