#include "config/mesh_config.h"

#include "config/json_read.h"
#include "config/typed/fields.h"
#include "config/typed/readers.h"
#include "config/yaml.h"

namespace meshdeck::config {

using namespace fields;

namespace {

// The one map of a text; an empty text is an empty map.
Result<Json> readMap(std::string_view yaml) {
    auto documents = parseYaml(yaml);
    if (!documents) {
        return tl::unexpected(documents.error());
    }
    if (documents->empty()) {
        return Json::object();
    }
    if (documents->size() > 1 || !documents->front().is_object()) {
        return fail(ErrorKind::InvalidArgument, "line 1, column 1: this is not one YAML map");
    }
    return std::move(documents->front());
}

// An empty list in the file means the default, as an absent one.
void exportTo(const Json& json, std::string_view key, std::vector<std::string>& out) {
    std::vector<std::string> list;
    get(json, key, list);
    if (!list.empty()) {
        out = std::move(list);
    }
}

void readNormalization(const Json& json, MeshConfig& out) {
    if (const Json* normalization = objectMember(json, "pathNormalization")) {
        std::string mode = "DEFAULT";
        get(*normalization, "normalization", mode);
        out.pathNormalization = mode == "DEFAULT" ? "BASE" : mode;
    }
}

void readProviders(const Json& json, MeshConfig& out) {
    if (const Json* providers = listMember(json, "extensionProviders")) {
        for (const Json& provider : *providers) {
            if (std::string name = textMember(provider, "name"); !name.empty()) {
                out.extensionProviders.insert(std::move(name));
            }
        }
    }
    if (const Json* defaults = objectMember(json, "defaultProviders")) {
        get(*defaults, "tracing", out.defaultTracingProviders);
        get(*defaults, "metrics", out.defaultMetricsProviders);
        get(*defaults, "accessLogging", out.defaultLoggingProviders);
    }
}

MeshConfig meshConfigOf(const Json& json) {
    MeshConfig out;
    get(json, "rootNamespace", out.rootNamespace);
    get(json, "trustDomain", out.trustDomain);
    get(json, "trustDomainAliases", out.trustDomainAliases);
    get(json, "enableAutoMtls", out.enableAutoMtls);
    if (const Json* policy = objectMember(json, "outboundTrafficPolicy")) {
        out.registryOnly = textMember(*policy, "mode") == "REGISTRY_ONLY";
    }
    exportTo(json, "defaultServiceExportTo", out.defaultServiceExportTo);
    exportTo(json, "defaultVirtualServiceExportTo", out.defaultVirtualServiceExportTo);
    exportTo(json, "defaultDestinationRuleExportTo", out.defaultDestinationRuleExportTo);
    std::optional<ConfigDuration> connectTimeout;
    get(json, "connectTimeout", connectTimeout);
    out.connectTimeout = connectTimeout.value_or(out.connectTimeout);
    object(json, "defaultHttpRetryPolicy", out.defaultHttpRetryPolicy, readers::readRetries);
    readProviders(json, out);
    if (const Json* proxy = objectMember(json, "defaultConfig")) {
        const Json* metadata = objectMember(*proxy, "proxyMetadata");
        out.dnsCapture = metadata != nullptr && textMember(*metadata, "ISTIO_META_DNS_CAPTURE") == "true" &&
                         textMember(*metadata, "ISTIO_META_DNS_AUTO_ALLOCATE") == "true";
    }
    get(json, "ingressService", out.ingressService);
    get(json, "ingressSelector", out.ingressSelector);
    get(json, "enableTracing", out.enableTracing);
    readNormalization(json, out);
    return out;
}

} // namespace

Result<MeshConfig> readMeshConfig(std::string_view yaml) {
    const auto json = readMap(yaml);
    if (!json) {
        return tl::unexpected(json.error());
    }
    return meshConfigOf(*json);
}

Status readMeshNetworks(std::string_view yaml, MeshConfig& into) {
    const auto json = readMap(yaml);
    if (!json) {
        return tl::unexpected(json.error());
    }
    if (const Json* networks = objectMember(*json, "networks")) {
        for (const auto& [name, network] : networks->items()) {
            into.networks.insert(name);
        }
    }
    return {};
}

} // namespace meshdeck::config
