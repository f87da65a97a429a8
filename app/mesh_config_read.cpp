#include "mesh_config_read.h"

#include "config/json.h"

namespace meshdeck::app {

Result<ClusterMesh> readClusterMeshConfig(change::Cluster& cluster, std::stop_token stop) {
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
    ClusterMesh read{std::move(*mesh), {}};
    const config::Json* networks = config::at(*json, "/data/meshNetworks");
    if (networks != nullptr && networks->is_string()) {
        read.networks = networks->get<std::string>();
        (void)config::readMeshNetworks(read.networks, read.mesh);
    }
    return read;
}

} // namespace meshdeck::app
