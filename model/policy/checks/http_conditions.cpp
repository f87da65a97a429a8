#include "policy/checks/http_conditions.h"

#include <algorithm>

namespace meshdeck::policy {

bool usesHttp(const config::AuthorizationRule& rule) {
    const bool source = std::any_of(rule.from.begin(), rule.from.end(), [](const config::AuthorizationSource& s) {
        return !s.requestPrincipals.empty() || !s.notRequestPrincipals.empty();
    });
    const bool operation = std::any_of(rule.to.begin(), rule.to.end(), [](const config::AuthorizationOperation& o) {
        return !o.hosts.empty() || !o.notHosts.empty() || !o.methods.empty() || !o.notMethods.empty() ||
               !o.paths.empty() || !o.notPaths.empty();
    });
    const bool when = std::any_of(rule.when.begin(), rule.when.end(), [](const config::AuthorizationCondition& c) {
        return c.key.starts_with("request.");
    });
    return source || operation || when;
}

} // namespace meshdeck::policy
