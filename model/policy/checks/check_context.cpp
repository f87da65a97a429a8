#include "policy/checks/check_context.h"

#include <algorithm>
#include <array>

#include "policy/checks/codes.h"
#include "policy/host_name.h"

namespace meshdeck::policy {

CheckContext::CheckContext(const World& world, const CheckOptions& options) : m_world(world), m_options(options) {}

void CheckContext::indexHosts() const {
    m_hostsIndexed = true;
    for (const Service& service : m_world.services()) {
        if (isWildcard(service.host)) {
            m_wildcards.push_back(&service);
        }
    }
    std::sort(m_wildcards.begin(), m_wildcards.end(),
              [](const Service* a, const Service* b) { return moreSpecificHost(a->host, b->host); });
}

const Service* CheckContext::serviceFor(std::string_view host, const std::string& ns) const {
    std::string full = resolveShortName(host, ns, mesh().clusterDomain);
    std::transform(full.begin(), full.end(), full.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const std::size_t index : m_world.servicesOfHost(full)) {
        const Service& service = m_world.services()[index];
        if (exportedTo(service.exportTo, service.ns, ns)) {
            return &service;
        }
    }
    if (!m_hostsIndexed) {
        indexHosts();
    }
    for (const Service* service : m_wildcards) {
        if (hostSubsetOf(full, service->host) && exportedTo(service->exportTo, service->ns, ns)) {
            return service;
        }
    }
    return nullptr;
}

bool CheckContext::anyService(std::string_view host, const std::string& ns) const {
    if (!isWildcard(host)) {
        return serviceFor(host, ns) != nullptr;
    }
    const auto& services = m_world.services();
    return std::any_of(services.begin(), services.end(), [&](const Service& service) {
        return hostsMatch(service.host, host) && exportedTo(service.exportTo, service.ns, ns);
    });
}

void CheckContext::indexWorkloads() const {
    m_workloadsIndexed = true;
    const auto& workloads = m_world.workloads();
    for (std::size_t i = 0; i < workloads.size(); ++i) {
        const bool listed = workloads[i].origin != nullptr && (workloads[i].origin->ref.kind == "ServiceEntry" ||
                                                               workloads[i].origin->ref.kind == "EndpointSlice");
        if (listed) {
            continue;
        }
        m_selectable.push_back(i);
        for (const auto& [key, value] : workloads[i].labels) {
            m_byLabel[key + '=' + value].push_back(i);
        }
    }
}

std::vector<const Workload*> CheckContext::selected(const std::string* ns, const mesh::Labels& selector) const {
    if (!m_workloadsIndexed) {
        indexWorkloads();
    }
    // Only those with the rarest of the labels need a closer look.
    const std::vector<std::size_t>* candidates = &m_selectable;
    for (const auto& [key, value] : selector) {
        const auto found = m_byLabel.find(key + '=' + value);
        if (found == m_byLabel.end()) {
            return {};
        }
        if (found->second.size() < candidates->size()) {
            candidates = &found->second;
        }
    }
    std::vector<const Workload*> result;
    for (const std::size_t index : *candidates) {
        const Workload& workload = m_world.workloads()[index];
        if ((ns == nullptr || workload.ns == *ns) && includes(workload.labels, selector)) {
            result.push_back(&workload);
        }
    }
    return result;
}

bool CheckContext::namespaceKnown(const std::string& ns) const {
    if (!m_namespaces) {
        m_namespaces.emplace();
        for (const ConfigObjectPtr& object : m_world.ofKind("", "Namespace")) {
            m_namespaces->insert(object->ref.name);
        }
    }
    return m_namespaces->contains(ns);
}

bool CheckContext::exists(std::string_view group, std::string_view kind, const std::string& ns,
                          const std::string& name) const {
    return find(group, kind, ns, name) != nullptr;
}

ConfigObjectPtr CheckContext::find(std::string_view group, std::string_view kind, const std::string& ns,
                                   const std::string& name) const {
    return m_world.find({std::string(group), std::string(kind), ns, name});
}

std::string selectorText(const mesh::Labels& selector) {
    std::string text;
    for (const auto& [key, value] : selector) {
        text += (text.empty() ? "" : ",") + key + "=" + value;
    }
    return text;
}

bool includes(const mesh::Labels& labels, const mesh::Labels& selector) {
    return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
        const auto found = labels.find(wanted.first);
        return found != labels.end() && found->second == wanted.second;
    });
}

bool isSystemNamespace(std::string_view ns) {
    static constexpr std::array<std::string_view, 4> kSystem{"kube-system", "kube-public", "kube-node-lease",
                                                             "local-path-storage"};
    return std::find(kSystem.begin(), kSystem.end(), ns) != kSystem.end();
}

void report(std::vector<Finding>& into, std::string_view code, const ConfigObjectPtr& object, std::string pointer,
            std::string message, std::optional<Fix> fix) {
    Finding finding;
    finding.code = code;
    if (const Code* known = findCode(code)) {
        finding.name = known->name;
        finding.severity = known->severity;
    }
    finding.object = object;
    finding.pointer = std::move(pointer);
    finding.message = std::move(message);
    finding.fix = std::move(fix);
    into.push_back(std::move(finding));
}

std::string_view name(Severity severity) {
    switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Info: return "info";
    }
    return "info";
}

} // namespace meshdeck::policy
