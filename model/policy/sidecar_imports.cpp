#include "policy/sidecar_imports.h"

#include <algorithm>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

bool anyHost(const std::vector<std::string>* hosts, const auto& matches) {
    return hosts != nullptr && std::any_of(hosts->begin(), hosts->end(), matches);
}

const std::vector<std::string>* in(const TextMap<std::vector<std::string>>& map, std::string_view ns) {
    const auto found = map.find(ns);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

SidecarImports::SidecarImports(const config::SidecarEgress& egress, const std::string& clientNamespace)
    : m_egress(egress) {
    for (const std::string& text : egress.hosts) {
        NamespacedHost host = splitNamespacedHost(text);
        const bool excludes = host.ns.starts_with('~');
        if (excludes) {
            host.ns.erase(0, 1);
        }
        if (host.ns.empty()) {
            continue; // "~/*" lets nothing in; without a namespace it is no valid import
        }
        const std::string ns = host.ns == "." ? clientNamespace : host.ns;
        (excludes ? m_excluded : m_hosts)[ns].push_back(std::move(host.host));
    }
}

const std::vector<std::string>* SidecarImports::hostsOf(std::string_view ns) const {
    return in(m_hosts, ns);
}

bool SidecarImports::service(const Service& service) const {
    const auto matches = [&](const std::string& host) { return hostSubsetOf(service.host, host); };
    if (anyHost(in(m_excluded, service.ns), matches) || anyHost(in(m_excluded, "*"), matches)) {
        return false;
    }
    return anyHost(hostsOf(service.ns), matches) || anyHost(hostsOf("*"), matches);
}

bool SidecarImports::virtualService(const EffectiveVirtualService& vs) const {
    const std::string& ns = vs.object->ref.ns;
    const auto matches = [&](const std::string& imported) {
        return std::any_of(vs.spec->hosts.begin(), vs.spec->hosts.end(), [&](const std::string& own) {
            return vs.gatewayApi ? hostSubsetOf(own, imported) : hostsMatch(own, imported);
        });
    };
    return anyHost(hostsOf(ns), matches) || anyHost(hostsOf("*"), matches);
}

bool SidecarImports::port(const Service& service) const {
    if (!m_egress.port || m_egress.port->number == 0 || parseProtocol(m_egress.port->protocol) == Protocol::HttpProxy) {
        return true;
    }
    return service.port(m_egress.port->number) != nullptr;
}

ConfigObjectPtr sidecarFor(const World& world, const Proxy& proxy) {
    if (proxy.type != Proxy::Type::Sidecar) {
        return nullptr;
    }
    ConfigObjectPtr ofNamespace;
    ConfigObjectPtr ofRoot;
    for (const ConfigObjectPtr& object : world.ofKind("networking.istio.io", "Sidecar")) { // oldest first
        const auto* spec = config::as<config::Sidecar>(object->typed);
        if (spec == nullptr) {
            continue;
        }
        const bool own = object->ref.ns == proxy.ns;
        if (own && spec->workloadSelector) {
            const auto& wanted = *spec->workloadSelector;
            if (std::includes(proxy.labels.begin(), proxy.labels.end(), wanted.begin(), wanted.end())) {
                return object;
            }
        } else if (!spec->workloadSelector && own && !ofNamespace) {
            ofNamespace = object;
        } else if (!spec->workloadSelector && object->ref.ns == world.mesh().rootNamespace && !ofRoot) {
            ofRoot = object;
        }
    }
    return ofNamespace ? ofNamespace : ofRoot;
}

} // namespace meshdeck::policy
