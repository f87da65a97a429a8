// Follows a cluster's snapshots: the World of the newest one and the findings on it. What did not change between two
// snapshots is neither read nor checked again.
#pragma once

#include "mesh/snapshot.h"
#include "policy/checks/checks.h"

namespace meshdeck::policy {

// Not thread safe; one worker's. The worlds and reports it hands out are immutable and may go anywhere.
class SnapshotChecks {
public:
    explicit SnapshotChecks(CheckOptions options = {});
    ~SnapshotChecks();

    // True when the World is another one than before. `mesh` null: Istio's defaults.
    bool follow(const mesh::MeshSnapshot& snapshot, const std::shared_ptr<const config::MeshConfig>& mesh);
    // Null before the first snapshot.
    [[nodiscard]] const WorldPtr& world() const { return m_world; }
    [[nodiscard]] const std::shared_ptr<const CheckReport>& report() const { return m_report; }
    // World and findings as they would be after `edits`; what is followed stays as it is.
    struct Draft {
        WorldPtr world;
        std::shared_ptr<const CheckReport> report;
    };
    [[nodiscard]] Draft with(const std::vector<ConfigEdit>& edits);

private:
    void rebuild(const mesh::MeshSnapshot& snapshot);
    [[nodiscard]] std::vector<ConfigEdit> editsSince(const mesh::MeshSnapshot& snapshot) const;
    void publish();

    CheckOptions m_options;
    std::shared_ptr<const mesh::ResourceTable> m_config;
    std::shared_ptr<const mesh::Inventory> m_inventory;
    std::unique_ptr<IncrementalChecks> m_checks;
    WorldPtr m_world;
    std::shared_ptr<const CheckReport> m_report;
    std::shared_ptr<const config::MeshConfig> m_mesh;
};

} // namespace meshdeck::policy
