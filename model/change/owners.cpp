#include <algorithm>

#include "base/text.h"
#include "change/apply.h"
#include "config/json_read.h"
#include "config/resource_json.h"

// How each owner shows and what it does to a manual edit: facts/safe-apply.md C4.
namespace meshdeck::change {

namespace {

using config::Json;

std::string valueOf(const mesh::Labels& labels, const std::string& key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

std::string shown(const std::string& text) { return text::safe(text, false, 120); }

bool hasManager(const std::vector<config::FieldOwner>& managers, std::string_view manager) {
    return std::any_of(managers.begin(), managers.end(),
                       [manager](const config::FieldOwner& owner) { return owner.manager == manager; });
}

// "<application>:<group>/<kind>:<namespace>/<name>"; an id that names another object was copied along with a manifest.
std::string argoApplication(const mesh::Resource& resource) {
    const std::string id = valueOf(resource.annotations, "argocd.argoproj.io/tracking-id");
    const std::string own = ":" + resource.ref.group + "/" + resource.ref.kind + ":" + resource.ref.ns + "/" + resource.ref.name;
    return id.size() > own.size() && id.ends_with(own) ? id.substr(0, id.size() - own.size()) : std::string();
}

void addArgoCd(const mesh::Resource& resource, const std::vector<config::FieldOwner>& managers,
               std::vector<Owner>& owners) {
    std::string application = argoApplication(resource);
    if (application.empty() && hasManager(managers, "argocd-controller")) {
        application = valueOf(resource.labels, "app.kubernetes.io/instance");
        application = application.empty() ? "of unknown name" : application;
    }
    if (!application.empty()) {
        owners.push_back({"Argo CD application " + shown(application),
                          "the edit is shown as out of sync and taken back at the next sync, at once with self-heal; "
                          "change it in Git",
                          false, true});
    }
}

void addFlux(const mesh::Resource& resource, const std::vector<config::FieldOwner>& managers,
             std::vector<Owner>& owners) {
    const std::string prefix = "kustomize.toolkit.fluxcd.io/";
    const std::string kustomization = valueOf(resource.labels, prefix + "name");
    if (!kustomization.empty() || hasManager(managers, "kustomize-controller")) {
        const std::string ssa = valueOf(resource.annotations, prefix + "ssa");
        const bool left = valueOf(resource.annotations, prefix + "reconcile") == "disabled" || ssa == "Ignore";
        owners.push_back({"Flux Kustomization " +
                              shown(valueOf(resource.labels, prefix + "namespace") + "/" + kustomization),
                          left ? "its annotations tell Flux to leave the object alone"
                               : "the edit is taken back at the next reconciliation, within minutes; change it in Git",
                          false, !left});
    }
    const std::string release = valueOf(resource.labels, "helm.toolkit.fluxcd.io/name");
    if (!release.empty()) {
        owners.push_back({"Flux HelmRelease " +
                              shown(valueOf(resource.labels, "helm.toolkit.fluxcd.io/namespace") + "/" + release),
                          "the edit is lost at the next upgrade, earlier with drift detection; change the values in Git",
                          false, true});
    }
}

void addHelm(const mesh::Resource& resource, std::vector<Owner>& owners) {
    const std::string release = valueOf(resource.annotations, "meta.helm.sh/release-name");
    const bool flux = valueOf(resource.labels, "helm.toolkit.fluxcd.io/name").empty();
    if (flux && !release.empty() && valueOf(resource.labels, "app.kubernetes.io/managed-by") == "Helm") {
        owners.push_back({"Helm release " + shown(release),
                          "the edit is overwritten by the next helm upgrade; change the values of the chart", false,
                          true});
    }
}

bool ownedByCanary(const Json& object) {
    const Json* metadata = config::objectMember(object, "metadata");
    const Json* references = metadata == nullptr ? nullptr : config::listMember(*metadata, "ownerReferences");
    return references != nullptr && std::any_of(references->begin(), references->end(), [](const Json& reference) {
               return config::textMember(reference, "kind") == "Canary" &&
                      config::textMember(reference, "apiVersion").starts_with("flagger.app/");
           });
}

void addCanaryControllers(const mesh::Resource& resource, const Json& object,
                          const std::vector<config::FieldOwner>& managers, std::vector<Owner>& owners) {
    if (ownedByCanary(object) || resource.annotations.contains("flagger.kubernetes.io/original-configuration") ||
        hasManager(managers, "flagger")) {
        owners.push_back({"Flagger canary " + shown(resource.ref.name),
                          "Flagger rewrites the routes at every step; pause it or use its rollback gate", true});
    }
    const std::string rollout = valueOf(resource.annotations, "argo-rollouts.argoproj.io/managed-by-rollouts");
    if (!rollout.empty() || hasManager(managers, "rollouts-controller")) {
        owners.push_back({"Argo Rollouts " + shown(rollout.empty() ? resource.ref.name : rollout),
                          "the weights are set back at once; promote or abort the rollout", true});
    }
}

} // namespace

std::vector<Owner> owners(const mesh::Resource& resource) {
    std::vector<Owner> result;
    const auto object = config::parse(resource);
    const auto managers = object ? config::fieldOwners(*object) : std::vector<config::FieldOwner>();
    addCanaryControllers(resource, object ? *object : Json::object(), managers, result);
    addArgoCd(resource, managers, result);
    addFlux(resource, managers, result);
    addHelm(resource, result);
    if (resource.annotations.contains("kubectl.kubernetes.io/last-applied-configuration")) {
        result.push_back({"kubectl apply", "the edit is overwritten when the file is applied again", false});
    }
    return result;
}

} // namespace meshdeck::change
