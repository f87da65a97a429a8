#include <algorithm>

#include "change/apply.h"
#include "change/conflict.h"
#include "change/json_patch.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

std::string verbOf(Operation operation) { return std::string(name(operation)); }

// The plan's patch without its two guards, to put newer ones in front.
JsonPatch withoutGuards(const JsonPatch& patch) {
    JsonPatch rest;
    std::copy_if(patch.begin(), patch.end(), std::back_inserter(rest), [](const PatchOperation& operation) {
        return operation.path != "/metadata/resourceVersion" && operation.path != "/metadata/uid";
    });
    return rest;
}

// Compares the object as it is now with what the plan was made on. A newer version in which nothing of substance
// differs (a status, say) is taken as the new base; anything else is a conflict for a person to look at.
void checkBase(PlannedObject& planned, const Result<mesh::ResourcePtr>& fresh, PreviewObject& object) {
    const bool same = fresh && (*fresh)->uid == planned.base->uid;
    if (same && (*fresh)->resourceVersion == planned.base->resourceVersion) {
        return;
    }
    if (same && !changedSince(*planned.base, **fresh)) {
        planned.base = *fresh;
        if (planned.operation == Operation::Patch) {
            planned.patch = guarded(**fresh, withoutGuards(planned.patch));
        }
        return;
    }
    Explanation explanation = explainConflict(planned, fresh);
    object.changedBy = explanation.changedBy ? sentence(*explanation.changedBy) : explanation.message;
    object.problem = Error{ErrorKind::Conflict, explanation.message, "look at the object as it is now and edit again", {}};
}

} // namespace

bool Preview::ok() const {
    return std::none_of(objects.begin(), objects.end(), [](const PreviewObject& object) { return object.problem; });
}

Result<WriteAnswer> ApplyEngine::send(const PlannedObject& planned, bool dryRun, const std::stop_token& stop) {
    const WriteOptions options{dryRun};
    switch (planned.operation) {
    case Operation::Create: return m_cluster.create(planned.after, options, stop);
    case Operation::Delete:
        return m_cluster.remove(planned.ref, {planned.base->uid, planned.base->resourceVersion}, options, stop);
    case Operation::Patch: break;
    }
    return m_cluster.patch(planned.ref, planned.patch, options, stop);
}

// Errors that say something about this object become its problem; those about the connection end the preview.
Result<PreviewObject> ApplyEngine::previewObject(PlannedObject& planned, const std::stop_token& stop) {
    PreviewObject object;
    object.ref = planned.ref;
    const auto allowed = m_cluster.mayI(verbOf(planned.operation), planned.ref, stop);
    if (!allowed) {
        return tl::unexpected(allowed.error());
    }
    if (!*allowed) {
        object.problem = Error{ErrorKind::Forbidden, "you may not " + verbOf(planned.operation) + " " + planned.ref.display(),
                               "ask for the right, or export the patch", {}};
    }
    auto fresh = m_cluster.read(planned.ref, stop);
    if (!fresh && fresh.error().kind != ErrorKind::NotFound) {
        return tl::unexpected(fresh.error());
    }
    if (fresh) {
        object.live = *fresh;
        object.owners = owners(**fresh);
    }
    if (planned.operation != Operation::Create) {
        checkBase(planned, fresh, object);
    } else if (fresh) {
        object.problem = Error{ErrorKind::Conflict, planned.ref.display() + " exists already", "edit it instead", {}};
    }
    if (object.problem) {
        return object;
    }
    auto answer = send(planned, true, stop);
    if (!answer) {
        const ErrorKind kind = answer.error().kind;
        if (kind == ErrorKind::Timeout || kind == ErrorKind::Unreachable || kind == ErrorKind::Cancelled) {
            return tl::unexpected(answer.error());
        }
        object.problem = answer.error();
        if (kind == ErrorKind::Conflict) {
            fresh = m_cluster.read(planned.ref, stop);
            const Explanation explanation = explainConflict(planned, fresh);
            object.problem->what = explanation.message;
            object.changedBy = explanation.changedBy ? sentence(*explanation.changedBy) : explanation.message;
        }
        return object;
    }
    object.result = answer->object;
    object.warnings = std::move(answer->warnings);
    if (planned.operation != Operation::Delete && object.result) {
        const auto stored = config::parse(*object.result);
        if (!stored) {
            return tl::unexpected(stored.error());
        }
        planned.after = config::withoutServerFields(*stored); // defaults and webhooks included
    }
    return object;
}

Result<Preview> ApplyEngine::preview(const Plan& plan, std::stop_token stop) {
    Preview preview;
    preview.plan = plan;
    for (PlannedObject& planned : preview.plan.objects) {
        auto object = previewObject(planned, stop);
        if (!object) {
            return tl::unexpected(object.error());
        }
        preview.objects.push_back(std::move(*object));
    }
    return preview;
}

} // namespace meshdeck::change
