#include "config/mesh_config_object.h"

#include "config/yaml.h"

namespace meshdeck::config {
namespace {

ConfigObjectPtr objectOf(std::shared_ptr<const SourceText> source, mesh::ResourceRef ref) {
    auto documents = parseYaml(source->text);
    if (!documents || documents->size() != 1 || !documents->front().is_object()) {
        return nullptr;
    }
    auto object = std::make_shared<ConfigObject>();
    object->ref = std::move(ref);
    object->json = std::make_shared<const Json>(std::move(documents->front()));
    object->source = std::move(source);
    return object;
}

} // namespace

ConfigObjectPtr meshConfigObject(std::shared_ptr<const SourceText> source, const MeshConfig& mesh) {
    return objectOf(std::move(source), {"", "MeshConfig", mesh.rootNamespace, "istio"});
}

ConfigObjectPtr meshNetworksObject(std::shared_ptr<const SourceText> source, const MeshConfig& mesh) {
    return objectOf(std::move(source), {"", "MeshNetworks", mesh.rootNamespace, "meshnetworks"});
}

} // namespace meshdeck::config
