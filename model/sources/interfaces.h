// What a source is and what it delivers. A source talks to one backend, turns bytes into our own structs and hands
// them to the sink; it reports its own health and never gives up by itself (facts/faults.md B).
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "mesh/inventory.h"
#include "mesh/proxy.h"
#include "mesh/resource.h"
#include "mesh/snapshot.h"
#include "traffic/series.h"

namespace meshdeck::sources {

using ClusterObject = std::variant<mesh::Namespace, mesh::Service, mesh::Workload, mesh::Pod, mesh::ResourcePtr>;

// Objects of one kind that changed. With `replace` the upserted ones are the complete set (of `scope`, a namespace, or
// of the cluster when empty): whatever else was known of that kind and scope is gone. Applied as a whole.
struct ObjectsDelta {
    std::string kind; // "Pod", "VirtualService", ...
    std::string scope;
    bool replace = false;
    std::vector<ClusterObject> upserted;
    std::vector<mesh::ResourceRef> deleted;
    // API group of `kind`, needed where two groups have it (Gateway of Istio and of the Gateway API); empty: any.
    std::string group = {};
};

// One refresh of telemetry; each replaces the one before of the same origin.
struct TrafficDelta {
    std::shared_ptr<const traffic::SampleSet> samples;
};

struct ProxiesDelta {
    mesh::ProxyReport report;
};

// Facts about the cluster itself, as they become known; empty fields are unknown.
struct ClusterDelta {
    std::string kubernetesVersion;
    std::string istioVersion;
};

// A source that is in use no longer, for another has taken its place: nobody waits for it, nobody misses it.
struct SourceRetired {
    std::string name; // of its SourceHealth
};

using Delta = std::variant<ObjectsDelta, TrafficDelta, ProxiesDelta, ClusterDelta, mesh::SourceHealth, SourceRetired>;

class DeltaSink {
public:
    virtual ~DeltaSink() = default;
    // Takes a delta from any thread; never blocks for longer than a queue's lock.
    virtual void deliver(Delta delta) = 0;
};

class Source {
public:
    virtual ~Source() = default;
    // "kubernetes", "istiod", "prometheus", "scrape": the name of its SourceHealth.
    [[nodiscard]] virtual std::string name() const = 0;
    // Begins to deliver, on threads of its own. The sink outlives the source. Called once.
    virtual void start(DeltaSink& sink) = 0;
    // Asks for fresh data now, beside the ordinary interval; a second wish while one runs is merged with it.
    virtual void refresh() = 0;
    // What the user looks at: namespaces (empty: all) come first and in full detail.
    virtual void setInView(std::vector<std::string> namespaces) = 0;
    // Ends all work and joins; nothing is delivered afterwards.
    virtual void stop() = 0;
};

} // namespace meshdeck::sources
