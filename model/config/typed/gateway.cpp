#include "config/typed/gateway.h"

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

void readServer(const Json& json, GatewayServer& out) {
    object(json, "port", out.port, readNamedPort);
    get(json, "bind", out.bind);
    get(json, "name", out.name);
    get(json, "hosts", out.hosts);
    object(json, "tls", out.tls, readServerTls);
}

} // namespace

void readNamedPort(const Json& json, NamedPort& out) {
    get(json, "number", out.number);
    get(json, "protocol", out.protocol);
    get(json, "name", out.name);
    get(json, "targetPort", out.targetPort);
}

void readServerTls(const Json& json, ServerTls& out) {
    out.mode = "PASSTHROUGH"; // the first value of the enumeration is the one of an absent field
    get(json, "mode", out.mode);
    get(json, "httpsRedirect", out.httpsRedirect);
    get(json, "credentialName", out.credentialName);
    get(json, "credentialNames", out.credentialNames);
    get(json, "serverCertificate", out.serverCertificate);
    get(json, "privateKey", out.privateKey);
    get(json, "caCertificates", out.caCertificates);
}

Gateway gateway(const Json& object) {
    const Json& spec = specOf(object);
    Gateway out;
    get(spec, "selector", out.selector);
    list(spec, "servers", out.servers, readServer);
    return out;
}

} // namespace meshdeck::config::readers
