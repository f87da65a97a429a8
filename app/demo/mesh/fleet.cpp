// A synthetic fleet: degrees, tiers, namespaces and versions as real meshes have them (shared/bench/README.md,
// "Generator advice": 5 % entry, 40 % leaves, about 3 edges a service, Pareto popularity, log-normal out-degree, Zipf
// namespaces, two thirds of the calls at home, 1 % upward edges, 13 % of the services with a canary).
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "app/demo/mesh/plan.h"
#include "app/demo/mesh/random.h"

namespace meshdeck::demo {

namespace {

struct FleetService {
    std::size_t ns = 0;
    std::size_t tier = 0;
    int versions = 1;
    double popularity = 1;
    std::vector<std::size_t> workloads; // in the plan
};

// A draw by weight from fixed members.
struct Weighted {
    std::vector<std::size_t> members;
    std::vector<double> cumulated;

    void add(std::size_t member, double weight) {
        members.push_back(member);
        cumulated.push_back((cumulated.empty() ? 0 : cumulated.back()) + weight);
    }
    [[nodiscard]] bool empty() const { return members.empty(); }
    [[nodiscard]] std::size_t pick(Random& random) const {
        const double at = random.uniform() * cumulated.back();
        const auto found = std::upper_bound(cumulated.begin(), cumulated.end(), at);
        return members[std::min<std::size_t>(static_cast<std::size_t>(found - cumulated.begin()), members.size() - 1)];
    }
};

std::size_t tierCount(std::size_t services) {
    return services <= 50 ? 5 : services <= 250 ? 6 : services <= 1000 ? 7 : 8;
}

class Fleet {
public:
    Fleet(std::size_t workloads, std::uint32_t seed)
        : m_random(seed * 1000003ULL + workloads)
        , m_wanted(workloads) {}

    MeshPlan make() {
        makeServices();
        makeEdges();
        fillPlan();
        return std::move(m_plan);
    }

private:
    void makeServices();
    void makeEdges();
    void fillPlan();
    void addEdge(std::size_t from, std::size_t to);
    [[nodiscard]] std::size_t target(std::size_t from);
    void addWorkloads(std::size_t service);
    void addCalls(const std::vector<double>& inflow);
    [[nodiscard]] std::string namespaceName(std::size_t index) const { return "team-" + std::to_string(index + 1); }
    [[nodiscard]] std::string serviceName(std::size_t index) const;

    Random m_random;
    std::size_t m_wanted;
    std::size_t m_namespaces = 1;
    std::size_t m_tiers = 5;
    std::vector<FleetService> m_services;
    std::vector<Weighted> m_byTier, m_byTierAndNamespace;
    std::vector<std::pair<std::size_t, std::size_t>> m_edges;
    std::unordered_set<std::uint64_t> m_known;
    MeshPlan m_plan;
};

std::string Fleet::serviceName(std::size_t index) const {
    static constexpr const char* kWords[] = {"orders", "search", "users",  "billing", "stock",   "media",
                                             "events", "auth",   "rates",  "routes",  "reports", "mail",
                                             "geo",    "quotes", "labels", "audit"};
    return std::string(kWords[index % std::size(kWords)]) + "-" + std::to_string(index);
}

void Fleet::makeServices() {
    // Versions first, so that the number of workloads comes out exactly.
    std::size_t workloads = 0;
    while (workloads < m_wanted) {
        FleetService service;
        const double draw = m_random.uniform();
        service.versions = draw < 0.85 ? 1 : draw < 0.98 ? 2 : 3;
        service.versions = std::min<int>(service.versions, static_cast<int>(m_wanted - workloads));
        workloads += static_cast<std::size_t>(service.versions);
        m_services.push_back(service);
    }
    const std::size_t count = m_services.size();
    m_tiers = tierCount(count);
    m_namespaces = std::max<std::size_t>(
        count < 3 ? 1 : 3, static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(count)) * 0.7)));
    Weighted namespaces;
    for (std::size_t i = 0; i < m_namespaces; ++i) {
        namespaces.add(i, 1 / std::pow(static_cast<double>(i + 1), 0.8));
    }
    Weighted tiers;
    for (std::size_t tier = 0; tier < m_tiers; ++tier) {
        const bool edge = tier == 1 || tier + 2 == m_tiers;
        const double middle = 0.55 * (edge ? 0.8 : 1.2) / static_cast<double>(m_tiers - 2);
        tiers.add(tier, tier == 0 ? 0.05 : tier + 1 == m_tiers ? 0.40 : middle);
    }
    const double cap = std::max(6.0, static_cast<double>(count) * 0.03);
    m_byTier.resize(m_tiers);
    m_byTierAndNamespace.resize(m_tiers * m_namespaces);
    for (std::size_t i = 0; i < count; ++i) {
        FleetService& service = m_services[i];
        service.ns = namespaces.pick(m_random);
        service.tier = i < m_tiers ? i : tiers.pick(m_random); // every tier has at least one
        service.popularity =
            std::min(cap, std::pow(1 - m_random.uniform(), -1 / 1.6)) * (service.tier + 1 == m_tiers ? 1.3 : 1);
        m_byTier[service.tier].add(i, service.popularity);
        m_byTierAndNamespace[service.tier * m_namespaces + service.ns].add(i, service.popularity);
    }
}

void Fleet::addEdge(std::size_t from, std::size_t to) {
    if (from != to && m_known.insert(from * m_services.size() + to).second) {
        m_edges.emplace_back(from, to);
    }
}

std::size_t Fleet::target(std::size_t from) {
    const FleetService& caller = m_services[from];
    const double draw = m_random.uniform();
    std::size_t tier = caller.tier + 1;
    if (draw > 0.93) {
        tier = m_tiers - 1;
    } else if (draw >= 0.6) {
        tier += m_random.below(m_tiers - 1 - caller.tier);
    }
    const Weighted& home = m_byTierAndNamespace[tier * m_namespaces + caller.ns];
    if (m_random.uniform() < 0.65 && !home.empty()) {
        return home.pick(m_random);
    }
    return m_byTier[tier].empty() ? from : m_byTier[tier].pick(m_random);
}

void Fleet::makeEdges() {
    const std::size_t count = m_services.size();
    // Everyone but an entry has a caller, so that the mesh hangs together.
    for (std::size_t i = 0; i < count; ++i) {
        if (m_services[i].tier == 0) {
            continue;
        }
        const std::size_t tier = m_services[i].tier - 1;
        const std::vector<std::size_t>& home = m_byTierAndNamespace[tier * m_namespaces + m_services[i].ns].members;
        const std::vector<std::size_t>& all = m_byTier[tier].members;
        const std::vector<std::size_t>& pool = m_random.uniform() < 0.65 && !home.empty() ? home : all;
        if (!pool.empty()) {
            addEdge(pool[m_random.below(pool.size())], i);
        }
    }
    Weighted callers;
    for (std::size_t i = 0; i < count; ++i) {
        if (m_services[i].tier + 1 < m_tiers) {
            callers.add(i, std::exp(0.9 * m_random.normal()));
        }
    }
    const std::size_t upward = std::max<std::size_t>(1, count / 100);
    for (std::size_t tries = 0; m_edges.size() + upward < 3 * count && tries < 20 * count && !callers.empty();
         ++tries) {
        const std::size_t from = callers.pick(m_random);
        addEdge(from, target(from));
    }
    for (std::size_t made = 0, tries = 0; made < upward && tries < 100 * count; ++tries) {
        const std::size_t a = m_random.below(count);
        const std::size_t b = m_random.below(count);
        if (m_services[a].tier > m_services[b].tier && m_services[b].tier > 0 &&
            (m_services[a].ns == m_services[b].ns || m_random.uniform() < 0.1)) {
            addEdge(a, b);
            ++made;
        }
    }
}

void Fleet::addWorkloads(std::size_t index) {
    FleetService& service = m_services[index];
    const std::string app = serviceName(index);
    for (int version = 1; version <= service.versions; ++version) {
        WorkloadPlan workload;
        workload.ns = namespaceName(service.ns);
        workload.app = app;
        workload.version = "v" + std::to_string(version);
        workload.name = app + "-" + workload.version;
        workload.serviceAccount = app;
        workload.image = "registry.example.com/" + workload.ns + "/" + app + ":" + workload.version;
        const double draw = m_random.uniform();
        workload.replicas = draw < 0.85 ? 1 : draw < 0.97 ? 2 : 3;
        workload.sidecar = m_random.uniform() > 0.01;
        workload.latency = {m_random.logNormal(4, 0.8), m_random.uniform(0.25, 0.6)};
        workload.errorRate = m_random.uniform() < 0.05 ? m_random.uniform(0.001, 0.03) : 0;
        service.workloads.push_back(m_plan.workloads.size());
        m_plan.workloads.push_back(std::move(workload));
    }
    m_plan.services.push_back(
        {namespaceName(service.ns), app, {{"app", app}}, {{8080, 8080, index % 3 == 0 ? "grpc" : "http"}}});
    if (service.versions < 2) {
        return;
    }
    Json subsets = Json::array();
    Json route = Json::array();
    for (int version = 1; version <= service.versions; ++version) {
        const std::string name = "v" + std::to_string(version);
        subsets.push_back({{"name", name}, {"labels", {{"version", name}}}});
        const int weight = version == 1 ? 100 - 10 * (service.versions - 1) : 10;
        route.push_back({{"destination", {{"host", app}, {"subset", name}}}, {"weight", weight}});
    }
    const Json rule = {{"route", std::move(route)}};
    m_plan.config.push_back(configObject("networking.istio.io/v1", "DestinationRule", namespaceName(service.ns), app,
                                         {{"host", app}, {"subsets", std::move(subsets)}}));
    m_plan.config.push_back(configObject("networking.istio.io/v1", "VirtualService", namespaceName(service.ns), app,
                                         {{"hosts", Json::array({app})}, {"http", Json::array({rule})}}));
}

// Calls for each request are set from the flows that they shall make, since every workload of a service takes its part.
void Fleet::addCalls(const std::vector<double>& inflow) {
    for (const auto& [from, to] : m_edges) {
        const FleetService& caller = m_services[from];
        const FleetService& callee = m_services[to];
        const bool upward = caller.tier >= callee.tier;
        CallPlan call;
        call.host = serviceName(to) + "." + namespaceName(callee.ns) + ".svc.cluster.local";
        call.port = 8080;
        call.protocol = to % 3 == 0 ? Protocol::Grpc : Protocol::Http;
        call.perRequest = upward ? 0.01 : std::min(2.0, m_random.logNormal(0.5, 0.7));
        call.perRequest = std::min(call.perRequest, 20 / std::max(1.0, inflow[from]));
        call.paths = {{call.protocol == Protocol::Grpc ? "POST" : "GET", "/api", 1}};
        call.failsCaller = 0.3;
        for (const std::size_t workload : caller.workloads) {
            call.from = workload;
            m_plan.calls.push_back(call);
        }
    }
}

void Fleet::fillPlan() {
    m_plan.name = "fleet:" + std::to_string(m_wanted);
    m_plan.namespaces.push_back({"istio-system", false});
    for (std::size_t i = 0; i < m_namespaces; ++i) {
        m_plan.namespaces.push_back({namespaceName(i), true});
    }
    m_plan.classes.emplace_back();
    m_plan.workloads.reserve(m_wanted + 1);
    for (std::size_t i = 0; i < m_services.size(); ++i) {
        addWorkloads(i);
    }
    // What arrives where, tier by tier and at half a call a request, to keep hubs from being asked beyond reason.
    std::vector<double> inflow(m_services.size(), 0);
    std::vector<std::pair<std::size_t, std::size_t>> ordered = m_edges;
    std::stable_sort(ordered.begin(), ordered.end(), [this](const auto& a, const auto& b) {
        return m_services[a.first].tier < m_services[b.first].tier;
    });
    for (std::size_t i = 0; i < m_services.size(); ++i) {
        inflow[i] = m_services[i].tier == 0 ? 8 : 0;
    }
    for (const auto& [from, to] : ordered) {
        if (m_services[from].tier < m_services[to].tier) {
            inflow[to] += 0.6 * inflow[from];
        }
    }
    addCalls(inflow);

    WorkloadPlan gateway;
    gateway.ns = "istio-system";
    gateway.name = gateway.app = gateway.serviceAccount = "istio-ingressgateway";
    gateway.image = "docker.io/istio/proxyv2:1.30.3";
    gateway.gateway = true;
    gateway.labels = {{"istio", "ingressgateway"}};
    const std::size_t gatewayIndex = m_plan.workloads.size();
    m_plan.workloads.push_back(std::move(gateway));
    for (std::size_t i = 0; i < m_services.size(); ++i) {
        if (m_services[i].tier == 0) {
            CallPlan call;
            call.from = gatewayIndex;
            call.host = serviceName(i) + "." + namespaceName(m_services[i].ns) + ".svc.cluster.local";
            call.port = 8080;
            call.protocol = i % 3 == 0 ? Protocol::Grpc : Protocol::Http;
            call.requestsPerSecond = std::min(80.0, m_random.logNormal(8, 0.6));
            call.paths = {{call.protocol == Protocol::Grpc ? "POST" : "GET", "/api", 1}};
            m_plan.calls.push_back(std::move(call));
        }
    }
}

} // namespace

MeshPlan planFleet(std::size_t workloads, std::uint32_t seed) {
    return Fleet(workloads, seed).make();
}

} // namespace meshdeck::demo
