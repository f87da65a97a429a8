#include <algorithm>

#include "change/apply.h"
#include "change/conflict.h"
#include "change/json_patch.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

using config::Json;

// The object as the change left it, when it still is that; Conflict with what differs otherwise.
Result<mesh::ResourcePtr> asLeft(const JournalObject& object, const Result<mesh::ResourcePtr>& fresh) {
    const PlannedObject& planned = object.planned;
    if (!fresh) {
        return fresh.error().kind == ErrorKind::NotFound
                   ? fail(ErrorKind::Conflict, planned.ref.display() + " was deleted since the change")
                   : tl::unexpected(fresh.error());
    }
    if (!object.uidAfter.empty() && (*fresh)->uid != object.uidAfter) {
        return fail(ErrorKind::Conflict, planned.ref.display() + " was deleted and created anew since the change");
    }
    const auto now = config::parse(**fresh);
    if (!now) {
        return tl::unexpected(now.error());
    }
    if (sameJson(config::withoutServerFields(*now), planned.after)) {
        return *fresh;
    }
    // Whoever is newer in managedFields than what the change was made on: others first, by their time, else ourselves.
    mesh::Resource left = **fresh;
    Json content = planned.after;
    if (planned.base) {
        const auto base = config::parse(*planned.base);
        const Json* managed = base ? config::at(*base, "/metadata/managedFields") : nullptr;
        if (managed != nullptr) {
            content["metadata"]["managedFields"] = *managed;
        }
    }
    left.json = std::make_shared<const std::string>(content.dump(-1, ' ', false, Json::error_handler_t::replace));
    const auto change = changedSince(left, **fresh);
    return fail(ErrorKind::Conflict, planned.ref.display() + " is no longer what the change left" +
                                         (change ? ": " + sentence(*change) : std::string()),
                "look at the difference and edit the object as it is now");
}

bool wasApplied(const JournalObject& object) { return object.outcome == ObjectOutcome::Applied; }

// The verdict as an outcome; nothing when it stays unknown.
std::optional<ObjectOutcome> outcomeOf(const Verdict& verdict) {
    switch (verdict.kind) {
    case Verdict::Kind::Applied: return ObjectOutcome::Applied;
    case Verdict::Kind::NotApplied: return ObjectOutcome::NotTried;
    case Verdict::Kind::Overtaken: return ObjectOutcome::Conflict;
    case Verdict::Kind::CannotTell: break;
    }
    return std::nullopt;
}

void takeVerdict(JournalObject& object, const Verdict& verdict, ObjectOutcome outcome) {
    object.outcome = outcome;
    object.message = verdict.message.empty() ? "settled by reading the object again"
                                             : "settled by reading the object again: " + verdict.message;
    if (outcome != ObjectOutcome::Applied || !verdict.live) {
        return;
    }
    object.resourceVersionAfter = verdict.live->resourceVersion;
    object.uidAfter = verdict.live->uid;
    // The answer was never seen: the patch may have been stored with values of a webhook. An undo must find what is
    // there now, unless somebody else has put a hand in.
    const auto stored = config::parse(*verdict.live);
    if (stored && verdict.message.empty()) {
        object.planned.after = config::withoutServerFields(*stored);
    }
}

} // namespace

Result<PlannedObject> ApplyEngine::rollbackObject(const JournalObject& object, const std::stop_token& stop) {
    const PlannedObject& planned = object.planned;
    const auto fresh = m_cluster.read(planned.ref, stop);
    PlannedObject back;
    back.ref = planned.ref;
    if (planned.operation == Operation::Delete) {
        if (fresh) {
            return fail(ErrorKind::Conflict, planned.ref.display() + " was created anew since the change");
        }
        if (fresh.error().kind != ErrorKind::NotFound) {
            return tl::unexpected(fresh.error());
        }
        const auto base = config::parse(*planned.base);
        if (!base) {
            return tl::unexpected(base.error());
        }
        back.operation = Operation::Create;
        back.after = config::withoutServerFields(*base);
        return back;
    }
    auto live = asLeft(object, fresh);
    if (!live) {
        return tl::unexpected(live.error());
    }
    back.base = *live;
    if (planned.operation == Operation::Create) {
        back.operation = Operation::Delete;
        return back;
    }
    const auto now = config::parse(**live);
    if (!now) {
        return tl::unexpected(now.error());
    }
    auto after = applyPatch(*now, object.inverse);
    if (!after) {
        return tl::unexpected(after.error());
    }
    back.after = config::withoutServerFields(std::move(*after));
    back.patch = guarded(**live, object.inverse);
    return back;
}

Result<Plan> ApplyEngine::planRollback(const std::string& journalId, std::stop_token stop) {
    const auto entry = m_journal.entry(journalId);
    if (!entry) {
        return tl::unexpected(entry.error());
    }
    if (!entry->closed) {
        return fail(ErrorKind::Conflict, "the outcome of change " + journalId + " is not known yet",
                    "meshdeck journal " + journalId + " reads the objects again and settles it");
    }
    Plan plan;
    plan.sentence = "take back " + journalId + " (" + entry->sentence + ")";
    for (auto object = entry->objects.rbegin(); object != entry->objects.rend(); ++object) {
        if (!wasApplied(*object)) {
            continue;
        }
        auto back = rollbackObject(*object, stop);
        if (!back) {
            return tl::unexpected(back.error());
        }
        if (back->operation != Operation::Patch || !object->inverse.empty()) {
            plan.objects.push_back(std::move(*back));
        }
    }
    return plan;
}

Result<std::vector<JournalEntry>> ApplyEngine::settleOpenEntries(const std::string& context, std::stop_token stop) {
    auto entries = m_journal.entries();
    if (!entries) {
        return tl::unexpected(entries.error());
    }
    std::vector<JournalEntry> settled;
    for (JournalEntry& entry : *entries) {
        if (entry.closed || entry.context != context) {
            continue;
        }
        bool known = true;
        for (std::size_t i = 0; i < entry.objects.size(); ++i) {
            JournalObject& object = entry.objects[i];
            if (object.outcome != ObjectOutcome::NotTried && object.outcome != ObjectOutcome::Unknown) {
                continue;
            }
            const Verdict verdict = judge(object.planned, m_cluster.read(object.planned.ref, stop));
            const auto outcome = outcomeOf(verdict);
            if (!outcome) {
                known = false;
                continue;
            }
            takeVerdict(object, verdict, *outcome);
            if (auto recorded = m_journal.recordOutcome(entry.id, i, object); !recorded) {
                return tl::unexpected(recorded.error());
            }
        }
        if (known) {
            if (auto closed = m_journal.close(entry.id); !closed) {
                return tl::unexpected(closed.error());
            }
            entry.closed = true;
        }
        settled.push_back(std::move(entry));
    }
    return settled;
}

} // namespace meshdeck::change
