#include "change/cluster.h"

#include "config/json_pointer.h"
#include "config/json_read.h"

namespace meshdeck::change {

namespace {

constexpr std::pair<PatchOperation::Op, std::string_view> kOps[] = {
    {PatchOperation::Op::Test, "test"},
    {PatchOperation::Op::Add, "add"},
    {PatchOperation::Op::Replace, "replace"},
    {PatchOperation::Op::Remove, "remove"},
};

std::string_view word(PatchOperation::Op op) {
    for (const auto& [known, text] : kOps) {
        if (known == op) {
            return text;
        }
    }
    return "test";
}

Result<PatchOperation> operationFromJson(const config::Json& json) {
    PatchOperation operation;
    const std::string op = config::textMember(json, "op");
    bool known = false;
    for (const auto& [value, text] : kOps) {
        if (text == op) {
            operation.op = value;
            known = true;
        }
    }
    if (!known) {
        return fail(ErrorKind::InvalidArgument, "a JSON Patch operation is none of test, add, replace and remove");
    }
    const config::Json* path = config::member(json, "path");
    if (path == nullptr || !path->is_string() || !config::pointerTokens(path->get_ref<const std::string&>())) {
        return fail(ErrorKind::InvalidArgument, "a JSON Patch operation has no valid path");
    }
    operation.path = path->get<std::string>();
    if (operation.op != PatchOperation::Op::Remove) {
        const config::Json* value = config::member(json, "value");
        if (value == nullptr) {
            return fail(ErrorKind::InvalidArgument, "the JSON Patch operation on " + operation.path + " has no value");
        }
        operation.value = *value;
    }
    return operation;
}

} // namespace

config::Json toJson(const JsonPatch& patch) {
    config::Json json = config::Json::array();
    for (const PatchOperation& operation : patch) {
        config::Json entry = {{"op", word(operation.op)}, {"path", operation.path}};
        if (operation.op != PatchOperation::Op::Remove) {
            entry["value"] = operation.value;
        }
        json.push_back(std::move(entry));
    }
    return json;
}

Result<JsonPatch> patchFromJson(const config::Json& json) {
    if (!json.is_array()) {
        return fail(ErrorKind::InvalidArgument, "a JSON Patch is a list of operations");
    }
    JsonPatch patch;
    for (const config::Json& entry : json) {
        auto operation = operationFromJson(entry);
        if (!operation) {
            return tl::unexpected(operation.error());
        }
        patch.push_back(std::move(*operation));
    }
    return patch;
}

} // namespace meshdeck::change
