#include "policy/security/trust_domain.h"

#include <algorithm>

#include "policy/security/value_match.h"

namespace meshdeck::policy::security {
namespace {

std::vector<std::string> allDomains(const config::MeshConfig& mesh) {
    std::vector<std::string> all{mesh.trustDomain};
    all.insert(all.end(), mesh.trustDomainAliases.begin(), mesh.trustDomainAliases.end());
    return all;
}

// "*local" of a principal stands for every domain that ends so.
bool suffixFits(std::string_view domain, std::string_view pattern) {
    return pattern.starts_with('*') && domain.ends_with(pattern.substr(1));
}

bool wildcardFits(std::string_view text, std::string_view pattern) {
    return pattern == "*" || (pattern.ends_with('*') && text.starts_with(pattern.substr(0, pattern.size() - 1))) ||
           suffixFits(text, pattern);
}

} // namespace

std::vector<std::string> withAliases(std::string_view principal, const config::MeshConfig& mesh) {
    const bool shaped = std::ranges::count(principal, '/') == 4;
    const std::size_t slash = principal.find('/');
    const std::string_view domain = principal.substr(0, slash);
    if (!shaped || domain == "*") {
        return {std::string(principal)};
    }
    const auto domains = allDomains(mesh);
    const bool ours = domain == "cluster.local" || std::ranges::any_of(domains, [&](const std::string& known) {
        return known == domain || wildcardFits(known, domain) || wildcardFits(domain, known);
    });
    if (!ours) {
        return {std::string(principal)};
    }
    std::vector<std::string> result;
    for (const std::string& known : domains) {
        std::string next = suffixFits(known, domain) ? std::string(principal) : known + std::string(principal.substr(slash));
        if (std::ranges::find(result, next) == result.end()) {
            result.push_back(std::move(next));
        }
    }
    return result;
}

std::vector<std::string> domainWithAliases(std::string_view domain, const config::MeshConfig& mesh) {
    auto domains = allDomains(mesh);
    if (std::ranges::find(domains, domain) != domains.end()) {
        return domains;
    }
    return {std::string(domain)};
}

bool trusts(const config::MeshConfig& mesh, std::string_view trustDomain) {
    return trustDomain == mesh.trustDomain ||
           std::ranges::find(mesh.trustDomainAliases, trustDomain) != mesh.trustDomainAliases.end();
}

} // namespace meshdeck::policy::security
