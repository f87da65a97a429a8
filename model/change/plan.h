// A change before it is made: which objects, from which version to which, and how to take it back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "change/cluster.h"
#include "config/json.h"
#include "config/routes.h"
#include "mesh/resource.h"

namespace meshdeck::change {

enum class Operation { Create, Patch, Delete };

// One object of a plan. A Patch begins with the resourceVersion that was seen, then `test`s uid and every old value,
// then sets the new ones (design.md 4.10, facts/real-servers.md 1).
struct PlannedObject {
    mesh::ResourceRef ref;
    Operation operation = Operation::Patch;
    mesh::ResourcePtr base; // as read; null for Create
    JsonPatch patch;        // for Patch
    config::Json after;     // whole object as we expect it, server fields apart; null for Delete
};

// "create", "patch", "delete": the words of commands.md.
[[nodiscard]] std::string_view name(Operation operation);

struct Plan {
    std::string sentence; // "reviews: v2 10 % -> 30 %"
    std::vector<PlannedObject> objects; // in the order in which they are applied
};

// New weights for one route. `weights` are by destination, in the route's order.
struct WeightEdit {
    mesh::ResourcePtr base;
    std::string section = "http"; // see config::WeightedRoute
    std::size_t routeIndex = 0;
    std::vector<int> weights;
    // Of the destination's DestinationRule: which versions a subset selects, for the prediction. Empty: a subset is taken
    // to be the version of the same name.
    std::vector<config::Subset> subsets;
};

// InvalidArgument with a hint for: a route that is not there, as many weights as there are not destinations, a negative
// weight, all weights zero, Istio weights that do not sum to 100 (Gateway API weights are relative). A plan whose weights
// are those already stored has no objects.
[[nodiscard]] Result<Plan> planWeights(const WeightEdit& edit);

// Several edits at once, possibly of the same object: patches of one object are merged into one.
[[nodiscard]] Result<Plan> planWeights(const std::vector<WeightEdit>& edits);

// The plan that makes each given object (from files, whole objects) true: create or a JSON Patch of what differs from
// `live` (null where it does not exist). Fields the file does not name stay as they are.
[[nodiscard]] Result<Plan> planObjects(const std::vector<std::pair<config::Json, mesh::ResourcePtr>>& wantedAndLive);

// The minimal patch from one object to another: RFC 6902 add/replace/remove with `test` of each old value, without the
// resourceVersion and uid guards. Lists are compared by index.
[[nodiscard]] JsonPatch differences(const config::Json& from, const config::Json& to);
// Puts the resourceVersion replace and the uid test in front.
[[nodiscard]] JsonPatch guarded(const mesh::Resource& base, JsonPatch patch);
// Applies a patch as RFC 6902 says; Conflict when a test fails, InvalidArgument for a path that is not there.
[[nodiscard]] Result<config::Json> applyPatch(config::Json document, const JsonPatch& patch);

} // namespace meshdeck::change
