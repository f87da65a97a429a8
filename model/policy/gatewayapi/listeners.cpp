#include "policy/gatewayapi/listeners.h"

#include <algorithm>

#include "config/json_read.h"
#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

using config::Json;

constexpr const char* kGroup = "gateway.networking.k8s.io";
constexpr const char* kExperimentalGroup = "gateway.networking.x-k8s.io";
constexpr const char* kNamespaceLabel = "kubernetes.io/metadata.name";
constexpr std::uint32_t kAutoPassthroughPort = 15443;

mesh::Labels namespaceLabels(const World& world, const std::string& ns) {
    const mesh::Labels* own = world.namespaceLabels(ns);
    mesh::Labels labels = own == nullptr ? mesh::Labels() : *own;
    labels.emplace(kNamespaceLabel, ns);
    return labels;
}

// The JSON of listener i, or an empty object.
const Json& listenerJson(const ConfigObject& object, std::size_t index) {
    static const Json kNone = Json::object();
    const Json* found =
        object.json ? config::at(*object.json, "/spec/listeners/" + std::to_string(index)) : nullptr;
    return found == nullptr ? kNone : *found;
}

std::vector<std::string> allowedNamespaces(const World& world, const ConfigObject& object,
                                           const config::GatewayListener& listener, const Json& json) {
    if (listener.allowedNamespaces == "All") {
        return {"*"};
    }
    if (listener.allowedNamespaces != "Selector") {
        return listener.allowedNamespaces == "None" ? std::vector<std::string>() : std::vector{object.ref.ns};
    }
    const Json* selector = config::at(json, "/allowedRoutes/namespaces/selector");
    std::vector<std::string> result;
    for (const ConfigObjectPtr& ns : world.ofKind("", "Namespace")) {
        if (selector != nullptr && selectorMatches(*selector, namespaceLabels(world, ns->ref.name))) {
            result.push_back(ns->ref.name);
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<std::string> routeKinds(const config::GatewayListener& listener) {
    std::vector<std::string> supported;
    if (listener.protocol == "HTTP" || listener.protocol == "HTTPS") {
        supported = {"HTTPRoute", "GRPCRoute"};
    } else if (listener.protocol == "TCP") {
        supported = {"TCPRoute"};
    } else if (listener.protocol == "TLS") {
        supported = {"TLSRoute"};
        if (listener.tlsMode != "Passthrough") {
            supported.emplace_back("TCPRoute");
        }
    }
    if (!listener.allowedKinds.empty()) {
        std::erase_if(supported, [&listener](const std::string& kind) {
            return std::none_of(listener.allowedKinds.begin(), listener.allowedKinds.end(),
                                [&kind](const config::ObjectReference& allowed) {
                                    return allowed.kind == kind && (allowed.group.empty() || allowed.group == kGroup);
                                });
        });
    }
    return supported;
}

std::optional<config::ServerTls> serverTls(const ConfigObject& object, const config::GatewayListener& listener,
                                           const Json& json) {
    const Json* written = config::objectMember(json, "tls");
    if (written == nullptr) {
        return std::nullopt;
    }
    config::ServerTls tls;
    if (listener.tlsMode == "Passthrough") {
        const bool between = listener.port == kAutoPassthroughPort && object.labels.contains("topology.istio.io/network");
        tls.mode = between ? "AUTO_PASSTHROUGH" : "PASSTHROUGH";
        return tls;
    }
    tls.mode = "SIMPLE";
    if (const Json* options = config::objectMember(*written, "options")) {
        const std::string mode = config::textMember(*options, "gateway.istio.io/tls-terminate-mode");
        if (mode == "MUTUAL" || mode == "OPTIONAL_MUTUAL" || mode == "ISTIO_MUTUAL") {
            tls.mode = mode;
        }
    }
    for (const config::ObjectReference& certificate : listener.certificateRefs) {
        const std::string& ns = certificate.ns.empty() ? object.ref.ns : certificate.ns;
        tls.credentialNames.push_back("kubernetes-gateway://" + ns + "/" + certificate.name);
    }
    return tls;
}

config::GatewayServer serverOf(const ConfigObject& object, const config::GatewayListener& listener, const Json& json,
                               const std::vector<std::string>& namespaces) {
    config::GatewayServer server;
    server.port = {listener.port, listener.protocol, "default", std::nullopt};
    const std::string host = listener.hostname.empty() ? "*" : listener.hostname;
    for (const std::string& ns : namespaces) {
        server.hosts.push_back(ns + "/" + host);
    }
    if (server.hosts.empty()) {
        server.hosts.push_back("~/" + host);
    }
    server.tls = serverTls(object, listener, json);
    return server;
}

// The Gateway that a set of listeners is served by.
struct Served {
    ConfigObjectPtr gateway;
    std::vector<std::string> services;
};

std::vector<std::string> servicesOf(const World& world, const ConfigObject& object, const config::KubeGateway& spec) {
    const std::string& domain = world.mesh().clusterDomain;
    const bool managed = spec.addresses.empty() || (spec.addresses.size() == 1 && spec.addresses[0].first == "IPAddress");
    if (managed) {
        const auto name = object.annotations.find("gateway.istio.io/name-override");
        const std::string own =
            name == object.annotations.end() ? object.ref.name + "-" + spec.gatewayClass : name->second;
        return {own + "." + object.ref.ns + ".svc." + domain};
    }
    std::vector<std::string> services;
    for (const auto& [type, value] : spec.addresses) {
        if (type == "Hostname") {
            services.push_back(resolveShortName(value, object.ref.ns, domain));
        }
    }
    return services;
}

bool mayAttach(const World& world, const ConfigObject& set, const ConfigObject& gateway) {
    const Json* namespaces =
        gateway.json ? config::at(*gateway.json, "/spec/allowedListeners/namespaces") : nullptr;
    if (namespaces == nullptr) {
        return false;
    }
    const std::string from = config::textMember(*namespaces, "from");
    if (from == "Selector") {
        const Json* selector = config::objectMember(*namespaces, "selector");
        return selector != nullptr && selectorMatches(*selector, namespaceLabels(world, set.ref.ns));
    }
    return from == "All" || (from == "Same" && set.ref.ns == gateway.ref.ns);
}

void addListeners(const World& world, const ConfigObjectPtr& object, const config::KubeGateway& spec,
                  const Served& served, std::vector<ApiListener>& into) {
    for (std::size_t i = 0; i < spec.listeners.size(); ++i) {
        const config::GatewayListener& listener = spec.listeners[i];
        constexpr std::string_view kServed[] = {"HTTP", "HTTPS", "TLS", "TCP"};
        if (std::find(std::begin(kServed), std::end(kServed), listener.protocol) == std::end(kServed)) {
            continue;
        }
        const std::string parent = served.gateway->ref.ns + "/" + served.gateway->ref.name;
        const bool conflicted = std::any_of(into.begin(), into.end(), [&](const ApiListener& other) {
            return other.gateway.parent == parent && other.port == listener.port &&
                   other.protocol == listener.protocol && other.hostname == listener.hostname;
        });
        if (conflicted) {
            continue; // of two with one port, protocol and hostname the first is served
        }
        const Json& json = listenerJson(*object, i);
        auto gateway = std::make_shared<config::Gateway>();
        gateway->servers.push_back(serverOf(*object, listener, json, allowedNamespaces(world, *object, listener, json)));
        ApiListener made{object->ref.kind, listener.name, listener.hostname, listener.port, listener.protocol,
                         gateway->servers.front().hosts, routeKinds(listener), {}};
        const std::string prefix = object->ref.kind == "Gateway" ? "" : "set:";
        made.gateway = {object, gateway, object->ref.ns + "/" + prefix + object->ref.name + "/" + listener.name, true,
                        parent, served.services};
        into.push_back(std::move(made));
    }
}

void addSets(const World& world, const char* group, const char* kind, const Served& served,
             std::vector<ApiListener>& into) {
    for (const ConfigObjectPtr& set : world.ofKind(group, kind)) {
        const Json* parent = set->json ? config::at(*set->json, "/spec/parentRef") : nullptr;
        if (parent == nullptr) {
            continue;
        }
        const std::string ns = config::textMember(*parent, "namespace");
        const std::string parentKind = config::textMember(*parent, "kind");
        const bool ours = config::textMember(*parent, "name") == served.gateway->ref.name &&
                          (ns.empty() ? set->ref.ns : ns) == served.gateway->ref.ns &&
                          (parentKind.empty() || parentKind == "Gateway");
        if (!ours || !mayAttach(world, *set, *served.gateway)) {
            continue;
        }
        // Its listeners are written as those of a Gateway are.
        const config::Typed typed = config::readTyped(kGroup, "Gateway", *set->json);
        if (const auto* spec = config::as<config::KubeGateway>(typed)) {
            addListeners(world, set, *spec, served, into);
        }
    }
}

} // namespace

std::string controllerOf(const World& world, const std::string& gatewayClass) {
    if (const ConfigObjectPtr object = world.find({kGroup, "GatewayClass", {}, gatewayClass})) {
        const auto* spec = config::as<config::GatewayClass>(object->typed);
        return spec == nullptr ? std::string() : spec->controller;
    }
    if (gatewayClass == "istio") {
        return "istio.io/gateway-controller";
    }
    if (gatewayClass == "istio-waypoint") {
        return "istio.io/mesh-controller";
    }
    return gatewayClass == "istio-remote" ? "istio.io/unmanaged-gateway" : std::string();
}

std::vector<ApiListener> apiListeners(const World& world) {
    std::vector<ApiListener> result;
    for (const ConfigObjectPtr& object : world.ofKind(kGroup, "Gateway")) {
        const auto* spec = config::as<config::KubeGateway>(object->typed);
        if (spec == nullptr || controllerOf(world, spec->gatewayClass) != "istio.io/gateway-controller") {
            continue;
        }
        const Served served{object, servicesOf(world, *object, *spec)};
        addListeners(world, object, *spec, served, result);
        addSets(world, kGroup, "ListenerSet", served, result);
        addSets(world, kExperimentalGroup, "XListenerSet", served, result);
    }
    return result;
}

} // namespace meshdeck::policy
