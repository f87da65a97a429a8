#include "policy/checks/validation/field_rules.h"

#include <array>

namespace meshdeck::policy::validation {
namespace {

constexpr std::string_view kGroupForm = "([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?";
constexpr std::string_view kKindForm = "[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?";
constexpr std::string_view kLabelForm = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

// Sources: the CRDs of istio/api (schemas and CEL rules) and facts/semantics.md 7.6.
constexpr std::array kRules = {
    // What policies say they apply to.
    FieldRule{"*", "spec", Rule::Object},
    FieldRule{"*", "spec.targetRef", Rule::Required, "name"},
    FieldRule{"*", "spec.targetRef", Rule::Required, "kind"},
    FieldRule{"*", "spec.targetRef.group", Rule::Pattern, kGroupForm},
    FieldRule{"*", "spec.targetRef.kind", Rule::Pattern, kKindForm},
    FieldRule{"*", "spec.targetRefs[]", Rule::Required, "name"},
    FieldRule{"*", "spec.targetRefs[]", Rule::Required, "kind"},
    FieldRule{"*", "spec.targetRefs[].group", Rule::Pattern, kGroupForm},
    FieldRule{"*", "spec.targetRefs[].kind", Rule::Pattern, kKindForm},

    FieldRule{"RequestAuthentication", "spec.jwtRules[]", Rule::Object},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].audiences[]", Rule::Text},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].jwksUri", Rule::Pattern, "https?://.+"},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].jwks_uri", Rule::Pattern, "https?://.+"},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].fromHeaders[]", Rule::Required, "name"},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].fromHeaders[].name", Rule::Text},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].fromParams[]", Rule::Text},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].fromCookies[]", Rule::Text},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].outputClaimToHeaders[]", Rule::Object},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].outputClaimToHeaders[].claim", Rule::Text},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].outputClaimToHeaders[].header", Rule::Pattern, "[-_A-Za-z0-9]+"},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].timeout", Rule::Duration},
    FieldRule{"RequestAuthentication", "spec.jwtRules[].spaceDelimitedClaims[]", Rule::Text},

    FieldRule{"AuthorizationPolicy", "spec.action", Rule::OneOf, "ALLOW DENY AUDIT CUSTOM"},
    FieldRule{"AuthorizationPolicy", "spec.rules[]", Rule::Object},
    FieldRule{"AuthorizationPolicy", "spec.rules[].when[]", Rule::Required, "key"},
    FieldRule{"AuthorizationPolicy", "spec.rules[].from[].source.serviceAccounts[]", Rule::Text},

    FieldRule{"PeerAuthentication", "spec.mtls.mode", Rule::OneOf, "UNSET DISABLE PERMISSIVE STRICT"},
    FieldRule{"PeerAuthentication", "spec.portLevelMtls{}.mode", Rule::OneOf, "UNSET DISABLE PERMISSIVE STRICT"},

    FieldRule{"Telemetry", "spec.metrics[].providers[].name", Rule::Text},
    FieldRule{"Telemetry", "spec.tracing[].providers[].name", Rule::Text},
    FieldRule{"Telemetry", "spec.accessLogging[].providers[].name", Rule::Text},
    FieldRule{"Telemetry", "spec.metrics[].overrides[].match.customMetric", Rule::Text},
    FieldRule{"Telemetry", "spec.tracing[].randomSamplingPercentage", Rule::Percent},

    FieldRule{"WasmPlugin", "spec", Rule::Required, "url"},
    FieldRule{"WasmPlugin", "spec.url", Rule::Text},
    FieldRule{"WasmPlugin", "spec.url", Rule::Pattern, "(https?|oci|file)://.*|[^#%:/ ]+(:[0-9]+)?(/[^#% ]*)?"},
    FieldRule{"WasmPlugin", "spec.sha256", Rule::Pattern, "([a-f0-9]{64})?"},
    FieldRule{"WasmPlugin", "spec.imagePullSecret", Rule::Text},
    FieldRule{"WasmPlugin", "spec.pluginName", Rule::Text},
    FieldRule{"WasmPlugin", "spec.match[].ports[]", Rule::Required, "number"},
    FieldRule{"WasmPlugin", "spec.match[].ports[].number", Rule::Port},
    FieldRule{"WasmPlugin", "spec.vmConfig.env", Rule::Unique, "name"},
    FieldRule{"WasmPlugin", "spec.vmConfig.env[].name", Rule::Text},

    FieldRule{"ProxyConfig", "spec.concurrency", Rule::Positive},

    FieldRule{"DestinationRule", "spec", Rule::Required, "host"},
    FieldRule{"DestinationRule", "spec.subsets[]", Rule::Required, "name"},
    FieldRule{"DestinationRule", "spec.subsets[].name", Rule::Pattern, kLabelForm},
    FieldRule{"DestinationRule", "spec.subsets", Rule::Unique, "name"},
    FieldRule{"DestinationRule", "spec.trafficPolicy", Rule::Object},

    FieldRule{"ServiceEntry", "spec", Rule::Required, "hosts"},
    FieldRule{"ServiceEntry", "spec.location", Rule::OneOf, "MESH_EXTERNAL MESH_INTERNAL"},
    FieldRule{"ServiceEntry", "spec.resolution", Rule::OneOf, "NONE STATIC DNS DNS_ROUND_ROBIN DYNAMIC_DNS"},
    FieldRule{"ServiceEntry", "spec.ports[]", Rule::Required, "number"},
    FieldRule{"ServiceEntry", "spec.ports[]", Rule::Required, "name"},
    FieldRule{"ServiceEntry", "spec.ports[].number", Rule::Port},
    FieldRule{"ServiceEntry", "spec.ports", Rule::Unique, "number"},
    FieldRule{"ServiceEntry", "spec.ports", Rule::Unique, "name"},
    FieldRule{"ServiceEntry", "spec.hosts[]", Rule::Pattern, "[^/ ]+"},

    FieldRule{"WorkloadGroup", "spec", Rule::Required, "template"},
    FieldRule{"WorkloadGroup", "spec.probe.httpGet.port", Rule::Port},
    FieldRule{"WorkloadGroup", "spec.probe.tcpSocket.port", Rule::Port},
    FieldRule{"WorkloadGroup", "spec.probe.periodSeconds", Rule::Positive},
    FieldRule{"WorkloadGroup", "spec.probe.timeoutSeconds", Rule::Positive},

    FieldRule{"Gateway", "spec.servers[]", Rule::Required, "port"},
    FieldRule{"Gateway", "spec.servers[].port", Rule::Required, "number"},
    FieldRule{"Gateway", "spec.servers[].port", Rule::Required, "protocol"},
    FieldRule{"Gateway", "spec.servers[].port.number", Rule::Port},

    FieldRule{"VirtualService", "spec.http[].timeout", Rule::Duration},
    FieldRule{"VirtualService", "spec.http[].retries.perTryTimeout", Rule::Duration},
    FieldRule{"VirtualService", "spec.http[].retries.attempts", Rule::Positive},
    FieldRule{"VirtualService", "spec.http[].fault.delay.fixedDelay", Rule::Duration},
    FieldRule{"VirtualService", "spec.http[].fault.delay.percentage.value", Rule::Percent},
    FieldRule{"VirtualService", "spec.http[].fault.abort.percentage.value", Rule::Percent},
    FieldRule{"VirtualService", "spec.http[].mirrorPercentage.value", Rule::Percent},
    FieldRule{"VirtualService", "spec.http[].match[].uri.regex", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].match[].scheme.regex", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].match[].method.regex", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].match[].authority.regex", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].match[].headers{}.regex", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].match[].withoutHeaders{}.regex", Rule::RegexOrStar},
    FieldRule{"VirtualService", "spec.http[].match[].queryParams{}.regex", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].rewrite.uriRegexRewrite.match", Rule::Regex},
    FieldRule{"VirtualService", "spec.http[].route[].destination.host", Rule::Text},
    FieldRule{"VirtualService", "spec.http[].route[].destination.port.number", Rule::Port},
    FieldRule{"VirtualService", "spec.http[].route[].destination.subset", Rule::Pattern, kLabelForm},
    FieldRule{"VirtualService", "spec.http[].route[].weight", Rule::Positive},
    FieldRule{"VirtualService", "spec.tcp[].route[].weight", Rule::Positive},
    FieldRule{"VirtualService", "spec.tls[].route[].weight", Rule::Positive},
};

} // namespace

std::span<const FieldRule> fieldRules() {
    return kRules;
}

} // namespace meshdeck::policy::validation
