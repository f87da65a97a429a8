// ServiceEntry, WorkloadEntry and WorkloadGroup (facts/semantics.md 5).
#pragma once

#include "config/typed/gateway.h"

namespace meshdeck::config {

struct WorkloadEntry {
    std::string address;
    std::vector<std::pair<std::string, std::uint32_t>> ports;
    mesh::Labels labels;
    std::string serviceAccount;
    std::string network;
    std::string locality;
    std::optional<std::int64_t> weight;
};

struct ServiceEntry {
    std::vector<std::string> hosts;
    std::vector<std::string> addresses;
    std::vector<NamedPort> ports;
    std::string location;   // "MESH_EXTERNAL" (default) or "MESH_INTERNAL"
    std::string resolution; // "NONE" (default), "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"
    std::vector<WorkloadEntry> endpoints;
    std::optional<mesh::Labels> workloadSelector;
    std::vector<std::string> exportTo;
    std::vector<std::string> subjectAltNames;
};

struct WorkloadGroup {
    mesh::Labels labels; // of metadata of the template
    WorkloadEntry entry;
};

} // namespace meshdeck::config
