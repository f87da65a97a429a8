// PeerAuthentication: what a workload's port accepts (facts/semantics.md 3.1).
#include <algorithm>

#include "policy/security/mtls.h"

namespace meshdeck::policy {
namespace {

using config::MtlsMode;
using config::PeerAuthentication;

bool hasSelector(const PeerAuthentication& policy) {
    return policy.selector && !policy.selector->empty(); // an empty one counts as none
}

bool subsetOf(const mesh::Labels& wanted, const mesh::Labels& labels) {
    return std::ranges::all_of(wanted, [&](const auto& label) {
        const auto found = labels.find(label.first);
        return found != labels.end() && found->second == label.second;
    });
}

// The oldest policy of each level; ofKind() is oldest first, so the first one found counts.
struct Levels {
    ConfigObjectPtr mesh, ns, workload;
};

Levels levelsOf(const World& world, const std::string& ns, const mesh::Labels* labels) {
    const std::string& root = world.mesh().rootNamespace;
    Levels levels;
    const auto keepFirst = [](ConfigObjectPtr& level, const ConfigObjectPtr& object) {
        if (level == nullptr) {
            level = object;
        }
    };
    for (const ConfigObjectPtr& object : world.ofKind("security.istio.io", "PeerAuthentication")) {
        const auto* policy = config::as<PeerAuthentication>(object->typed);
        if (policy == nullptr || (object->ref.ns != root && object->ref.ns != ns)) {
            continue;
        }
        if (hasSelector(*policy)) {
            // One with a selector in the root namespace counts for nothing.
            if (labels != nullptr && object->ref.ns != root && subsetOf(*policy->selector, *labels)) {
                keepFirst(levels.workload, object);
            }
        } else {
            keepFirst(object->ref.ns == root ? levels.mesh : levels.ns, object);
        }
    }
    return levels;
}

void applyMode(const ConfigObjectPtr& object, PeerMode& mode) {
    if (object == nullptr) {
        return;
    }
    const MtlsMode set = config::as<PeerAuthentication>(object->typed)->mode;
    if (set != MtlsMode::Unset) {
        mode = PeerMode{set, object, "/spec/mtls/mode"};
    }
}

} // namespace

PeerMode namespacePeerMode(const World& world, const std::string& ns) {
    const Levels levels = levelsOf(world, ns, nullptr);
    PeerMode mode;
    applyMode(levels.mesh, mode);
    applyMode(levels.ns, mode);
    return mode;
}

PeerMode peerMode(const World& world, const std::string& ns, const mesh::Labels& labels, std::uint32_t workloadPort) {
    const Levels levels = levelsOf(world, ns, &labels);
    PeerMode mode;
    applyMode(levels.mesh, mode);
    applyMode(levels.ns, mode);
    applyMode(levels.workload, mode);
    if (levels.workload != nullptr) {
        for (const auto& [port, set] : config::as<PeerAuthentication>(levels.workload->typed)->ports) {
            if (port == workloadPort && set != MtlsMode::Unset) {
                return {set, levels.workload, "/spec/portLevelMtls/" + std::to_string(port) + "/mode"};
            }
        }
    }
    return mode;
}

} // namespace meshdeck::policy
