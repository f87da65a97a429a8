#include "change/apply.h"

#include <algorithm>
#include <set>

#include "change/conflict.h"
#include "change/json_patch.h"
#include "change/order.h"
#include "change/proxy_wait.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::change {

namespace {

using config::Json;

constexpr int kReads = 3; // of an object whose fate is unknown, before it stays unknown
constexpr Duration kBetweenReads = std::chrono::seconds(1);
constexpr int kIdTries = 3;

// After these the server may or may not have stored the object; all others say that it did not.
bool leavesOutcomeOpen(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Timeout:
    case ErrorKind::Unreachable:
    case ErrorKind::Cancelled:
    case ErrorKind::Tls:
    case ErrorKind::Server:
    case ErrorKind::Protocol:
    case ErrorKind::Internal:
    case ErrorKind::TooLarge: return true;
    default: return false;
    }
}

std::set<std::string> namespacesOf(const Plan& plan) {
    std::set<std::string> namespaces;
    for (const PlannedObject& object : plan.objects) {
        namespaces.insert(object.ref.ns);
    }
    return namespaces;
}

JournalEntry entryOf(const Plan& plan, const ApplyOptions& options, ServerTime time, std::string user) {
    JournalEntry entry;
    entry.time = time;
    entry.context = options.context;
    entry.user = std::move(user);
    entry.sentence = plan.sentence;
    entry.rollbackOf = options.rollbackOf;
    entry.note = options.note;
    for (const PlannedObject& planned : plan.objects) {
        JournalObject object;
        object.planned = planned;
        if (planned.operation == Operation::Patch) {
            if (const auto base = config::parse(*planned.base)) {
                object.inverse = inverseOf(*base, planned.after);
            }
        }
        entry.objects.push_back(std::move(object));
    }
    return entry;
}

} // namespace

// One apply from its intent on.
struct ApplyEngine::Run {
    const ApplyOptions& options;
    const ApplyProgress& progress;
    std::stop_token stop;
    JournalEntry entry;
    ApplyReport report;
    ProxyWait proxies;

    void tell(const std::string& phase) const {
        if (progress) {
            progress(phase, report.proxies);
        }
    }
    ProxyProgress waitForProxies() {
        tell("waiting for the proxies");
        return proxies.wait(options.waitForProxies, stop, [this](const ProxyProgress& now) {
            if (progress) {
                progress(std::to_string(now.acknowledged) + " of " + std::to_string(now.total) + " proxies", now);
            }
        });
    }
};

ApplyEngine::ApplyEngine(Cluster& cluster, ProxyWatch* proxies, Journal& journal, const Clock& clock, Pause pause)
    : m_cluster(cluster)
    , m_proxies(proxies)
    , m_journal(journal)
    , m_clock(clock)
    , m_pause(pause ? std::move(pause) : realPause()) {}

Status ApplyEngine::mayBegin(const Preview& preview, const ApplyOptions& options) const {
    for (const PreviewObject& object : preview.objects) {
        if (object.problem) {
            return tl::unexpected(*object.problem);
        }
        for (const Owner& owner : object.owners) {
            if (owner.blocks && !options.allowOwned) {
                return fail(ErrorKind::Forbidden, object.ref.display() + " is run by " + owner.name,
                            owner.sentence + ", or write all the same with --allow-owned");
            }
        }
    }
    // An unknown outcome blocks further writes to that object (facts/faults.md R5).
    const auto entries = m_journal.entries();
    if (!entries) {
        return tl::unexpected(entries.error());
    }
    for (const JournalEntry& entry : *entries) {
        if (entry.closed || entry.context != options.context) {
            continue;
        }
        for (const PlannedObject& planned : preview.plan.objects) {
            const bool touched = std::any_of(entry.objects.begin(), entry.objects.end(), [&](const JournalObject& o) {
                return o.planned.ref == planned.ref;
            });
            if (touched) {
                return fail(ErrorKind::Conflict,
                            "the outcome of change " + entry.id + " to " + planned.ref.display() + " is not known yet",
                            "meshdeck journal " + entry.id + " reads the object again and settles it");
            }
        }
    }
    return {};
}

Result<JournalEntry> ApplyEngine::recordIntent(const Preview& preview, const ApplyOptions& options,
                                               const std::stop_token& stop) {
    const auto user = m_cluster.whoAmI(stop);
    JournalEntry entry = entryOf(preview.plan, options, m_clock.wallTime(), user.value_or("unknown"));
    Status recorded;
    for (int i = 0; i < kIdTries; ++i) {
        entry.id = newJournalId(entry.time);
        recorded = m_journal.recordIntent(entry);
        if (recorded || recorded.error().kind != ErrorKind::Conflict) {
            break;
        }
    }
    if (!recorded) {
        return tl::unexpected(recorded.error());
    }
    return entry;
}

void ApplyEngine::takeAnswer(Run& run, std::size_t index, const WriteAnswer& answer) {
    JournalObject& object = run.entry.objects[index];
    object.outcome = ObjectOutcome::Applied;
    run.report.warnings.insert(run.report.warnings.end(), answer.warnings.begin(), answer.warnings.end());
    if (!answer.object) {
        run.report.storedAsPreviewed[index] = object.planned.operation == Operation::Delete;
        return;
    }
    object.resourceVersionAfter = answer.object->resourceVersion;
    object.uidAfter = answer.object->uid;
    const auto& base = object.planned.base;
    if (base && base->resourceVersion == answer.object->resourceVersion) {
        object.outcome = ObjectOutcome::Unchanged; // facts/real-servers.md 1: a patch that changes nothing
    }
    const auto stored = config::parse(*answer.object);
    if (!stored || object.planned.operation == Operation::Delete) {
        run.report.storedAsPreviewed[index] = object.planned.operation == Operation::Delete;
        return;
    }
    const Json after = config::withoutServerFields(*stored);
    run.report.storedAsPreviewed[index] = sameJson(after, object.planned.after);
    if (!run.report.storedAsPreviewed[index]) {
        const auto fields = differingFields(object.planned.after, after);
        run.report.warnings.push_back(object.planned.ref.display() + " was not stored as previewed: " +
                                      (fields.empty() ? "" : fields.front()) + " differs");
        object.planned.after = after; // what an undo must find
        if (base) {
            if (const auto before = config::parse(*base)) {
                object.inverse = inverseOf(*before, after);
            }
        }
    }
}

void ApplyEngine::takeFailure(Run& run, std::size_t index, const Error& error) {
    JournalObject& object = run.entry.objects[index];
    if (error.kind == ErrorKind::Conflict) {
        Explanation explanation = explainConflict(object.planned, m_cluster.read(object.planned.ref, {}));
        object.outcome = ObjectOutcome::Conflict;
        object.message = std::move(explanation.message);
        run.report.changedBy[index] = std::move(explanation.changedBy);
        return;
    }
    if (!leavesOutcomeOpen(error.kind)) {
        object.outcome = ObjectOutcome::Refused;
        object.message = describe(error);
        return;
    }
    // The answer is lost. Reading decides, not sending again; the user's wish to stop does not stop this.
    run.tell("reading " + object.planned.ref.display() + " again: the answer was lost");
    Verdict verdict;
    for (int i = 0; i < kReads; ++i) {
        if (i > 0) {
            m_pause(kBetweenReads, {});
        }
        verdict = judge(object.planned, m_cluster.read(object.planned.ref, {}));
        if (verdict.kind == Verdict::Kind::Applied || verdict.kind == Verdict::Kind::Overtaken) {
            break;
        }
    }
    object.message = verdict.message;
    switch (verdict.kind) {
    case Verdict::Kind::Applied:
        if (verdict.message.empty()) {
            takeAnswer(run, index, {verdict.live, {}});
            break;
        }
        // Somebody else has edited it too: what they changed must not become part of our undo.
        object.outcome = ObjectOutcome::Applied;
        if (verdict.live) {
            object.resourceVersionAfter = verdict.live->resourceVersion;
            object.uidAfter = verdict.live->uid;
        }
        break;
    case Verdict::Kind::NotApplied:
        // A server that was silent may still be at it: that nothing is seen yet proves nothing. Settled at the next start.
        object.outcome = error.kind == ErrorKind::Timeout ? ObjectOutcome::Unknown : ObjectOutcome::Refused;
        object.message = describe(error) + "; " + verdict.message;
        break;
    case Verdict::Kind::Overtaken: object.outcome = ObjectOutcome::Conflict; break;
    case Verdict::Kind::CannotTell: object.outcome = ObjectOutcome::Unknown; break;
    }
}

void ApplyEngine::writeOne(Run& run, std::size_t index) {
    const PlannedObject& planned = run.entry.objects[index].planned;
    run.tell("writing " + planned.ref.display());
    const auto answer = send(planned, false, run.stop);
    if (answer) {
        takeAnswer(run, index, *answer);
    } else {
        takeFailure(run, index, answer.error());
    }
}

void ApplyEngine::writeAll(Run& run) {
    auto& objects = run.entry.objects;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (run.stop.stop_requested()) {
            return;
        }
        if (i > 0 && mustArriveBefore(objects[i - 1].planned, objects[i].planned)) {
            const ProxyProgress arrived = run.waitForProxies();
            if (!arrived.rejected.empty() || !arrived.waiting.empty()) {
                run.report.proxies = arrived;
                objects[i].message = "not tried: proxies have not taken " + objects[i - 1].planned.ref.display();
                return;
            }
            run.proxies.baseline(run.stop);
        }
        writeOne(run, i);
        if (const auto recorded = m_journal.recordOutcome(run.entry.id, i, objects[i]); !recorded) {
            run.report.warnings.push_back("the outcome is not in the journal: " + describe(recorded.error()));
            return; // without a durable record nothing more is written
        }
        const ObjectOutcome outcome = objects[i].outcome;
        if (outcome != ObjectOutcome::Applied && outcome != ObjectOutcome::Unchanged) {
            return;
        }
    }
}

// The proxies say that config arrived; of Gateway API objects only their controller says whether any was made of them.
void ApplyEngine::checkConditions(Run& run) {
    std::vector<mesh::ResourceRef> refs;
    for (const JournalObject& object : run.entry.objects) {
        if (hasConditions(object.planned.ref) && object.planned.operation != Operation::Delete) {
            refs.push_back(object.planned.ref);
        }
    }
    if (refs.empty() || run.options.waitForProxies <= Duration::zero()) {
        return;
    }
    run.tell("waiting for the Gateway API controller");
    run.report.conditions = waitForConditions(m_cluster, refs, run.options.waitForProxies, m_clock, m_pause, run.stop);
}

Result<ApplyReport> ApplyEngine::apply(const Preview& preview, const ApplyOptions& options, std::stop_token stop,
                                       const ApplyProgress& progress) {
    if (auto may = mayBegin(preview, options); !may) {
        return tl::unexpected(may.error());
    }
    if (preview.plan.objects.empty()) {
        ApplyReport nothing;
        nothing.outcome = Outcome::Applied;
        return nothing;
    }
    ProxyWait proxies(m_proxies, namespacesOf(preview.plan), m_clock, m_pause);
    proxies.baseline(stop);
    if (stop.stop_requested()) {
        return fail(ErrorKind::Cancelled, "cancelled before anything was written");
    }
    auto entry = recordIntent(preview, options, stop);
    if (!entry) {
        return tl::unexpected(entry.error());
    }
    Run run{options, progress, stop, std::move(*entry), {}, std::move(proxies)};
    run.report.journal = run.entry.id;
    run.report.changedBy.resize(run.entry.objects.size());
    run.report.storedAsPreviewed.resize(run.entry.objects.size(), false);
    writeAll(run);
    const auto& objects = run.entry.objects;
    const bool unknown = std::any_of(objects.begin(), objects.end(),
                                     [](const JournalObject& o) { return o.outcome == ObjectOutcome::Unknown; });
    if (unknown) {
        m_journal.leaveOpen(run.entry.id);
    } else if (const auto closed = m_journal.close(run.entry.id); !closed) {
        run.report.warnings.push_back("the journal entry stays open: " + describe(closed.error()));
    }
    run.entry.closed = !unknown;
    const bool complete = std::all_of(objects.begin(), objects.end(), [](const JournalObject& o) {
        return o.outcome == ObjectOutcome::Applied || o.outcome == ObjectOutcome::Unchanged;
    });
    if (complete) {
        run.report.proxies = run.waitForProxies();
        checkConditions(run);
    }
    run.report.outcome = run.entry.outcome();
    run.report.objects = std::move(run.entry.objects);
    return std::move(run.report);
}

} // namespace meshdeck::change
