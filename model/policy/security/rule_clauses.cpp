#include "policy/security/rule_match.h"

namespace meshdeck::policy::security {
namespace {

void add(std::vector<Clause>& clauses, Attribute attribute, const std::vector<std::string>& values,
         const std::vector<std::string>& notValues, std::string_view field, std::string_view notField) {
    if (!values.empty() || !notValues.empty()) {
        clauses.push_back({Key{attribute, {}}, &values, &notValues, field, notField});
    }
}

} // namespace

std::vector<Clause> clausesOf(const config::AuthorizationSource& s) {
    std::vector<Clause> clauses;
    add(clauses, Attribute::Principal, s.principals, s.notPrincipals, "principals", "notPrincipals");
    add(clauses, Attribute::RequestPrincipal, s.requestPrincipals, s.notRequestPrincipals, "requestPrincipals",
        "notRequestPrincipals");
    add(clauses, Attribute::Namespace, s.namespaces, s.notNamespaces, "namespaces", "notNamespaces");
    add(clauses, Attribute::ServiceAccount, s.serviceAccounts, s.notServiceAccounts, "serviceAccounts",
        "notServiceAccounts");
    add(clauses, Attribute::TrustDomain, s.trustDomains, s.notTrustDomains, "trustDomains", "notTrustDomains");
    add(clauses, Attribute::RemoteIp, s.remoteIpBlocks, s.notRemoteIpBlocks, "remoteIpBlocks", "notRemoteIpBlocks");
    add(clauses, Attribute::SourceIp, s.ipBlocks, s.notIpBlocks, "ipBlocks", "notIpBlocks");
    return clauses;
}

std::vector<Clause> clausesOf(const config::AuthorizationOperation& o) {
    std::vector<Clause> clauses;
    add(clauses, Attribute::Host, o.hosts, o.notHosts, "hosts", "notHosts");
    add(clauses, Attribute::Method, o.methods, o.notMethods, "methods", "notMethods");
    add(clauses, Attribute::Path, o.paths, o.notPaths, "paths", "notPaths");
    add(clauses, Attribute::DestinationPort, o.ports, o.notPorts, "ports", "notPorts");
    return clauses;
}

} // namespace meshdeck::policy::security
