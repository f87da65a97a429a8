#include "app/demo/api/object_form.h"

#include <algorithm>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

constexpr const char* kMetaVersion = "meta.k8s.io/v1";

Json head(const std::string& kind, const std::string& apiVersion, bool custom) {
    return custom ? Json{{"apiVersion", apiVersion}, {"kind", kind}} : Json{{"kind", kind}, {"apiVersion", apiVersion}};
}

std::string versionOf(const ObjectForm& form) { return apiVersionOf(form.resource->group, form.version); }

void append(Json& target, const Json& object) {
    for (const auto& item : object.items()) {
        if (item.key() != "kind" && item.key() != "apiVersion") {
            target[item.key()] = item.value();
        }
    }
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
    if (form.metadataOnly) {
        Json partial = head("PartialObjectMetadata", kMetaVersion, false);
        partial["metadata"] = object.value("metadata", Json::object());
        return partial;
    }
    Json result = head(form.resource->kind, versionOf(form), form.resource->custom);
    append(result, object);
    return result;
}

Json presentedList(const std::vector<ObjectPtr>& objects, const ListMetadata& metadata, const ObjectForm& form) {
    const bool custom = form.resource->custom && !form.metadataOnly;
    Json items = Json::array();
    for (const ObjectPtr& object : objects) {
        if (custom || form.metadataOnly) {
            items.push_back(presented(*object, form));
        } else {
            Json item = Json::object();
            append(item, *object);
            items.push_back(std::move(item));
        }
    }
    if (custom) {
        return {{"apiVersion", versionOf(form)},
                {"items", std::move(items)},
                {"kind", form.resource->kind + "List"},
                {"metadata", listMetadata(metadata, true)}};
    }
    Json list = form.metadataOnly ? head("PartialObjectMetadataList", kMetaVersion, false)
                                  : head(form.resource->kind + "List", versionOf(form), false);
    list["metadata"] = listMetadata(metadata, false);
    list["items"] = std::move(items);
    return list;
}

Json bookmark(std::uint64_t version, bool initialEventsEnd, const ObjectForm& form) {
    Json metadata = {{"resourceVersion", std::to_string(version)}};
    if (initialEventsEnd) {
        metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
    }
    Json object = form.metadataOnly ? head("PartialObjectMetadata", kMetaVersion, false)
                                    : head(form.resource->kind, versionOf(form), form.resource->custom);
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
