#include "config/typed/extensions.h"

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

// Names of providers of one entry of tracing, metrics or accessLogging.
std::vector<std::string> providers(const Json& entry) {
    std::vector<std::string> names;
    if (const Json* list = listMember(entry, "providers")) {
        for (const Json& provider : *list) {
            names.push_back(textMember(provider, "name"));
        }
    }
    return names;
}

bool readProviders(const Json& spec, std::string_view key, std::vector<std::string>& out) {
    const Json* entries = listMember(spec, key);
    if (entries == nullptr) {
        return false;
    }
    for (const Json& entry : *entries) {
        for (std::string& name : providers(entry)) {
            out.push_back(std::move(name));
        }
    }
    return !entries->empty();
}

void readPatch(const Json& json, EnvoyPatch& out) {
    get(json, "applyTo", out.applyTo);
    out.context = "ANY";
    if (const Json* patch = objectMember(json, "patch")) {
        get(*patch, "operation", out.operation);
        if (const Json* value = objectMember(*patch, "value")) {
            get(*value, "name", out.filterName); // what is put in counts before what is matched
        }
    }
    const Json* match = objectMember(json, "match");
    if (match == nullptr) {
        return;
    }
    get(*match, "context", out.context);
    if (const Json* proxy = objectMember(*match, "proxy")) {
        get(*proxy, "proxyVersion", out.proxyVersion);
    }
    if (const Json* listener = objectMember(*match, "listener")) {
        get(*listener, "portNumber", out.port);
        const Json* chain = objectMember(*listener, "filterChain");
        const Json* filter = chain != nullptr ? objectMember(*chain, "filter") : nullptr;
        if (filter != nullptr && out.filterName.empty()) {
            get(*filter, "name", out.filterName);
        }
    }
}

} // namespace

Telemetry telemetry(const Json& object) {
    const Json& spec = specOf(object);
    Telemetry out;
    target(spec, out.target);
    out.hasTracing = readProviders(spec, "tracing", out.tracingProviders);
    out.hasMetrics = readProviders(spec, "metrics", out.metricsProviders);
    out.hasLogging = readProviders(spec, "accessLogging", out.loggingProviders);
    if (const Json* logging = listMember(spec, "accessLogging")) {
        for (const Json& entry : *logging) {
            out.loggingNamesProvider.push_back(!providers(entry).empty());
        }
    }
    return out;
}

EnvoyFilter envoyFilter(const Json& object) {
    const Json& spec = specOf(object);
    EnvoyFilter out;
    target(spec, out.target);
    selectorLabels(spec, "workloadSelector", out.target.selector);
    list(spec, "configPatches", out.patches, readPatch);
    get(spec, "priority", out.priority);
    return out;
}

ProxyConfig proxyConfig(const Json& object) {
    const Json& spec = specOf(object);
    ProxyConfig out;
    matchLabels(spec, "selector", out.selector);
    if (const Json* image = objectMember(spec, "image")) {
        get(*image, "imageType", out.image);
    }
    return out;
}

WasmPlugin wasmPlugin(const Json& object) {
    const Json& spec = specOf(object);
    WasmPlugin out;
    target(spec, out.target);
    get(spec, "phase", out.phase);
    return out;
}

} // namespace meshdeck::config::readers
