#include "app/demo/api/resources.h"

#include <algorithm>

namespace meshdeck::demo::api {

namespace {

using Names = std::vector<std::string>;

Subresource status(const Resource& resource) {
    return {"status", resource.group, resource.storageVersion, resource.kind, {"get", "patch", "update"}};
}

Resource native(std::string group, std::string plural, std::string singular, std::string kind, Names shortNames,
                bool withStatus, bool namespaced = true) {
    Resource resource{
        std::move(group),      {"v1"}, "v1", std::move(plural), std::move(singular), std::move(kind), namespaced, false,
        std::move(shortNames), {},     {}};
    if (withStatus) {
        resource.subresources.push_back(status(resource));
        resource.subresources.back().group.clear(); // the response kind of native kinds has neither group nor version
        resource.subresources.back().version.clear();
    }
    return resource;
}

Resource custom(std::string group, Names versions, std::string plural, std::string singular, std::string kind,
                Names shortNames, Names categories, bool withStatus = true, bool namespaced = true) {
    std::string storage = versions.front();
    Resource resource{std::move(group),
                      std::move(versions),
                      std::move(storage),
                      std::move(plural),
                      std::move(singular),
                      std::move(kind),
                      namespaced,
                      true,
                      std::move(shortNames),
                      std::move(categories),
                      {}};
    if (withStatus) {
        resource.subresources.push_back(status(resource));
    }
    return resource;
}

void addCore(std::vector<Resource>& all) {
    all.push_back(native("", "configmaps", "configmap", "ConfigMap", {"cm"}, false));
    all.push_back(native("", "endpoints", "endpoints", "Endpoints", {"ep"}, false));
    all.push_back(native("", "events", "event", "Event", {"ev"}, false));
    all.push_back(native("", "namespaces", "namespace", "Namespace", {"ns"}, true, false));
    all.push_back(native("", "nodes", "node", "Node", {"no"}, true, false));
    Resource pods = native("", "pods", "pod", "Pod", {"po"}, true);
    pods.categories = {"all"};
    pods.subresources.insert(pods.subresources.begin(),
                             {{"portforward", "", "", "PodPortForwardOptions", {"create", "get"}},
                              {"proxy", "", "", "PodProxyOptions", {"create", "delete", "get", "patch", "update"}}});
    all.push_back(std::move(pods));
    all.push_back(native("", "secrets", "secret", "Secret", {}, false));
    Resource accounts = native("", "serviceaccounts", "serviceaccount", "ServiceAccount", {"sa"}, false);
    accounts.subresources.push_back({"token", "authentication.k8s.io", "v1", "TokenRequest", {"create"}});
    all.push_back(std::move(accounts));
    Resource services = native("", "services", "service", "Service", {"svc"}, true);
    services.categories = {"all"};
    services.subresources.insert(services.subresources.begin(), {"proxy", "", "", "ServiceProxyOptions",
                                                                 {"create", "delete", "get", "patch", "update"}});
    all.push_back(std::move(services));
}

void addApps(std::vector<Resource>& all) {
    const std::vector<Names> names = {{"daemonsets", "daemonset", "DaemonSet", "ds"},
                                      {"deployments", "deployment", "Deployment", "deploy"},
                                      {"replicasets", "replicaset", "ReplicaSet", "rs"},
                                      {"statefulsets", "statefulset", "StatefulSet", "sts"}};
    for (const Names& name : names) {
        Resource resource = native("apps", name[0], name[1], name[2], {name[3]}, true);
        resource.categories = {"all"};
        all.push_back(std::move(resource));
    }
    all.push_back(native("discovery.k8s.io", "endpointslices", "endpointslice", "EndpointSlice", {}, false));
    Resource definitions = native("apiextensions.k8s.io", "customresourcedefinitions", "customresourcedefinition",
                                  "CustomResourceDefinition", {"crd", "crds"}, true, false);
    definitions.categories = {"api-extensions"};
    all.push_back(std::move(definitions));
}

void addGatewayApi(std::vector<Resource>& all) {
    const std::string group = "gateway.networking.k8s.io";
    const Names categories = {"gateway-api"};
    const Names both = {"v1", "v1beta1"};
    all.push_back(
        custom(group, both, "gatewayclasses", "gatewayclass", "GatewayClass", {"gc"}, categories, true, false));
    all.push_back(custom(group, both, "gateways", "gateway", "Gateway", {"gtw"}, categories));
    all.push_back(custom(group, {"v1"}, "grpcroutes", "grpcroute", "GRPCRoute", {}, categories));
    all.push_back(custom(group, both, "httproutes", "httproute", "HTTPRoute", {}, categories));
    all.push_back(
        custom(group, both, "referencegrants", "referencegrant", "ReferenceGrant", {"refgrant"}, categories, false));
}

void addIstioNetworking(std::vector<Resource>& all) {
    const std::string group = "networking.istio.io";
    const Names categories = {"istio-io", "networking-istio-io"};
    const Names versions = {"v1", "v1beta1", "v1alpha3"};
    all.push_back(
        custom(group, versions, "destinationrules", "destinationrule", "DestinationRule", {"dr"}, categories));
    all.push_back(custom(group, {"v1alpha3"}, "envoyfilters", "envoyfilter", "EnvoyFilter", {}, categories));
    all.push_back(custom(group, versions, "gateways", "gateway", "Gateway", {"gw"}, categories));
    all.push_back(custom(group, {"v1beta1"}, "proxyconfigs", "proxyconfig", "ProxyConfig", {}, categories));
    all.push_back(custom(group, versions, "serviceentries", "serviceentry", "ServiceEntry", {"se"}, categories));
    all.push_back(custom(group, versions, "sidecars", "sidecar", "Sidecar", {}, categories));
    all.push_back(custom(group, versions, "virtualservices", "virtualservice", "VirtualService", {"vs"}, categories));
    all.push_back(custom(group, versions, "workloadentries", "workloadentry", "WorkloadEntry", {"we"}, categories));
    all.push_back(custom(group, versions, "workloadgroups", "workloadgroup", "WorkloadGroup", {"wg"}, categories));
}

void addIstioSecurity(std::vector<Resource>& all) {
    const std::string group = "security.istio.io";
    const Names categories = {"istio-io", "security-istio-io"};
    const Names versions = {"v1", "v1beta1"};
    all.push_back(custom(group, versions, "authorizationpolicies", "authorizationpolicy", "AuthorizationPolicy", {"ap"},
                         categories));
    all.push_back(
        custom(group, versions, "peerauthentications", "peerauthentication", "PeerAuthentication", {"pa"}, categories));
    all.push_back(custom(group, versions, "requestauthentications", "requestauthentication", "RequestAuthentication",
                         {"ra"}, categories));
    all.push_back(custom("telemetry.istio.io", {"v1", "v1alpha1"}, "telemetries", "telemetry", "Telemetry",
                         {"telemetry"}, {"istio-io", "telemetry-istio-io"}));
}

std::vector<Resource> makeResources() {
    std::vector<Resource> all;
    addCore(all);
    addApps(all);
    addGatewayApi(all);
    addIstioNetworking(all);
    addIstioSecurity(all);
    return all;
}

} // namespace

bool Resource::serves(std::string_view version) const {
    return std::find(versions.begin(), versions.end(), version) != versions.end();
}

bool Resource::hasSubresource(std::string_view name) const {
    return std::any_of(subresources.begin(), subresources.end(),
                       [&](const Subresource& sub) { return sub.name == name; });
}

const std::vector<std::string>& Resource::verbs() const {
    // In the order in which the real server lists them for each sort of kind.
    static const Names ofNative = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
    static const Names ofCustom = {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"};
    static const Names ofNamespace = {"create", "delete", "get", "list", "patch", "update", "watch"};
    if (kind == "Namespace") {
        return ofNamespace;
    }
    return custom ? ofCustom : ofNative;
}

std::string apiVersionOf(std::string_view group, std::string_view version) {
    return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
}

const std::vector<Resource>& allResources() {
    static const std::vector<Resource> all = makeResources();
    return all;
}

const Resource* findResource(std::string_view group, std::string_view version, std::string_view plural) {
    for (const Resource& resource : allResources()) {
        if (resource.group == group && resource.plural == plural && resource.serves(version)) {
            return &resource;
        }
    }
    return nullptr;
}

const Resource* findByKind(std::string_view apiVersion, std::string_view kind) {
    const std::size_t slash = apiVersion.find('/');
    const std::string_view group = slash == std::string_view::npos ? std::string_view() : apiVersion.substr(0, slash);
    const std::string_view version = slash == std::string_view::npos ? apiVersion : apiVersion.substr(slash + 1);
    for (const Resource& resource : allResources()) {
        if (resource.group == group && resource.kind == kind && resource.serves(version)) {
            return &resource;
        }
    }
    return nullptr;
}

} // namespace meshdeck::demo::api
