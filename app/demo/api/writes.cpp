#include "app/demo/api/writes.h"

#include <algorithm>

#include "app/demo/api/json_values.h"
#include "app/demo/api/patches.h"
#include "app/demo/api/schema.h"
#include "app/demo/api/status.h"
#include "app/demo/api/write_request.h"

namespace meshdeck::demo::api {

namespace {

// Kinds whose delete answers with the object instead of a Status.
bool returnsObject(const Resource& resource) {
    return resource.group.empty() && (resource.kind == "Pod" || resource.kind == "Service" ||
                                      resource.kind == "ServiceAccount" || resource.kind == "Namespace");
}

Reply createReply(const WriteRequest& write) {
    Json object;
    if (std::optional<Reply> refusal = readObject(write, object)) {
        return *refusal;
    }
    Json pruned = object;
    const std::vector<std::string> unknown = checkSchema(pruned, write.resource).unknownFields;
    if (!unknown.empty() && write.validation == FieldValidation::Strict) {
        return strictRefusal(write, unknown);
    }
    Reply reply = commitCreate(write, std::move(object), true);
    addWarnings(write, unknown, reply);
    return reply;
}

Reply updateReply(const WriteRequest& write) {
    Json object;
    if (std::optional<Reply> refusal = readObject(write, object)) {
        return *refusal;
    }
    Json pruned = object;
    const std::vector<std::string> unknown = checkSchema(pruned, write.resource).unknownFields;
    if (!unknown.empty() && write.validation == FieldValidation::Strict) {
        return strictRefusal(write, unknown);
    }
    if (nameOf(object) != write.info.name) {
        return badRequest("the name of the object (" + nameOf(object) + ") does not match the name on the URL (" +
                          write.info.name + ")");
    }
    for (;;) {
        const ObjectPtr before = write.context.store.get(write.resource, write.ns(), write.info.name);
        if (!before) {
            return notFound(write.resource, write.info.name);
        }
        if (write.resource.custom && stringAt(object, {"metadata", "resourceVersion"}).empty()) {
            return invalid(write.resource, write.info.name,
                           {{"FieldValueInvalid", "Invalid value: 0: must be specified for an update",
                             "metadata.resourceVersion"}});
        }
        bool raced = false;
        Reply reply = commitUpdate(write, before, object, true, raced);
        if (!raced) {
            addWarnings(write, unknown, reply);
            return reply;
        }
    }
}

std::optional<Reply> failedPrecondition(const WriteRequest& write, const Json& object, const Json& options) {
    const std::string uid = stringAt(options, {"preconditions", "uid"});
    const std::string storedUid = stringAt(object, {"metadata", "uid"});
    if (!uid.empty() && uid != storedUid) {
        return preconditionFailed(write.resource, write.info.name,
                                  "the UID in the precondition (" + uid + ") does not match the UID in record (" +
                                      storedUid + "). The object might have been deleted and then recreated");
    }
    const std::string version = stringAt(options, {"preconditions", "resourceVersion"});
    const std::string storedVersion = stringAt(object, {"metadata", "resourceVersion"});
    if (!version.empty() && version != storedVersion) {
        return preconditionFailed(write.resource, write.info.name,
                                  "the ResourceVersion in the precondition (" + version +
                                      ") does not match the ResourceVersion in record (" + storedVersion +
                                      "). The object might have been modified");
    }
    return std::nullopt;
}

// A namespace takes everything in it along; here at once, while the real server needs a controller for it.
void emptyNamespace(ObjectStore& store, const std::string& ns) {
    for (const Resource& resource : allResources()) {
        if (resource.namespaced) {
            for (const ObjectPtr& object : store.listing(resource, ns).objects) {
                store.swap(resource, object, std::nullopt);
            }
        }
    }
}

std::optional<Reply> readDeleteOptions(const WriteRequest& write, Json& options) {
    if (write.request.body.empty()) {
        return std::nullopt;
    }
    std::optional<Json> body = parseJson(write.request.body);
    if (!body || !body->is_object()) {
        return badRequest("couldn't get version/kind; json parse error: invalid JSON");
    }
    options = std::move(*body);
    return std::nullopt;
}

bool deletesForReal(const WriteRequest& write, const Json& options) {
    const Json* dryRun = find(options, {"dryRun"});
    return !write.dryRun && (dryRun == nullptr || *dryRun != Json::array({"All"}));
}

Reply deleteReply(const WriteRequest& write) {
    Json options = Json::object();
    if (std::optional<Reply> refusal = readDeleteOptions(write, options)) {
        return *refusal;
    }
    for (;;) {
        const ObjectPtr before = write.context.store.get(write.resource, write.ns(), write.info.name);
        if (!before) {
            return notFound(write.resource, write.info.name);
        }
        if (std::optional<Reply> conflict = failedPrecondition(write, *before, options)) {
            return *conflict;
        }
        if (deletesForReal(write, options)) {
            if (write.resource.kind == "Namespace") {
                emptyNamespace(write.context.store, write.info.name);
            }
            if (!write.context.store.swap(write.resource, before, std::nullopt)) {
                continue;
            }
        }
        return replyOf(200, returnsObject(write.resource) ? presented(*before, write.form())
                                                          : deleted(write.resource, *before));
    }
}

Reply deleteCollectionReply(const WriteRequest& write) {
    std::string error;
    const std::optional<Selectors> selectors =
        Selectors::parse(write.request.parameter("labelSelector"), write.request.parameter("fieldSelector"), error);
    if (!selectors) {
        return badRequest(error);
    }
    Listing listing = write.context.store.listing(write.resource, write.ns());
    std::erase_if(listing.objects, [&](const ObjectPtr& object) { return !selectors->matches(*object); });
    if (!write.dryRun) {
        for (const ObjectPtr& object : listing.objects) {
            write.context.store.swap(write.resource, object, std::nullopt);
        }
    }
    ListMetadata metadata;
    metadata.version = write.context.store.version();
    return replyOfText(200, presentedList(listing.objects, metadata, write.form()));
}

} // namespace

Reply writeReply(const ApiContext& context, const Request& request, const RequestInfo& info, const Resource& resource) {
    WriteRequest write{context, request, info, resource};
    if (std::optional<Reply> refusal = readOptions(write)) {
        return *refusal;
    }
    const bool named = !info.name.empty();
    const bool main = info.subresource.empty();
    if (info.verb == "create" && !named && (!resource.namespaced || !info.ns.empty())) {
        return createReply(write);
    }
    if (info.verb == "update" && named) {
        return updateReply(write);
    }
    if (info.verb == "patch" && named) {
        return patchReply(write);
    }
    if (info.verb == "delete" && named && main) {
        return deleteReply(write);
    }
    if (info.verb == "deletecollection" && resource.kind != "Namespace" && (!resource.namespaced || !info.ns.empty())) {
        return deleteCollectionReply(write);
    }
    return methodNotAllowed();
}

} // namespace meshdeck::demo::api
