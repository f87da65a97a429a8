#include "change/journal_json.h"

#include "base/text.h"
#include "config/json_read.h"
#include "config/resource_json.h"

namespace meshdeck::change {

namespace {

using config::Json;

constexpr std::pair<Operation, std::string_view> kOperations[] = {
    {Operation::Create, "create"}, {Operation::Patch, "patch"}, {Operation::Delete, "delete"}};

constexpr ObjectOutcome kOutcomes[] = {ObjectOutcome::NotTried, ObjectOutcome::Applied, ObjectOutcome::Unchanged,
                                       ObjectOutcome::Conflict, ObjectOutcome::Refused, ObjectOutcome::Unknown};

// Bytes that are no UTF-8 would make dump() throw; a server can only send them in texts we do not interpret.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json objectToJson(const JournalObject& object) {
    const PlannedObject& planned = object.planned;
    Json json = {{"ref",
                  {{"group", planned.ref.group},
                   {"kind", planned.ref.kind},
                   {"namespace", planned.ref.ns},
                   {"name", planned.ref.name}}},
                 {"operation", name(planned.operation)},
                 {"patch", toJson(planned.patch)},
                 {"inverse", toJson(object.inverse)},
                 {"after", planned.after}};
    if (planned.base) {
        json["base"] = *planned.base->json; // as text: byte for byte what the server sent
    }
    return json;
}

Result<JournalObject> objectFromJson(const Json& json) {
    JournalObject object;
    const Json* ref = config::objectMember(json, "ref");
    const Json* patch = config::member(json, "patch");
    const Json* inverse = config::member(json, "inverse");
    if (ref == nullptr || patch == nullptr || inverse == nullptr) {
        return fail(ErrorKind::Protocol, "an object of the journal entry is damaged");
    }
    PlannedObject& planned = object.planned;
    planned.ref = {config::textMember(*ref, "group"), config::textMember(*ref, "kind"),
                   config::textMember(*ref, "namespace"), config::textMember(*ref, "name")};
    const std::string operation = config::textMember(json, "operation");
    for (const auto& [value, word] : kOperations) {
        if (word == operation) {
            planned.operation = value;
        }
    }
    auto forward = patchFromJson(*patch);
    auto backward = patchFromJson(*inverse);
    if (!forward || !backward) {
        return fail(ErrorKind::Protocol, "a patch of the journal entry is damaged");
    }
    planned.patch = std::move(*forward);
    object.inverse = std::move(*backward);
    if (const Json* after = config::member(json, "after")) {
        planned.after = *after;
    }
    if (const std::string base = config::textMember(json, "base"); !base.empty()) {
        auto resource = config::readResource(base);
        if (!resource) {
            return tl::unexpected(resource.error());
        }
        planned.base = std::move(*resource);
    }
    return object;
}

Result<JournalEntry> entryFromIntent(const Json& json) {
    JournalEntry entry;
    const Json* objects = config::listMember(json, "objects");
    const auto time = text::parseRfc3339(config::textMember(json, "time"));
    if (config::textMember(json, "type") != "intent" || objects == nullptr || !time) {
        return fail(ErrorKind::Protocol, "a journal file does not begin with an intent");
    }
    entry.id = config::textMember(json, "id");
    entry.time = *time;
    entry.context = config::textMember(json, "context");
    entry.user = config::textMember(json, "user");
    entry.sentence = config::textMember(json, "sentence");
    if (config::member(json, "rollbackOf") != nullptr) {
        entry.rollbackOf = config::textMember(json, "rollbackOf");
    }
    entry.note = config::textMember(json, "note");
    for (const Json& object : *objects) {
        auto read = objectFromJson(object);
        if (!read) {
            return tl::unexpected(read.error());
        }
        entry.objects.push_back(std::move(*read));
    }
    return entry;
}

void takeOutcome(JournalEntry& entry, const Json& json) {
    const auto index = config::intMember(json, "object");
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= entry.objects.size()) {
        return;
    }
    JournalObject& object = entry.objects[static_cast<std::size_t>(*index)];
    const std::string word = config::textMember(json, "outcome");
    for (const ObjectOutcome outcome : kOutcomes) {
        if (name(outcome) == word) {
            object.outcome = outcome;
        }
    }
    object.resourceVersionAfter = config::textMember(json, "resourceVersion");
    object.uidAfter = config::textMember(json, "uid");
    object.message = config::textMember(json, "message");
    if (const Json* after = config::member(json, "after")) {
        object.planned.after = *after;
    }
    if (const Json* inverse = config::member(json, "inverse")) {
        if (auto patch = patchFromJson(*inverse)) {
            object.inverse = std::move(*patch);
        }
    }
}

} // namespace

std::string_view name(Operation operation) {
    for (const auto& [value, word] : kOperations) {
        if (value == operation) {
            return word;
        }
    }
    return "patch";
}

std::string intentRecord(const JournalEntry& entry) {
    Json json = {{"type", "intent"},       {"version", 1},          {"id", entry.id},
                 {"time", text::rfc3339(entry.time)}, {"context", entry.context}, {"user", entry.user},
                 {"sentence", entry.sentence}};
    if (entry.rollbackOf) {
        json["rollbackOf"] = *entry.rollbackOf;
    }
    if (!entry.note.empty()) {
        json["note"] = entry.note;
    }
    Json objects = Json::array();
    for (const JournalObject& object : entry.objects) {
        objects.push_back(objectToJson(object));
    }
    json["objects"] = std::move(objects);
    return dump(json);
}

std::string outcomeRecord(std::size_t object, const JournalObject& outcome) {
    return dump({{"type", "outcome"},
                 {"object", object},
                 {"outcome", name(outcome.outcome)},
                 {"resourceVersion", outcome.resourceVersionAfter},
                 {"uid", outcome.uidAfter},
                 {"message", outcome.message},
                 {"after", outcome.planned.after},
                 {"inverse", toJson(outcome.inverse)}});
}

std::string closeRecord() { return R"({"type":"close"})"; }

Result<JournalEntry> entryFromRecords(const std::vector<std::string>& payloads) {
    if (payloads.empty()) {
        return fail(ErrorKind::Protocol, "a journal file holds no whole record");
    }
    const auto first = config::parseJson(payloads.front());
    if (!first) {
        return tl::unexpected(first.error());
    }
    auto entry = entryFromIntent(*first);
    for (std::size_t i = 1; entry && i < payloads.size(); ++i) {
        const auto json = config::parseJson(payloads[i]);
        if (!json) {
            continue;
        }
        const std::string type = config::textMember(*json, "type");
        if (type == "outcome") {
            takeOutcome(*entry, *json);
        } else if (type == "close") {
            entry->closed = true;
        }
    }
    return entry;
}

} // namespace meshdeck::change
