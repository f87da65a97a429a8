#include "views/fake_change_service.h"

#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::views::sample {
namespace {

std::string yamlOf(const config::Json& object) {
    return config::toYaml(config::withoutServerFields(object));
}

} // namespace

std::vector<config::WeightedRoute> FakeChangeService::routes(const mesh::MeshSnapshot& snapshot, const std::string& ns,
                                                             const std::string& service) const {
    const mesh::ResourcePtr resource = snapshot.resource({"networking.istio.io", "VirtualService", ns, service});
    return resource ? config::weightedRoutes(*resource) : std::vector<config::WeightedRoute>();
}

EditDraft FakeChangeService::draft(const change::WeightEdit& edit, const mesh::MeshSnapshot& snapshot) const {
    EditDraft draft;
    draft.edit = edit;
    draft.route = config::weightedRoutes(*edit.base).at(edit.routeIndex);
    draft.baseYaml = draft.mineYaml = yamlOf(*config::parse(*edit.base));
    draft.prediction = change::predict(edit, snapshot.graph.get());
    const auto plan = change::planWeights(edit);
    if (!plan) {
        draft.problem = plan.error();
    } else if (!plan->objects.empty()) {
        draft.mineYaml = yamlOf(plan->objects.front().after);
        draft.patch = plan->objects.front().patch;
        draft.fields = 2;
    }
    return draft;
}

void FakeChangeService::dryRun(const EditDraft&) {
    ++dryRuns;
    Q_EMIT dryRunDone(report);
}

void FakeChangeService::apply(bool allowOwned) {
    ++applies;
    lastAllowedOwned = allowOwned;
    ApplyDone done;
    done.report.emplace();
    done.report->outcome = change::Outcome::Applied;
    done.report->proxies = {true, {}, 40, 37, {}, {}};
    Q_EMIT applied(done);
}

void FakeChangeService::undoLast() {
    ++undos;
    ApplyDone done;
    done.undo = true;
    done.report.emplace();
    done.report->outcome = change::Outcome::Applied;
    Q_EMIT applied(done);
}

} // namespace meshdeck::views::sample
