#include "mesh_config_read.h"

#include "config/json.h"

namespace meshdeck::app {

Result<config::MeshConfig> readClusterMeshConfig(change::Cluster& cluster, std::stop_token stop) {
    const auto map = cluster.read({"", "ConfigMap", config::MeshConfig{}.rootNamespace, "istio"}, std::move(stop));
    const auto json = map ? config::parseJson(*(*map)->json) : Result<config::Json>(tl::unexpected(map.error()));
    const config::Json* text = json ? config::at(*json, "/data/mesh") : nullptr;
    auto mesh = text != nullptr && text->is_string()
                    ? config::readMeshConfig(text->get<std::string>())
                    : Result<config::MeshConfig>(fail(ErrorKind::NotFound, "there is no mesh config"));
    if (!mesh) {
        const ErrorKind kind = map ? mesh.error().kind : map.error().kind;
        return fail(kind, "the mesh config could not be read (ConfigMap istio in istio-system)",
                    "Istio's defaults are assumed");
    }
    const config::Json* networks = config::at(*json, "/data/meshNetworks");
    if (networks != nullptr && networks->is_string()) {
        (void)config::readMeshNetworks(networks->get<std::string>(), *mesh);
    }
    return mesh;
}

} // namespace meshdeck::app
