#include "config/typed/sidecar.h"

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

void readEgress(const Json& json, SidecarEgress& out) {
    object(json, "port", out.port, readNamedPort);
    get(json, "bind", out.bind);
    out.captureMode = "DEFAULT";
    get(json, "captureMode", out.captureMode);
    get(json, "hosts", out.hosts);
}

void readIngress(const Json& json, SidecarIngress& out) {
    object(json, "port", out.port, readNamedPort);
    get(json, "bind", out.bind);
    out.captureMode = "DEFAULT";
    get(json, "captureMode", out.captureMode);
    get(json, "defaultEndpoint", out.defaultEndpoint);
    object(json, "tls", out.tls, readServerTls);
}

} // namespace

Sidecar sidecar(const Json& object) {
    const Json& spec = specOf(object);
    Sidecar out;
    selectorLabels(spec, "workloadSelector", out.workloadSelector);
    list(spec, "ingress", out.ingress, readIngress);
    list(spec, "egress", out.egress, readEgress);
    if (const Json* policy = objectMember(spec, "outboundTrafficPolicy")) {
        out.outboundTrafficPolicy = "REGISTRY_ONLY"; // the first value: of a policy without a mode
        get(*policy, "mode", out.outboundTrafficPolicy);
    }
    return out;
}

} // namespace meshdeck::config::readers
