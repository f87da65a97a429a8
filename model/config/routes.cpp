#include "config/routes.h"

#include <algorithm>

#include "config/json_pointer.h"
#include "config/json_read.h"
#include "config/route_match.h"

namespace meshdeck::config {

namespace {

constexpr std::string_view kIstioNetworking = "networking.istio.io";
constexpr std::string_view kGatewayApi = "gateway.networking.k8s.io";

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find(separator, begin);
        parts.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
        if (end == std::string_view::npos) {
            return parts;
        }
        begin = end + 1;
    }
}

WeightedDestination istioDestination(const Json& entry, const std::string& ns, std::string pointer) {
    WeightedDestination result;
    result.pointer = std::move(pointer);
    result.weight = intMember(entry, "weight");
    if (const Json* destination = objectMember(entry, "destination")) {
        result.host = textMember(*destination, "host");
        result.subset = textMember(*destination, "subset");
        if (const Json* port = objectMember(*destination, "port")) {
            result.port = intMember(*port, "number");
        }
    }
    if (const auto service = resolveHost(result.host, ns)) {
        result.ns = service->ns;
    }
    return result;
}

WeightedRoute istioRoute(const mesh::Resource& resource, const std::string& section, std::size_t index,
                         const Json& route) {
    WeightedRoute result;
    result.resource = resource.ref;
    result.section = section;
    result.index = index;
    result.name = textMember(route, "name");
    result.match = istioMatch(route);
    result.fault = objectMember(route, "fault") != nullptr;
    const Json* mirrors = listMember(route, "mirrors");
    result.mirror = objectMember(route, "mirror") != nullptr || (mirrors != nullptr && !mirrors->empty());
    if (std::string timeout = textMember(route, "timeout"); !timeout.empty()) {
        result.timeout = std::move(timeout);
    }
    if (const Json* destinations = listMember(route, "route")) {
        const std::string base = "/spec/" + section + "/" + std::to_string(index) + "/route/";
        for (std::size_t i = 0; i < destinations->size(); ++i) {
            result.destinations.push_back(
                istioDestination((*destinations)[i], resource.ref.ns, base + std::to_string(i)));
        }
    }
    return result;
}

std::vector<WeightedRoute> istioRoutes(const mesh::Resource& resource, const Json& spec) {
    std::vector<WeightedRoute> result;
    for (const char* section : {"http", "tls", "tcp"}) {
        if (const Json* routes = listMember(spec, section)) {
            for (std::size_t i = 0; i < routes->size(); ++i) {
                result.push_back(istioRoute(resource, section, i, (*routes)[i]));
            }
        }
    }
    return result;
}

// A backend that is no Service of core (an InferencePool, Istio's Hostname) has no namespace a service could lie in.
WeightedDestination gatewayDestination(const Json& entry, const std::string& ns, std::string pointer) {
    WeightedDestination result;
    result.pointer = std::move(pointer);
    result.host = textMember(entry, "name");
    result.port = intMember(entry, "port");
    result.weight = intMember(entry, "weight");
    const std::string kind = textMember(entry, "kind");
    if (textMember(entry, "group").empty() && (kind.empty() || kind == "Service")) {
        const std::string own = textMember(entry, "namespace");
        result.ns = own.empty() ? ns : own;
    }
    return result;
}

WeightedRoute gatewayRoute(const mesh::Resource& resource, std::size_t index, const Json& rule) {
    WeightedRoute result;
    result.resource = resource.ref;
    result.section = "rules";
    result.index = index;
    result.name = textMember(rule, "name");
    result.match = gatewayMatch(rule);
    if (const Json* filters = listMember(rule, "filters")) {
        result.mirror = std::any_of(filters->begin(), filters->end(), [](const Json& filter) {
            return textMember(filter, "type") == "RequestMirror";
        });
    }
    if (const Json* timeouts = objectMember(rule, "timeouts")) {
        if (std::string timeout = textMember(*timeouts, "request"); !timeout.empty()) {
            result.timeout = std::move(timeout);
        }
    }
    if (const Json* backends = listMember(rule, "backendRefs")) {
        const std::string base = "/spec/rules/" + std::to_string(index) + "/backendRefs/";
        for (std::size_t i = 0; i < backends->size(); ++i) {
            result.destinations.push_back(gatewayDestination((*backends)[i], resource.ref.ns, base + std::to_string(i)));
        }
    }
    return result;
}

std::vector<WeightedRoute> gatewayRoutes(const mesh::Resource& resource, const Json& spec) {
    std::vector<WeightedRoute> result;
    if (const Json* rules = listMember(spec, "rules")) {
        for (std::size_t i = 0; i < rules->size(); ++i) {
            result.push_back(gatewayRoute(resource, i, (*rules)[i]));
        }
    }
    return result;
}

bool breaksCircuits(const Json& policy) {
    if (objectMember(policy, "connectionPool") != nullptr || objectMember(policy, "outlierDetection") != nullptr) {
        return true;
    }
    const Json* ports = listMember(policy, "portLevelSettings");
    return ports != nullptr && std::any_of(ports->begin(), ports->end(), breaksCircuits);
}

Subset readSubset(const Json& json) {
    Subset subset;
    subset.name = textMember(json, "name");
    if (const Json* labels = objectMember(json, "labels")) {
        for (const auto& [key, value] : labels->items()) {
            if (value.is_string()) {
                subset.labels[key] = value.get<std::string>();
            }
        }
    }
    return subset;
}

} // namespace

std::vector<std::optional<Percent>> WeightedRoute::shares() const {
    const bool istio = section != "rules";
    std::vector<double> weights;
    double sum = 0;
    for (const WeightedDestination& destination : destinations) {
        // facts/semantics.md 1.7 and 6.3: one Istio destination gets everything whatever its weight; beside others an
        // omitted weight is 0. Gateway API's default is 1, and 0 means no traffic even for a single backend.
        const int absent = istio ? 0 : 1;
        const double weight =
            istio && destinations.size() == 1 ? 100 : std::max(0, destination.weight.value_or(absent));
        weights.push_back(weight);
        sum += weight;
    }
    std::vector<std::optional<Percent>> result(weights.size());
    if (sum > 0) {
        std::transform(weights.begin(), weights.end(), result.begin(),
                       [sum](double weight) { return Percent(100 * weight / sum); });
    }
    return result;
}

std::vector<WeightedRoute> weightedRoutes(const mesh::Resource& resource) {
    const bool istio = resource.ref.group == kIstioNetworking && resource.ref.kind == "VirtualService";
    const bool gateway = resource.ref.group == kGatewayApi && resource.ref.kind.ends_with("Route");
    if ((!istio && !gateway) || !resource.json) {
        return {};
    }
    const auto object = parseJson(*resource.json);
    const Json* spec = object ? objectMember(*object, "spec") : nullptr;
    if (spec == nullptr) {
        return {};
    }
    return istio ? istioRoutes(resource, *spec) : gatewayRoutes(resource, *spec);
}

std::optional<ServiceName> resolveHost(std::string_view host, std::string_view ns) {
    if (host.empty() || host.front() == '*') {
        return std::nullopt;
    }
    const auto labels = split(host, '.');
    if (std::any_of(labels.begin(), labels.end(), [](std::string_view label) { return label.empty(); })) {
        return std::nullopt;
    }
    if (labels.size() == 1) {
        return ServiceName{std::string(host), std::string(ns)};
    }
    // Istio completes only names without a dot (facts/semantics.md 1.1): "reviews.shop" is an outside host to it.
    if (labels.size() >= 4 && labels[2] == "svc") {
        return ServiceName{std::string(labels[0]), std::string(labels[1])};
    }
    return std::nullopt;
}

std::optional<DestinationRuleView> destinationRule(const mesh::Resource& resource) {
    if (resource.ref.group != kIstioNetworking || resource.ref.kind != "DestinationRule" || !resource.json) {
        return std::nullopt;
    }
    const auto object = parseJson(*resource.json);
    const Json* spec = object ? objectMember(*object, "spec") : nullptr;
    if (spec == nullptr) {
        return std::nullopt;
    }
    DestinationRuleView view;
    view.host = textMember(*spec, "host");
    const auto breaks = [](const Json& holder) {
        const Json* policy = objectMember(holder, "trafficPolicy");
        return policy != nullptr && breaksCircuits(*policy);
    };
    view.circuitBreaker = breaks(*spec);
    if (const Json* subsets = listMember(*spec, "subsets")) {
        for (const Json& json : *subsets) {
            view.subsets.push_back(readSubset(json));
            view.circuitBreaker = view.circuitBreaker || breaks(json);
        }
    }
    return view;
}

} // namespace meshdeck::config
