// DestinationRules, as istiod's webhook accepts them.
#include <algorithm>
#include <set>

#include "policy/checks/json_walk.h"
#include "policy/checks/validation/fields.h"
#include "policy/checks/validation/names.h"
#include "policy/checks/validation/rules_between.h"

namespace meshdeck::policy::validation {
namespace {

using config::Json;

bool wrongNumber(const Json& value, double least, double most) {
    return !value.is_null() && (!value.is_number() || value.get<double>() < least || value.get<double>() > most);
}

bool isPrime(std::uint64_t number) {
    if (number < 4) {
        return number > 1;
    }
    for (std::uint64_t factor = 2; factor * factor <= number; ++factor) {
        if (number % factor == 0) {
            return false;
        }
    }
    return true;
}

bool set(const Json& object, std::string_view pointer) {
    const Json& value = valueAt(object, pointer);
    return !value.is_null() && !(value.is_string() && value.get_ref<const std::string&>().empty());
}

void checkTls(const Json& policy, const std::string& place, std::vector<Problem>& into) {
    const Json& tls = valueAt(policy, "/tls");
    const Json& mode = valueAt(tls, "/mode");
    if (!mode.is_string()) {
        return;
    }
    const bool files = set(tls, "/clientCertificate") || set(tls, "/privateKey") || set(tls, "/caCertificates");
    const bool credential = set(tls, "/credentialName");
    if ((mode == "SIMPLE" || mode == "MUTUAL") && credential && files) {
        into.push_back({place + "/tls", "beside credentialName no certificate files may be named"});
    }
    if (mode == "MUTUAL" && !credential && !(set(tls, "/clientCertificate") && set(tls, "/privateKey"))) {
        into.push_back({place + "/tls", "MUTUAL needs clientCertificate and privateKey, or credentialName"});
    }
    if (valueAt(tls, "/insecureSkipVerify") == true && set(tls, "/caCertificates")) {
        into.push_back({place + "/tls", "caCertificates have no meaning where the server is not checked"});
    }
}

void checkHash(const Json& policy, const std::string& place, std::vector<Problem>& into) {
    const Json& hash = valueAt(policy, "/loadBalancer/consistentHash");
    const std::string field = place + "/loadBalancer/consistentHash";
    if (valueAt(hash, "/httpCookie").is_object() && !set(hash, "/httpCookie/name")) {
        into.push_back({field + "/httpCookie", "the cookie needs a name"});
    }
    if (set(hash, "/minimumRingSize")) {
        into.push_back({field + "/minimumRingSize", "minimumRingSize is deprecated, use ringHash", true});
    }
    const Json& table = valueAt(hash, "/maglev/tableSize");
    if (table.is_number() && (table.get<double>() >= 5000011 || table.get<double>() < 1 ||
                              !isPrime(static_cast<std::uint64_t>(table.get<double>())))) {
        into.push_back({field + "/maglev/tableSize", "it must be a prime number under 5000011"});
    }
}

void checkOutliers(const Json& policy, const std::string& place, std::vector<Problem>& into) {
    const Json& outlier = valueAt(policy, "/outlierDetection");
    const std::string field = place + "/outlierDetection";
    const Json& local = valueAt(outlier, "/consecutiveLocalOriginFailures");
    if (local.is_number() && local.get<double>() > 0 && valueAt(outlier, "/splitExternalLocalOriginErrors") != true) {
        into.push_back({field + "/consecutiveLocalOriginFailures", "it counts with splitExternalLocalOriginErrors only"});
    }
    const Json& errors = valueAt(outlier, "/consecutiveErrors");
    if (errors.is_number() && errors.get<double>() != 0) {
        into.push_back({field + "/consecutiveErrors", "consecutiveErrors is deprecated, use consecutive5xxErrors or "
                                                      "consecutiveGatewayErrors", true});
    }
    for (const char* percent : {"/maxEjectionPercent", "/minHealthPercent"}) {
        if (wrongNumber(valueAt(outlier, percent), 0, 100)) {
            into.push_back({field + percent, "a percentage must be from 0 to 100"});
        }
    }
}

void checkPool(const Json& policy, const std::string& place, std::vector<Problem>& into) {
    const Json& pool = valueAt(policy, "/connectionPool");
    const std::string field = place + "/connectionPool";
    if (pool.is_object() && !valueAt(pool, "/tcp").is_object() && !valueAt(pool, "/http").is_object()) {
        into.push_back({field, "an empty connectionPool says nothing"});
    }
    for (const char* count : {"/tcp/maxConnections", "/http/http1MaxPendingRequests", "/http/http2MaxRequests",
                              "/http/maxRequestsPerConnection", "/http/maxRetries", "/http/maxConcurrentStreams"}) {
        if (wrongNumber(valueAt(pool, count), 0, 1e18)) {
            into.push_back({field + count, "it must not be negative"});
        }
    }
    if (valueAt(pool, "/http/h2UpgradePolicy") == "UPGRADE" && valueAt(pool, "/http/useClientProtocol") == true) {
        into.push_back({field + "/http", "UPGRADE and useClientProtocol exclude each other"});
    }
}

void checkWarmup(const Json& policy, const std::string& place, std::vector<Problem>& into) {
    const Json& warmup = valueAt(policy, "/loadBalancer/warmup");
    const std::string field = place + "/loadBalancer/warmup";
    if (warmup.is_object() && !warmup.contains("duration")) {
        into.push_back({field, "warmup needs a duration"});
    }
    if (wrongNumber(valueAt(warmup, "/minimumPercent"), 0, 100)) {
        into.push_back({field + "/minimumPercent", "minimumPercent must be from 0 to 100"});
    }
    if (wrongNumber(valueAt(warmup, "/aggression"), 1, 1e9)) {
        into.push_back({field + "/aggression", "aggression must be at least 1"});
    }
}

void checkPolicy(const Place& policy, bool ofPort, std::vector<Problem>& into) {
    if (policy.value->is_object() && (policy.value->empty() || (ofPort && policy.value->size() == 1 && policy.value->contains("port")))) {
        into.push_back({policy.pointer, "an empty traffic policy says nothing"});
    }
    if (ofPort && policy.value->is_object() && !valueAt(*policy.value, "/port").is_object()) {
        into.push_back({policy.pointer, "the settings of a port need its number"});
    }
    if (set(*policy.value, "/tunnel") && set(*policy.value, "/proxyProtocol")) {
        into.push_back({policy.pointer, "tunnel and proxyProtocol exclude each other"});
    }
    checkTls(*policy.value, policy.pointer, into);
    checkHash(*policy.value, policy.pointer, into);
    checkWarmup(*policy.value, policy.pointer, into);
    checkOutliers(*policy.value, policy.pointer, into);
    checkPool(*policy.value, policy.pointer, into);
}

// A rule for some workloads counts in its own namespace only.
void checkSelectorScope(const config::ConfigObject& object, const config::DestinationRule& rule, std::vector<Problem>& into) {
    if (!rule.workloadSelector || rule.exportTo.empty()) {
        return;
    }
    const bool own = std::all_of(rule.exportTo.begin(), rule.exportTo.end(),
                                 [&](const std::string& ns) { return ns == "." || ns == object.ref.ns; });
    if (!own) {
        into.push_back({"/spec/exportTo", "a rule with a workloadSelector can be exported to its own namespace only"});
    }
}

} // namespace

std::vector<Problem> destinationRuleProblems(const config::ConfigObject& object, const config::DestinationRule& rule) {
    std::vector<Problem> problems;
    if (!rule.host.empty()) { // a missing one has its own rule
        if (std::string problem = domainProblem(rule.host, true); !problem.empty()) {
            problems.push_back({"/spec/host", std::move(problem)});
        }
    }
    for (const char* path : {"spec.trafficPolicy", "spec.subsets[].trafficPolicy"}) {
        for (const Place& policy : follow(*object.json, path)) {
            checkPolicy(policy, false, problems);
        }
        for (const Place& policy : follow(*object.json, std::string(path) + ".portLevelSettings[]")) {
            checkPolicy(policy, true, problems);
        }
    }
    checkSelectorScope(object, rule, problems);
    return problems;
}

} // namespace meshdeck::policy::validation
