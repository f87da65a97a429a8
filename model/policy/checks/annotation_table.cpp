#include "policy/checks/annotation_table.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using V = AnnotationValue;

constexpr std::array kAnnotations = {
    AnnotationRule{"alpha.istio.io/canonical-serviceaccounts", "Service", true},
    AnnotationRule{"alpha.istio.io/identity", "Pod", true},
    AnnotationRule{"alpha.istio.io/kubernetes-serviceaccounts", "Service", true},
    AnnotationRule{"ambient.istio.io/bypass-inbound-capture", "Pod"},
    AnnotationRule{"ambient.istio.io/dns-capture", "Pod"},
    AnnotationRule{"ambient.istio.io/redirection", "Pod"},
    AnnotationRule{"ambient.istio.io/waypoint-inbound-binding", "GatewayClass,Gateway"},
    AnnotationRule{"galley.istio.io/analyze-suppress", ""},
    AnnotationRule{"gateway.istio.io/controller-version", ""},
    AnnotationRule{"gateway.istio.io/name-override", "Gateway"},
    AnnotationRule{"gateway.istio.io/service-account", "Gateway"},
    AnnotationRule{"gateway.istio.io/tls-terminate-mode", "Gateway"},
    AnnotationRule{"inject.istio.io/templates", "Pod"},
    AnnotationRule{"install.operator.istio.io/chart-owner", ""},
    AnnotationRule{"install.operator.istio.io/owner-generation", ""},
    AnnotationRule{"install.operator.istio.io/version", ""},
    AnnotationRule{"internal.istio.io/service-upgrade-time", ""},
    AnnotationRule{"istio.io/autoRegistrationGroup", "WorkloadEntry"},
    AnnotationRule{"istio.io/connectedAt", "WorkloadEntry"},
    AnnotationRule{"istio.io/disconnectedAt", "WorkloadEntry"},
    AnnotationRule{"istio.io/dry-run", "AuthorizationPolicy"},
    AnnotationRule{"istio.io/for-service-account", "Secret"},
    AnnotationRule{"istio.io/reroute-virtual-interfaces", "Pod"},
    AnnotationRule{"istio.io/rev", "Pod"},
    AnnotationRule{"istio.io/use-waypoint-canary-weight", "Service,ServiceEntry,Namespace"},
    AnnotationRule{"istio.io/workloadController", "WorkloadEntry"},
    AnnotationRule{"kubernetes.io/ingress.class", "Ingress"},
    AnnotationRule{"networking.istio.io/address-type", "Gateway"},
    AnnotationRule{"networking.istio.io/exportTo", "Service"},
    AnnotationRule{"networking.istio.io/service-type", "Gateway"},
    AnnotationRule{"networking.istio.io/traffic-distribution", "Service,ServiceEntry,Namespace"},
    AnnotationRule{"prometheus.istio.io/merge-metrics", "Pod", false, V::Bool},
    AnnotationRule{"proxy.istio.io/config", "Pod"},
    AnnotationRule{"proxy.istio.io/overrides", "Pod"},
    AnnotationRule{"readiness.status.sidecar.istio.io/applicationPorts", "Pod", false, V::Ports},
    AnnotationRule{"readiness.status.sidecar.istio.io/failureThreshold", "Pod", false, V::Number},
    AnnotationRule{"readiness.status.sidecar.istio.io/initialDelaySeconds", "Pod", false, V::Number},
    AnnotationRule{"readiness.status.sidecar.istio.io/periodSeconds", "Pod", false, V::Number},
    AnnotationRule{"sidecar.istio.io/agentLogLevel", "Pod"},
    AnnotationRule{"sidecar.istio.io/bootstrapOverride", "Pod"},
    AnnotationRule{"sidecar.istio.io/componentLogLevel", "Pod"},
    AnnotationRule{"sidecar.istio.io/controlPlaneAuthPolicy", "Pod", true},
    AnnotationRule{"sidecar.istio.io/discoveryAddress", "Pod", true},
    AnnotationRule{"sidecar.istio.io/enableCoreDump", "Pod", false, V::Bool},
    AnnotationRule{"sidecar.istio.io/extraStatTags", "Pod", true},
    AnnotationRule{"sidecar.istio.io/inject", "Pod", true},
    AnnotationRule{"sidecar.istio.io/interceptionMode", "Pod", false, V::Interception},
    AnnotationRule{"sidecar.istio.io/logLevel", "Pod"},
    AnnotationRule{"sidecar.istio.io/nativeSidecar", "Pod"},
    AnnotationRule{"sidecar.istio.io/proxyCPU", "Pod", false, V::Quantity},
    AnnotationRule{"sidecar.istio.io/proxyCPULimit", "Pod", false, V::Quantity},
    AnnotationRule{"sidecar.istio.io/proxyImage", "Pod"},
    AnnotationRule{"sidecar.istio.io/proxyImageType", "Pod"},
    AnnotationRule{"sidecar.istio.io/proxyMemory", "Pod", false, V::Quantity},
    AnnotationRule{"sidecar.istio.io/proxyMemoryLimit", "Pod", false, V::Quantity},
    AnnotationRule{"sidecar.istio.io/rewriteAppHTTPProbers", "Pod"},
    AnnotationRule{"sidecar.istio.io/statsCompression", "Pod", true, V::Bool},
    AnnotationRule{"sidecar.istio.io/statsEvictionInterval", "Pod"},
    AnnotationRule{"sidecar.istio.io/statsFlushInterval", "Pod"},
    AnnotationRule{"sidecar.istio.io/statsHistogramBins", "Pod"},
    AnnotationRule{"sidecar.istio.io/statsHistogramBuckets", "Pod"},
    AnnotationRule{"sidecar.istio.io/statsInclusionPrefixes", "Pod", true},
    AnnotationRule{"sidecar.istio.io/statsInclusionRegexps", "Pod", true},
    AnnotationRule{"sidecar.istio.io/statsInclusionSuffixes", "Pod", true},
    AnnotationRule{"sidecar.istio.io/status", "Pod"},
    AnnotationRule{"sidecar.istio.io/userVolume", "Pod"},
    AnnotationRule{"sidecar.istio.io/userVolumeMount", "Pod"},
    AnnotationRule{"status.sidecar.istio.io/port", "Pod", false, V::Port},
    AnnotationRule{"topology.istio.io/controlPlaneClusters", "Namespace"},
    AnnotationRule{"traffic.istio.io/nodeSelector", "Service"},
    AnnotationRule{"traffic.sidecar.istio.io/excludeInboundPorts", "Pod", false, V::Ports},
    AnnotationRule{"traffic.sidecar.istio.io/excludeInterfaces", "Pod"},
    AnnotationRule{"traffic.sidecar.istio.io/excludeOutboundIPRanges", "Pod", false, V::Ranges},
    AnnotationRule{"traffic.sidecar.istio.io/excludeOutboundPorts", "Pod", false, V::Ports},
    AnnotationRule{"traffic.sidecar.istio.io/includeInboundPorts", "Pod", false, V::PortsOrAll},
    AnnotationRule{"traffic.sidecar.istio.io/includeOutboundIPRanges", "Pod", false, V::RangesOrAll},
    AnnotationRule{"traffic.sidecar.istio.io/includeOutboundPorts", "Pod", false, V::PortsOrAll},
    AnnotationRule{"traffic.sidecar.istio.io/kubevirtInterfaces", "Pod", true},
};

bool number(std::string_view text, std::uint64_t max) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value <= max;
}

bool range(std::string_view text) {
    const std::size_t slash = text.find('/');
    return slash != std::string_view::npos && isAddress(text.substr(0, slash)) && number(text.substr(slash + 1), 128);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    return text;
}

template <typename Good>
bool everyItem(std::string_view list, Good good) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (!good(trimmed(list.substr(0, comma)))) {
            return false;
        }
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return true;
}

bool ports(std::string_view list) {
    return everyItem(list, [](std::string_view one) { return number(one, 65535); });
}

// A Kubernetes quantity: digits with a point, then a unit.
bool quantity(std::string_view text) {
    const std::size_t unit = text.find_first_not_of("0123456789.");
    static constexpr std::array<std::string_view, 13> kUnits{"n", "u", "m", "k", "M", "G", "T", "P", "E",
                                                             "Ki", "Mi", "Gi", "Ti"};
    return !text.empty() && unit != 0 &&
           (unit == std::string_view::npos ||
            std::find(kUnits.begin(), kUnits.end(), text.substr(unit)) != kUnits.end());
}

} // namespace

const AnnotationRule* findAnnotation(std::string_view name) {
    const auto* found = std::find_if(kAnnotations.begin(), kAnnotations.end(),
                                     [&](const AnnotationRule& rule) { return rule.name == name; });
    return found == kAnnotations.end() ? nullptr : found;
}

bool isAlphaAnnotation(std::string_view name) {
    static constexpr std::array<std::string_view, 5> kSettled{"ambient.istio.io/redirection", "kubernetes.io/ingress.class",
                                                              "proxy.istio.io/config", "sidecar.istio.io/inject",
                                                              "traffic.istio.io/nodeSelector"};
    return findAnnotation(name) != nullptr && std::find(kSettled.begin(), kSettled.end(), name) == kSettled.end();
}

bool isIstioAnnotation(std::string_view name) {
    const std::size_t slash = name.find('/');
    return name == "kubernetes.io/ingress.class" ||
           (slash != std::string_view::npos && name.substr(0, slash).ends_with("istio.io"));
}

std::string valueProblem(AnnotationValue expected, std::string_view value) {
    switch (expected) {
    case V::Any: return {};
    case V::Number: return number(value, UINT32_MAX) ? "" : "it must be a whole number";
    case V::Bool: return value == "true" || value == "false" ? "" : "it must be true or false";
    case V::Port: return number(value, 65535) ? "" : "it must be a port, 0 to 65535";
    case V::Ports: return ports(value) ? "" : "it must be a list of ports";
    case V::PortsOrAll: return value == "*" || ports(value) ? "" : "it must be \"*\" or a list of ports";
    case V::Ranges: return everyItem(value, range) ? "" : "it must be a list of address ranges (CIDR)";
    case V::RangesOrAll:
        return value == "*" || everyItem(value, range) ? "" : "it must be \"*\" or a list of address ranges (CIDR)";
    case V::Interception:
        return value == "REDIRECT" || value == "TPROXY" || value == "NONE" ? "" : "it must be REDIRECT, TPROXY or NONE";
    case V::Quantity: return quantity(value) ? "" : "it must be a quantity such as 100m or 64Mi";
    }
    return {};
}

} // namespace meshdeck::policy
