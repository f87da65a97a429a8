#include "app/demo/api/patches.h"

#include <map>

#include "app/demo/api/json_patch.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/schema.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

constexpr const char* kJsonPatch = "application/json-patch+json";
constexpr const char* kMergePatch = "application/merge-patch+json";
constexpr const char* kStrategicPatch = "application/strategic-merge-patch+json";
constexpr const char* kApply = "application/apply-patch+yaml";
constexpr std::size_t kMaxOperations = 10'000;

Reply undecodable(const std::string& body, const char* what) {
    // What Go's decoder says of the two usual accidents: nothing more to read, or not JSON from the first byte on.
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    const bool truncated = first == std::string::npos || body[first] == '[' || body[first] == '{';
    return badRequest(std::string(what) + (truncated ? "unexpected end of JSON input"
                                                     : "invalid character '" + std::string(1, body[first]) +
                                                           "' looking for beginning of value"));
}

std::optional<Reply> changeObject(const WriteRequest& write, Json& object) {
    const std::optional<Json> patch = parseJson(write.request.body);
    if (write.mediaType() == kMergePatch || write.mediaType() == kStrategicPatch) {
        if (!patch || !patch->is_object()) {
            return undecodable(write.request.body, "error decoding patch: ");
        }
        applyMergePatch(object, *patch);
        return std::nullopt;
    }
    if (!patch) {
        return undecodable(write.request.body, "error decoding patch: ");
    }
    if (!patch->is_array()) {
        return badRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
    }
    if (patch->size() > kMaxOperations) {
        return replyOf(413,
                       failure(413, "RequestEntityTooLarge",
                               "Request entity too large: The allowed maximum operations in a JSON patch is 10000, "
                               "got " +
                                   std::to_string(patch->size())));
    }
    std::string reason;
    return applyJsonPatch(object, *patch, reason) == PatchOutcome::Rejected ? std::optional(patchRejected())
                                                                            : std::nullopt;
}

// The mouthful that Strict answers to a patch: the whole object in quotes, then what is wrong with it.
Reply strictPatchRefusal(const Json& patched, const std::vector<std::string>& unknownFields) {
    const std::string message = "Invalid value: " + inQuotes(goTextOf(patched)) + ": " + strictError(unknownFields);
    const Json details = {{"causes", causesJson({{"FieldValueInvalid", message, "patch"}})}};
    return replyOf(422, failure(422, "Invalid", " \"\" is invalid: patch: " + message, details));
}

Reply changeReply(const WriteRequest& write) {
    for (;;) {
        const ObjectPtr before = write.context.store.get(write.resource, write.ns(), write.info.name);
        if (!before) {
            return notFound(write.resource, write.info.name);
        }
        Json after = presented(*before, write.form());
        if (std::optional<Reply> refusal = changeObject(write, after)) {
            return *refusal;
        }
        if (!after.is_object() || !after["metadata"].is_object()) {
            return patchRejected();
        }
        Json pruned = after;
        const std::vector<std::string> unknown = checkSchema(pruned, write.resource).unknownFields;
        if (!unknown.empty() && write.validation == FieldValidation::Strict) {
            return strictPatchRefusal(after, unknown);
        }
        if (nameOf(after) != write.info.name) {
            return badRequest("the name of the object (" + nameOf(after) + ") does not match the name on the URL (" +
                              write.info.name + ")");
        }
        bool raced = false;
        Reply reply = commitUpdate(write, before, std::move(after), true, raced);
        if (!raced) {
            addWarnings(write, unknown, reply);
            return reply;
        }
    }
}

std::string managerText(const Json& entry) {
    std::string text = inQuotes(stringAt(entry, {"manager"}));
    if (const std::string sub = stringAt(entry, {"subresource"}); !sub.empty()) {
        text += " with subresource " + inQuotes(sub);
    }
    return stringAt(entry, {"operation"}) == "Update" ? text + " using " + stringAt(entry, {"apiVersion"}) : text;
}

Reply applyConflict(const std::vector<FieldConflict>& conflicts) {
    std::vector<Cause> causes;
    std::map<std::string, std::string> byManager; // manager -> "\n- .path" of each
    for (const FieldConflict& conflict : conflicts) {
        const std::string manager = managerText(conflict.entry);
        causes.push_back({"FieldManagerConflict", "conflict with " + manager, textOfPath(conflict.path)});
        byManager[manager] += "\n- " + textOfPath(conflict.path);
    }
    std::string message = "Apply failed with 1 conflict: " + causes.front().message + ": " + causes.front().field;
    if (conflicts.size() > 1) {
        message = "Apply failed with " + std::to_string(conflicts.size()) + " conflicts: ";
        std::string lines;
        for (const auto& [manager, paths] : byManager) {
            lines += (lines.empty() ? "conflicts with " : "\nconflicts with ") + manager + ":" + paths;
        }
        message += lines;
    }
    return replyOf(409, failure(409, "Conflict", message, Json{{"causes", causesJson(causes)}}));
}

std::optional<Reply> checkConfiguration(const WriteRequest& write, const std::optional<Json>& configuration) {
    if (write.request.parameter("fieldManager").empty()) {
        Resource options;
        options.group = "meta.k8s.io";
        options.kind = "PatchOptions";
        return invalid(options, "",
                       {{"FieldValueRequired", "Required value: is required for apply patch", "fieldManager"}});
    }
    if (!configuration || !configuration->is_object()) {
        return badRequest("error decoding YAML: this server reads apply configurations that are written as JSON only");
    }
    if (stringAt(*configuration, {"apiVersion"}) != apiVersionOf(write.resource.group, write.info.version) ||
        stringAt(*configuration, {"kind"}) != write.resource.kind) {
        return badRequest("apiVersion and kind of the configuration do not match the request's");
    }
    const std::string name = nameOf(*configuration);
    if (name != write.info.name) {
        return badRequest("the name of the object (" + name + ") does not match the name on the URL (" +
                          write.info.name + ")");
    }
    return find(*configuration, {"metadata", "managedFields"}) != nullptr
               ? std::optional(badRequest("metadata.managedFields must be nil"))
               : std::nullopt;
}

Reply applyReply(const WriteRequest& write) {
    std::optional<Json> configuration = parseJson(write.request.body);
    if (std::optional<Reply> refusal = checkConfiguration(write, configuration)) {
        return *refusal;
    }
    const std::vector<std::string> unknown = checkSchema(*configuration, write.resource).unknownFields;
    if (!unknown.empty()) { // apply is always strict: an unknown field has no type to merge by
        return replyOf(500,
                       failure(500, "InternalError", "failed to create typed patch object: " + strictError(unknown)));
    }
    if (write.resource.namespaced) {
        (*configuration)["metadata"]["namespace"] = write.ns();
    }
    for (;;) {
        const ObjectPtr before = write.context.store.get(write.resource, write.ns(), write.info.name);
        Json live = before ? presented(*before, write.form()) : Json{{"metadata", Json::object()}};
        live["metadata"].erase("resourceVersion"); // only a configuration that names one asks for the lock
        const std::vector<FieldConflict> conflicts =
            applyConfiguration(live, *configuration, write.resource, write.writer(), write.request.flag("force"));
        if (!conflicts.empty() && !write.request.flag("force")) {
            return applyConflict(conflicts);
        }
        if (!before) {
            return commitCreate(write, std::move(live), false);
        }
        bool raced = false;
        Reply reply = commitUpdate(write, before, std::move(live), false, raced);
        if (!raced) {
            return reply;
        }
    }
}

} // namespace

Reply patchReply(const WriteRequest& write) {
    const std::string type = write.mediaType();
    if (type == kApply) {
        return applyReply(write);
    }
    const bool strategic = type == kStrategicPatch && !write.resource.custom;
    if (type != kJsonPatch && type != kMergePatch && !strategic) {
        std::vector<std::string> accepted = {kJsonPatch, kMergePatch, kApply};
        if (!write.resource.custom) {
            accepted.insert(accepted.begin() + 2, kStrategicPatch);
        }
        return unsupportedMediaType(accepted);
    }
    return changeReply(write);
}

} // namespace meshdeck::demo::api
