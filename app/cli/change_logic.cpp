#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "cli/apply_input.h"
#include "cli/apply_writers.h"
#include "cli/change_commands.h"
#include "cli/change_consent.h"
#include "cli/diff_writers.h"
#include "cli/report.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::cli {

namespace {

constexpr Duration kWaitForProxies = std::chrono::seconds(30);

enum class DryRun { No, Server, Client };

struct Options {
    DryRun dryRun = DryRun::No;
    Duration waitForProxies = kWaitForProxies;
};

Result<Options> optionsOf(const Arguments& arguments) {
    if (arguments.has("rollback-on")) {
        return fail(ErrorKind::InvalidArgument, "--rollback-on is not available in this version",
                    "watch the change yourself and use meshdeck rollback");
    }
    Options options;
    if (arguments.has("dry-run")) {
        const std::string word = arguments.value("dry-run").value_or("server");
        if (word != "server" && word != "client") {
            return fail(ErrorKind::InvalidArgument, "--dry-run takes server or client");
        }
        options.dryRun = word == "server" ? DryRun::Server : DryRun::Client;
    }
    if (const auto word = arguments.value("wait-proxies")) {
        const auto time = *word == "0" || *word == "0s" ? std::optional(Duration::zero()) : parseDuration(*word);
        if (!time) {
            return fail(ErrorKind::InvalidArgument, "--wait-proxies takes a time", "for example: --wait-proxies 30s");
        }
        options.waitForProxies = *time;
    }
    return options;
}

bool asJson(const Arguments& arguments) { return arguments.output == "json"; }

change::ApplyEngine engineOf(const ChangeWorld& world) {
    return change::ApplyEngine(*world.cluster, world.proxies, *world.journal, *world.clock, world.pause);
}

std::string windowText(const Arguments& arguments) {
    return "the last " + text::age(arguments.connection.window);
}

DiffDocument documentOf(const ChangeWorld& world, const Arguments& arguments, const change::Plan& plan,
                        const std::vector<change::PreviewObject>& objects) {
    DiffDocument document{world.context, plan, objects, {}, windowText(arguments)};
    auto edits = weightEdits(plan, nullptr);
    if (edits.empty()) {
        return document;
    }
    // Only now is the graph worth waiting for.
    const mesh::SnapshotPtr snapshot = world.snapshot ? world.snapshot() : nullptr;
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

void showDiff(const DiffDocument& document, const Arguments& arguments, const Streams& streams) {
    streams.out << diffText(document, useColour(streams.outIsTerminal)) << std::flush;
    (void)arguments;
}

int codeOf(const change::ApplyReport& report) {
    switch (report.outcome) {
    case change::Outcome::Unknown: return kOutcomeUnknown;
    case change::Outcome::Applied: return report.proxies.rejected.empty() ? kDone : kSomethingToReport;
    case change::Outcome::Partly: return kSomethingToReport;
    case change::Outcome::NotApplied: break;
    }
    const bool refused = std::any_of(report.objects.begin(), report.objects.end(), [](const change::JournalObject& o) {
        return o.outcome == change::ObjectOutcome::Refused;
    });
    return refused ? kCouldNot : kSomethingToReport;
}

void showReport(const change::ApplyReport& report, const change::Plan& plan, const std::string& dryRun,
                const Arguments& arguments, const Streams& streams) {
    streams.out << (asJson(arguments) ? applyJson(report, plan, dryRun) : applyText(report)) << std::flush;
}

// The preview found a reason not to go on: the report says which, in the form that was asked for.
int stopAtPreview(const change::Preview& preview, const std::string& dryRun, const Arguments& arguments,
                  const Streams& streams) {
    const change::ApplyReport report = notAppliedReport(preview);
    showReport(report, preview.plan, dryRun, arguments, streams);
    for (const change::PreviewObject& object : preview.objects) {
        if (object.problem) {
            (void)reportError(*object.problem, streams);
        }
    }
    return codeOf(report);
}

int endDryRun(const change::Preview& preview, const std::string& dryRun, const Arguments& arguments,
              const Streams& streams) {
    change::ApplyReport report = notAppliedReport(preview);
    if (asJson(arguments)) {
        streams.out << applyJson(report, preview.plan, dryRun) << std::flush;
    } else {
        streams.out << "\ndry run (" << dryRun << "): nothing was written\n" << std::flush;
    }
    return kDone;
}

// From a plan to its end: preview, consent, write, report.
int carryOut(const ChangeWorld& world, const change::Plan& plan, const Options& options, const Arguments& arguments,
             const Streams& streams, const std::optional<std::string>& rollbackOf) {
    const std::string dryRun = options.dryRun == DryRun::No ? "" : options.dryRun == DryRun::Server ? "server" : "client";
    change::Preview preview;
    preview.plan = plan;
    change::ApplyEngine engine = engineOf(world);
    if (options.dryRun != DryRun::Client) {
        auto previewed = engine.preview(plan, {});
        if (!previewed) {
            return reportError(previewed.error(), streams);
        }
        preview = std::move(*previewed);
    }
    if (!asJson(arguments)) {
        showDiff(documentOf(world, arguments, preview.plan, preview.objects), arguments, streams);
    }
    if (!preview.ok()) {
        return stopAtPreview(preview, dryRun, arguments, streams);
    }
    if (options.dryRun != DryRun::No) {
        return endDryRun(preview, dryRun, arguments, streams);
    }
    if (!preview.plan.objects.empty()) {
        if (const auto agreed = askConsent(world, arguments, streams); !agreed) {
            return reportError(agreed.error(), streams);
        }
        if (world.unlock) {
            world.unlock();
        }
    }
    Progress progress(arguments.quiet, streams);
    const change::ApplyOptions apply{world.context, options.waitForProxies, arguments.has("allow-owned"), rollbackOf};
    const auto report = engine.apply(preview, apply, {}, [&progress](const std::string& phase, const auto&) {
        progress.show(phase);
    });
    progress.clear();
    if (!report) {
        const int code = reportError(report.error(), streams);
        return report.error().kind == ErrorKind::Conflict ? kSomethingToReport : code;
    }
    showReport(*report, preview.plan, dryRun, arguments, streams);
    return codeOf(*report);
}

// Changes of an earlier run that died before it could tell what became of them.
void settle(const ChangeWorld& world, const Arguments& arguments, const Streams& streams) {
    const auto settled = engineOf(world).settleOpenEntries(world.context, {});
    if (!settled) {
        note("open changes in the journal could not be settled: " + describe(settled.error()), arguments.quiet, streams);
        return;
    }
    for (const change::JournalEntry& entry : *settled) {
        note("change " + entry.id + " of an earlier run: " + std::string(change::name(entry.outcome())), arguments.quiet,
             streams);
    }
}

int refuseReadOnly(const Streams& streams) {
    return reportError({ErrorKind::ReadOnly, "--read-only refuses every write", "add --dry-run to look only", {}}, streams);
}

// The difference between what a change left and what is there, for a rollback that is refused.
void showForeignDifference(const ChangeWorld& world, const std::string& id, const Streams& streams) {
    const auto entry = world.journal->entry(id);
    if (!entry) {
        return;
    }
    for (const change::JournalObject& object : entry->objects) {
        const auto fresh = world.cluster->read(object.planned.ref, {});
        if (object.outcome != change::ObjectOutcome::Applied || !fresh) {
            continue;
        }
        const auto now = config::parse(**fresh);
        change::PlannedObject difference;
        difference.ref = object.planned.ref;
        auto left = std::make_shared<mesh::Resource>(**fresh);
        left->json = std::make_shared<const std::string>(object.planned.after.dump(-1, ' ', false, config::Json::error_handler_t::replace));
        difference.base = std::move(left);
        difference.after = now ? config::withoutServerFields(*now) : config::Json();
        streams.err << text::safe(objectDiff(difference, "now"), true, 1U << 20U) << std::flush;
    }
}

} // namespace

int diffIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams) {
    const auto plan = planFrom(world, arguments);
    if (!plan) {
        return reportError(plan.error(), streams);
    }
    std::vector<change::PreviewObject> objects;
    change::Plan shown = *plan;
    if (world.cluster != nullptr && world.journal != nullptr) {
        auto preview = engineOf(world).preview(*plan, {});
        if (!preview) {
            return reportError(preview.error(), streams);
        }
        for (const change::PreviewObject& object : preview->objects) {
            if (object.problem) {
                (void)reportError(*object.problem, streams);
            }
        }
        objects = std::move(preview->objects);
        shown = std::move(preview->plan);
    }
    const bool failed = std::any_of(objects.begin(), objects.end(), [](const auto& object) { return object.problem; });
    if (asJson(arguments)) {
        streams.out << diffJson(documentOf(world, arguments, shown, objects)) << std::flush;
    } else if (!shown.objects.empty()) {
        showDiff(documentOf(world, arguments, shown, objects), arguments, streams);
    }
    return failed ? kCouldNot : shown.objects.empty() ? kDone : kSomethingToReport;
}

int applyIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams) {
    const auto options = optionsOf(arguments);
    if (!options) {
        return reportError(options.error(), streams);
    }
    const auto plan = planFrom(world, arguments);
    if (!plan) {
        return reportError(plan.error(), streams);
    }
    if (options->dryRun == DryRun::No) {
        if (arguments.connection.readOnly) {
            return refuseReadOnly(streams);
        }
        settle(world, arguments, streams);
    }
    return carryOut(world, *plan, *options, arguments, streams, std::nullopt);
}

int rollbackIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams) {
    const auto options = optionsOf(arguments);
    if (!options) {
        return reportError(options.error(), streams);
    }
    if (arguments.positional.size() != 1) {
        return reportError({ErrorKind::InvalidArgument, "rollback takes the id of one change", "meshdeck journal lists them", {}},
                           streams);
    }
    const std::string& id = arguments.positional.front();
    const auto entry = world.journal->entry(id);
    if (!entry) {
        return reportError(entry.error(), streams);
    }
    if (entry->context != world.context) {
        return reportError({ErrorKind::InvalidArgument,
                            "change " + id + " was made in context " + entry->context + ", not in " + world.context,
                            "add --context " + entry->context, {}}, streams);
    }
    if (options->dryRun == DryRun::No) {
        if (arguments.connection.readOnly) {
            return refuseReadOnly(streams); // before anybody is asked for consent
        }
        settle(world, arguments, streams);
    }
    const auto plan = engineOf(world).planRollback(id, {});
    if (!plan) {
        const int code = reportError(plan.error(), streams);
        if (plan.error().kind != ErrorKind::Conflict) {
            return code;
        }
        showForeignDifference(world, id, streams);
        return kSomethingToReport;
    }
    return carryOut(world, *plan, *options, arguments, streams, id);
}

int journalIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams) {
    if (arguments.positional.size() > 1) {
        return reportError({ErrorKind::InvalidArgument, "journal takes one id or none", {}, {}}, streams);
    }
    const bool colour = useColour(streams.outIsTerminal);
    if (arguments.positional.empty()) {
        const auto entries = world.journal->entries();
        if (!entries) {
            return reportError(entries.error(), streams);
        }
        streams.out << (asJson(arguments) ? journalJson(*entries) : journalText(*entries, colour)) << std::flush;
        return kDone;
    }
    auto entry = world.journal->entry(arguments.positional.front());
    if (entry && !entry->closed && world.cluster != nullptr && entry->context == world.context) {
        settle(world, arguments, streams);
        entry = world.journal->entry(arguments.positional.front());
    }
    if (!entry) {
        return reportError(entry.error(), streams);
    }
    streams.out << (asJson(arguments) ? journalJson({*entry}) : entryText(*entry, colour)) << std::flush;
    return kDone;
}

} // namespace meshdeck::cli
