#include "app/demo/api/write_request.h"

#include <algorithm>

#include "app/demo/api/admission.h"
#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/lifecycle.h"
#include "app/demo/api/schema.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

constexpr std::size_t kMaxManager = 128; // bytes

Reply invalidOption(const WriteRequest& write, const std::string& reason, const std::string& message,
                    const std::string& field) {
    Resource options;
    options.group = "meta.k8s.io";
    options.kind = write.info.verb == "create"   ? "CreateOptions"
                   : write.info.verb == "update" ? "UpdateOptions"
                                                 : "PatchOptions";
    return invalid(options, "", {{reason, message, field}});
}

bool sameApartFromManagers(Json left, Json right) {
    left["metadata"].erase("managedFields");
    right["metadata"].erase("managedFields");
    return sameValue(left, right);
}

// The server's own fields, which a client can neither change nor remove.
void keepServerFields(Json& after, const Json& before) {
    for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion", "managedFields"}) {
        const bool clears = std::string(field) == "managedFields" && after["metadata"].contains(field) &&
                            after["metadata"][field] == Json::array({Json::object()});
        if (clears) {
            continue;
        }
        after["metadata"].erase(field);
        if (const Json* value = find(before, {"metadata", field})) {
            after["metadata"][field] = *value;
        }
    }
}

void takeFrom(Json& target, const Json& source, const char* member) {
    target.erase(member);
    if (const auto value = source.find(member); value != source.end()) {
        target[member] = *value;
    }
}

// Writes to the object leave its status alone, writes to the status everything else.
void separateStatus(const WriteRequest& write, Json& after, const Json& before) {
    if (write.forStatus()) {
        Json result = before;
        takeFrom(result, after, "status");
        after = std::move(result);
    } else if (write.resource.hasSubresource("status")) {
        takeFrom(after, before, "status");
    }
}

bool differs(const Json& before, const Json& after, const char* member) {
    const Json* left = find(before, {member});
    const Json* right = find(after, {member});
    return (left == nullptr) != (right == nullptr) || (left != nullptr && !sameValue(*left, *right));
}

std::optional<Reply> conflictOf(const WriteRequest& write, const Json& before, const Json& after) {
    const std::string version = stringAt(after, {"metadata", "resourceVersion"});
    if (!version.empty() && version != stringAt(before, {"metadata", "resourceVersion"})) {
        return modified(write.resource, write.info.name);
    }
    const std::string uid = stringAt(after, {"metadata", "uid"});
    const std::string stored = stringAt(before, {"metadata", "uid"});
    if (!uid.empty() && uid != stored) {
        Resource plural = write.resource; // this one names the plural, other than a delete's precondition
        plural.custom = false;
        return preconditionFailed(plural, write.info.name,
                                  "Precondition failed: UID in precondition: " + uid +
                                      ", UID in object meta: " + stored);
    }
    return std::nullopt;
}

} // namespace

FieldWriter WriteRequest::writer() const {
    std::string manager = request.parameter("fieldManager");
    if (manager.empty()) {
        const std::string agent = request.header("user-agent");
        manager = agent.substr(0, agent.find('/'));
    }
    if (manager.empty()) {
        manager = "unknown";
    }
    return {manager, apiVersionOf(resource.group, info.version), info.subresource, timestampOf(context.clock())};
}

std::string WriteRequest::mediaType() const {
    const std::string type = request.header("content-type");
    return type.substr(0, type.find(';'));
}

std::optional<Reply> readOptions(WriteRequest& write) {
    const Request& request = write.request;
    const std::string dryRun = request.parameter("dryRun");
    if (!dryRun.empty() && dryRun != "All") {
        return invalidOption(write, "FieldValueNotSupported",
                             "Unsupported value: [" + inQuotes(dryRun) + "]: supported values: \"All\"", "dryRun");
    }
    write.dryRun = dryRun == "All";
    const std::string manager = request.parameter("fieldManager");
    if (manager.size() > kMaxManager) {
        return invalidOption(write, "FieldValueTooLong",
                             "Too long: may not be more than " + std::to_string(kMaxManager) + " bytes",
                             "fieldManager");
    }
    if (std::any_of(manager.begin(), manager.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
        return invalidOption(write, "FieldValueInvalid",
                             "Invalid value: " + inQuotes(manager) + ": should only contain printable characters",
                             "fieldManager");
    }
    const std::string validation = request.parameter("fieldValidation");
    if (!validation.empty() && validation != "Ignore" && validation != "Warn" && validation != "Strict") {
        return invalidOption(write, "FieldValueNotSupported",
                             "Unsupported value: " + inQuotes(validation) +
                                 ": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                             "fieldValidation");
    }
    write.validation = validation == "Ignore"   ? FieldValidation::Ignore
                       : validation == "Strict" ? FieldValidation::Strict
                                                : FieldValidation::Warn;
    return std::nullopt;
}

std::optional<Reply> readObject(const WriteRequest& write, Json& object) {
    const std::string type = write.mediaType();
    if (!type.empty() && type != "application/json") {
        return unsupportedMediaType({"application/json"});
    }
    std::optional<Json> body = parseJson(write.request.body);
    if (!body || !body->is_object()) {
        return badRequest("the object provided is unrecognized (must be of type " + write.resource.kind +
                          "): couldn't get version/kind; json parse error: invalid JSON");
    }
    object = std::move(*body);
    const std::string wanted = apiVersionOf(write.resource.group, write.info.version);
    const std::string apiVersion = stringAt(object, {"apiVersion"});
    if (apiVersion.empty() || stringAt(object, {"kind"}).empty()) {
        return badRequest("Object 'Kind' is missing in '" + textOf(object) + "'");
    }
    if (apiVersion != wanted) {
        return badRequest("the API version in the data (" + apiVersion + ") does not match the expected API version (" +
                          wanted + ")");
    }
    if (stringAt(object, {"kind"}) != write.resource.kind) {
        return badRequest(stringAt(object, {"kind"}) + " in version " + inQuotes(write.info.version) +
                          " cannot be handled as a " + write.resource.kind);
    }
    if (!object["metadata"].is_object()) {
        object["metadata"] = Json::object();
    }
    const std::string ns = namespaceOf(object);
    if (write.resource.namespaced && !ns.empty() && ns != write.ns()) {
        return badRequest("the namespace of the provided object does not match the namespace sent on the request");
    }
    if (write.resource.namespaced) {
        object["metadata"]["namespace"] = write.ns();
    }
    return std::nullopt;
}

Checked checkObject(const WriteRequest& write, Json& object) {
    Checked checked;
    SchemaFindings findings = checkSchema(object, write.resource);
    checked.unknownFields = std::move(findings.unknownFields);
    checked.refusal = validateObject(object, write.resource, findings.causes);
    return checked;
}

std::string strictError(const std::vector<std::string>& unknownFields) {
    std::string list;
    for (const std::string& field : unknownFields) {
        list += (list.empty() ? "unknown field " : ", unknown field ") + inQuotes(field);
    }
    return "strict decoding error: " + list;
}

Reply strictRefusal(const WriteRequest& write, const std::vector<std::string>& unknownFields) {
    return badRequest(write.resource.kind + " in version " + inQuotes(write.info.version) + " cannot be handled as a " +
                      write.resource.kind + ": " + strictError(unknownFields));
}

void addWarnings(const WriteRequest& write, const std::vector<std::string>& unknownFields, Reply& reply) {
    if (write.validation != FieldValidation::Warn) {
        return;
    }
    for (const std::string& field : unknownFields) {
        reply.headers.emplace_back("Warning", "299 - " + inQuotes("unknown field " + inQuotes(field)));
    }
}

Reply commitUpdate(const WriteRequest& write, const ObjectPtr& before, Json after, bool track, bool& raced) {
    raced = false;
    if (std::optional<Reply> conflict = conflictOf(write, *before, after)) {
        return *conflict;
    }
    separateStatus(write, after, *before);
    const Json done = track ? Json() : after["metadata"]["managedFields"];
    keepServerFields(after, *before);
    after["apiVersion"] = (*before)["apiVersion"];
    Checked checked = checkObject(write, after);
    if (checked.refusal) {
        return *checked.refusal;
    }
    if (std::optional<Reply> denied = askIstiod(after, write.resource)) {
        return *denied;
    }
    const bool sameManagers = track || sameValue(done, before->at("metadata").value("managedFields", Json()));
    if (sameApartFromManagers(after, *before) && sameManagers &&
        after["metadata"]["managedFields"] != Json::array({Json::object()})) {
        return replyOfText(200, presentedText(*before, write.form()));
    }
    // Everything but metadata and status counts, as for the real server's custom kinds.
    if (!write.forStatus() && before->at("metadata").contains("generation") &&
        (differs(*before, after, "spec") || differs(*before, after, "data"))) {
        after["metadata"]["generation"] = before->at("metadata").at("generation").get<std::int64_t>() + 1;
    }
    if (track) {
        trackUpdate(before.get(), after, write.resource, write.writer());
    } else {
        after["metadata"]["managedFields"] = done;
    }
    after = ordered(std::move(after), write.resource);
    if (write.dryRun) {
        return replyOfText(200, presentedText(after, write.form()));
    }
    const ObjectPtr stored = write.context.store.swap(write.resource, before, std::move(after));
    raced = stored == nullptr;
    return stored ? replyOfText(200, presentedText(*stored, write.form())) : Reply{};
}

Reply commitCreate(const WriteRequest& write, Json object, bool track) {
    const WriteRequest& w = write;
    const Resource& namespaces = *findByKind("v1", "Namespace");
    if (w.resource.namespaced && !w.context.store.get(namespaces, "", w.ns())) {
        return notFound(namespaces, w.ns());
    }
    if (!stringAt(object, {"metadata", "resourceVersion"}).empty()) {
        return replyOf(500, failure(500, "", "resourceVersion should not be set on objects to be created"));
    }
    const std::string prefix = stringAt(object, {"metadata", "generateName"});
    if (nameOf(object).empty() && !prefix.empty()) {
        object["metadata"]["name"] = prefix + randomHex(3).substr(0, 5);
    }
    for (const char* field : {"uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp"}) {
        object["metadata"].erase(field);
    }
    if (w.resource.hasSubresource("status") && w.resource.custom) {
        object.erase("status");
    }
    Checked checked = checkObject(w, object);
    if (checked.refusal) {
        return *checked.refusal;
    }
    if (std::optional<Reply> denied = askIstiod(object, w.resource)) {
        return *denied;
    }
    if (w.context.store.get(w.resource, w.ns(), nameOf(object))) {
        return alreadyExists(w.resource, nameOf(object));
    }
    completeNew(object, w.resource, w.context.clock());
    if (track) {
        object["metadata"].erase("managedFields");
        trackUpdate(nullptr, object, w.resource, w.writer());
    }
    object = ordered(std::move(object), w.resource);
    if (w.dryRun) {
        return replyOfText(201, presentedText(object, w.form()));
    }
    const std::string name = nameOf(object);
    const ObjectPtr stored = w.context.store.swap(w.resource, nullptr, std::move(object));
    return stored ? replyOfText(201, presentedText(*stored, w.form())) : alreadyExists(w.resource, name);
}

} // namespace meshdeck::demo::api
