#include <algorithm>
#include <numeric>

#include "change/plan.h"
#include "change/words.h"
#include "config/routes.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

using config::WeightedRoute;

constexpr int kMaxGatewayWeight = 1'000'000; // facts/semantics.md 6.3
constexpr int kIstioSum = 100;

bool isGatewayApi(const WeightedRoute& route) { return route.section == "rules"; }

// What the stored weight amounts to (see WeightedDestination::weight).
int storedWeight(const WeightedRoute& route, std::size_t index) {
    const bool alone = route.destinations.size() == 1;
    const int absent = isGatewayApi(route) ? 1 : alone ? kIstioSum : 0;
    return route.destinations[index].weight.value_or(absent);
}

Result<WeightedRoute> findRoute(const WeightEdit& edit) {
    const auto routes = config::weightedRoutes(*edit.base);
    for (const WeightedRoute& route : routes) {
        if (route.section == edit.section && route.index == edit.routeIndex) {
            return route;
        }
    }
    const std::string wanted = "spec." + edit.section + "[" + std::to_string(edit.routeIndex) + "]";
    return fail(ErrorKind::InvalidArgument, edit.base->ref.display() + " has no route " + wanted,
                routes.empty() ? "it has no routes at all" : "it has " + std::to_string(routes.size()) + " routes");
}

Status checkWeights(const WeightedRoute& route, const std::vector<int>& weights) {
    const std::size_t wanted = route.destinations.size();
    if (weights.size() != wanted) {
        return fail(ErrorKind::InvalidArgument,
                    std::to_string(weights.size()) + " weights for " + std::to_string(wanted) + " destinations",
                    "give one weight for each destination of the route");
    }
    if (std::any_of(weights.begin(), weights.end(), [](int weight) { return weight < 0; })) {
        return fail(ErrorKind::InvalidArgument, "a weight is negative", "weights are 0 or more");
    }
    if (std::any_of(weights.begin(), weights.end(), [](int weight) { return weight > kMaxGatewayWeight; })) {
        return fail(ErrorKind::InvalidArgument, "a weight is over 1,000,000");
    }
    const long sum = std::accumulate(weights.begin(), weights.end(), 0L);
    if (sum == 0) {
        return fail(ErrorKind::InvalidArgument, "all weights are zero", "at least one destination must get requests");
    }
    if (isGatewayApi(route)) {
        return {};
    }
    // Istio itself takes other sums (facts/faults.md row 72); a slip of the pen is more likely than the wish for one,
    // unless the route has such a sum already.
    long stored = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
        stored += storedWeight(route, i);
    }
    if (sum != kIstioSum && sum != stored) {
        return fail(ErrorKind::InvalidArgument, "the weights sum to " + std::to_string(sum) + ", not to 100",
                    "change another weight of the route along with it");
    }
    return {};
}

struct EditedRoute {
    std::string sentence;
    JsonPatch patch; // without guards
};

Result<EditedRoute> editRoute(const WeightEdit& edit) {
    auto route = findRoute(edit);
    if (!route) {
        return tl::unexpected(route.error());
    }
    if (auto valid = checkWeights(*route, edit.weights); !valid) {
        return tl::unexpected(valid.error());
    }
    EditedRoute result;
    const auto before = route->shares();
    WeightedRoute after = *route;
    for (std::size_t i = 0; i < edit.weights.size(); ++i) {
        const std::string path = route->destinations[i].pointer + "/weight";
        const auto& stored = route->destinations[i].weight;
        after.destinations[i].weight = edit.weights[i];
        if (storedWeight(*route, i) == edit.weights[i]) {
            continue;
        }
        if (stored) {
            result.patch.push_back({PatchOperation::Op::Test, path, *stored});
            result.patch.push_back({PatchOperation::Op::Replace, path, edit.weights[i]});
        } else {
            result.patch.push_back({PatchOperation::Op::Add, path, edit.weights[i]});
        }
    }
    result.sentence = shiftSentence(*route, before, after.shares());
    return result;
}

Result<PlannedObject> plannedPatch(const mesh::ResourcePtr& base, JsonPatch patch) {
    const auto object = config::parseJson(*base->json);
    if (!object) {
        return tl::unexpected(object.error());
    }
    auto after = applyPatch(*object, patch);
    if (!after) {
        return tl::unexpected(after.error());
    }
    PlannedObject planned;
    planned.ref = base->ref;
    planned.base = base;
    planned.after = config::withoutServerFields(std::move(*after));
    planned.patch = guarded(*base, std::move(patch));
    return planned;
}

} // namespace

Result<Plan> planWeights(const WeightEdit& edit) { return planWeights(std::vector<WeightEdit>{edit}); }

Result<Plan> planWeights(const std::vector<WeightEdit>& edits) {
    Plan plan;
    std::vector<std::pair<mesh::ResourcePtr, JsonPatch>> patches; // in the order of first mention
    for (std::size_t i = 0; i < edits.size(); ++i) {
        const WeightEdit& edit = edits[i];
        if (!edit.base || !edit.base->json) {
            return fail(ErrorKind::InvalidArgument, "the weight edit names no object");
        }
        const bool twice = std::any_of(edits.begin(), edits.begin() + static_cast<std::ptrdiff_t>(i), [&](const auto& e) {
            return e.base->ref == edit.base->ref && e.section == edit.section && e.routeIndex == edit.routeIndex;
        });
        if (twice) {
            return fail(ErrorKind::InvalidArgument, "one route of " + edit.base->ref.display() + " is edited twice");
        }
        auto edited = editRoute(edit);
        if (!edited) {
            return tl::unexpected(edited.error());
        }
        plan.sentence += (plan.sentence.empty() ? "" : "; ") + edited->sentence;
        auto found = std::find_if(patches.begin(), patches.end(),
                                  [&](const auto& entry) { return entry.first->ref == edit.base->ref; });
        if (found == patches.end()) {
            found = patches.insert(patches.end(), {edit.base, {}});
        }
        found->second.insert(found->second.end(), edited->patch.begin(), edited->patch.end());
    }
    for (auto& [base, patch] : patches) {
        if (patch.empty()) {
            continue;
        }
        auto planned = plannedPatch(base, std::move(patch));
        if (!planned) {
            return tl::unexpected(planned.error());
        }
        plan.objects.push_back(std::move(*planned));
    }
    return plan;
}

} // namespace meshdeck::change
