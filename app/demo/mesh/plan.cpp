#include "app/demo/mesh/plan.h"

#include <charconv>

namespace meshdeck::demo {

std::optional<MeshPlan> planMesh(const std::string& meshName, std::uint32_t seed) {
    if (meshName == "bookinfo") {
        return planBookinfo();
    }
    if (meshName == "boutique") {
        return planBoutique();
    }
    const std::string prefix = "fleet:";
    if (meshName.rfind(prefix, 0) != 0) {
        return std::nullopt;
    }
    std::size_t count = 0;
    const char* first = meshName.data() + prefix.size();
    const char* last = meshName.data() + meshName.size();
    const auto [end, error] = std::from_chars(first, last, count);
    if (error != std::errc{} || end != last || count < 1 || count > 100000) {
        return std::nullopt;
    }
    return planFleet(count, seed);
}

Json configObject(const std::string& apiVersion, const std::string& kind, const std::string& ns,
                  const std::string& name, Json spec) {
    Json object;
    object["apiVersion"] = apiVersion;
    object["kind"] = kind;
    object["metadata"] = {{"name", name}, {"namespace", ns}};
    object["spec"] = std::move(spec);
    return object;
}

} // namespace meshdeck::demo
