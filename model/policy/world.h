// The mesh as config declares it, indexed: what istiod holds in its push context. Immutable; an edited mesh is a new
// World that shares every object with the old one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/mesh_config.h"
#include "config/object.h"

namespace meshdeck::policy {

using config::ConfigObject;
using config::ConfigObjectPtr;

// Of a service port (facts/semantics.md 0.1). Auto: not declared, found out from the bytes.
enum class Protocol { Auto, Http, Http2, Grpc, GrpcWeb, HttpProxy, Https, Tls, Tcp, Mongo, Redis, Mysql, Udp };
[[nodiscard]] Protocol protocolOf(std::string_view name, std::string_view appProtocol, std::uint32_t port,
                                  std::string_view kubeProtocol = "TCP");
[[nodiscard]] Protocol parseProtocol(std::string_view word); // of Istio's own kinds; Auto for what is unknown
[[nodiscard]] bool isHttp(Protocol protocol);                // HTTP family, without Auto
[[nodiscard]] bool isTlsFamily(Protocol protocol);           // HTTPS, TLS

struct Port {
    std::uint32_t number = 0;
    std::string name;
    Protocol protocol = Protocol::Auto;
    std::string targetPort; // number or name; "" is `number`
};

// A program behind a service, or a proxy that could be a client: a Pod, else a Deployment's template (config from files
// has no pods), a WorkloadEntry or an endpoint of a ServiceEntry.
struct Workload {
    std::string ns;
    std::string name;     // of the workload: "reviews-v1"; of a pod without owner its own
    std::string pod;      // "" when no pod is known
    mesh::Labels labels;  // of the pod
    mesh::Labels annotations;
    std::string address;  // "" unknown
    std::string serviceAccount = "default";
    std::string network;
    std::string locality;
    bool sidecar = false; // has or will get one (facts/semantics.md 5, injection); endpoints: tlsMode istio
    bool ambient = false;
    bool ready = true;
    std::string gatewayName; // label gateway.networking.k8s.io/gateway-name
    ConfigObjectPtr origin;  // null for endpoints written inside a ServiceEntry: then the ServiceEntry's
    std::vector<std::pair<std::string, std::uint32_t>> ports; // named container or entry ports
};

struct Endpoint {
    std::size_t workload = 0; // index in World::workloads()
    std::string address;
    std::map<std::uint32_t, std::uint32_t> targetPorts; // service port -> workload port
};

enum class Resolution { ClientSideLb, Passthrough, Dns, DnsRoundRobin, DynamicDns, Alias };

struct Service {
    std::string host; // "reviews.shop.svc.cluster.local", or a ServiceEntry's host
    std::string ns;   // of the object
    std::string name; // of the Kubernetes Service; "" for a ServiceEntry
    bool external = false; // MESH_EXTERNAL
    bool headless = false;
    Resolution resolution = Resolution::ClientSideLb;
    std::vector<Port> ports;
    std::vector<std::string> addresses; // cluster IPs and ServiceEntry addresses
    std::vector<std::string> exportTo;  // as written, or the mesh's default; never empty
    std::string aliasOf;                // ExternalName's target
    std::vector<Endpoint> endpoints;
    mesh::Labels labels;
    std::vector<std::string> subjectAltNames;
    ConfigObjectPtr origin;

    [[nodiscard]] const Port* port(std::uint32_t number) const;
};

// A VirtualService in effect: written by hand, with delegates merged in, or made of a Gateway API route.
struct RouteOrigin {
    ConfigObjectPtr object; // which object the rule is from (a delegate's rule: the delegate)
    std::string pointer;    // RFC 6901 of the rule in it: "/spec/http/1", "/spec/rules/0"
    std::optional<std::size_t> match{};      // which match of that rule the only one here is (Gateway API)
    std::vector<std::size_t> matches{};      // of a delegate's rule: which match there each one here is made of
};
struct EffectiveVirtualService {
    ConfigObjectPtr object; // the root VirtualService or the Gateway API route
    std::shared_ptr<const config::VirtualService> spec; // hosts resolved to full names, lower case
    std::vector<std::string> gateways; // "mesh" or "ns/name"; of Gateway API parents "ns/gateway/listener" as converted
    std::vector<std::string> exportTo; // never empty
    std::vector<RouteOrigin> http;     // one a rule of spec->http; originOf() (routing/route_table.h) adds the match
    bool gatewayApi = false;
    bool consumerRoute = false; // of another namespace than its service: only for clients of its own namespace
};
using EffectiveVirtualServicePtr = std::shared_ptr<const EffectiveVirtualService>;

// An Istio Gateway in effect: written by hand or made of a Gateway API Gateway.
struct EffectiveGateway {
    ConfigObjectPtr object;
    std::shared_ptr<const config::Gateway> spec;
    std::string id; // "ns/name", for Gateway API "ns/name/listener"
    bool gatewayApi = false;
    std::string parent{};                // of Gateway API: "ns/name" of the Gateway whose pods serve it
    std::vector<std::string> services{}; // of Gateway API: hosts of the Services in front of those pods
};

// A DestinationRule in effect: host resolved, lower case; BackendTLSPolicies too.
struct EffectiveDestinationRule {
    ConfigObjectPtr object;
    std::shared_ptr<const config::DestinationRule> spec;
    std::string host;
    std::vector<std::string> exportTo; // never empty
};

struct ConfigEdit {
    mesh::ResourceRef ref;
    ConfigObjectPtr object; // null: deleted
};

struct ConvertedGatewayApi;  // what comes of Gateway API objects (gatewayapi/convert.h)
struct Population;           // services and workloads (world/population.h)
class DestinationRuleIndex;  // (world/destination_rules.h)

class World;
using WorldPtr = std::shared_ptr<const World>;

class World {
public:
    // Objects in any order; of two with one identity the later one counts (files laid over a cluster).
    [[nodiscard]] static WorldPtr build(std::vector<ConfigObjectPtr> objects, config::MeshConfig mesh = {});
    [[nodiscard]] WorldPtr with(const std::vector<ConfigEdit>& edits) const;

    [[nodiscard]] const config::MeshConfig& mesh() const { return *m_mesh; }
    [[nodiscard]] const std::vector<ConfigObjectPtr>& objects() const { return *m_objects; } // by identity
    [[nodiscard]] ConfigObjectPtr find(const mesh::ResourceRef& ref) const;
    // All objects of that group and kind, oldest first; kinds without a typed form too.
    [[nodiscard]] const std::vector<ConfigObjectPtr>& ofKind(std::string_view group, std::string_view kind) const;

    [[nodiscard]] const std::vector<Service>& services() const; // oldest first
    [[nodiscard]] const std::vector<Workload>& workloads() const; // by namespace, name, pod
    // Oldest first, delegates merged; Gateway API routes among them by age, in their own order of 6.2.
    [[nodiscard]] const std::vector<EffectiveVirtualServicePtr>& virtualServices() const { return *m_virtualServices; }
    [[nodiscard]] const std::vector<EffectiveGateway>& gateways() const { return *m_gateways; } // oldest first
    [[nodiscard]] const std::vector<EffectiveDestinationRule>& destinationRules() const; // oldest first
    // Merged by namespace and host (facts/semantics.md 2.1); for Scope.
    [[nodiscard]] const DestinationRuleIndex& destinationRuleIndex() const { return *m_destinationRules; }
    // Indices in services() of all with that exact host.
    [[nodiscard]] std::span<const std::size_t> servicesOfHost(std::string_view host) const;
    // "ns/name" of a workload or a pod; null when there is none.
    [[nodiscard]] const Workload* workload(std::string_view nsAndName) const;
    [[nodiscard]] const mesh::Labels* namespaceLabels(std::string_view ns) const;

private:
    friend class WorldBuilder;
    World() = default;
    // Every part is shared with the worlds that an edit of something else makes of this one.
    std::shared_ptr<const config::MeshConfig> m_mesh;
    std::shared_ptr<const std::vector<ConfigObjectPtr>> m_objects;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const std::vector<ConfigObjectPtr>>, std::less<>>
        m_byKind;
    std::shared_ptr<const Population> m_population;
    std::shared_ptr<const std::vector<EffectiveVirtualServicePtr>> m_written; // VirtualServices alone
    std::shared_ptr<const ConvertedGatewayApi> m_converted;
    std::shared_ptr<const std::vector<EffectiveVirtualServicePtr>> m_virtualServices;
    std::shared_ptr<const std::vector<EffectiveGateway>> m_gateways;
    std::shared_ptr<const DestinationRuleIndex> m_destinationRules;
};

} // namespace meshdeck::policy
