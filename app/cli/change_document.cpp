#include "cli/change_document.h"

#include "base/text.h"
#include "cli/apply_input.h"
#include "cli/cluster_objects.h"

namespace meshdeck::cli {

namespace {

// The checks on the mesh as it is and as it would be. Without a cluster the plan's objects are all there is.
change::FindingsChange findingsOf(const mesh::MeshSnapshot* snapshot, const change::Plan& plan) {
    policy::CheckOptions options;
    options.secretsKnown = false; // a cluster is never asked for its Secrets
    auto objects = snapshot == nullptr ? std::vector<config::ConfigObjectPtr>() : clusterObjects(*snapshot);
    policy::IncrementalChecks checks(policy::World::build(std::move(objects)), options);
    const policy::CheckReport before = checks.report();
    return change::compareFindings(before, checks.apply(change::editsOf(plan)));
}

} // namespace

DiffDocument documentOf(const ChangeWorld& world, const Arguments& arguments, const change::Plan& plan,
                        const std::vector<change::PreviewObject>& objects) {
    DiffDocument document{world.context, plan, objects, {}, "the last " + text::age(arguments.connection.window), {}};
    if (plan.objects.empty()) {
        return document;
    }
    const mesh::SnapshotPtr snapshot = world.snapshot ? world.snapshot() : nullptr;
    // Without the cluster's config nearly everything would look broken: then nothing is said.
    const bool known = snapshot && snapshot->config && snapshot->inventory;
    if (known || world.cluster == nullptr) {
        document.findings = findingsOf(known ? snapshot.get() : nullptr, plan);
    }
    if (snapshot && snapshot->graph && !arguments.connection.time) {
        document.window = "the last " + text::age(snapshot->graph->window); // what was really measured
    }
    const mesh::ResourceTable* config = snapshot && snapshot->config ? snapshot->config.get() : nullptr;
    for (change::WeightEdit& edit : weightEdits(plan, config)) {
        auto prediction = change::predict(edit, snapshot && snapshot->graph ? snapshot->graph.get() : nullptr);
        document.predictions.emplace_back(std::move(edit), std::move(prediction));
    }
    return document;
}

} // namespace meshdeck::cli
