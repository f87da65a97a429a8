#include "app/demo/api/writes.h"

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_patch.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/object_form.h"
#include "app/demo/api/reads.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

struct Write {
    const ApiContext& context;
    const Request& request;
    const RequestInfo& info;
    const Resource& resource;

    [[nodiscard]] std::string ns() const { return storeNamespace(resource, info); }
    [[nodiscard]] ObjectForm form() const { return {&resource, info.version, false}; }
    [[nodiscard]] bool dryRun() const { return request.parameter("dryRun") == "All"; }
};

std::string mediaType(const Request& request) {
    std::string type = request.header("content-type");
    return type.substr(0, type.find(';'));
}

void keepServerFields(Json& object, const Json& before) {
    for (const char* field : {"uid", "creationTimestamp", "name", "namespace"}) {
        if (const Json* value = find(before, {"metadata", field})) {
            object["metadata"][field] = *value;
        }
    }
}

Reply commitUpdate(const Write& write, const ObjectPtr& before, Json after, bool& raced) {
    const std::uint64_t wanted = versionOf(after);
    if (wanted != 0 && wanted != versionOf(*before)) {
        return modified(write.resource, write.info.name);
    }
    keepServerFields(after, *before);
    after["metadata"]["resourceVersion"] = (*before)["metadata"]["resourceVersion"];
    if (sameValue(after, *before)) {
        return replyOf(200, presented(*before, write.form()));
    }
    const Json* specBefore = find(*before, {"spec"});
    const Json* specAfter = find(after, {"spec"});
    if ((specBefore == nullptr) != (specAfter == nullptr) || (specBefore != nullptr && !sameValue(*specBefore, *specAfter))) {
        after["metadata"]["generation"] = (*before)["metadata"].value("generation", 0) + 1;
    }
    if (write.dryRun()) {
        return replyOf(200, presented(after, write.form()));
    }
    const ObjectPtr stored = write.context.store.swap(write.resource, before, std::move(after));
    raced = stored == nullptr;
    return stored ? replyOf(200, presented(*stored, write.form())) : Reply{};
}

std::optional<Reply> applyPatch(const Write& write, Json& object) {
    const std::optional<Json> patch = parseJson(write.request.body);
    const std::string type = mediaType(write.request);
    if (type == "application/json-patch+json") {
        if (!patch) {
            return badRequest("error decoding patch: unexpected end of JSON input");
        }
        std::string reason;
        if (applyJsonPatch(object, *patch, reason) == PatchOutcome::Rejected) {
            return patchRejected();
        }
        return std::nullopt;
    }
    if (type == "application/merge-patch+json") {
        if (!patch) {
            return badRequest("error decoding patch: unexpected end of JSON input");
        }
        applyMergePatch(object, *patch);
        return std::nullopt;
    }
    return unsupportedMediaType({"application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"});
}

Reply patchReply(const Write& write) {
    for (;;) {
        const ObjectPtr before = write.context.store.get(write.resource, write.ns(), write.info.name);
        if (!before) {
            return notFound(write.resource, write.info.name);
        }
        Json after = presented(*before, write.form());
        if (std::optional<Reply> refusal = applyPatch(write, after)) {
            return *refusal;
        }
        bool raced = false;
        Reply reply = commitUpdate(write, before, std::move(after), raced);
        if (!raced) {
            return reply;
        }
    }
}

} // namespace

Reply writeReply(const ApiContext& context, const Request& request, const RequestInfo& info, const Resource& resource) {
    const Write write{context, request, info, resource};
    if (info.verb == "patch" && !info.name.empty()) {
        return patchReply(write);
    }
    return methodNotAllowed();
}

} // namespace meshdeck::demo::api
