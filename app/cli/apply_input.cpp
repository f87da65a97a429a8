#include "cli/apply_input.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"
#include "cli/apply_routes.h"
#include "cli/manifest_files.h"
#include "config/json_read.h"
#include "config/kinds.h"
#include "config/yaml.h"

namespace meshdeck::cli {

namespace {

using config::Json;

Status addObjects(std::vector<Json>& objects, const config::SourceText& source) {
    const std::string name = source.name == "-" ? "standard input" : source.name;
    auto documents = config::parseYaml(source.text);
    if (!documents) {
        return fail(documents.error().kind, name + ": " + documents.error().what);
    }
    for (Json& document : *documents) {
        if (!document.is_object() || config::textMember(document, "kind").empty()) {
            return fail(ErrorKind::InvalidArgument, name + ": a document is no Kubernetes object");
        }
        objects.push_back(std::move(document));
    }
    return {};
}

mesh::ResourceRef refOf(const Json& object) {
    const std::string apiVersion = config::textMember(object, "apiVersion");
    const std::size_t slash = apiVersion.find('/');
    mesh::ResourceRef ref;
    ref.group = slash == std::string::npos ? "" : apiVersion.substr(0, slash);
    ref.kind = config::textMember(object, "kind");
    if (const Json* metadata = config::objectMember(object, "metadata")) {
        ref.ns = config::textMember(*metadata, "namespace");
        ref.name = config::textMember(*metadata, "name");
    }
    return ref;
}

// kubectl puts objects without a namespace into the one that -n names.
void giveNamespace(Json& object, const std::vector<std::string>& namespaces) {
    const mesh::ResourceRef ref = refOf(object);
    const config::Kind* kind = config::findKind(ref.group, ref.kind);
    const bool namespaced = kind == nullptr ? ref.kind != "Namespace" : kind->namespaced;
    if (namespaced && ref.ns.empty() && config::objectMember(object, "metadata") != nullptr) {
        object["metadata"]["namespace"] = namespaces.empty() ? "default" : namespaces.front();
    }
}

Result<change::Plan> planFiles(const ChangeWorld& world, const Arguments& arguments) {
    auto objects = readObjects(arguments.positional, world.in);
    if (!objects) {
        return tl::unexpected(objects.error());
    }
    std::vector<std::pair<Json, mesh::ResourcePtr>> pairs;
    for (Json& object : *objects) {
        giveNamespace(object, arguments.connection.namespaces);
        const mesh::ResourceRef ref = refOf(object);
        if (ref.group.empty() && ref.kind == "Secret") { // the journal keeps whole objects, and never a secret
            return fail(ErrorKind::InvalidArgument, "Meshdeck does not apply Secrets: " + text::safe(ref.display()),
                        "use kubectl for it");
        }
        mesh::ResourcePtr live;
        if (world.cluster != nullptr) {
            auto read = world.cluster->read(ref, {});
            if (!read && read.error().kind != ErrorKind::NotFound) {
                return tl::unexpected(read.error());
            }
            live = read ? *read : nullptr;
        }
        pairs.emplace_back(std::move(object), std::move(live));
    }
    return change::planObjects(pairs);
}

Result<change::Plan> planSetWeights(const ChangeWorld& world, const Arguments& arguments) {
    const auto wanted = parseWeights(arguments.values("set-weights"));
    if (!wanted) {
        return tl::unexpected(wanted.error());
    }
    const mesh::SnapshotPtr snapshot = world.snapshot ? world.snapshot() : nullptr;
    if (world.cluster == nullptr || !snapshot || !snapshot->config) {
        const mesh::SourceHealth* source = snapshot ? snapshot->source("kubernetes") : nullptr;
        return fail(ErrorKind::Unreachable,
                    source != nullptr && !source->detail.empty() ? source->detail
                                                                 : "--set-weights needs a cluster to find the routes in",
                    source != nullptr ? source->hint : "");
    }
    std::vector<change::WeightEdit> edits;
    for (const WantedWeights& set : *wanted) {
        auto edit = findEdit(set, *snapshot->config, arguments.connection.namespaces, arguments.value("route"));
        if (!edit) {
            return tl::unexpected(edit.error());
        }
        // The snapshot may be a moment old; the plan is made on what is there now.
        auto fresh = world.cluster->read(edit->base->ref, {});
        if (!fresh) {
            return tl::unexpected(fresh.error());
        }
        const mesh::ResourceTable now{{(*fresh)->ref, *fresh}};
        auto again = findEdit(set, now, {}, edit->section + "[" + std::to_string(edit->routeIndex) + "]");
        if (!again) {
            return tl::unexpected(again.error());
        }
        edits.push_back(std::move(*again));
    }
    return change::planWeights(edits);
}

} // namespace

Result<std::vector<Json>> readObjects(const std::vector<std::string>& paths, std::istream* in) {
    const auto files = readManifests(paths, in);
    if (!files) {
        return tl::unexpected(files.error());
    }
    std::vector<Json> objects;
    for (const ManifestFile& file : *files) {
        if (auto added = addObjects(objects, *file.source); !added) {
            return tl::unexpected(added.error());
        }
    }
    return objects;
}

Result<change::Plan> planFrom(const ChangeWorld& world, const Arguments& arguments) {
    const bool weights = arguments.has("set-weights");
    if (weights == !arguments.positional.empty()) {
        return fail(ErrorKind::InvalidArgument,
                    weights ? "files and --set-weights do not go together" : "there is nothing to do",
                    "give files or folders, or --set-weights HOST SUBSET=W...");
    }
    return weights ? planSetWeights(world, arguments) : planFiles(world, arguments);
}

} // namespace meshdeck::cli
