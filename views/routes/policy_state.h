// What the policy engine knows of one mesh, as the Routes page shows it: made on a worker, immutable, shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/checks/finding.h"
#include "policy/world.h"
#include "routes/trace.h"

namespace meshdeck::views {

// A finding without pointers: the object by its name.
struct FindingRow {
    policy::Severity severity = policy::Severity::Warning;
    std::string code;
    std::string name; // "ReferencedResourceNotFound"
    mesh::ResourceRef object; // empty kind: about no object
    std::string pointer;
    std::string field; // "spec.http[0].route[0]"
    std::string message;
    std::string fix; // in words; may be empty
    enum class Draft { Same, New, Fixed } draft = Draft::Same; // against the mesh without the pending change
    bool operator==(const FindingRow&) const = default;
};

struct ConfigRow {
    mesh::ResourceRef ref;
    int errors = 0, warnings = 0, infos = 0;
    bool edited = false; // by the pending change
    bool operator==(const ConfigRow&) const = default;
};

// A service that can be asked about.
struct ServiceRow {
    std::string host;
    std::string ns;
    std::vector<std::uint32_t> ports;
};

struct PolicyState {
    policy::WorldPtr world;
    policy::WorldPtr draft; // null: nothing is pending
    std::vector<ConfigRow> config; // by namespace, kind and name
    std::vector<FindingRow> findings; // worst first
    std::vector<std::string> senders; // "bookinfo/productpage-v1", "istio-system/gateway:ingress", "outside" last
    std::vector<ServiceRow> services; // by host
    std::size_t checks = 0;
    bool meshConfigKnown = false;
    [[nodiscard]] const policy::World& shown() const { return draft ? *draft : *world; }
};
using PolicyStatePtr = std::shared_ptr<const PolicyState>;

// "networking.istio.io" and the other groups whose objects route, guard or observe traffic.
[[nodiscard]] bool isMeshConfig(const mesh::ResourceRef& ref);

// Rows for a World with its findings; `before` are the findings without the draft, null when there is none.
[[nodiscard]] PolicyStatePtr policyState(policy::WorldPtr world, const std::vector<policy::Finding>& findings);
[[nodiscard]] PolicyStatePtr policyState(policy::WorldPtr world, const std::vector<policy::Finding>& findings,
                                         policy::WorldPtr draft, const std::vector<policy::Finding>& draftFindings,
                                         const std::vector<policy::ConfigEdit>& edits);

struct EffectiveQuery {
    std::string from; // as of a request
    std::string host;
    std::uint32_t port = 0;
    std::string subset;
    bool draft = false;
};
struct EffectiveRow {
    std::string group, name, value, level;
    mesh::ResourceRef object; // empty kind: a default
    std::string pointer;
    bool operator==(const EffectiveRow&) const = default;
};
struct EffectiveAnswer {
    EffectiveQuery query;
    std::optional<Error> problem;
    std::string service; // full host
    std::vector<EffectiveRow> rows;
    std::vector<TraceHidden> hidden;
    std::vector<std::string> warnings;
};
[[nodiscard]] EffectiveAnswer effective(const EffectiveQuery& query, const policy::WorldPtr& world);

} // namespace meshdeck::views
