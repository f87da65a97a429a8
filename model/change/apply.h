// The safe apply: preview by server dry run, durable intent, one guarded write an object, verification, undo
// (facts/safe-apply.md C2). Blocking: run it on a worker.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "change/cluster.h"
#include "change/journal.h"
#include "change/plan.h"
#include "change/route_conditions.h"

namespace meshdeck::change {

// Who else writes an object (facts/safe-apply.md C4) and what will become of our edit.
struct Owner {
    std::string name;     // "Argo CD application shop", "Flagger canary checkout"
    std::string sentence; // what happens to a manual edit
    bool blocks = false;  // weight edits would be undone at once: refuse
    bool reverts = false; // a controller takes a manual edit back: Argo CD, Flux, Helm
};
[[nodiscard]] std::vector<Owner> owners(const mesh::Resource& resource);

struct PreviewObject {
    mesh::ResourceRef ref;
    mesh::ResourcePtr live;    // fresh
    mesh::ResourcePtr result;  // what the server would store; null for Delete
    std::vector<std::string> warnings;
    std::vector<Owner> owners;
    std::optional<Error> problem; // the dry run was refused, or a conflict
    std::string changedBy;        // on conflict: "kubectl-edit at 14:29 changed spec.http[0].timeout"
};

struct Preview {
    Plan plan; // as it would be applied
    std::vector<PreviewObject> objects;
    [[nodiscard]] bool ok() const;
};

struct ApplyOptions {
    std::string context;
    Duration waitForProxies = std::chrono::seconds(30);
    bool allowOwned = false; // write although an owner blocks; the user said so
    std::optional<std::string> rollbackOf;
    std::string note = {}; // why, for the journal: "reviews: errors 0.1 % ... more"
};

struct RejectedProxy {
    std::string proxy;
    std::string message;
};

// Proxies of the change's namespace(s) as seen after the write. `known` is false when istiod could not be asked.
struct ProxyProgress {
    bool known = false;
    std::string note; // "no push followed: the edit has no effect on proxies", "istiod cannot be asked: ..."
    std::size_t total = 0;
    std::size_t acknowledged = 0;
    std::vector<RejectedProxy> rejected;
    std::vector<std::string> waiting;
};

// One object's conflict in words for the report.
struct ChangedBy {
    std::string manager;
    std::string time;
    std::vector<std::string> fields;
};

struct ApplyReport {
    std::string journal; // id; empty when nothing was written because nothing differs
    Outcome outcome = Outcome::NotApplied;
    std::vector<JournalObject> objects;
    std::vector<std::optional<ChangedBy>> changedBy; // by object
    std::vector<bool> storedAsPreviewed;             // by object
    ProxyProgress proxies;
    std::vector<ObjectConditions> conditions; // of Gateway API objects: what their controllers say
    std::vector<std::string> warnings;
};

// What is going on, for a progress line: "writing VirtualService shop/checkout", "37 of 40 proxies".
using ApplyProgress = std::function<void(const std::string& phase, const ProxyProgress& proxies)>;

class ApplyEngine {
public:
    // Sleeps for the given time or until stopped. Empty: the real thing; tests move their clock instead.
    using Pause = std::function<void(Duration, const std::stop_token&)>;
    // `proxies` may be null. All must outlive the engine.
    ApplyEngine(Cluster& cluster, ProxyWatch* proxies, Journal& journal, const Clock& clock, Pause pause = {});

    [[nodiscard]] Result<Preview> preview(const Plan& plan, std::stop_token stop);
    // Writes. Refuses (ReadOnly, Conflict, Io, Forbidden as an Error, nothing written) before the first write; afterwards
    // always a report. A conflict, mute 422 included, is explained by a fresh read and never overwritten.
    [[nodiscard]] Result<ApplyReport> apply(const Preview& preview, const ApplyOptions& options, std::stop_token stop,
                                            const ApplyProgress& progress = {});
    // The plan that takes a journalled change back; Conflict with the difference when an object is no longer what the
    // change left.
    [[nodiscard]] Result<Plan> planRollback(const std::string& journalId, std::stop_token stop);
    // Entries with an intent and no outcome, after a crash: reads the objects and records what became of each.
    [[nodiscard]] Result<std::vector<JournalEntry>> settleOpenEntries(const std::string& context, std::stop_token stop);

private:
    struct Run;
    [[nodiscard]] Result<PreviewObject> previewObject(PlannedObject& planned, const std::stop_token& stop);
    [[nodiscard]] Status mayBegin(const Preview& preview, const ApplyOptions& options) const;
    [[nodiscard]] Result<JournalEntry> recordIntent(const Preview& preview, const ApplyOptions& options,
                                                    const std::stop_token& stop);
    void writeAll(Run& run);
    void checkConditions(Run& run);
    void writeOne(Run& run, std::size_t index);
    [[nodiscard]] Result<WriteAnswer> send(const PlannedObject& planned, bool dryRun, const std::stop_token& stop);
    void takeAnswer(Run& run, std::size_t index, const WriteAnswer& answer);
    void takeFailure(Run& run, std::size_t index, const Error& error);
    [[nodiscard]] Result<PlannedObject> rollbackObject(const JournalObject& object, const std::stop_token& stop);

    Cluster& m_cluster;
    ProxyWatch* m_proxies;
    Journal& m_journal;
    const Clock& m_clock;
    Pause m_pause;
};

} // namespace meshdeck::change
