#include "policy/expectations/sender.h"

#include <algorithm>

namespace meshdeck::policy {
namespace {

using config::Json;

constexpr std::string_view kGatewayLabel = "gateway.networking.k8s.io/gateway-name";

bool subsetOf(const mesh::Labels& wanted, const mesh::Labels& labels) {
    return std::ranges::all_of(wanted, [&](const auto& label) {
        const auto found = labels.find(label.first);
        return found != labels.end() && found->second == label.second;
    });
}

Sender sender(Proxy proxy, Proxy::Type type) {
    proxy.type = type;
    return {std::move(proxy), false};
}

// The program behind a gateway is not always in the config: then its identity is all there is.
Sender kubeGateway(const World& world, const ConfigObjectPtr& object) {
    const Json* name = config::at(*object->json, "/spec/gatewayClassName");
    const bool waypoint = name != nullptr && *name == "istio-waypoint";
    const auto type = waypoint ? Proxy::Type::Waypoint : Proxy::Type::Router;
    for (const Workload& workload : world.workloads()) {
        if (workload.ns == object->ref.ns && workload.gatewayName == object->ref.name) {
            return sender(proxyOf(world, workload), type);
        }
    }
    Proxy proxy;
    proxy.ns = object->ref.ns;
    proxy.name = object->ref.name;
    proxy.gatewayName = object->ref.name;
    proxy.labels[std::string(kGatewayLabel)] = object->ref.name;
    return sender(std::move(proxy), type);
}

Sender istioGateway(const World& world, const ConfigObjectPtr& object) {
    const auto* gateway = config::as<config::Gateway>(object->typed);
    const mesh::Labels selector = gateway == nullptr ? mesh::Labels{} : gateway->selector;
    for (const Workload& workload : world.workloads()) {
        if (!selector.empty() && subsetOf(selector, workload.labels)) {
            return sender(proxyOf(world, workload), Proxy::Type::Router);
        }
    }
    Proxy proxy;
    proxy.ns = object->ref.ns;
    proxy.name = object->ref.name;
    proxy.labels = selector;
    return sender(std::move(proxy), Proxy::Type::Router);
}

Result<Sender> gatewayNamed(const World& world, const std::string& ns, const std::string& name) {
    if (const auto object = world.find({"gateway.networking.k8s.io", "Gateway", ns, name})) {
        return kubeGateway(world, object);
    }
    if (const auto object = world.find({"networking.istio.io", "Gateway", ns, name})) {
        return istioGateway(world, object);
    }
    if (const Workload* workload = world.workload(ns + "/" + name)) {
        Proxy proxy = proxyOf(world, *workload);
        const auto type = proxy.type == Proxy::Type::Waypoint ? proxy.type : Proxy::Type::Router;
        return sender(std::move(proxy), type);
    }
    return fail(ErrorKind::NotFound, "there is no gateway " + ns + "/" + name,
                "name a Gateway, or the workload of one, as NS/gateway:NAME");
}

Result<Sender> named(const std::string& text, const World& world, const std::string& defaultNamespace) {
    if (text == "outside") {
        return Sender{{}, true};
    }
    const std::size_t slash = text.find('/');
    const std::string ns = slash == std::string::npos ? defaultNamespace : text.substr(0, slash);
    std::string name = slash == std::string::npos ? text : text.substr(slash + 1);
    constexpr std::string_view kGateway = "gateway:";
    if (name.starts_with(kGateway)) {
        return gatewayNamed(world, ns, name.substr(kGateway.size()));
    }
    if (const Workload* workload = world.workload(ns + "/" + name)) {
        return Sender{proxyOf(world, *workload), false};
    }
    return fail(ErrorKind::NotFound, "there is no workload " + ns + "/" + name,
                "name it as NS/WORKLOAD, or describe it: {namespace: NS, labels: {...}}");
}

Result<Proxy::Type> typeOf(const std::string& word) {
    if (word == "sidecar") {
        return Proxy::Type::Sidecar;
    }
    if (word == "router" || word == "gateway") {
        return Proxy::Type::Router;
    }
    if (word == "waypoint") {
        return Proxy::Type::Waypoint;
    }
    if (word == "ztunnel" || word == "ambient") {
        return Proxy::Type::Ztunnel;
    }
    if (word == "none") {
        return Proxy::Type::None;
    }
    return fail(ErrorKind::InvalidArgument, "from.type: \"" + word + "\" is no kind of proxy",
                "sidecar, router, waypoint, ztunnel or none");
}

Result<Sender> described(const Json& from, const std::string& defaultNamespace) {
    const auto text = [&](const char* key) {
        const auto found = from.find(key);
        return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string word = text("type");
    auto type = word.empty() ? Result<Proxy::Type>(Proxy::Type::Sidecar) : typeOf(word);
    if (!type) {
        return tl::unexpected(type.error());
    }
    Proxy proxy;
    proxy.type = *type;
    proxy.ns = text("namespace").empty() ? defaultNamespace : text("namespace");
    proxy.name = text("name");
    if (!text("serviceAccount").empty()) {
        proxy.serviceAccount = text("serviceAccount");
    }
    proxy.locality = text("locality");
    if (!text("address").empty()) {
        proxy.addresses.push_back(text("address"));
    }
    if (const auto labels = from.find("labels"); labels != from.end() && labels->is_object()) {
        for (const auto& [key, value] : labels->items()) {
            proxy.labels[key] = value.is_string() ? value.get<std::string>() : value.dump();
        }
    }
    if (const auto gateway = proxy.labels.find(std::string(kGatewayLabel)); gateway != proxy.labels.end()) {
        proxy.gatewayName = gateway->second;
    }
    return Sender{std::move(proxy), *type == Proxy::Type::None};
}

} // namespace

Result<Sender> readSender(const Json& from, const World& world, const std::string& defaultNamespace) {
    if (from.is_string()) {
        return named(from.get<std::string>(), world, defaultNamespace);
    }
    if (from.is_object()) {
        return described(from, defaultNamespace);
    }
    return fail(ErrorKind::InvalidArgument, "from: neither a name nor an object", "\"shop/web\", \"outside\" or {namespace, labels}");
}

} // namespace meshdeck::policy
