#include "changes/change_controller.h"

#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::views {

struct ChangeController::Job {
    change::Cluster& cluster;
    const Clock& clock;
    change::Journal& journal;
    change::ApplyEngine engine;
    // Touched on the strand only.
    std::optional<change::Preview> preview;
    std::string lastApplied; // journal id
};

namespace {

std::string yamlOf(const mesh::ResourcePtr& resource) {
    if (!resource) {
        return {};
    }
    const auto object = config::parse(*resource);
    return object ? config::toYaml(config::withoutServerFields(*object)) : std::string();
}

bool leadsTo(const config::WeightedRoute& route, const config::ServiceName& service) {
    for (const config::WeightedDestination& destination : route.destinations) {
        const auto name = config::resolveHost(destination.host, destination.ns);
        if (name && *name == service) {
            return true;
        }
    }
    return false;
}

DryRunReport reportOf(const change::Preview& preview) {
    DryRunReport report;
    report.ok = preview.ok();
    for (const change::PreviewObject& object : preview.objects) {
        report.warnings.insert(report.warnings.end(), object.warnings.begin(), object.warnings.end());
        report.owners.insert(report.owners.end(), object.owners.begin(), object.owners.end());
        if (object.problem && !report.problem) {
            report.problem = object.problem;
            report.changedBy = object.changedBy;
        }
        if (report.liveYaml.empty()) {
            report.liveYaml = yamlOf(object.live);
        }
    }
    return report;
}

// What the subsets of the route's first destination select, by its DestinationRule.
std::vector<config::Subset> subsetsFor(const config::WeightedRoute& route, const mesh::MeshSnapshot& snapshot) {
    if (!snapshot.config || route.destinations.empty()) {
        return {};
    }
    const config::WeightedDestination& first = route.destinations.front();
    const auto service = config::resolveHost(first.host, first.ns);
    for (const auto& [ref, resource] : *snapshot.config) {
        const auto rule = resource ? config::destinationRule(*resource) : std::nullopt;
        if (rule && (service ? config::resolveHost(rule->host, ref.ns) == service : rule->host == first.host)) {
            return rule->subsets;
        }
    }
    return {};
}

} // namespace

ChangeController::ChangeController(change::Cluster& cluster, change::ProxyWatch* proxies, change::Journal& journal,
                                   const Clock& clock, std::string context, QObject* parent)
    : ChangeService(parent)
    , m_context(std::move(context))
    , m_job(std::make_shared<Job>(Job{cluster, clock, journal, change::ApplyEngine(cluster, proxies, journal, clock), {}, {}}))
    , m_strand("apply") {}

ChangeController::~ChangeController() {
    m_stop.request_stop();
}

void ChangeController::deliver(std::function<void()> onUi) {
    m_ui.post(std::move(onUi));
}

std::vector<config::WeightedRoute> ChangeController::routes(const mesh::MeshSnapshot& snapshot, const std::string& ns,
                                                            const std::string& service) const {
    std::vector<config::WeightedRoute> found;
    if (!snapshot.config) {
        return found;
    }
    for (const auto& [ref, resource] : *snapshot.config) {
        if (!resource) {
            continue;
        }
        for (config::WeightedRoute& route : config::weightedRoutes(*resource)) {
            if (leadsTo(route, {service, ns})) {
                found.push_back(std::move(route));
            }
        }
    }
    return found;
}

EditDraft ChangeController::draft(const change::WeightEdit& edit, const mesh::MeshSnapshot& snapshot) const {
    EditDraft draft;
    draft.edit = edit;
    if (edit.base) {
        draft.baseYaml = draft.mineYaml = yamlOf(edit.base);
        for (config::WeightedRoute& route : config::weightedRoutes(*edit.base)) {
            if (route.section == edit.section && route.index == edit.routeIndex) {
                draft.route = std::move(route);
            }
        }
    }
    draft.edit.subsets = subsetsFor(draft.route, snapshot);
    const auto plan = change::planWeights(draft.edit);
    if (!plan) {
        draft.problem = plan.error();
        return draft;
    }
    draft.prediction = change::predict(draft.edit, snapshot.graph.get());
    for (const change::PlannedObject& object : plan->objects) {
        draft.mineYaml = config::toYaml(config::withoutServerFields(object.after));
        draft.patch = object.patch;
        for (const change::PatchOperation& operation : object.patch) {
            const bool sets = operation.op == change::PatchOperation::Op::Replace || operation.op == change::PatchOperation::Op::Add;
            draft.fields += sets && operation.path.find("/metadata/") != 0 ? 1 : 0;
        }
    }
    return draft;
}

void ChangeController::dryRun(const EditDraft& draft) {
    m_stop = std::stop_source();
    m_strand.post([this, job = m_job, edit = draft.edit, stop = m_stop.get_token()] {
        DryRunReport report;
        const auto plan = change::planWeights(edit);
        if (!plan) {
            report.problem = plan.error();
        } else {
            if (const auto allowed = job->cluster.mayI("patch", edit.base->ref, stop)) {
                report.allowed = *allowed;
            }
            auto preview = job->engine.preview(*plan, stop);
            if (preview) {
                const auto allowed = report.allowed;
                report = reportOf(*preview);
                report.allowed = allowed;
                job->preview = report.ok ? std::optional(std::move(*preview)) : std::nullopt;
            } else {
                report.problem = preview.error();
                job->preview.reset();
            }
        }
        report.at = job->clock.wallTime();
        deliver([this, report = std::move(report)] { Q_EMIT dryRunDone(report); });
    });
}

void ChangeController::apply(bool allowOwned) {
    m_stop = std::stop_source();
    m_strand.post([this, job = m_job, allowOwned, context = m_context, stop = m_stop.get_token()] {
        ApplyDone done;
        if (!job->preview) {
            done.problem = Error{ErrorKind::InvalidArgument, "There is no dry run to apply", "make a dry run first", {}};
        } else {
            change::ApplyOptions options;
            options.context = context;
            options.allowOwned = allowOwned;
            auto report = job->engine.apply(*job->preview, options, stop, [this](const auto& phase, const auto& proxies) {
                deliver([this, phase = QString::fromStdString(phase), proxies] { Q_EMIT progressed(phase, proxies); });
            });
            job->preview.reset();
            if (report) {
                job->lastApplied = report->outcome == change::Outcome::Applied ? report->journal : job->lastApplied;
                done.report = std::move(*report);
            } else {
                done.problem = report.error();
            }
        }
        deliver([this, done = std::move(done)] { Q_EMIT applied(done); });
    });
}

void ChangeController::undoLast() {
    m_stop = std::stop_source();
    m_strand.post([this, job = m_job, context = m_context, stop = m_stop.get_token()] {
        ApplyDone done;
        done.undo = true;
        const auto run = [&]() -> Result<change::ApplyReport> {
            if (job->lastApplied.empty()) {
                return fail(ErrorKind::NotFound, "Nothing was applied from this window yet",
                            "older changes: meshdeck journal, then meshdeck rollback ID");
            }
            const auto plan = job->engine.planRollback(job->lastApplied, stop);
            if (!plan) {
                return tl::unexpected(plan.error());
            }
            const auto preview = job->engine.preview(*plan, stop);
            if (!preview) {
                return tl::unexpected(preview.error());
            }
            change::ApplyOptions options;
            options.context = context;
            options.rollbackOf = job->lastApplied;
            return job->engine.apply(*preview, options, stop, [this](const auto& phase, const auto& proxies) {
                deliver([this, phase = QString::fromStdString(phase), proxies] { Q_EMIT progressed(phase, proxies); });
            });
        };
        if (auto report = run()) {
            job->lastApplied = report->outcome == change::Outcome::Applied ? std::string() : job->lastApplied;
            done.report = std::move(*report);
        } else {
            done.problem = report.error();
        }
        deliver([this, done = std::move(done)] { Q_EMIT applied(done); });
    });
}

void ChangeController::cancel() {
    m_stop.request_stop();
}

} // namespace meshdeck::views
