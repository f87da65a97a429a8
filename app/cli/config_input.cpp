#include "cli/config_input.h"

#include "cli/cluster_objects.h"
#include "cli/manifest_files.h"
#include "cli/report.h"
#include "config/mesh_config_object.h"
#include "config/yaml.h"

namespace meshdeck::cli {
namespace {

using config::ConfigObjectPtr;

// What one run gathers.
struct Gathered {
    std::vector<ConfigObjectPtr> objects;
    std::optional<config::MeshConfig> mesh;
    ConfigInput input;
};

bool hasObject(const std::string& text) {
    const auto documents = config::parseYaml(text);
    if (!documents) {
        return true; // let the reader say what is wrong
    }
    for (const config::Json& document : *documents) {
        if (document.is_object() && document.contains("kind") && document.contains("apiVersion")) {
            return true;
        }
    }
    return false;
}

Status addFiles(const ConfigWish& wish, std::istream* in, Gathered& gathered) {
    const auto files = readManifests(wish.paths, in);
    if (!files) {
        return tl::unexpected(files.error());
    }
    for (const ManifestFile& file : *files) {
        auto objects = config::readConfig(file.source, wish.defaultNamespace);
        if (!objects && file.fromFolder && !hasObject(file.source->text)) {
            gathered.input.notRead.push_back({file.source->name + " holds no Kubernetes object", {}});
            continue;
        }
        if (!objects) {
            const bool named = objects.error().what.find(file.source->name) != std::string::npos;
            const std::string name = file.source->name == "-" ? "standard input" : file.source->name;
            return fail(objects.error().kind, named ? objects.error().what : name + ": " + objects.error().what,
                        objects.error().hint);
        }
        gathered.objects.insert(gathered.objects.end(), objects->begin(), objects->end());
    }
    return {};
}

bool answers(const mesh::SourceHealth& source) {
    return source.state == mesh::SourceState::Live || source.state == mesh::SourceState::Partial;
}

Error unreachable(const mesh::SourceHealth* source, const std::string& context) {
    const std::string server = "cannot read the mesh of context \"" + context + "\"";
    if (source == nullptr) {
        return {ErrorKind::Unreachable, server, "--files-only asks no cluster", {}};
    }
    const std::string hint = source->hint.empty() ? "--files-only asks no cluster" : source->hint;
    return {ErrorKind::Unreachable, server + ": " + source->detail, hint, {}};
}

std::shared_ptr<const config::SourceText> sourceText(std::string name, std::string text) {
    return std::make_shared<const config::SourceText>(config::SourceText{std::move(name), std::move(text)});
}

void addObject(config::ConfigObjectPtr object, Gathered& gathered) {
    if (object != nullptr) {
        gathered.objects.push_back(std::move(object));
    }
}

// The control plane's own config, where we may read it.
void readClusterMesh(app::Connection& connection, Gathered& gathered) {
    const auto map = connection.cluster().read({"", "ConfigMap", config::MeshConfig{}.rootNamespace, "istio"}, {});
    const auto json = map ? config::parseJson(*(*map)->json) : Result<config::Json>(tl::unexpected(map.error()));
    const config::Json* mesh = json ? config::at(*json, "/data/mesh") : nullptr;
    const auto read = mesh != nullptr && mesh->is_string() ? config::readMeshConfig(mesh->get<std::string>())
                                                           : Result<config::MeshConfig>(config::MeshConfig{});
    if (mesh == nullptr || !read) {
        gathered.input.notRead.push_back(
            {"the mesh config could not be read (ConfigMap istio in istio-system): Istio's defaults are assumed", {"MeshConfig"}});
        return;
    }
    gathered.mesh = *read;
    addObject(config::meshConfigObject(sourceText({}, mesh->get<std::string>()), *gathered.mesh), gathered);
    const config::Json* networks = config::at(*json, "/data/meshNetworks");
    if (networks != nullptr && networks->is_string()) {
        (void)config::readMeshNetworks(networks->get<std::string>(), *gathered.mesh);
        addObject(config::meshNetworksObject(sourceText({}, networks->get<std::string>()), *gathered.mesh), gathered);
    }
}

Status addCluster(const Arguments& arguments, const Streams& streams, const Hooks& hooks, bool meshFile,
                  Gathered& gathered) {
    app::ConnectionOptions options = arguments.connection;
    options.telemetry = false;
    const auto connection = hooks.open ? hooks.open(options)
                                       : Result<std::unique_ptr<app::Connection>>(fail(ErrorKind::NotFound, "no cluster"));
    if (!connection) {
        const bool asked = options.context || options.kubeconfig || options.demo;
        if (connection.error().kind == ErrorKind::NotFound && !asked) {
            gathered.input.notRead.push_back({"no cluster was asked: " + connection.error().what, {}});
            return {};
        }
        return tl::unexpected(connection.error());
    }
    mesh::SnapshotPtr snapshot;
    {
        Progress progress(arguments.quiet, streams);
        progress.show("reading the mesh");
        (*connection)->session().start();
        snapshot = (*connection)->session().waitFor(session::settled, hooks.answerWithin);
    }
    const mesh::SourceHealth* source = snapshot->source("kubernetes");
    if (source == nullptr || !answers(*source)) {
        return tl::unexpected(unreachable(source, (*connection)->context()));
    }
    if (source->state == mesh::SourceState::Partial) {
        gathered.input.notRead.push_back({source->detail, {}});
    }
    std::vector<std::string> notWhole;
    gathered.objects = wholeClusterObjects(**connection, *snapshot, notWhole);
    if (!notWhole.empty()) {
        gathered.input.notRead.push_back({"some kinds could not be listed, so their container ports and ages are not known", notWhole});
    }
    gathered.input.cluster = true;
    if (!meshFile) {
        readClusterMesh(**connection, gathered);
    }
    return {};
}

Status readMeshFiles(const Arguments& arguments, const ConfigWish& wish, Gathered& gathered) {
    const std::string file = wish.meshConfig.empty() ? arguments.value("mesh-config").value_or("") : wish.meshConfig;
    if (!file.empty()) {
        const auto text = readWholeFile(file);
        if (!text) {
            return tl::unexpected(text.error());
        }
        auto mesh = config::readMeshConfig(*text);
        if (!mesh) {
            return fail(mesh.error().kind, file + ": " + mesh.error().what, mesh.error().hint);
        }
        gathered.mesh = std::move(*mesh);
        addObject(config::meshConfigObject(sourceText(file, *text), *gathered.mesh), gathered);
    }
    if (const auto networks = arguments.value("mesh-networks")) {
        const auto text = readWholeFile(*networks);
        if (!text) {
            return tl::unexpected(text.error());
        }
        gathered.mesh = gathered.mesh.value_or(config::MeshConfig{});
        if (const Status read = config::readMeshNetworks(*text, *gathered.mesh); !read) {
            return fail(read.error().kind, *networks + ": " + read.error().what, read.error().hint);
        }
        addObject(config::meshNetworksObject(sourceText(*networks, *text), *gathered.mesh), gathered);
    }
    return {};
}

} // namespace

std::string firstNamespace(const Arguments& arguments, const std::string& otherwise) {
    return arguments.connection.namespaces.empty() ? otherwise : arguments.connection.namespaces.front();
}

Result<ConfigInput> readConfigInput(const Arguments& arguments, const ConfigWish& wish, std::istream* in,
                                    const Streams& streams, const Hooks& hooks) {
    Gathered gathered;
    const bool meshFile = !wish.meshConfig.empty() || arguments.has("mesh-config");
    if (!arguments.filesOnly && !wish.filesOnly) {
        if (const Status added = addCluster(arguments, streams, hooks, meshFile, gathered); !added) {
            return tl::unexpected(added.error());
        }
    }
    if (!gathered.input.cluster && wish.paths.empty()) {
        return fail(ErrorKind::InvalidArgument, "there is no config to work on",
                    "name files or folders, or a cluster with --context or --demo");
    }
    if (const Status added = addFiles(wish, in, gathered); !added) {
        return tl::unexpected(added.error());
    }
    if (const Status read = readMeshFiles(arguments, wish, gathered); !read) {
        return tl::unexpected(read.error());
    }
    gathered.input.world = policy::World::build(std::move(gathered.objects), gathered.mesh.value_or(config::MeshConfig{}));
    return std::move(gathered.input);
}

} // namespace meshdeck::cli
