// Istio's MeshConfig and mesh networks, as far as anything here depends on them; defaults of facts/semantics.md 0.
#pragma once

#include <optional>
#include <set>

#include "config/json.h"
#include "config/typed/destination_rule.h"
#include "config/typed/virtual_service.h"

namespace meshdeck::config {

struct MeshConfig {
    std::string rootNamespace = "istio-system";
    std::string trustDomain = "cluster.local";
    std::vector<std::string> trustDomainAliases;
    std::string clusterDomain = "cluster.local";
    bool enableAutoMtls = true;
    bool registryOnly = false; // outboundTrafficPolicy REGISTRY_ONLY
    std::vector<std::string> defaultServiceExportTo{"*"};
    std::vector<std::string> defaultVirtualServiceExportTo{"*"};
    std::vector<std::string> defaultDestinationRuleExportTo{"*"};
    ConfigDuration connectTimeout = std::chrono::seconds(10);
    std::optional<HttpRetry> defaultHttpRetryPolicy;
    std::set<std::string> extensionProviders;
    std::vector<std::string> defaultTracingProviders, defaultMetricsProviders, defaultLoggingProviders;
    std::string ingressService = "istio-ingressgateway";
    std::string ingressSelector = "ingressgateway";
    bool enableTracing = false;
    bool dnsAutoAllocate = true;        // PILOT_ENABLE_IP_AUTOALLOCATE
    // defaultConfig.proxyMetadata: proxies answer DNS and give entries without addresses one of their own.
    bool dnsCapture = false;
    std::string pathNormalization = "BASE"; // NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES
    bool enableNamespacesByDefault = false; // of the injector
    std::set<std::string> networks;     // of meshNetworks
};

// From the YAML of `meshConfig` (a file, or the key `mesh` of ConfigMap istio). Unknown fields are passed over.
// InvalidArgument with line and column for what is no YAML map.
[[nodiscard]] Result<MeshConfig> readMeshConfig(std::string_view yaml);
// Adds the networks of a meshNetworks file.
[[nodiscard]] Status readMeshNetworks(std::string_view yaml, MeshConfig& into);

} // namespace meshdeck::config
