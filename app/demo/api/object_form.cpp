#include "app/demo/api/object_form.h"

#include <algorithm>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

constexpr const char* kMetaVersion = "meta.k8s.io/v1";

Json head(const std::string& kind, const std::string& apiVersion, bool custom) {
    return custom ? Json{{"apiVersion", apiVersion}, {"kind", kind}} : Json{{"kind", kind}, {"apiVersion", apiVersion}};
}

std::string versionOf(const ObjectForm& form) {
    return apiVersionOf(form.resource->group, form.version);
}

void appendMember(std::string& text, const std::string& key, const Json& value) {
    text += text.back() == '{' ? "" : ",";
    text += inQuotes(key) + ":" + textOf(value);
}

// The members of an object other than kind and apiVersion, into a text that ends within an object.
void appendRest(std::string& text, const Json& object, bool metadataOnly) {
    for (const auto& item : object.items()) {
        const bool head = item.key() == "kind" || item.key() == "apiVersion";
        if (!head && (!metadataOnly || item.key() == "metadata")) {
            appendMember(text, item.key(), item.value());
        }
    }
}

Json headOf(const ObjectForm& form) {
    return form.metadataOnly ? head("PartialObjectMetadata", kMetaVersion, false)
                             : head(form.resource->kind, versionOf(form), form.resource->custom);
}

Json listMetadata(const ListMetadata& metadata, bool custom) {
    Json json = Json::object();
    if (custom) { // sorted, and continue is written even when it is empty
        json["continue"] = metadata.continueToken;
        if (metadata.remaining > 0) {
            json["remainingItemCount"] = metadata.remaining;
        }
        json["resourceVersion"] = std::to_string(metadata.version);
        return json;
    }
    json["resourceVersion"] = std::to_string(metadata.version);
    if (!metadata.continueToken.empty()) {
        json["continue"] = metadata.continueToken;
    }
    if (metadata.remaining > 0) {
        json["remainingItemCount"] = metadata.remaining;
    }
    return json;
}

std::string trimmedLower(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c != ' ' && c != '\t') {
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return result;
}

} // namespace

Json presented(const Json& object, const ObjectForm& form) {
    Json result = headOf(form);
    for (const auto& item : object.items()) {
        if (!result.contains(item.key()) && (!form.metadataOnly || item.key() == "metadata")) {
            result[item.key()] = item.value();
        }
    }
    return result;
}

std::string presentedText(const Json& object, const ObjectForm& form) {
    std::string text = textOf(headOf(form));
    text.pop_back();
    appendRest(text, object, form.metadataOnly);
    return text + "}";
}

std::string presentedList(const std::vector<ObjectPtr>& objects, const ListMetadata& metadata, const ObjectForm& form) {
    const bool custom = form.resource->custom && !form.metadataOnly;
    std::string items = "[";
    for (const ObjectPtr& object : objects) {
        items += items.size() > 1 ? "," : "";
        if (custom || form.metadataOnly) {
            items += presentedText(*object, form);
        } else { // the list says what its items are
            std::string item = "{";
            appendRest(item, *object, false);
            items += item + "}";
        }
    }
    items += "]";
    const std::string listMeta = textOf(listMetadata(metadata, custom));
    if (custom) {
        return "{\"apiVersion\":" + inQuotes(versionOf(form)) + ",\"items\":" + items +
               ",\"kind\":" + inQuotes(form.resource->kind + "List") + ",\"metadata\":" + listMeta + "}";
    }
    const std::string kind = form.metadataOnly ? "PartialObjectMetadataList" : form.resource->kind + "List";
    const std::string version = form.metadataOnly ? kMetaVersion : versionOf(form);
    return "{\"kind\":" + inQuotes(kind) + ",\"apiVersion\":" + inQuotes(version) + ",\"metadata\":" + listMeta +
           ",\"items\":" + items + "}";
}

Json bookmark(std::uint64_t version, bool initialEventsEnd, const ObjectForm& form) {
    Json metadata = {{"resourceVersion", std::to_string(version)}};
    if (initialEventsEnd) {
        metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
    }
    Json object = headOf(form);
    object["metadata"] = std::move(metadata);
    return object;
}

AcceptedForm acceptedForm(const std::string& accept) {
    if (accept.empty()) {
        return AcceptedForm::Whole;
    }
    std::string_view rest = accept;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const std::string type = trimmedLower(part);
        const std::string media = type.substr(0, type.find(';'));
        if (media != "application/json" && media != "application/*" && media != "*/*") {
            continue;
        }
        if (type.find(";as=") == std::string::npos) {
            return AcceptedForm::Whole;
        }
        if (type.find(";as=partialobjectmetadata") != std::string::npos &&
            type.find(";g=meta.k8s.io") != std::string::npos) {
            return AcceptedForm::Metadata;
        }
    }
    return AcceptedForm::NotAcceptable;
}

} // namespace meshdeck::demo::api
