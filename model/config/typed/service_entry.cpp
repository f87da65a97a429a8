#include "config/typed/service_entry.h"

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

void readEntry(const Json& json, WorkloadEntry& out) {
    get(json, "address", out.address);
    if (const Json* ports = objectMember(json, "ports")) {
        for (const auto& [name, value] : ports->items()) {
            std::uint32_t number = 0;
            get(*ports, name, number);
            out.ports.emplace_back(name, number);
        }
    }
    get(json, "labels", out.labels);
    get(json, "serviceAccount", out.serviceAccount);
    get(json, "network", out.network);
    get(json, "locality", out.locality);
    get(json, "weight", out.weight);
}

} // namespace

ServiceEntry serviceEntry(const Json& object) {
    const Json& spec = specOf(object);
    ServiceEntry out;
    out.location = "MESH_EXTERNAL";
    out.resolution = "NONE";
    get(spec, "hosts", out.hosts);
    get(spec, "addresses", out.addresses);
    list(spec, "ports", out.ports, readNamedPort);
    get(spec, "location", out.location);
    get(spec, "resolution", out.resolution);
    list(spec, "endpoints", out.endpoints, readEntry);
    selectorLabels(spec, "workloadSelector", out.workloadSelector);
    get(spec, "exportTo", out.exportTo);
    get(spec, "subjectAltNames", out.subjectAltNames);
    return out;
}

WorkloadEntry workloadEntry(const Json& object) {
    WorkloadEntry out;
    readEntry(specOf(object), out);
    return out;
}

WorkloadGroup workloadGroup(const Json& object) {
    const Json& spec = specOf(object);
    WorkloadGroup out;
    if (const Json* metadata = objectMember(spec, "metadata")) {
        get(*metadata, "labels", out.labels);
    }
    fields::object(spec, "template", out.entry, readEntry);
    return out;
}

} // namespace meshdeck::config::readers
