#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "cli/apply_input.h"
#include "cli/apply_writers.h"
#include "cli/change_commands.h"
#include "cli/change_consent.h"
#include "cli/change_document.h"
#include "cli/change_options.h"
#include "cli/change_watch.h"
#include "cli/diff_writers.h"
#include "cli/report.h"
#include "cli/watch_writers.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::cli {

namespace {

void showDiff(const DiffDocument& document, const Streams& streams) {
    streams.out << diffText(document, useColour(streams.outIsTerminal)) << std::flush;
}

int codeOf(const change::ApplyReport& report) {
    switch (report.outcome) {
    case change::Outcome::Unknown: return kOutcomeUnknown;
    case change::Outcome::Applied: {
        const bool refused = std::any_of(report.conditions.begin(), report.conditions.end(), [](const auto& one) {
            return one.state == change::ConditionState::Refused;
        });
        return report.proxies.rejected.empty() && !refused ? kDone : kSomethingToReport;
    }
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

void showReport(const change::ApplyReport& report, const change::Plan& plan, const WatchOutcome& watched,
                const Arguments& arguments, const Streams& streams) {
    streams.out << (asJson(arguments) ? watchedJson(report, plan, watched) : watchedText(watched)) << std::flush;
    if (watched.problem) {
        (void)reportError(*watched.problem, streams);
    }
}

// The write itself, and with --rollback-on the watch around it.
int writeAndWatch(const ChangeWorld& world, const change::Preview& preview, const ChangeOptions& options,
                  const Arguments& arguments, const Streams& streams, const std::optional<std::string>& rollbackOf) {
    const bool watching = options.rollbackOnBreach && !preview.plan.objects.empty();
    if (watching && world.traffic == nullptr) {
        return reportError({ErrorKind::Unreachable, "there is no telemetry to watch the change by", {}, {}}, streams);
    }
    std::optional<ChangeWatch> watch;
    change::ApplyOptions apply{world.context, options.waitForProxies, arguments.has("allow-owned"), rollbackOf};
    if (watching) {
        watch.emplace(world, arguments, options, streams);
        if (const Status begun = watch->begin(preview.plan); !begun) {
            return reportError(begun.error(), streams);
        }
        apply.note = watch->journalNote();
    }
    Progress progress(arguments.quiet, streams);
    change::ApplyEngine engine = engineOf(world);
    const auto report = engine.apply(preview, apply, {}, [&progress](const std::string& phase, const auto&) {
        progress.show(phase);
    });
    progress.clear();
    if (!report) {
        const int code = reportError(report.error(), streams);
        return report.error().kind == ErrorKind::Conflict ? kSomethingToReport : code;
    }
    const bool watchable = watch && report->outcome == change::Outcome::Applied;
    if (!watchable || !asJson(arguments)) {
        showReport(*report, preview.plan, "", arguments, streams);
    }
    if (!watchable) {
        return codeOf(*report);
    }
    const WatchOutcome watched = watch->finish(*report);
    showReport(*report, preview.plan, watched, arguments, streams);
    return codeOf(watched);
}

// From a plan to its end: preview, consent, write, report.
int carryOut(const ChangeWorld& world, const change::Plan& plan, const ChangeOptions& options, const Arguments& arguments,
             const Streams& streams, const std::optional<std::string>& rollbackOf) {
    const std::string dryRun = options.dryRunName();
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
    std::size_t findings = 0; // new ones
    if (!asJson(arguments)) {
        const DiffDocument document = documentOf(world, arguments, preview.plan, preview.objects);
        findings = document.findings ? document.findings->added.size() : 0;
        showDiff(document, streams);
    }
    if (!preview.ok()) {
        return stopAtPreview(preview, dryRun, arguments, streams);
    }
    if (options.dryRun != DryRun::No) {
        return endDryRun(preview, dryRun, arguments, streams);
    }
    if (!preview.plan.objects.empty()) {
        if (const auto agreed = askConsent(world, arguments, streams, findings); !agreed) {
            return reportError(agreed.error(), streams);
        }
        if (world.unlock) {
            world.unlock();
        }
    }
    return writeAndWatch(world, preview, options, arguments, streams, rollbackOf);
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
        showDiff(documentOf(world, arguments, shown, objects), streams);
    }
    return failed ? kCouldNot : shown.objects.empty() ? kDone : kSomethingToReport;
}

int applyIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams) {
    const auto options = changeOptions(arguments);
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
    const auto options = changeOptions(arguments);
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
