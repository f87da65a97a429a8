#include "change/order.h"

#include <algorithm>
#include <set>

#include "config/json_read.h"

namespace meshdeck::change {

namespace {

using config::Json;

enum Rank { kFoundation, kEndpoints, kSubsets, kRoutes, kBinding, kAllow, kDeny, kStrict, kRemoval };

std::set<std::string> subsetNames(const Json& object) {
    std::set<std::string> names;
    const Json* spec = config::objectMember(object, "spec");
    const Json* subsets = spec == nullptr ? nullptr : config::listMember(*spec, "subsets");
    if (subsets != nullptr) {
        for (const Json& subset : *subsets) {
            names.insert(config::textMember(subset, "name"));
        }
    }
    return names;
}

struct SubsetChange {
    bool gains = false;
    bool loses = false;
};

SubsetChange subsetChange(const PlannedObject& object) {
    std::set<std::string> before;
    if (object.base) {
        if (const auto parsed = config::parseJson(*object.base->json)) {
            before = subsetNames(*parsed);
        }
    }
    const std::set<std::string> after = subsetNames(object.after);
    return {!std::includes(before.begin(), before.end(), after.begin(), after.end()),
            !std::includes(after.begin(), after.end(), before.begin(), before.end())};
}

bool isRoute(const PlannedObject& object) {
    return object.ref.kind == "VirtualService" || object.ref.kind.ends_with("Route");
}

std::string mtlsMode(const Json& object) {
    const Json* spec = config::objectMember(object, "spec");
    const Json* mtls = spec == nullptr ? nullptr : config::objectMember(*spec, "mtls");
    return mtls == nullptr ? "" : config::textMember(*mtls, "mode");
}

bool allowsSomebody(const Json& object) {
    const Json* spec = config::objectMember(object, "spec");
    if (spec == nullptr) {
        return false;
    }
    const std::string action = config::textMember(*spec, "action");
    const Json* rules = config::listMember(*spec, "rules");
    return (action.empty() || action == "ALLOW") && rules != nullptr && !rules->empty();
}

Rank rankOf(const PlannedObject& object) {
    const std::string& kind = object.ref.kind;
    if (kind == "Namespace" || kind == "ServiceAccount") {
        return kFoundation;
    }
    if (kind == "Service" || kind == "ServiceEntry" || kind == "WorkloadEntry" || kind == "ReferenceGrant") {
        return kEndpoints;
    }
    if (kind == "DestinationRule") {
        return object.operation == Operation::Delete || subsetChange(object).loses ? kRemoval : kSubsets;
    }
    if (kind == "Gateway") {
        return kBinding;
    }
    if (kind == "AuthorizationPolicy") {
        return allowsSomebody(object.after) ? kAllow : kDeny;
    }
    if (kind == "PeerAuthentication") {
        return mtlsMode(object.after) == "STRICT" ? kStrict : kEndpoints;
    }
    return kRoutes;
}

} // namespace

Status orderMakeBeforeBreak(std::vector<PlannedObject>& objects) {
    const bool routes = std::any_of(objects.begin(), objects.end(), isRoute);
    for (const PlannedObject& object : objects) {
        if (!routes || object.ref.kind != "DestinationRule" || !object.base) {
            continue;
        }
        const SubsetChange change = subsetChange(object);
        if (change.gains && change.loses) {
            return fail(ErrorKind::InvalidArgument,
                        object.ref.display() + " gains and loses subsets while a route changes",
                        "apply in steps: add the new subsets, move the routes, then remove the old subsets");
        }
    }
    std::stable_sort(objects.begin(), objects.end(),
                     [](const PlannedObject& a, const PlannedObject& b) { return rankOf(a) < rankOf(b); });
    return {};
}

bool mustArriveBefore(const PlannedObject& first, const PlannedObject& second) {
    const Rank a = rankOf(first);
    const Rank b = rankOf(second);
    return (a == kSubsets && (b == kRoutes || b == kBinding)) || (a == kRoutes && b == kRemoval);
}

} // namespace meshdeck::change
