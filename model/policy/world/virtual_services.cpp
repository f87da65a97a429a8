#include "policy/world/virtual_services.h"

#include <algorithm>
#include <unordered_map>

#include "policy/host_name.h"
#include "policy/scope.h"

namespace meshdeck::policy {

namespace {

using config::as;
using config::HttpRoute;
using config::VirtualService;

constexpr std::string_view kNetworking = "networking.istio.io";
constexpr std::string_view kMesh = "mesh";

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

// Resolves every host and gateway of a copy in place, as the rule's namespace reads them.
class Resolver {
public:
    Resolver(std::string ns, const std::string& domain) : m_ns(std::move(ns)), m_domain(domain) {}

    void rule(HttpRoute& rule) const {
        for (config::RouteDestination& destination : rule.route) {
            host(destination.destination.host);
        }
        for (config::HttpMirror& mirror : rule.mirrors) {
            host(mirror.destination.host);
        }
        for (config::HttpMatch& match : rule.matches) {
            gateways(match.gateways);
        }
    }
    void rule(config::L4Route& rule) const {
        for (config::RouteDestination& destination : rule.route) {
            host(destination.destination.host);
        }
        for (config::L4Match& match : rule.matches) {
            gateways(match.gateways);
        }
    }
    void hosts(std::vector<std::string>& hosts) const {
        for (std::string& name : hosts) {
            name = lower(resolveShortName(name, m_ns, m_domain));
        }
    }

private:
    void host(std::string& name) const {
        if (name.find('.') == std::string::npos) {
            name = resolveShortName(name, m_ns, m_domain);
        }
    }
    void gateways(std::vector<std::string>& names) const {
        for (std::string& name : names) {
            name = resolveGatewayName(name, m_ns);
        }
    }
    std::string m_ns;
    const std::string& m_domain;
};

bool isRoot(const VirtualService& spec) {
    return std::any_of(spec.http.begin(), spec.http.end(), [](const HttpRoute& rule) { return rule.delegate.has_value(); });
}

class Effects {
public:
    explicit Effects(const World& world) : m_world(world) {}

    EffectiveVirtualServicePtr make(const ConfigObjectPtr& object, const VirtualService& written) const {
        auto result = std::make_shared<EffectiveVirtualService>();
        auto spec = std::make_shared<VirtualService>(written);
        const Resolver own(object->ref.ns, m_world.mesh().clusterDomain);
        own.hosts(spec->hosts);
        spec->http.clear();
        for (std::size_t i = 0; i < written.http.size(); ++i) {
            addRule(object, written.http[i], i, own, *spec, *result);
        }
        for (auto* list : {&spec->tls, &spec->tcp}) {
            std::for_each(list->begin(), list->end(), [&](config::L4Route& rule) { own.rule(rule); });
        }
        for (const std::string& gateway : spec->gateways) {
            result->gateways.push_back(resolveGatewayName(gateway, object->ref.ns));
        }
        if (result->gateways.empty()) {
            result->gateways.emplace_back(kMesh);
        }
        result->object = object;
        result->exportTo = exportToOf(*spec);
        result->spec = std::move(spec);
        return result;
    }

private:
    const std::vector<std::string>& exportToOf(const VirtualService& spec) const {
        return spec.exportTo.empty() ? m_world.mesh().defaultVirtualServiceExportTo : spec.exportTo;
    }

    void addRule(const ConfigObjectPtr& object, const HttpRoute& written, std::size_t index, const Resolver& own,
                 VirtualService& spec, EffectiveVirtualService& into) const {
        HttpRoute rule = written;
        own.rule(rule);
        if (!rule.delegate) {
            spec.http.push_back(std::move(rule));
            into.http.push_back({object, "/spec/http/" + std::to_string(index)});
            return;
        }
        const std::string ns = rule.delegate->ns.empty() ? object->ref.ns : rule.delegate->ns;
        const ConfigObjectPtr found =
            m_world.find({std::string(kNetworking), "VirtualService", ns, rule.delegate->name});
        const auto* delegate = found ? as<VirtualService>(found->typed) : nullptr;
        if (delegate == nullptr || !delegate->hosts.empty() || !exportedTo(exportToOf(*delegate), ns, object->ref.ns)) {
            return; // this rule is dropped, the others stay
        }
        std::vector<HttpRoute> rules = delegate->http;
        const Resolver theirs(ns, m_world.mesh().clusterDomain);
        std::for_each(rules.begin(), rules.end(), [&](HttpRoute& each) { theirs.rule(each); });
        for (DelegatedRule& merged : mergeDelegate(rule, rules)) {
            spec.http.push_back(std::move(merged.rule));
            into.http.push_back({found, "/spec/http/" + std::to_string(merged.index), {}, std::move(merged.matches)});
        }
    }

    const World& m_world;
};

} // namespace

std::string resolveGatewayName(std::string_view gateway, std::string_view ns) {
    if (gateway == kMesh) {
        return std::string(gateway);
    }
    if (gateway.starts_with("./")) {
        return std::string(ns) + std::string(gateway.substr(1));
    }
    if (gateway.find('/') != std::string_view::npos) {
        return std::string(gateway);
    }
    const std::size_t dot = gateway.find('.'); // the old form name.namespace
    if (dot == std::string_view::npos) {
        return std::string(ns) + "/" + std::string(gateway);
    }
    const std::string_view rest = gateway.substr(dot + 1);
    return std::string(rest.substr(0, rest.find('.'))) + "/" + std::string(gateway.substr(0, dot));
}

std::vector<EffectiveVirtualServicePtr> effectiveVirtualServices(const World& world,
                                                                 const std::vector<EffectiveVirtualServicePtr>* old) {
    std::unordered_map<const ConfigObject*, EffectiveVirtualServicePtr> known;
    if (old != nullptr) {
        known.reserve(old->size());
        for (const EffectiveVirtualServicePtr& each : *old) {
            known.emplace(each->object.get(), each);
        }
    }
    std::vector<EffectiveVirtualServicePtr> result;
    const Effects effects(world);
    for (const ConfigObjectPtr& object : world.ofKind(kNetworking, "VirtualService")) {
        const auto* spec = as<VirtualService>(object->typed);
        if (spec == nullptr || spec->hosts.empty()) {
            continue; // a delegate never stands alone
        }
        const auto before = known.find(object.get());
        result.push_back(before != known.end() && !isRoot(*spec) ? before->second : effects.make(object, *spec));
    }
    return result;
}

} // namespace meshdeck::policy
