// The newest telemetry and the graph made from it. Rebuilt when telemetry, objects or options changed, and only then.
#pragma once

#include <functional>
#include <memory>

#include "mesh/graph.h"
#include "traffic/graph_builder.h"

namespace meshdeck::session {

using GraphBuilder = std::function<mesh::Graph(const traffic::SampleSet&, const traffic::ClusterFacts&,
                                               const traffic::GraphOptions&, const traffic::HealthThresholds&)>;

// Not thread safe: lives on the session's strand.
class TrafficFold {
public:
    TrafficFold(GraphBuilder build, traffic::GraphOptions options, traffic::HealthThresholds thresholds);

    void setSamples(std::shared_ptr<const traffic::SampleSet> samples);
    // True when the options are new.
    bool setOptions(traffic::GraphOptions options);

    // The graph of what is known now; null before the first telemetry. The same pointer as before when nothing in it
    // changed. `inventory` and `config` may be null.
    [[nodiscard]] std::shared_ptr<const mesh::Graph> graph(std::shared_ptr<const mesh::Inventory> inventory,
                                                           std::shared_ptr<const mesh::ResourceTable> config);

private:
    GraphBuilder m_build;
    traffic::GraphOptions m_options;
    traffic::HealthThresholds m_thresholds;
    std::shared_ptr<const traffic::SampleSet> m_samples;
    std::shared_ptr<const mesh::Graph> m_graph;
    // What m_graph was made from
    std::shared_ptr<const mesh::Inventory> m_inventory;
    std::shared_ptr<const mesh::ResourceTable> m_config;
    bool m_dirty = false;
};

} // namespace meshdeck::session
