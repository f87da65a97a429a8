// What all writes have in common: options, the object in the body, the checks before the store, the commit.
#pragma once

#include "app/demo/api/api_server.h"
#include "app/demo/api/managed_fields.h"
#include "app/demo/api/object_form.h"

namespace meshdeck::demo::api {

enum class FieldValidation { Ignore, Warn, Strict };

struct WriteRequest {
    const ApiContext& context;
    const Request& request;
    const RequestInfo& info;
    const Resource& resource;
    FieldValidation validation = FieldValidation::Warn;
    bool dryRun = false;

    [[nodiscard]] std::string ns() const { return resource.namespaced ? info.ns : std::string(); }
    [[nodiscard]] ObjectForm form() const { return {&resource, info.version, false}; }
    // fieldManager, or what the User-Agent says before its first slash.
    [[nodiscard]] FieldWriter writer() const;
    [[nodiscard]] std::string mediaType() const;
    [[nodiscard]] bool forStatus() const { return info.subresource == "status"; }
};

// Reads dryRun, fieldManager and fieldValidation; the 422 of a bad one.
[[nodiscard]] std::optional<Reply> readOptions(WriteRequest& write);

// The object in the body of a POST or PUT, with the group, version, kind, namespace and name it must have.
[[nodiscard]] std::optional<Reply> readObject(const WriteRequest& write, Json& object);

// Unknown fields: removed; with Strict the caller's refusal of them, with Warn a header of the reply to come.
struct Checked {
    std::optional<Reply> refusal; // of the schema or the rules
    std::vector<std::string> unknownFields;
};
[[nodiscard]] Checked checkObject(const WriteRequest& write, Json& object);
void addWarnings(const WriteRequest& write, const std::vector<std::string>& unknownFields, Reply& reply);
// `strict decoding error: unknown field "a", unknown field "b"`
[[nodiscard]] std::string strictError(const std::vector<std::string>& unknownFields);

// The 400 of a POST or PUT with unknown fields under Strict.
[[nodiscard]] Reply strictRefusal(const WriteRequest& write, const std::vector<std::string>& unknownFields);

// Puts after in the place of before: version and uid conflicts, validation, generation, managedFields, dry run. raced
// is set when somebody else was faster; the caller begins again from a fresh read. track is false when managedFields is
// done already (server-side apply).
[[nodiscard]] Reply commitUpdate(const WriteRequest& write, const ObjectPtr& before, Json after, bool track,
                                 bool& raced);
// 201 with the object as it was stored.
[[nodiscard]] Reply commitCreate(const WriteRequest& write, Json object, bool track);

} // namespace meshdeck::demo::api
