#include "sources/kubernetes/decode.h"

#include "config/resource_json.h"
#include "sources/kubernetes/decode_fields.h"
#include "sources/kubernetes/decode_pod.h"

namespace meshdeck::sources::kubernetes {
namespace {

std::int32_t replicas(Element object, std::string_view key) {
    return static_cast<std::int32_t>(integerAt(object, key));
}

mesh::Service decodeService(Element object, Element metadata) {
    mesh::Service service;
    service.ns = stringAt(metadata, "namespace");
    service.name = stringAt(metadata, "name");
    service.labels = labelsAt(metadata, "labels");
    Element spec;
    if (!childAt(object, "spec", spec)) {
        return service;
    }
    service.selector = labelsAt(spec, "selector");
    service.clusterIp = stringAt(spec, "clusterIP");
    service.type = stringAt(spec, "type");
    eachAt(spec, "ports", [&](Element port) {
        mesh::ServicePort entry;
        entry.name = stringAt(port, "name");
        entry.port = static_cast<std::uint16_t>(integerAt(port, "port"));
        const std::int64_t target = integerAt(port, "targetPort");
        entry.targetPort = target != 0 ? std::to_string(target) : stringAt(port, "targetPort");
        entry.appProtocol = stringAt(port, "appProtocol");
        service.ports.push_back(std::move(entry));
    });
    return service;
}

mesh::Workload decodeWorkload(Element object, Element metadata, std::string_view kind) {
    mesh::Workload workload;
    workload.ns = stringAt(metadata, "namespace");
    workload.name = stringAt(metadata, "name");
    workload.kind = kind;
    workload.labels = labelsAt(metadata, "labels");
    Element spec;
    Element podTemplate;
    if (childAt(object, "spec", spec)) {
        std::int64_t wanted = 1; // the default when it is left out
        if (spec["replicas"].get(wanted) == simdjson::SUCCESS || kind != "DaemonSet") {
            workload.desired = static_cast<std::int32_t>(wanted);
        }
        Element part;
        if (childAt(spec, "template", podTemplate)) {
            if (childAt(podTemplate, "metadata", part)) {
                workload.templateLabels = labelsAt(part, "labels");
            }
            if (childAt(podTemplate, "spec", part)) {
                workload.serviceAccount = stringAt(part, "serviceAccountName");
            }
        }
    }
    if (workload.serviceAccount.empty()) {
        workload.serviceAccount = "default";
    }
    Element status;
    if (childAt(object, "status", status)) {
        const bool daemon = kind == "DaemonSet";
        workload.desired = daemon ? replicas(status, "desiredNumberScheduled") : workload.desired;
        workload.current = replicas(status, daemon ? "currentNumberScheduled" : "replicas");
        workload.available = replicas(status, daemon ? "numberAvailable" : "availableReplicas");
    }
    return workload;
}

Result<DecodedObject> decodeResource(const config::Kind& kind, std::string_view json) {
    auto resource = config::readResource(std::string(json));
    if (!resource) {
        return tl::unexpected(resource.error());
    }
    if ((*resource)->ref.group != kind.group || (*resource)->ref.kind != kind.kind) {
        return fail(ErrorKind::Protocol, "the server sent an object of another kind");
    }
    return DecodedObject{*resource, (*resource)->ref, {}};
}

// simdjson reads some bytes beyond the end of its input.
simdjson::padded_string_view padded(std::string& text) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(text.data(), text.size(), text.capacity());
}

std::string versionOf(std::string_view json) {
    thread_local simdjson::dom::parser parser;
    Element root;
    Element metadata;
    return parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS && childAt(root, "metadata", metadata)
               ? stringAt(metadata, "resourceVersion")
               : std::string();
}

WatchEvent::Type typeOf(std::string_view text) {
    using Type = WatchEvent::Type;
    return text == "ADDED"      ? Type::Added
           : text == "MODIFIED" ? Type::Modified
           : text == "DELETED"  ? Type::Deleted
           : text == "BOOKMARK" ? Type::Bookmark
           : text == "ERROR"    ? Type::Error
                                : Type::Unknown;
}

} // namespace

Result<DecodedObject> decodeObject(const config::Kind& kind, std::string_view json) {
    const bool workload = kind.group == "apps";
    if (!workload && !kind.group.empty()) {
        return decodeResource(kind, json);
    }
    thread_local simdjson::dom::parser parser;
    Element root;
    Element metadata;
    if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS ||
        !childAt(root, "metadata", metadata) || stringAt(metadata, "name").empty()) {
        return fail(ErrorKind::Protocol, "the server sent an object without a name");
    }
    DecodedObject decoded;
    decoded.ref = {std::string(kind.group), std::string(kind.kind), stringAt(metadata, "namespace"),
                   stringAt(metadata, "name")};
    if (kind.kind == "Pod") {
        mesh::Pod pod = decodePod(root, metadata);
        decoded.istioVersion = istiodVersion(root, pod.labels);
        decoded.object = std::move(pod);
    } else if (kind.kind == "Service") {
        decoded.object = decodeService(root, metadata);
    } else if (kind.kind == "Namespace") {
        decoded.object = mesh::Namespace{decoded.ref.name, labelsAt(metadata, "labels")};
    } else if (workload) {
        decoded.object = decodeWorkload(root, metadata, kind.kind);
    } else {
        return decodeResource(kind, json);
    }
    return decoded;
}

Result<ListPage> decodeList(const config::Kind& kind, std::string body) {
    using namespace simdjson;
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object list;
    ListPage page;
    const auto broken = [] { return fail(ErrorKind::Protocol, "the server sent a list that cannot be read"); };
    if (parser.iterate(padded(body)).get(document) != SUCCESS || document.get_object().get(list) != SUCCESS) {
        return broken();
    }
    bool hasItems = false;
    for (auto entry : list) {
        ondemand::field field;
        if (std::move(entry).get(field) != SUCCESS) {
            return broken();
        }
        const ondemand::raw_json_string key = field.key();
        if (key == "metadata") {
            ondemand::object metadata;
            std::string_view raw;
            dom::parser small;
            Element parsed;
            if (field.value().get_object().get(metadata) != SUCCESS || metadata.raw_json().get(raw) != SUCCESS ||
                small.parse(raw.data(), raw.size()).get(parsed) != SUCCESS) {
                return broken();
            }
            page.resourceVersion = stringAt(parsed, "resourceVersion");
            page.continueToken = stringAt(parsed, "continue");
        } else if (key == "items") {
            ondemand::array items;
            hasItems = true;
            if (field.value().get_array().get(items) != SUCCESS) {
                continue; // null: an empty list
            }
            for (auto item : items) {
                ondemand::object object;
                std::string_view raw;
                if (std::move(item).get_object().get(object) != SUCCESS || object.raw_json().get(raw) != SUCCESS) {
                    return broken();
                }
                if (auto decoded = decodeObject(kind, raw)) {
                    page.objects.push_back(std::move(*decoded));
                } else {
                    ++page.skipped;
                }
            }
        }
    }
    if (!hasItems || page.resourceVersion.empty()) {
        return broken();
    }
    return page;
}

Result<WatchEvent> decodeWatchLine(const config::Kind& kind, std::string line) {
    using namespace simdjson;
    thread_local ondemand::parser parser;
    ondemand::document document;
    std::string_view type;
    ondemand::object object;
    std::string_view raw;
    if (parser.iterate(padded(line)).get(document) != SUCCESS || document["type"].get_string().get(type) != SUCCESS) {
        return fail(ErrorKind::Protocol, "the server sent a watch event that cannot be read");
    }
    WatchEvent event;
    event.type = typeOf(type);
    if (document["object"].get_object().get(object) != SUCCESS || object.raw_json().get(raw) != SUCCESS) {
        return fail(ErrorKind::Protocol, "the server sent a watch event without an object");
    }
    // The slice may be broken beyond what finding its end has shown.
    if (event.type == WatchEvent::Type::Error) {
        event.status = parseStatus(raw).value_or(ApiStatus{});
        return event;
    }
    event.resourceVersion = versionOf(raw);
    if (event.type != WatchEvent::Type::Bookmark && event.type != WatchEvent::Type::Unknown) {
        if (auto decoded = decodeObject(kind, raw)) {
            event.object = std::move(*decoded);
        }
    }
    return event;
}

} // namespace meshdeck::sources::kubernetes
