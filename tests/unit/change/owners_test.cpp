#include <gtest/gtest.h>

#include "../config/resource_of.h"
#include "change/apply.h"

namespace meshdeck::change {

namespace {

std::vector<Owner> of(const std::string& metadata) {
    return owners(*config::resourceOfYaml("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                                          "metadata:\n  name: checkout\n  namespace: shop\n" + metadata));
}

std::string nameOf(const std::string& metadata) {
    const auto found = of(metadata);
    return found.size() == 1 ? found[0].name : std::to_string(found.size()) + " owners";
}

} // namespace

TEST(Owners, EachIsKnownByItsMarks) {
    EXPECT_EQ(nameOf("  annotations: {argocd.argoproj.io/tracking-id: 'store:networking.istio.io/VirtualService:shop/checkout'}\n"),
              "Argo CD application store");
    EXPECT_EQ(nameOf("  annotations: {argocd.argoproj.io/tracking-id: 'store:networking.istio.io/VirtualService:shop/other'}\n"),
              "0 owners") << "a copied manifest";
    EXPECT_EQ(nameOf("  labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}\n"),
              "Flux Kustomization flux-system/apps");
    EXPECT_EQ(nameOf("  labels: {app.kubernetes.io/managed-by: Helm}\n"
                     "  annotations: {meta.helm.sh/release-name: store}\n"), "Helm release store");
    EXPECT_EQ(nameOf("  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}\n"), "kubectl apply");
    EXPECT_EQ(nameOf("  labels: {app.kubernetes.io/instance: store}\n"), "0 owners");
    EXPECT_EQ(nameOf("  managedFields: [{manager: argocd-controller, operation: Apply}]\n"
                     "  labels: {app.kubernetes.io/instance: store}\n"), "Argo CD application store");
}

TEST(Owners, CanaryControllers_block) {
    for (const char* mark : {"  ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: checkout}]\n",
                             "  annotations: {flagger.kubernetes.io/original-configuration: '{}'}\n",
                             "  annotations: {argo-rollouts.argoproj.io/managed-by-rollouts: checkout}\n"}) {
        const auto found = of(mark);
        ASSERT_EQ(found.size(), 1U) << mark;
        EXPECT_TRUE(found[0].blocks) << mark;
    }
    EXPECT_FALSE(of("  labels: {helm.toolkit.fluxcd.io/name: r}\n")[0].blocks);
}

} // namespace meshdeck::change
