#include "policy/checks/snapshot_checks.h"

#include "policy/world/snapshot_objects.h"

namespace meshdeck::policy {
namespace {

// More than this at once is quicker read anew than edited.
constexpr std::size_t kManyEdits = 500;

mesh::ResourceRef refOf(const mesh::Namespace& ns) {
    return {"", "Namespace", "", ns.name};
}
mesh::ResourceRef refOf(const mesh::Service& service) {
    return {"", "Service", service.ns, service.name};
}
mesh::ResourceRef refOf(const mesh::Workload& workload) {
    return {"apps", workload.kind, workload.ns, workload.name};
}
mesh::ResourceRef refOf(const mesh::Pod& pod) {
    return {"", "Pod", pod.ns, pod.name};
}
mesh::ResourceRef refOf(const mesh::ResourcePtr& resource) {
    return resource->ref;
}

ConfigObjectPtr read(const mesh::ResourcePtr& resource) {
    return objectOf(*resource);
}
template <typename Thing>
ConfigObjectPtr read(const Thing& thing) {
    return objectOf(thing);
}

// Both maps are sorted by the same keys: one walk finds what came, went and changed.
template <typename Map>
void addEdits(const Map& before, const Map& after, std::vector<ConfigEdit>& edits) {
    auto old = before.begin();
    auto now = after.begin();
    while (old != before.end() || now != after.end()) {
        const bool gone = now == after.end() || (old != before.end() && old->first < now->first);
        const bool born = !gone && (old == before.end() || now->first < old->first);
        if (gone) {
            edits.push_back({refOf(old->second), nullptr});
        } else if (born || !(old->second == now->second)) {
            const mesh::ResourceRef ref = refOf(now->second);
            if (!born && !(refOf(old->second) == ref)) {
                edits.push_back({refOf(old->second), nullptr}); // a workload of another kind under the same name
            }
            edits.push_back({ref, read(now->second)});
        }
        old = born ? old : std::next(old);
        now = gone ? now : std::next(now);
    }
}

const mesh::ResourceTable& tableOf(const std::shared_ptr<const mesh::ResourceTable>& config) {
    static const mesh::ResourceTable kNone;
    return config ? *config : kNone;
}
const mesh::Inventory& inventoryOf(const std::shared_ptr<const mesh::Inventory>& inventory) {
    static const mesh::Inventory kNone;
    return inventory ? *inventory : kNone;
}

} // namespace

SnapshotChecks::SnapshotChecks(CheckOptions options) : m_options(std::move(options)) {}
SnapshotChecks::~SnapshotChecks() = default;

bool SnapshotChecks::follow(const mesh::MeshSnapshot& snapshot, const std::shared_ptr<const config::MeshConfig>& mesh) {
    const bool first = m_checks == nullptr || mesh != m_mesh;
    if (!first && snapshot.config == m_config && snapshot.inventory == m_inventory) {
        return false;
    }
    const std::vector<ConfigEdit> edits = first ? std::vector<ConfigEdit>() : editsSince(snapshot);
    m_config = snapshot.config;
    m_inventory = snapshot.inventory;
    m_mesh = mesh;
    if (first || edits.size() > kManyEdits) {
        rebuild(snapshot);
    } else if (edits.empty()) {
        return false;
    } else {
        m_checks->apply(edits);
    }
    publish();
    return true;
}

std::vector<ConfigEdit> SnapshotChecks::editsSince(const mesh::MeshSnapshot& snapshot) const {
    std::vector<ConfigEdit> edits;
    if (snapshot.config != m_config) {
        addEdits(tableOf(m_config), tableOf(snapshot.config), edits);
    }
    if (snapshot.inventory != m_inventory) {
        const mesh::Inventory& before = inventoryOf(m_inventory);
        const mesh::Inventory& after = inventoryOf(snapshot.inventory);
        addEdits(before.namespaces, after.namespaces, edits);
        addEdits(before.services, after.services, edits);
        addEdits(before.workloads, after.workloads, edits);
        addEdits(before.pods, after.pods, edits);
    }
    return edits;
}

void SnapshotChecks::rebuild(const mesh::MeshSnapshot& snapshot) {
    WorldPtr world = World::build(snapshotObjects(snapshot), m_mesh ? *m_mesh : config::MeshConfig{});
    m_checks = std::make_unique<IncrementalChecks>(std::move(world), m_options);
}

void SnapshotChecks::publish() {
    m_world = m_checks->world();
    m_report = std::make_shared<const CheckReport>(m_checks->report());
}

SnapshotChecks::Draft SnapshotChecks::with(const std::vector<ConfigEdit>& edits) {
    if (m_checks == nullptr) {
        return {};
    }
    std::vector<ConfigEdit> back;
    for (const ConfigEdit& edit : edits) {
        back.push_back({edit.ref, m_world->find(edit.ref)});
    }
    m_checks->apply(edits);
    Draft draft{m_checks->world(), std::make_shared<const CheckReport>(m_checks->report())};
    m_checks->apply(back);
    return draft;
}

} // namespace meshdeck::policy
