#include "config/mesh_objects.h"

#include <algorithm>

#include "config/json_read.h"

namespace meshdeck::config {
namespace {

constexpr std::string_view kNetworking = "networking.istio.io";
constexpr std::string_view kSecurity = "security.istio.io";

std::optional<Json> specOf(const mesh::Resource& resource, std::string_view group, std::string_view kind) {
    if (resource.ref.group != group || resource.ref.kind != kind || !resource.json) {
        return std::nullopt;
    }
    auto object = parseJson(*resource.json);
    const Json* const spec = object ? objectMember(*object, "spec") : nullptr;
    return spec != nullptr ? std::optional(*spec) : std::nullopt;
}

std::vector<std::string> texts(const Json& object, std::string_view key) {
    std::vector<std::string> result;
    if (const Json* list = listMember(object, key)) {
        for (const Json& value : *list) {
            if (value.is_string()) {
                result.push_back(value.get<std::string>());
            }
        }
    }
    return result;
}

mesh::Labels labelsMember(const Json& object, std::string_view key) {
    mesh::Labels labels;
    if (const Json* found = objectMember(object, key)) {
        for (const auto& [name, value] : found->items()) {
            if (value.is_string()) {
                labels[name] = value.get<std::string>();
            }
        }
    }
    return labels;
}

} // namespace

bool ServiceEntryView::visibleIn(const std::string& ns, const std::string& home) const {
    return exportTo.empty() || std::any_of(exportTo.begin(), exportTo.end(), [&](const std::string& to) {
               return to == "*" || to == ns || (to == "." && ns == home);
           });
}

std::optional<ServiceEntryView> serviceEntry(const mesh::Resource& resource) {
    const auto spec = specOf(resource, kNetworking, "ServiceEntry");
    if (!spec) {
        return std::nullopt;
    }
    ServiceEntryView view;
    view.hosts = texts(*spec, "hosts");
    view.exportTo = texts(*spec, "exportTo");
    view.external = textMember(*spec, "location") != "MESH_INTERNAL";
    return view;
}

std::optional<mesh::Labels> workloadEntryLabels(const mesh::Resource& resource) {
    const auto spec = specOf(resource, kNetworking, "WorkloadEntry");
    return spec ? std::optional(labelsMember(*spec, "labels")) : std::nullopt;
}

std::optional<mesh::Labels> gatewaySelector(const mesh::Resource& resource) {
    const auto spec = specOf(resource, kNetworking, "Gateway");
    return spec ? std::optional(labelsMember(*spec, "selector")) : std::nullopt;
}

std::optional<PolicyTargets> policyTargets(const mesh::Resource& resource) {
    const auto spec = specOf(resource, kSecurity, "AuthorizationPolicy");
    if (!spec) {
        return std::nullopt;
    }
    PolicyTargets targets;
    if (const Json* selector = objectMember(*spec, "selector")) {
        targets.selector = labelsMember(*selector, "matchLabels");
    }
    const auto addRef = [&](const Json& ref) {
        targets.refs.push_back(
            {textMember(ref, "group"), textMember(ref, "kind"), resource.ref.ns, textMember(ref, "name")});
    };
    if (const Json* ref = objectMember(*spec, "targetRef")) {
        addRef(*ref);
    }
    if (const Json* refs = listMember(*spec, "targetRefs")) {
        for (const Json& ref : *refs) {
            addRef(ref);
        }
    }
    return targets;
}

bool hasLabels(const mesh::Labels& labels, const mesh::Labels& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& each) {
        const auto found = labels.find(each.first);
        return found != labels.end() && found->second == each.second;
    });
}

} // namespace meshdeck::config
