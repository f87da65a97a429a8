// Who serves whom in ambient mode (facts/semantics.md 5): namespaces, waypoints, enrolment.
#pragma once

#include "policy/checks/check_context.h"

namespace meshdeck::policy {

inline constexpr const char* kDataplaneMode = "istio.io/dataplane-mode";
inline constexpr const char* kUseWaypoint = "istio.io/use-waypoint";

[[nodiscard]] bool ambientNamespace(const World& world, const std::string& ns);
// "" when the map does not have the label.
[[nodiscard]] std::string labelOf(const mesh::Labels& labels, const char* key);

// The waypoint that an object's label names, or else its namespace's.
struct Enrolment {
    enum class State { None, OptedOut, Missing, Found };
    State state = State::None;
    std::string ns, name; // of the Gateway; Missing and Found
};
[[nodiscard]] Enrolment enrolmentOf(const CheckContext& context, const std::string& ns, const mesh::Labels& labels);
// What the labels themselves name, without the namespace's.
[[nodiscard]] Enrolment ownEnrolment(const CheckContext& context, const std::string& ns, const mesh::Labels& labels);
// Whether a waypoint stands in the namespace at all, used or not.
[[nodiscard]] bool waypointIn(const CheckContext& context, const std::string& ns);
// Requests to the workload pass a waypoint: its own, or that of a service in front of it.
[[nodiscard]] bool behindWaypoint(const CheckContext& context, const Workload& workload);

// The kinds that any of these answers depends on.
[[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& ambientReads();

} // namespace meshdeck::policy
