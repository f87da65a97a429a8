#include "session/traffic_fold.h"

#include <utility>

namespace meshdeck::session {

TrafficFold::TrafficFold(GraphBuilder build, traffic::GraphOptions options, traffic::HealthThresholds thresholds)
    : m_build(std::move(build)), m_options(std::move(options)), m_thresholds(thresholds) {}

void TrafficFold::setSamples(std::shared_ptr<const traffic::SampleSet> samples) {
    if (samples) {
        m_samples = std::move(samples);
        m_dirty = true;
    }
}

bool TrafficFold::setOptions(traffic::GraphOptions options) {
    if (options == m_options) {
        return false;
    }
    m_options = std::move(options);
    m_dirty = true;
    return true;
}

std::shared_ptr<const mesh::Graph> TrafficFold::graph(std::shared_ptr<const mesh::Inventory> inventory,
                                                      std::shared_ptr<const mesh::ResourceTable> config) {
    const bool factsChanged = inventory != m_inventory || config != m_config;
    if (!m_samples || (!m_dirty && !factsChanged)) {
        return m_graph;
    }
    m_inventory = std::move(inventory);
    m_config = std::move(config);
    m_dirty = false;
    traffic::ClusterFacts facts;
    facts.inventory = m_inventory.get();
    facts.config = m_config.get();
    auto built = std::make_shared<const mesh::Graph>(m_build(*m_samples, facts, m_options, m_thresholds));
    if (!m_graph || !(*built == *m_graph)) {
        m_graph = std::move(built);
    }
    return m_graph;
}

} // namespace meshdeck::session
