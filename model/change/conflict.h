// Who changed what since we looked, and what became of a write whose answer was lost: both are read from a fresh copy
// of the object, never guessed from an error's text (facts/real-servers.md 1).
#pragma once

#include <optional>
#include <string>

#include "change/apply.h"

namespace meshdeck::change {

// The fields in which `live` differs from `base`, and the manager whose entry in managedFields is new or newer.
// Nothing when only what the server owns differs.
[[nodiscard]] std::optional<ChangedBy> changedSince(const mesh::Resource& base, const mesh::Resource& live);

// "kubectl-edit at 14:29:07 changed spec.http[0].timeout"
[[nodiscard]] std::string sentence(const ChangedBy& change);

// One sentence for a conflict on `planned`, from a fresh read: changed by whom, deleted, recreated, or there already.
struct Explanation {
    std::string message;
    std::optional<ChangedBy> changedBy;
};
[[nodiscard]] Explanation explainConflict(const PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh);

// What a fresh read says about a write whose answer we never got.
struct Verdict {
    enum class Kind { Applied, NotApplied, Overtaken, CannotTell };
    Kind kind = Kind::CannotTell;
    std::string message;
    mesh::ResourcePtr live; // null when it is gone
};
// By uid, resourceVersion and values (facts/faults.md rows 80 and 81). Overtaken: somebody else's object or values are
// there now, so ours is not in effect whether or not it was stored for a while.
[[nodiscard]] Verdict judge(const PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh);

} // namespace meshdeck::change
