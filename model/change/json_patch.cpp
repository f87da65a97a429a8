#include "change/json_patch.h"

#include <algorithm>

#include "change/plan.h"
#include "config/json_pointer.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

using config::Json;
using Op = PatchOperation::Op;

void compare(const Json& from, const Json& to, const std::string& path, JsonPatch& patch);

void compareObjects(const Json& from, const Json& to, const std::string& path, JsonPatch& patch) {
    for (const auto& [key, old] : from.items()) {
        const std::string child = path + "/" + config::pointerToken(key);
        const auto found = to.find(key);
        if (found == to.end()) {
            patch.push_back({Op::Test, child, old});
            patch.push_back({Op::Remove, child, nullptr});
        } else {
            compare(old, *found, child, patch);
        }
    }
    for (const auto& [key, value] : to.items()) {
        if (!from.contains(key)) {
            patch.push_back({Op::Add, path + "/" + config::pointerToken(key), value});
        }
    }
}

void compareLists(const Json& from, const Json& to, const std::string& path, JsonPatch& patch) {
    const std::size_t common = std::min(from.size(), to.size());
    for (std::size_t i = 0; i < common; ++i) {
        compare(from[i], to[i], path + "/" + std::to_string(i), patch);
    }
    for (std::size_t i = from.size(); i > common; --i) { // from the end: indices in front stay what they are
        const std::string child = path + "/" + std::to_string(i - 1);
        patch.push_back({Op::Test, child, from[i - 1]});
        patch.push_back({Op::Remove, child, nullptr});
    }
    for (std::size_t i = common; i < to.size(); ++i) {
        patch.push_back({Op::Add, path + "/" + std::to_string(i), to[i]});
    }
}

void compare(const Json& from, const Json& to, const std::string& path, JsonPatch& patch) {
    if (from.is_object() && to.is_object()) {
        compareObjects(from, to, path, patch);
    } else if (from.is_array() && to.is_array()) {
        compareLists(from, to, path, patch);
    } else if (!sameJson(from, to)) {
        patch.push_back({Op::Test, path, from});
        patch.push_back({Op::Replace, path, to});
    }
}

// The container a path's last token lies in, or null.
struct Place {
    Json* container = nullptr;
    std::string token;
};

Place placeOf(Json& document, const std::vector<std::string>& tokens) {
    Json* value = &document;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (value->is_object()) {
            const auto found = value->find(tokens[i]);
            if (found == value->end()) {
                return {};
            }
            value = &*found;
        } else if (value->is_array()) {
            const auto index = config::pointerIndex(tokens[i]);
            if (!index || *index >= value->size()) {
                return {};
            }
            value = &(*value)[*index];
        } else {
            return {};
        }
    }
    return {value, tokens.back()};
}

bool add(const Place& place, const Json& value) {
    if (place.container->is_object()) {
        (*place.container)[place.token] = value;
        return true;
    }
    if (!place.container->is_array()) {
        return false;
    }
    const std::size_t size = place.container->size();
    const auto index = place.token == "-" ? std::optional(size) : config::pointerIndex(place.token);
    if (!index || *index > size) {
        return false;
    }
    place.container->insert(place.container->begin() + static_cast<std::ptrdiff_t>(*index), value);
    return true;
}

bool removeAt(const Place& place) {
    if (place.container->is_object()) {
        return place.container->erase(place.token) > 0;
    }
    const auto index = place.container->is_array() ? config::pointerIndex(place.token) : std::nullopt;
    if (!index || *index >= place.container->size()) {
        return false;
    }
    place.container->erase(*index);
    return true;
}

tl::unexpected<Error> missing(const PatchOperation& operation) {
    return fail(ErrorKind::InvalidArgument, "the patch names a path that is not there: " + operation.path);
}

Status applyOne(Json& document, const PatchOperation& operation) {
    const auto tokens = config::pointerTokens(operation.path);
    if (!tokens) {
        return fail(ErrorKind::InvalidArgument, "the patch names no valid path: " + operation.path);
    }
    const Json* present = config::at(document, operation.path);
    if (operation.op == Op::Test) {
        if (present == nullptr || !sameJson(*present, operation.value)) {
            return fail(ErrorKind::Conflict, config::fieldPath(operation.path) + " is no longer what it was");
        }
        return {};
    }
    if (operation.op != Op::Add && present == nullptr) {
        return missing(operation);
    }
    if (tokens->empty()) {
        document = operation.op == Op::Remove ? Json(nullptr) : operation.value;
        return {};
    }
    const Place place = placeOf(document, *tokens);
    if (place.container == nullptr) {
        return missing(operation);
    }
    bool done = true;
    if (operation.op == Op::Replace) {
        *const_cast<Json*>(present) = operation.value; // the document is ours and not const
    } else if (operation.op == Op::Add) {
        done = add(place, operation.value);
    } else {
        done = removeAt(place);
    }
    if (!done) {
        return missing(operation);
    }
    return {};
}

} // namespace

bool sameJson(const Json& a, const Json& b) {
    if (a.is_object() && b.is_object()) {
        return a.size() == b.size() && std::all_of(a.items().begin(), a.items().end(), [&b](const auto& item) {
                   const auto found = b.find(item.key());
                   return found != b.end() && sameJson(item.value(), *found);
               });
    }
    if (a.is_array() && b.is_array()) {
        return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), sameJson);
    }
    return a == b;
}

JsonPatch differences(const Json& from, const Json& to) {
    JsonPatch patch;
    compare(from, to, "", patch);
    return patch;
}

JsonPatch guarded(const mesh::Resource& base, JsonPatch patch) {
    JsonPatch result;
    result.reserve(patch.size() + 2);
    result.push_back({Op::Replace, "/metadata/resourceVersion", base.resourceVersion});
    result.push_back({Op::Test, "/metadata/uid", base.uid});
    result.insert(result.end(), std::make_move_iterator(patch.begin()), std::make_move_iterator(patch.end()));
    return result;
}

Result<Json> applyPatch(Json document, const JsonPatch& patch) {
    for (const PatchOperation& operation : patch) {
        if (auto done = applyOne(document, operation); !done) {
            return tl::unexpected(done.error());
        }
    }
    return document;
}

JsonPatch inverseOf(const Json& before, const Json& after) {
    return differences(config::withoutServerFields(after), config::withoutServerFields(before));
}

std::vector<std::string> differingFields(const Json& before, const Json& after) {
    std::vector<std::string> fields;
    for (const PatchOperation& operation : inverseOf(after, before)) {
        if (operation.op != Op::Test) {
            fields.push_back(config::fieldPath(operation.path));
        }
    }
    return fields;
}

} // namespace meshdeck::change
