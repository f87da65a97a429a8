#include "change/conflict.h"

#include <algorithm>

#include "base/text.h"
#include "change/json_patch.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

using config::Json;

constexpr std::size_t kShownFields = 4;

// Managers of `live` whose entry `base` does not have, newest first.
std::vector<config::FieldOwner> newManagers(const Json& base, const Json& live) {
    const auto before = config::fieldOwners(base);
    std::vector<config::FieldOwner> fresh;
    for (config::FieldOwner& owner : config::fieldOwners(live)) {
        const bool known = std::any_of(before.begin(), before.end(), [&](const config::FieldOwner& old) {
            return old.manager == owner.manager && old.operation == owner.operation && old.time == owner.time &&
                   old.fields == owner.fields;
        });
        if (!known) {
            fresh.push_back(std::move(owner));
        }
    }
    std::stable_sort(fresh.begin(), fresh.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
    return fresh;
}

// Every value the patch sets is there, everything it removes is gone.
bool holdsOurValues(const JsonPatch& patch, const Json& live) {
    return std::all_of(patch.begin(), patch.end(), [&live](const PatchOperation& operation) {
        if (operation.op == PatchOperation::Op::Test || operation.path == "/metadata/resourceVersion") {
            return true;
        }
        const Json* value = config::at(live, operation.path);
        return operation.op == PatchOperation::Op::Remove ? value == nullptr
                                                          : value != nullptr && sameJson(*value, operation.value);
    });
}

bool isGone(const Result<mesh::ResourcePtr>& fresh) { return !fresh && fresh.error().kind == ErrorKind::NotFound; }

Verdict judgePatch(const PlannedObject& planned, const mesh::ResourcePtr& live) {
    if (live->uid != planned.base->uid) {
        return {Verdict::Kind::Overtaken, "the object was deleted and created anew", live};
    }
    if (live->resourceVersion == planned.base->resourceVersion) {
        return {Verdict::Kind::NotApplied, "the object is as it was before", live};
    }
    const auto object = config::parse(*live);
    if (!object) {
        return {Verdict::Kind::CannotTell, object.error().what, live};
    }
    if (sameJson(config::withoutServerFields(*object), planned.after)) {
        return {Verdict::Kind::Applied, {}, live};
    }
    if (holdsOurValues(planned.patch, *object)) {
        return {Verdict::Kind::Applied, "other fields were changed since", live};
    }
    const auto change = changedSince(*planned.base, *live);
    if (!change) {
        return {Verdict::Kind::NotApplied, "the object is as it was before", live};
    }
    return {Verdict::Kind::Overtaken, sentence(*change), live};
}

Verdict judgeCreate(const PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh) {
    if (isGone(fresh)) {
        return {Verdict::Kind::NotApplied, "the object is not there", nullptr};
    }
    const auto object = config::parse(**fresh);
    if (object && sameJson(config::withoutServerFields(*object), planned.after)) {
        return {Verdict::Kind::Applied, {}, *fresh};
    }
    return {Verdict::Kind::Overtaken, "the object is there, but it is not the one we made", *fresh};
}

Verdict judgeDelete(const PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh) {
    if (isGone(fresh)) {
        return {Verdict::Kind::Applied, {}, nullptr};
    }
    if ((*fresh)->uid != planned.base->uid) {
        return {Verdict::Kind::Applied, "somebody created it anew", *fresh};
    }
    return {Verdict::Kind::NotApplied, "the object is still there", *fresh};
}

} // namespace

std::optional<ChangedBy> changedSince(const mesh::Resource& base, const mesh::Resource& live) {
    const auto before = config::parse(base);
    const auto now = config::parse(live);
    if (!before || !now) {
        return std::nullopt;
    }
    ChangedBy change;
    change.fields = differingFields(*before, *now);
    if (change.fields.empty()) {
        return std::nullopt;
    }
    const auto managers = newManagers(*before, *now);
    if (!managers.empty()) {
        change.manager = managers.front().manager;
        change.time = managers.front().time;
    }
    return change;
}

std::string sentence(const ChangedBy& change) {
    std::string text = change.manager.empty() ? "somebody" : text::safe(change.manager, false, 128);
    if (change.time.size() >= 19 && text::parseRfc3339(change.time)) {
        text += " at " + change.time.substr(11, 8);
    }
    text += " changed ";
    for (std::size_t i = 0; i < change.fields.size() && i < kShownFields; ++i) {
        text += (i == 0 ? "" : ", ") + text::safe(change.fields[i], false, 200);
    }
    if (change.fields.size() > kShownFields) {
        text += " and " + std::to_string(change.fields.size() - kShownFields) + " more fields";
    }
    return text;
}

Explanation explainConflict(const PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh) {
    if (isGone(fresh)) {
        return {planned.ref.display() + " was deleted since it was read", std::nullopt};
    }
    if (!fresh) {
        return {planned.ref.display() + " changed since it was read, and it cannot be read now: " + fresh.error().what,
                std::nullopt};
    }
    if (planned.operation == Operation::Create || !planned.base) {
        return {planned.ref.display() + " exists already", std::nullopt};
    }
    if ((*fresh)->uid != planned.base->uid) {
        return {planned.ref.display() + " was deleted and created anew since it was read", std::nullopt};
    }
    auto change = changedSince(*planned.base, **fresh);
    if (!change) {
        return {planned.ref.display() + " was touched since it was read, though nothing in it differs", std::nullopt};
    }
    std::string message = planned.ref.display() + ": " + sentence(*change);
    return {std::move(message), std::move(change)};
}

Verdict judge(const PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh) {
    if (!fresh && !isGone(fresh)) {
        return {Verdict::Kind::CannotTell, describe(fresh.error()), nullptr};
    }
    if (planned.operation == Operation::Create) {
        return judgeCreate(planned, fresh);
    }
    if (planned.operation == Operation::Delete) {
        return judgeDelete(planned, fresh);
    }
    if (isGone(fresh)) {
        return {Verdict::Kind::Overtaken, "the object was deleted", nullptr};
    }
    return judgePatch(planned, *fresh);
}

} // namespace meshdeck::change
