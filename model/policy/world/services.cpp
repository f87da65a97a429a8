#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "config/json_read.h"
#include "policy/host_name.h"
#include "policy/world/population.h"

namespace meshdeck::policy {

namespace {

using config::as;

constexpr std::string_view kNetworking = "networking.istio.io";

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c); });
    return text;
}

// Workloads by one label of a namespace, so that a selector looks at few.
class WorkloadIndex {
public:
    explicit WorkloadIndex(const std::vector<Workload>& workloads) : m_workloads(workloads) {
        for (std::size_t i = 0; i < workloads.size(); ++i) {
            for (const auto& [key, value] : workloads[i].labels) {
                m_byLabel[name(workloads[i].ns, key, value)].push_back(i);
            }
        }
    }

    // In order. An empty selector selects nothing.
    [[nodiscard]] std::vector<std::size_t> select(const std::string& ns, const mesh::Labels& selector) const {
        const std::vector<std::size_t>* fewest = nullptr;
        for (const auto& [key, value] : selector) {
            const auto found = m_byLabel.find(name(ns, key, value));
            if (found == m_byLabel.end()) {
                return {};
            }
            if (fewest == nullptr || found->second.size() < fewest->size()) {
                fewest = &found->second;
            }
        }
        std::vector<std::size_t> result;
        if (fewest != nullptr) {
            std::copy_if(fewest->begin(), fewest->end(), std::back_inserter(result), [&](std::size_t i) {
                return std::includes(m_workloads[i].labels.begin(), m_workloads[i].labels.end(), selector.begin(),
                                     selector.end());
            });
        }
        return result;
    }

private:
    static std::string name(const std::string& ns, const std::string& key, const std::string& value) {
        std::string result;
        result.reserve(ns.size() + key.size() + value.size() + 2);
        result.append(ns).append(1, '\n').append(key).append(1, '\n').append(value);
        return result;
    }
    const std::vector<Workload>& m_workloads;
    std::unordered_map<std::string, std::vector<std::size_t>> m_byLabel;
};

std::uint32_t workloadPort(const Port& port, const Workload& workload) {
    if (port.targetPort.empty()) {
        return port.number;
    }
    std::uint32_t number = 0;
    const char* last = port.targetPort.data() + port.targetPort.size();
    const auto [end, error] = std::from_chars(port.targetPort.data(), last, number);
    if (error == std::errc() && end == last) {
        return number;
    }
    const auto named = std::find_if(workload.ports.begin(), workload.ports.end(),
                                    [&](const auto& each) { return each.first == port.targetPort; });
    return named == workload.ports.end() ? 0 : named->second; // 0: the container has no such port
}

Endpoint endpointOf(const Service& service, const std::vector<Workload>& workloads, std::size_t index, bool byName) {
    Endpoint endpoint{index, workloads[index].address, {}};
    for (const Port& port : service.ports) {
        std::uint32_t number = workloadPort(port, workloads[index]);
        if (byName) { // ports of a WorkloadEntry go by the name of the ServiceEntry's port
            const auto& own = workloads[index].ports;
            const auto named = std::find_if(own.begin(), own.end(), [&](const auto& p) { return p.first == port.name; });
            number = named == own.end() ? number : named->second;
        }
        if (number != 0) {
            endpoint.targetPorts.emplace(port.number, number);
        }
    }
    return endpoint;
}

std::vector<std::string> annotatedExportTo(const ConfigObject& object, const std::vector<std::string>& byDefault) {
    const auto found = object.annotations.find("networking.istio.io/exportTo");
    std::vector<std::string> result;
    if (found != object.annotations.end()) {
        std::istringstream parts(found->second);
        for (std::string part; std::getline(parts, part, ',');) {
            const std::size_t begin = part.find_first_not_of(' ');
            if (begin != std::string::npos) {
                result.push_back(part.substr(begin, part.find_last_not_of(' ') - begin + 1));
            }
        }
    }
    return result.empty() ? byDefault : result;
}

class ServiceCollector {
public:
    explicit ServiceCollector(const World& world) : m_world(world), m_list(workloadsOf(world)), m_index(m_list.workloads) {}

    Population collect() {
        for (const ConfigObjectPtr& object : m_world.ofKind("", "Service")) {
            addService(object);
        }
        for (const ConfigObjectPtr& object : m_world.ofKind(kNetworking, "ServiceEntry")) {
            addServiceEntry(object);
        }
        auto& services = m_population.services;
        std::stable_sort(services.begin(), services.end(), [](const Service& a, const Service& b) {
            return a.origin != b.origin && config::olderThan(*a.origin, *b.origin);
        });
        for (std::size_t i = 0; i < services.size(); ++i) {
            m_population.servicesOfHost[services[i].host].push_back(i);
        }
        m_population.workloads = std::move(m_list.workloads);
        indexWorkloads();
        return std::move(m_population);
    }

private:
    void indexWorkloads() {
        const auto& workloads = m_population.workloads;
        for (std::size_t i = 0; i < workloads.size(); ++i) {
            const Workload& workload = workloads[i];
            if (workload.origin && listsAddresses(*workload.origin)) {
                continue; // an address is no name of a workload
            }
            m_population.workloadOf.emplace(workload.ns + "/" + workload.name, i);
        }
        for (std::size_t i = 0; i < workloads.size(); ++i) {
            if (!workloads[i].pod.empty()) {
                m_population.workloadOf.emplace(workloads[i].ns + "/" + workloads[i].pod, i);
            }
        }
    }

    void addService(const ConfigObjectPtr& object) {
        const auto* spec = as<config::KubeService>(object->typed);
        if (spec == nullptr) {
            return;
        }
        const config::MeshConfig& mesh = m_world.mesh();
        Service service;
        service.ns = object->ref.ns;
        service.name = object->ref.name;
        service.host = resolveShortName(service.name, service.ns, mesh.clusterDomain);
        service.origin = object;
        service.labels = object->labels;
        service.exportTo = annotatedExportTo(*object, mesh.defaultServiceExportTo);
        service.headless = spec->clusterIp == "None";
        service.resolution = service.headless ? Resolution::Passthrough : Resolution::ClientSideLb;
        if (spec->type == "ExternalName") {
            service.resolution = Resolution::Alias;
            service.aliasOf = lower(spec->externalName);
        }
        addAddresses(*spec, service);
        for (const config::KubeServicePort& port : spec->ports) {
            service.ports.push_back({port.port, port.name, protocolOf(port.name, port.appProtocol, port.port, port.protocol),
                                     port.targetPort});
        }
        if (!spec->selector || spec->selector->empty()) {
            addSlices(service);
        } else {
            for (const std::size_t i : m_index.select(service.ns, *spec->selector)) {
                if (m_list.workloads[i].ready || spec->publishNotReady) {
                    service.endpoints.push_back(endpointOf(service, m_list.workloads, i, false));
                }
            }
        }
        m_population.services.push_back(std::move(service));
    }

    // Endpoints that EndpointSlices give to a Service without a selector; with one, the pods say the same.
    void addSlices(Service& service) {
        for (const ConfigObjectPtr& slice : m_world.ofKind("discovery.k8s.io", "EndpointSlice")) {
            const auto name = slice->labels.find("kubernetes.io/service-name");
            const auto listed = m_list.ofServiceEntry.find(slice.get());
            if (slice->ref.ns != service.ns || name == slice->labels.end() || name->second != service.name ||
                listed == m_list.ofServiceEntry.end()) {
                continue;
            }
            const config::Json* endpoints = config::listMember(*slice->json, "endpoints");
            for (std::size_t i = 0; i < listed->second.size() && i < endpoints->size(); ++i) {
                const Workload& workload = m_list.workloads[listed->second[i]];
                if (workload.origin == slice && workload.ready) { // an entry of a pod left a gap
                    service.endpoints.push_back({listed->second[i], workload.address, slicePorts(*slice, service)});
                }
            }
        }
    }

    static std::map<std::uint32_t, std::uint32_t> slicePorts(const ConfigObject& slice, const Service& service) {
        std::map<std::uint32_t, std::uint32_t> ports;
        const config::Json* list = config::listMember(*slice.json, "ports");
        for (const Port& port : service.ports) {
            for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
                const auto number = (*list)[i].is_object() ? config::intMember((*list)[i], "port") : std::nullopt;
                if (number && *number > 0 && config::textMember((*list)[i], "name") == port.name) {
                    ports.emplace(port.number, static_cast<std::uint32_t>(*number));
                }
            }
        }
        return ports;
    }

    static void addAddresses(const config::KubeService& spec, Service& service) {
        const auto add = [&](const std::string& address) {
            const bool known = std::find(service.addresses.begin(), service.addresses.end(), address) !=
                               service.addresses.end();
            if (!address.empty() && address != "None" && !known) {
                service.addresses.push_back(address);
            }
        };
        add(spec.clusterIp);
        std::for_each(spec.clusterIps.begin(), spec.clusterIps.end(), add);
    }

    void addServiceEntry(const ConfigObjectPtr& object) {
        const auto* spec = as<config::ServiceEntry>(object->typed);
        if (spec == nullptr) {
            return;
        }
        for (std::size_t i = 0; i < spec->hosts.size(); ++i) {
            Service service;
            service.ns = object->ref.ns;
            service.host = lower(spec->hosts[i]);
            service.origin = object;
            service.labels = object->labels;
            service.external = spec->location != "MESH_INTERNAL";
            service.resolution = resolutionOf(spec->resolution);
            service.addresses = spec->addresses;
            service.subjectAltNames = spec->subjectAltNames;
            service.exportTo = spec->exportTo.empty() ? m_world.mesh().defaultServiceExportTo : spec->exportTo;
            for (const config::NamedPort& port : spec->ports) {
                service.ports.push_back({port.number, port.name, parseProtocol(port.protocol),
                                         port.targetPort ? std::to_string(*port.targetPort) : std::string()});
            }
            addEndpoints(object, *spec, i, service);
            m_population.services.push_back(std::move(service));
        }
    }

    static Resolution resolutionOf(const std::string& word) {
        return word == "STATIC"            ? Resolution::ClientSideLb
               : word == "DNS"             ? Resolution::Dns
               : word == "DNS_ROUND_ROBIN" ? Resolution::DnsRoundRobin
               : word == "DYNAMIC_DNS"     ? Resolution::DynamicDns
                                           : Resolution::Passthrough;
    }

    void addEndpoints(const ConfigObjectPtr& object, const config::ServiceEntry& spec, std::size_t host,
                      Service& service) {
        const auto own = m_list.ofServiceEntry.find(object.get());
        if (own != m_list.ofServiceEntry.end()) {
            for (std::size_t i = 0; i < own->second.size(); ++i) {
                if (!spec.endpoints.empty() || i == host) { // each host of DNS without endpoints is its own
                    service.endpoints.push_back(endpointOf(service, m_list.workloads, own->second[i], true));
                }
            }
        }
        if (spec.workloadSelector) {
            for (const std::size_t i : m_index.select(service.ns, *spec.workloadSelector)) {
                const Workload& workload = m_list.workloads[i];
                const bool inline_ = workload.origin && listsAddresses(*workload.origin);
                if (workload.ready && !inline_) {
                    service.endpoints.push_back(endpointOf(service, m_list.workloads, i, true));
                }
            }
        }
    }

    const World& m_world;
    WorkloadList m_list;
    WorkloadIndex m_index;
    Population m_population;
};

// ServiceEntries of one namespace with one host are one service with the ports of all: the oldest stands for them
// (Istio's pilot/pkg/model/sidecar.go merges them so). The others stay as they are written.
void joinEntriesOfOneHost(std::vector<Service>& services) {
    std::map<std::pair<std::string, std::string>, std::size_t> oldest;
    for (std::size_t i = 0; i < services.size(); ++i) {
        const Service& service = services[i];
        if (!service.name.empty()) {
            continue; // of Kubernetes
        }
        const auto [known, fresh] = oldest.try_emplace({service.ns, service.host}, i);
        Service& first = services[known->second];
        if (fresh || first.resolution != service.resolution) {
            continue;
        }
        bool added = false;
        for (const Port& port : service.ports) {
            if (first.port(port.number) == nullptr) {
                first.ports.push_back(port);
                added = true;
            }
        }
        if (added) {
            first.endpoints.insert(first.endpoints.end(), service.endpoints.begin(), service.endpoints.end());
        }
    }
}

} // namespace

Population populationOf(const World& world) {
    Population population = ServiceCollector(world).collect();
    joinEntriesOfOneHost(population.services);
    return population;
}

} // namespace meshdeck::policy
