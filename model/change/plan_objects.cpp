#include <algorithm>

#include "change/json_patch.h"
#include "change/order.h"
#include "change/plan.h"
#include "config/json_read.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

using config::Json;

// What the file names, laid over what is there. Lists are taken from the file as a whole, as kubectl does for custom
// resources: merging entries by index could hand one route's timeout to another. A null takes the field away.
Json overlay(Json live, const Json& wanted) {
    if (!live.is_object() || !wanted.is_object()) {
        return wanted;
    }
    for (const auto& [key, value] : wanted.items()) {
        if (value.is_null()) {
            live.erase(key);
        } else if (const auto found = live.find(key); found != live.end()) {
            *found = overlay(*found, value);
        } else {
            live[key] = value;
        }
    }
    return live;
}

Result<mesh::ResourceRef> refOf(const Json& object) {
    mesh::ResourceRef ref;
    const std::string apiVersion = config::textMember(object, "apiVersion");
    const std::size_t slash = apiVersion.find('/');
    ref.group = slash == std::string::npos ? "" : apiVersion.substr(0, slash);
    ref.kind = config::textMember(object, "kind");
    if (const Json* metadata = config::objectMember(object, "metadata")) {
        ref.ns = config::textMember(*metadata, "namespace");
        ref.name = config::textMember(*metadata, "name");
    }
    if (apiVersion.empty() || ref.kind.empty() || ref.name.empty()) {
        return fail(ErrorKind::InvalidArgument, "an object lacks apiVersion, kind or metadata.name");
    }
    return ref;
}

Result<PlannedObject> planOne(const Json& wanted, const mesh::ResourcePtr& live) {
    auto ref = refOf(wanted);
    if (!ref) {
        return tl::unexpected(ref.error());
    }
    PlannedObject planned;
    planned.ref = *ref;
    const Json clean = config::withoutServerFields(wanted);
    if (!live) {
        planned.operation = Operation::Create;
        planned.after = clean;
        return planned;
    }
    if (live->ref != *ref) {
        return fail(ErrorKind::InvalidArgument, ref->display() + " was compared with " + live->ref.display());
    }
    const auto parsed = config::parseJson(*live->json);
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    const Json before = config::withoutServerFields(*parsed);
    Json mine = clean;
    mine.erase("apiVersion"); // v1beta1 in the file and v1 in the answer are the same object in two versions
    planned.after = overlay(before, mine);
    planned.base = live;
    planned.patch = differences(before, planned.after);
    return planned;
}

std::string sentenceOf(const Plan& plan) {
    std::string text;
    for (const PlannedObject& object : plan.objects) {
        const bool create = object.operation == Operation::Create;
        const auto fields = create ? 0
                                   : std::count_if(object.patch.begin(), object.patch.end(), [](const auto& operation) {
                                         return operation.op != PatchOperation::Op::Test;
                                     }) - 1; // the resourceVersion guard is no field
        text += (text.empty() ? "" : "; ") + object.ref.display() + ": " +
                (create ? "new" : std::to_string(fields) + (fields == 1 ? " field" : " fields"));
    }
    return text;
}

} // namespace

Result<Plan> planObjects(const std::vector<std::pair<Json, mesh::ResourcePtr>>& wantedAndLive) {
    Plan plan;
    for (const auto& [wanted, live] : wantedAndLive) {
        auto planned = planOne(wanted, live);
        if (!planned) {
            return tl::unexpected(planned.error());
        }
        const bool twice = std::any_of(plan.objects.begin(), plan.objects.end(),
                                       [&](const PlannedObject& other) { return other.ref == planned->ref; });
        if (twice) {
            return fail(ErrorKind::InvalidArgument, planned->ref.display() + " is given twice");
        }
        if (planned->operation == Operation::Create) {
            plan.objects.push_back(std::move(*planned));
        } else if (!planned->patch.empty()) {
            planned->patch = guarded(*live, std::move(planned->patch));
            plan.objects.push_back(std::move(*planned));
        }
    }
    if (auto ordered = orderMakeBeforeBreak(plan.objects); !ordered) {
        return tl::unexpected(ordered.error());
    }
    plan.sentence = sentenceOf(plan);
    return plan;
}

} // namespace meshdeck::change
