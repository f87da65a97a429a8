// `meshdeck diff`, `apply`, `rollback` and `journal`: the same engine as the window's Changes page. The logic stands
// apart from how a connection is made, so that it is tested over any cluster.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "change/apply.h"
#include "change/breach_watch.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "mesh/snapshot.h"

namespace meshdeck::cli {

// What the four commands work on.
struct ChangeWorld {
    change::Cluster* cluster = nullptr;     // null with --files-only
    change::ProxyWatch* proxies = nullptr;  // may be null
    change::Journal* journal = nullptr;     // null for diff
    change::TrafficFeed* traffic = nullptr; // for --rollback-on; null: there is no telemetry
    std::function<mesh::SnapshotPtr()> snapshot; // config and graph, waited for when first asked; may be empty
    std::function<void()> unlock;           // lifts a production context's read-only start, after consent
    std::string context;
    bool production = false;
    std::istream* in = nullptr;             // where consent is typed
    bool inIsTerminal = false;
    const Clock* clock = &systemClock();
    change::ApplyEngine::Pause pause;       // empty: really waits
};

// Exit codes as commands.md has them: diff 0 same, 1 different; apply and rollback 0 applied, 1 conflict or only a part,
// 2 could not be done, 3 outcome unknown.
[[nodiscard]] int diffIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams);
[[nodiscard]] int applyIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams);
[[nodiscard]] int rollbackIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams);
[[nodiscard]] int journalIn(const ChangeWorld& world, const Arguments& arguments, const Streams& streams);

// The same over a connection.
[[nodiscard]] int runDiff(const Arguments& arguments, const Streams& streams, const Hooks& hooks);
[[nodiscard]] int runApply(const Arguments& arguments, const Streams& streams, const Hooks& hooks);
[[nodiscard]] int runRollback(const Arguments& arguments, const Streams& streams, const Hooks& hooks);
[[nodiscard]] int runJournal(const Arguments& arguments, const Streams& streams, const Hooks& hooks);

} // namespace meshdeck::cli
