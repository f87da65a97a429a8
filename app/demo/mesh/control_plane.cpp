// istiod as it stands in istio-system: its Deployment, Pod, Service and the mesh config that it reads.
#include "app/demo/mesh/objects.h"

namespace meshdeck::demo {

namespace {

WorkloadPlan istiod() {
    WorkloadPlan plan;
    plan.ns = "istio-system";
    plan.name = "istiod";
    plan.app = "istiod";
    plan.serviceAccount = "istiod";
    plan.image = "docker.io/istio/pilot:1.30.3";
    plan.containerPort = 15012;
    plan.sidecar = false;
    plan.labels = {{"istio", "pilot"}, {"istio.io/rev", "default"}};
    return plan;
}

Json meshConfigMap(const ObjectNames& names) {
    Json object;
    object["apiVersion"] = "v1";
    object["kind"] = "ConfigMap";
    object["metadata"] = names.metadata("ConfigMap", "istio-system", "istio");
    object["metadata"]["labels"] = {{"istio.io/rev", "default"}};
    object["data"] = {{"mesh", "accessLogFile: /dev/stdout\n"
                               "defaultConfig:\n"
                               "  discoveryAddress: istiod.istio-system.svc:15012\n"
                               "enablePrometheusMerge: true\n"
                               "outboundTrafficPolicy:\n"
                               "  mode: ALLOW_ANY\n"
                               "rootNamespace: istio-system\n"
                               "trustDomain: cluster.local\n"},
                      {"meshNetworks", "networks: {}"}};
    return object;
}

} // namespace

void appendControlPlane(const MeshPlan& plan, const ObjectNames& names, std::vector<Json>& objects) {
    objects.push_back(meshConfigMap(names));
    Json account;
    account["apiVersion"] = "v1";
    account["kind"] = "ServiceAccount";
    account["metadata"] = names.metadata("ServiceAccount", "istio-system", "istiod");
    objects.push_back(std::move(account));
    const ServicePlan service{"istio-system",
                              "istiod",
                              {{"app", "istiod"}, {"istio", "pilot"}},
                              {{15010, 15010, "grpc-xds"},
                               {15012, 15012, "https-dns"},
                               {443, 15017, "https-webhook"},
                               {15014, 15014, "http-monitoring"}}};
    objects.push_back(serviceObject(service, names, 0));
    appendWorkload(plan, istiod(), names, 0, objects);
}

} // namespace meshdeck::demo
