// Weak stand-ins until the simulation's own initialObjects and startSimulation are linked; they go when that lands.
#include "app/demo/contract.h"

namespace meshdeck::demo {

namespace {

Json object(const char* apiVersion, const char* kind, const char* ns, const char* name, Json rest) {
    Json result = {{"apiVersion", apiVersion}, {"kind", kind}, {"metadata", {{"name", name}}}};
    if (*ns != '\0') {
        result["metadata"]["namespace"] = ns;
    }
    if (rest.is_object()) {
        result.update(rest);
    }
    return result;
}

class NoSimulation final : public Simulation {
public:
    std::optional<std::string> page(const std::string&, const std::string&, const std::string&) override {
        return std::nullopt;
    }
    Endpoints serve(const ServerCertificate&, TokenReview) override { return {}; }
    ScrapeTargets serveScrape() override { return {}; }
};

} // namespace

__attribute__((weak)) std::optional<std::vector<Json>> initialObjects(const std::string& meshName, std::uint32_t) {
    if (meshName != "bookinfo") {
        return std::nullopt;
    }
    const Json route = {{"destination", {{"host", "reviews"}, {"subset", "v1"}}}, {"weight", 80}};
    const Json canary = {{"destination", {{"host", "reviews"}, {"subset", "v2"}}}, {"weight", 20}};
    return std::vector<Json>{
        object("v1", "Namespace", "", "istio-system", {}), object("v1", "Namespace", "", "bookinfo", {}),
        object("v1", "ServiceAccount", "istio-system", "default", {}),
        object("v1", "Service", "bookinfo", "reviews",
               {{"spec", {{"ports", {{{"name", "http"}, {"port", 9080}}}}, {"selector", {{"app", "reviews"}}}}}}),
        object("networking.istio.io/v1", "VirtualService", "bookinfo", "reviews",
               {{"spec", {{"hosts", {"reviews"}}, {"http", {{{"route", {route, canary}}}}}}}})};
}

__attribute__((weak)) std::unique_ptr<Simulation> startSimulation(StoreView&, const SimulationOptions&) {
    return std::make_unique<NoSimulation>();
}

} // namespace meshdeck::demo
