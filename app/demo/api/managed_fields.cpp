#include "app/demo/api/managed_fields.h"

#include <algorithm>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

bool isServerField(const FieldPath& path) {
    static const std::set<std::string> ofMetadata = {
        "f:name", "f:namespace",  "f:creationTimestamp", "f:deletionTimestamp", "f:selfLink",
        "f:uid",  "f:generation", "f:managedFields",     "f:resourceVersion"};
    return (path.size() == 1 && (path[0] == "f:apiVersion" || path[0] == "f:kind")) ||
           (path.size() == 2 && path[0] == "f:metadata" && ofMetadata.count(path[1]) != 0);
}

// Whether a map or struct is a member of the set itself, beside its fields: maps are, structs of native kinds are not.
bool ownsItself(const FieldPath& path, const Resource& resource) {
    if (path.size() == 1 && path[0] == "f:metadata") {
        return false;
    }
    return resource.custom || path.back() == "f:labels" || path.back() == "f:annotations";
}

// Selectors of native kinds are replaced as a whole.
bool isAtomicMap(const FieldPath& path, const Resource& resource) {
    return !resource.custom && (path.back() == "f:selector" || path.back() == "f:nodeSelector");
}

template <typename Visit>
void visitLeaves(const Json& value, const Resource& resource, FieldPath& path, const Visit& visit) {
    for (const auto& item : value.items()) {
        path.push_back("f:" + item.key());
        const Json& member = item.value();
        if (!isServerField(path)) {
            const bool container = member.is_object() && !member.empty() && !isAtomicMap(path, resource);
            if (!container || ownsItself(path, resource)) {
                visit(path, member, !container);
            }
            if (container) {
                visitLeaves(member, resource, path, visit);
            }
        }
        path.pop_back();
    }
}

const Json* valueAt(const Json& object, const FieldPath& path) {
    const Json* at = &object;
    for (const std::string& component : path) {
        if (!at->is_object()) {
            return nullptr;
        }
        const auto member = at->find(component.substr(2));
        if (member == at->end()) {
            return nullptr;
        }
        at = &*member;
    }
    return at;
}

void eraseAt(Json& object, const FieldPath& path, std::size_t depth = 0) {
    const std::string name = path[depth].substr(2);
    const auto member = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || member == object.end()) {
        return;
    }
    if (depth + 1 == path.size()) {
        object.erase(name);
    } else {
        eraseAt(*member, path, depth + 1);
    }
}

FieldSet minus(const FieldSet& left, const FieldSet& right) {
    FieldSet result;
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::inserter(result, result.end()));
    return result;
}

FieldSet together(FieldSet left, const FieldSet& right) {
    left.insert(right.begin(), right.end());
    return left;
}

bool isWriters(const Json& entry, const FieldWriter& writer, const char* operation) {
    return stringAt(entry, {"manager"}) == writer.manager && stringAt(entry, {"operation"}) == operation &&
           stringAt(entry, {"apiVersion"}) == writer.apiVersion &&
           stringAt(entry, {"subresource"}) == writer.subresource;
}

Json entryOf(const FieldWriter& writer, const char* operation, const FieldSet& fields, bool custom) {
    Json entry = {{"manager", writer.manager}, {"operation", operation},   {"apiVersion", writer.apiVersion},
                  {"time", writer.time},       {"fieldsType", "FieldsV1"}, {"fieldsV1", fieldsJson(fields)}};
    if (!writer.subresource.empty()) {
        entry["subresource"] = writer.subresource;
    }
    return custom ? sorted(entry) : entry;
}

// Applies first, then by time, then by name: the real server's order.
void sortEntries(Json& entries) {
    const auto key = [](const Json& entry) {
        return std::tuple(stringAt(entry, {"operation"}), stringAt(entry, {"time"}), stringAt(entry, {"manager"}));
    };
    std::stable_sort(entries.begin(), entries.end(), [&](const Json& a, const Json& b) { return key(a) < key(b); });
}

// The entries of everybody else without some fields; those left with nothing go.
Json othersWithout(const Json& entries, const FieldWriter& writer, const char* operation, const FieldSet& lost,
                   const FieldSet& gone) {
    Json result = Json::array();
    for (const Json& entry : entries) {
        if (isWriters(entry, writer, operation)) {
            continue;
        }
        const FieldSet old = parseFields(entry.value("fieldsV1", Json::object()));
        const FieldSet kept = minus(minus(old, lost), gone);
        if (!kept.empty()) {
            Json changed = entry;
            changed["fieldsV1"] = fieldsJson(kept);
            result.push_back(std::move(changed));
        }
    }
    return result;
}

Json entriesOf(const Json& object) {
    const Json* entries = find(object, {"metadata", "managedFields"});
    return entries != nullptr && entries->is_array() ? *entries : Json::array();
}

FieldSet ownFields(const Json& entries, const FieldWriter& writer, const char* operation) {
    for (const Json& entry : entries) {
        if (isWriters(entry, writer, operation)) {
            return parseFields(entry.value("fieldsV1", Json::object()));
        }
    }
    return {};
}

void mergeInto(Json& live, const Json& configuration) {
    for (const auto& item : configuration.items()) {
        Json& member = live[item.key()];
        if (member.is_object() && item.value().is_object()) {
            mergeInto(member, item.value());
        } else {
            member = item.value();
        }
    }
}

bool ownedByAnother(const Json& entries, const FieldWriter& writer, const FieldPath& path) {
    return std::any_of(entries.begin(), entries.end(), [&](const Json& entry) {
        return !isWriters(entry, writer, "Apply") &&
               parseFields(entry.value("fieldsV1", Json::object())).count(path) != 0;
    });
}

} // namespace

FieldSet fieldsOf(const Json& object, const Resource& resource) {
    FieldSet fields;
    FieldPath path;
    visitLeaves(object, resource, path, [&](const FieldPath& at, const Json&, bool) { fields.insert(at); });
    return fields;
}

FieldSet modifiedFields(const Json& before, const Json& after, const Resource& resource) {
    FieldSet fields;
    FieldPath path;
    visitLeaves(after, resource, path, [&](const FieldPath& at, const Json& value, bool leaf) {
        const Json* old = leaf ? valueAt(before, at) : nullptr;
        if (old != nullptr && !sameValue(*old, value)) {
            fields.insert(at);
        }
    });
    return fields;
}

Json fieldsJson(const FieldSet& fields) {
    Json root = Json::object();
    for (const FieldPath& path : fields) { // a container comes before its fields
        Json* at = &root;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const bool isMember =
                i > 0 && fields.count(FieldPath(path.begin(), path.begin() + static_cast<long>(i))) != 0;
            if (isMember && !at->contains(".")) {
                (*at)["."] = Json::object();
            }
            at = &(*at)[path[i]];
            if (at->is_null()) {
                *at = Json::object();
            }
        }
    }
    return sorted(root);
}

FieldSet parseFields(const Json& fieldsV1) {
    FieldSet fields;
    const auto walk = [&](const auto& self, const Json& node, const FieldPath& path) -> void {
        if (!node.is_object() || node.empty()) {
            if (!path.empty()) {
                fields.insert(path);
            }
            return;
        }
        for (const auto& item : node.items()) {
            FieldPath next = path;
            if (item.key() == ".") {
                fields.insert(next);
            } else {
                next.push_back(item.key());
                self(self, item.value(), next);
            }
        }
    };
    walk(walk, fieldsV1, {});
    return fields;
}

std::string textOfPath(const FieldPath& path) {
    std::string text;
    for (const std::string& component : path) {
        text += "." + component.substr(2);
    }
    return text;
}

void trackUpdate(const Json* before, Json& after, const Resource& resource, const FieldWriter& writer) {
    const Json* given = find(after, {"metadata", "managedFields"});
    const bool cleared = given != nullptr && *given == Json::array({Json::object()});
    const Json entries = before != nullptr && !cleared ? entriesOf(*before) : Json::array();
    const FieldSet old = before != nullptr ? fieldsOf(*before, resource) : FieldSet{};
    const FieldSet now = fieldsOf(after, resource);
    const FieldSet added = minus(now, old);
    const FieldSet removed = minus(old, now);
    const FieldSet modified = before != nullptr ? modifiedFields(*before, after, resource) : FieldSet{};

    Json result = othersWithout(entries, writer, "Update", modified, removed);
    const FieldSet own = minus(together(together(ownFields(entries, writer, "Update"), added), modified), removed);
    if (!own.empty()) {
        result.push_back(entryOf(writer, "Update", own, resource.custom));
    }
    sortEntries(result);
    after["metadata"]["managedFields"] = std::move(result);
}

std::vector<FieldConflict> applyConfiguration(Json& live, const Json& configuration, const Resource& resource,
                                              const FieldWriter& writer, bool force) {
    const Json entries = entriesOf(live);
    const FieldSet wanted = fieldsOf(configuration, resource);
    const FieldSet changed =
        together(modifiedFields(live, configuration, resource), minus(wanted, fieldsOf(live, resource)));
    std::vector<FieldConflict> conflicts;
    for (const Json& entry : entries) {
        if (isWriters(entry, writer, "Apply")) {
            continue;
        }
        for (const FieldPath& path : parseFields(entry.value("fieldsV1", Json::object()))) {
            if (changed.count(path) != 0) {
                conflicts.push_back({entry, path});
            }
        }
    }
    if (!conflicts.empty() && !force) {
        return conflicts;
    }
    FieldSet gone;
    for (const FieldPath& path : minus(ownFields(entries, writer, "Apply"), wanted)) {
        if (!ownedByAnother(entries, writer, path)) {
            gone.insert(path);
        }
    }
    mergeInto(live, configuration);
    for (const FieldPath& path : gone) {
        eraseAt(live, path);
    }
    Json result = othersWithout(entries, writer, "Apply", changed, gone);
    result.push_back(entryOf(writer, "Apply", wanted, resource.custom));
    sortEntries(result);
    live["metadata"]["managedFields"] = std::move(result);
    return {};
}

} // namespace meshdeck::demo::api
