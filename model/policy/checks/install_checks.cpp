// The installation of Istio itself: webhooks, CRD versions, istiod's settings, status conditions (7.5).
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "policy/checks/check_lists.h"
#include "policy/checks/injector.h"
#include "policy/checks/json_walk.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using config::Json;

constexpr std::string_view kAdmission = "admissionregistration.k8s.io";

std::string text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

struct Webhook {
    ConfigObjectPtr object;
    std::size_t index = 0;
    const Json* json = nullptr;
};

std::vector<Webhook> webhooksOf(const ConfigObjectPtr& object) {
    std::vector<Webhook> all;
    const Json& list = valueAt(*object->json, "/webhooks");
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        all.push_back({object, i, &list[i]});
    }
    return all;
}

void collectRevisions(const Json& selector, std::set<std::string>& into) {
    if (const std::string exact = text(valueAt(selector, "/matchLabels/istio.io~1rev")); !exact.empty()) {
        into.insert(exact);
    }
    const Json& expressions = valueAt(selector, "/matchExpressions");
    for (const Json& expression : expressions.is_array() ? expressions : Json::array()) {
        const Json& values = valueAt(expression, "/values");
        if (text(valueAt(expression, "/key")) == "istio.io/rev" && values.is_array()) {
            for (const Json& value : values) {
                into.insert(text(value));
            }
        }
    }
}

// The label sets a namespace or pod can have, as far as injection looks at them.
std::vector<mesh::Labels> labelSets(const char* key, const std::array<const char*, 2>& values,
                                    const std::set<std::string>& revisions) {
    std::vector<mesh::Labels> sets{{}, {{key, values[0]}}, {{key, values[1]}}};
    const std::size_t base = sets.size();
    for (const std::string& revision : revisions) {
        for (std::size_t i = 0; i < base; ++i) {
            sets.push_back(sets[i]);
            sets.back()["istio.io/rev"] = revision;
        }
    }
    return sets;
}

// Two injectors for one pod: it would get two sidecars.
void checkOverlaps(const std::vector<Webhook>& hooks, const std::set<std::string>& revisions,
                   std::vector<Finding>& into) {
    std::set<std::tuple<std::string, std::string>> said;
    for (const mesh::Labels& ns : labelSets("istio-injection", {"enabled", "disabled"}, revisions)) {
        for (const mesh::Labels& pod : labelSets("sidecar.istio.io/inject", {"true", "false"}, revisions)) {
            std::vector<const Webhook*> matching;
            for (const Webhook& hook : hooks) {
                if (selectorMatches(valueAt(*hook.json, "/namespaceSelector"), ns) &&
                    selectorMatches(valueAt(*hook.json, "/objectSelector"), pod)) {
                    matching.push_back(&hook);
                }
            }
            for (const Webhook* one : matching) {
                const Webhook* other = matching.size() > 1 ? (matching.front() == one ? matching[1] : matching.front()) : nullptr;
                if (other != nullptr &&
                    said.emplace(one->object->ref.name + "/" + text(valueAt(*one->json, "/name")),
                                 other->object->ref.name).second) {
                    report(into, "IST0139", one->object, "/webhooks/" + std::to_string(one->index),
                           "It and " + other->object->ref.name + " both inject some pods, which then get two sidecars");
                }
            }
        }
    }
}

void checkWebhooks(const CheckContext& context, const std::vector<ConfigObjectPtr>&, std::vector<Finding>& into) {
    std::vector<Webhook> hooks;
    std::set<std::string> revisions;
    for (const ConfigObjectPtr& object : context.world().ofKind(kAdmission, "MutatingWebhookConfiguration")) {
        std::set<std::string> own;
        const std::vector<Webhook> list = webhooksOf(object);
        for (const Webhook& hook : list) {
            collectRevisions(valueAt(*hook.json, "/namespaceSelector"), own);
            collectRevisions(valueAt(*hook.json, "/objectSelector"), own);
        }
        const auto label = object->labels.find("istio.io/rev");
        if (label != object->labels.end()) {
            own.insert(label->second);
        }
        const bool istio = std::any_of(list.begin(), list.end(), [](const Webhook& hook) {
            return text(valueAt(*hook.json, "/name")).ends_with("istio.io");
        });
        if (own.empty() && !istio) {
            continue;
        }
        revisions.insert(own.begin(), own.end());
        hooks.insert(hooks.end(), list.begin(), list.end());
    }
    checkOverlaps(hooks, revisions, into);
    std::set<std::pair<ConfigObjectPtr, std::string>> said;
    for (const Webhook& hook : hooks) {
        const std::string service = text(valueAt(*hook.json, "/clientConfig/service/name"));
        const std::string ns = text(valueAt(*hook.json, "/clientConfig/service/namespace"));
        if (!service.empty() && !context.exists("", "Service", ns, service) &&
            said.emplace(hook.object, ns + "/" + service).second) {
            report(into, "IST0139", hook.object, "/webhooks/" + std::to_string(hook.index) + "/clientConfig/service",
                   "It calls the Service " + ns + "/" + service + ", which does not exist");
        }
    }
}

std::string hostOfUrl(const std::string& url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos) {
        return {};
    }
    std::string host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    host = host.substr(host.find('@') == std::string::npos ? 0 : host.find('@') + 1);
    if (host.starts_with("[")) {
        return host.substr(1, host.find(']') == std::string::npos ? std::string::npos : host.find(']') - 1);
    }
    return host.substr(0, host.find(':'));
}

// An Istio webhook calls a Service of the cluster or the URL of an external control plane. Whether a name resolves is
// not looked up: a check never asks the network.
void checkExternal(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const std::string& name = object->ref.name;
        const bool ours = object->ref.kind == "ValidatingWebhookConfiguration"
                              ? name.starts_with("istio-validator") || name == "istiod-default-validator"
                              : name.starts_with("istio-sidecar-injector");
        for (const Webhook& hook : ours ? webhooksOf(object) : std::vector<Webhook>()) {
            const std::string pointer = "/webhooks/" + std::to_string(hook.index) + "/clientConfig";
            if (valueAt(*hook.json, "/clientConfig/service").is_object()) {
                continue;
            }
            const std::string hookName = text(valueAt(*hook.json, "/name"));
            const std::string host = hostOfUrl(text(valueAt(*hook.json, "/clientConfig/url")));
            if (host.empty()) {
                report(into, "IST0163", object, pointer,
                       "The webhook " + hookName + " names no usable URL of the external control plane's gateway");
            } else if (isAddress(host)) {
                report(into, "IST0164", object, pointer + "/url",
                       "The webhook " + hookName + " names the external control plane by the address " + host +
                           ", not by a host name");
            }
        }
    }
}

void checkJwksFetch(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                    std::vector<Finding>& into) {
    const std::size_t authentications = context.world().ofKind(kSecurity, "RequestAuthentication").size();
    for (const ConfigObjectPtr& object : objects) {
        const auto app = object->labels.find("app");
        if (authentications == 0 || app == object->labels.end() || app->second != "istiod") {
            continue;
        }
        const Json& containers = valueAt(*object->json, "/spec/template/spec/containers");
        bool limited = false;
        for (const Json& container : containers.is_array() ? containers : Json::array()) {
            const Json& env = valueAt(container, "/env");
            for (const Json& variable : env.is_array() ? env : Json::array()) {
                limited = limited || (text(valueAt(variable, "/name")) == "BLOCKED_CIDRS_IN_JWKS_URIS" &&
                                      !text(valueAt(variable, "/value")).empty());
            }
        }
        if (!limited) {
            report(into, "IST0175", object, "/spec/template/spec/containers",
                   "istiod fetches the key sets of " + std::to_string(authentications) +
                       " RequestAuthentications from any address; set BLOCKED_CIDRS_IN_JWKS_URIS to limit that");
        }
    }
}

// Least bundle versions that this Istio processes (facts/semantics.md 7.4, IST0176).
struct MinimumVersion {
    std::string_view crd;
    std::array<int, 3> version;
};
constexpr std::array kMinimum = {
    MinimumVersion{"grpcroutes.gateway.networking.k8s.io", {1, 1, 0}},
    MinimumVersion{"backendtlspolicies.gateway.networking.k8s.io", {1, 4, 0}},
    MinimumVersion{"tlsroutes.gateway.networking.k8s.io", {1, 5, 0}},
    MinimumVersion{"listenersets.gateway.networking.k8s.io", {1, 5, 0}},
};

std::optional<std::array<int, 3>> parseVersion(std::string_view version) {
    std::array<int, 3> parts{};
    std::size_t part = 0;
    bool digits = false;
    for (const char c : version.starts_with("v") ? version.substr(1) : version) {
        if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
            parts[part] = parts[part] * 10 + (c - '0');
            digits = true;
        } else if (c == '.' && part < 2) {
            ++part;
        } else {
            break; // a pre-release counts as its release
        }
    }
    return digits ? std::optional(parts) : std::nullopt;
}

void checkCrds(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const auto* minimum = std::find_if(kMinimum.begin(), kMinimum.end(),
                                           [&](const MinimumVersion& one) { return one.crd == object->ref.name; });
        const auto installed = object->annotations.find("gateway.networking.k8s.io/bundle-version");
        if (minimum == kMinimum.end() || installed == object->annotations.end()) {
            continue;
        }
        const auto version = parseVersion(installed->second);
        if (version && *version < minimum->version) {
            report(into, "IST0176", object, "/metadata/annotations",
                   "Version " + installed->second + " is too old for Istio, which needs " +
                       std::to_string(minimum->version[0]) + "." + std::to_string(minimum->version[1]) + "." +
                       std::to_string(minimum->version[2]) + "; its objects have no effect");
        }
    }
}

bool serves(const Json& definition, std::string_view wanted, std::string& list) {
    bool found = false;
    const Json& versions = valueAt(definition, "/spec/versions");
    for (const Json& version : versions.is_array() ? versions : Json::array()) {
        if (valueAt(version, "/served") == true) {
            const std::string name = text(valueAt(version, "/name"));
            list += (list.empty() ? "" : ", ") + name;
            found = found || name == wanted;
        }
    }
    return found;
}

// Istio reads these kinds at v1beta1 today and at v1 from the next versions on.
void checkServed(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    static const std::set<std::string> kBeta{"Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"};
    static const std::set<std::string> kStable{"Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute"};
    for (const ConfigObjectPtr& object : objects) {
        if (text(valueAt(*object->json, "/spec/group")) != kGatewayApi || !valueAt(*object->json, "/spec/versions").is_array()) {
            continue;
        }
        const std::string kind = text(valueAt(*object->json, "/spec/names/kind"));
        const auto look = [&](const std::set<std::string>& kinds, const char* version, const char* code, const char* effect) {
            std::string served;
            if (kinds.contains(kind) && !serves(*object->json, version, served)) {
                report(into, code, object, "/spec/versions",
                       "It serves " + (served.empty() ? "no version" : served) + " but not " + version + ", " + effect);
            }
        };
        look(kBeta, "v1beta1", "IST0156", "which Istio reads: its objects have no effect");
        look(kStable, "v1", "IST0172", "which the next versions of Istio read");
    }
}

// Endpoints of a network that come from a registry: Kubernetes itself, or a cluster with a remote secret.
void checkNetworks(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::set<std::string> registries{"Mock", "Kubernetes", "External"};
    for (const ConfigObjectPtr& secret : context.world().ofKind("", "Secret")) {
        const Json& data = valueAt(*secret->json, "/data");
        if (const auto label = secret->labels.find("istio/multiCluster");
            label != secret->labels.end() && label->second == "true" && data.is_object()) {
            for (const auto& [cluster, kubeconfig] : data.items()) {
                registries.insert(cluster);
            }
        }
    }
    for (const ConfigObjectPtr& object : context.options().secretsKnown ? objects : std::vector<ConfigObjectPtr>()) {
        const Json& networks = valueAt(*object->json, "/networks");
        for (const auto& [name, network] : mapOf(networks).items()) {
            const Json& endpoints = valueAt(network, "/endpoints");
            for (std::size_t i = 0; endpoints.is_array() && i < endpoints.size(); ++i) {
                const std::string registry = text(valueAt(endpoints[i], "/fromRegistry"));
                if (!registry.empty() && !registries.contains(registry)) {
                    report(into, "IST0126", object, "/networks/" + name + "/endpoints/" + std::to_string(i) + "/fromRegistry",
                           "No cluster is called \"" + registry + "\", so network \"" + name + "\" has no endpoints of it");
                }
            }
        }
    }
}

// Conditions that Istio sets; those of other tools (Argo CD's, say) are not its business.
bool istiosCondition(const std::string& type) {
    static const std::set<std::string> kOwn{"Accepted", "Programmed", "ResolvedRefs", "ZtunnelAccepted", "WaypointAccepted"};
    return type.starts_with("istio.io/") || kOwn.contains(type);
}

void reportConditions(const ConfigObjectPtr& object, const std::string& pointer, std::vector<Finding>& into) {
    const Json& conditions = valueAt(*object->json, pointer);
    for (std::size_t i = 0; conditions.is_array() && i < conditions.size(); ++i) {
        const std::string type = text(valueAt(conditions[i], "/type"));
        const std::string reason = text(valueAt(conditions[i], "/reason"));
        const bool negative = text(valueAt(conditions[i], "/status")) == "False";
        if (istiosCondition(type) && (negative || reason == "PartiallyInvalid")) {
            report(into, "IST0171", object, pointer + "/" + std::to_string(i),
                   "Its status says " + type + (negative ? " is false: " : " only in part: ") + reason + ", " +
                       text(valueAt(conditions[i], "/message")));
        }
    }
}

void checkConditions(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        reportConditions(object, "/status/conditions", into);
        const Json& parents = valueAt(*object->json, "/status/parents");
        for (std::size_t i = 0; parents.is_array() && i < parents.size(); ++i) {
            reportConditions(object, "/status/parents/" + std::to_string(i) + "/conditions", into);
        }
    }
}

} // namespace

std::vector<Check> installChecks() {
    const std::pair<std::string_view, std::string_view> mutating{kAdmission, "MutatingWebhookConfiguration"};
    return {
        {"webhooks.injectors", {"IST0139"}, CheckScope::Context, {mutating}, {mutating, {"", "Service"}}, false,
         checkWebhooks},
        {"webhooks.external", {"IST0163", "IST0164"}, CheckScope::Context,
         {mutating, {kAdmission, "ValidatingWebhookConfiguration"}}, {}, false, checkExternal},
        {"istiod.jwksFetch", {"IST0175"}, CheckScope::Context, {{"apps", "Deployment"}},
         {{kSecurity, "RequestAuthentication"}}, false, checkJwksFetch},
        {"gatewayApi.crdVersions", {"IST0176"}, CheckScope::Object, {{"apiextensions.k8s.io", "CustomResourceDefinition"}},
         {}, false, checkCrds},
        {"gatewayApi.servedVersions", {"IST0156", "IST0172"}, CheckScope::Object,
         {{"apiextensions.k8s.io", "CustomResourceDefinition"}}, {}, false, checkServed},
        {"meshNetworks.registries", {"IST0126"}, CheckScope::Context, {{"", "MeshNetworks"}}, {{"", "Secret"}}, false,
         checkNetworks},
        {"status.conditions", {"IST0171"}, CheckScope::Object,
         {{"", "Service"}, {kNetworking, "ServiceEntry"}, {kSecurity, "AuthorizationPolicy"},
          {kGatewayApi, "Gateway"}, {kGatewayApi, "HTTPRoute"}, {kGatewayApi, "GRPCRoute"}, {kGatewayApi, "TLSRoute"},
          {kGatewayApi, "TCPRoute"}}, {}, false, checkConditions},
    };
}

} // namespace meshdeck::policy
