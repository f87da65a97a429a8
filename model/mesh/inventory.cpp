#include "mesh/inventory.h"

#include <array>

namespace meshdeck::mesh {

namespace {

std::string firstLabel(const Labels& labels, std::array<const char*, 3> keys, const std::string& fallback) {
    for (const char* key : keys) {
        if (const auto found = labels.find(key); found != labels.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return fallback;
}

} // namespace

std::string canonicalName(const Labels& podLabels, const std::string& fallback) {
    return firstLabel(podLabels, {"service.istio.io/canonical-name", "app.kubernetes.io/name", "app"}, fallback);
}

std::string canonicalRevision(const Labels& podLabels) {
    return firstLabel(podLabels, {"service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"},
                      "latest");
}

} // namespace meshdeck::mesh
