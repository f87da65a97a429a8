// DestinationRule and its traffic policies (facts/semantics.md 2).
#pragma once

#include <cstdint>

#include "config/typed/string_match.h"

namespace meshdeck::config {

struct ConnectionPool {
    std::optional<std::int64_t> maxConnections;
    std::optional<ConfigDuration> connectTimeout;
    std::optional<ConfigDuration> tcpIdleTimeout;
    std::optional<std::int64_t> http1MaxPendingRequests;
    std::optional<std::int64_t> http2MaxRequests;
    std::optional<std::int64_t> maxRequestsPerConnection;
    std::optional<std::int64_t> maxRetries;
    std::optional<ConfigDuration> idleTimeout;
    std::string h2UpgradePolicy;
    bool useClientProtocol = false;
};
struct OutlierDetection {
    std::optional<std::int64_t> consecutive5xxErrors;
    std::optional<std::int64_t> consecutiveGatewayErrors;
    std::optional<std::int64_t> consecutiveLocalOriginFailures;
    bool splitExternalLocalOriginErrors = false;
    std::optional<ConfigDuration> interval;
    std::optional<ConfigDuration> baseEjectionTime;
    std::optional<std::int64_t> maxEjectionPercent;
    std::optional<std::int64_t> minHealthPercent;
};
struct LoadBalancer {
    std::string simple; // "LEAST_REQUEST", ...; "" unset
    std::string hashOn; // "header x-user", "cookie user", "source IP", "query parameter q"; "" none
    bool localitySetting = false;
    std::optional<ConfigDuration> warmup;
};
struct ClientTls {
    std::string mode = "DISABLE"; // DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL
    std::string clientCertificate;
    std::string privateKey;
    std::string caCertificates;
    std::string credentialName;
    std::vector<std::string> subjectAltNames;
    std::string sni;
    std::optional<bool> insecureSkipVerify;
};
struct PortPolicy {
    std::optional<std::uint32_t> port;
    std::optional<ConnectionPool> connectionPool;
    std::optional<OutlierDetection> outlierDetection;
    std::optional<LoadBalancer> loadBalancer;
    std::optional<ClientTls> tls;
};
struct TrafficPolicy {
    std::optional<ConnectionPool> connectionPool;
    std::optional<OutlierDetection> outlierDetection;
    std::optional<LoadBalancer> loadBalancer;
    std::optional<ClientTls> tls;
    bool tunnel = false;
    bool proxyProtocol = false;
    bool retryBudget = false;
    std::vector<PortPolicy> portLevelSettings;
};
struct DestinationSubset {
    std::string name;
    mesh::Labels labels;
    std::optional<TrafficPolicy> trafficPolicy;
};

struct DestinationRule {
    std::string host;
    std::optional<TrafficPolicy> trafficPolicy;
    std::vector<DestinationSubset> subsets;
    std::vector<std::string> exportTo;
    std::optional<mesh::Labels> workloadSelector;
};

} // namespace meshdeck::config
