#include "cli/change_commands.h"

#include <iostream>

#include <unistd.h>

#include "cli/change_watch.h"
#include "cli/report.h"

namespace meshdeck::cli {

namespace {

// Everything that one run of a command keeps alive.
struct Opened {
    std::unique_ptr<app::Connection> connection;
    bool started = false; // its session
    std::unique_ptr<change::Journal> journal;
    mesh::SnapshotPtr snapshot;
    std::unique_ptr<change::TrafficFeed> traffic;
    ChangeWorld world;
};

void startSession(Opened& opened) {
    if (!opened.started) {
        opened.started = true;
        opened.connection->session().start();
    }
}

// Starts the session when the first question comes, once.
mesh::SnapshotPtr waitForSnapshot(Opened& opened, const Hooks& hooks, const Arguments& arguments, const Streams& streams) {
    if (!opened.snapshot) {
        Progress progress(arguments.quiet, streams);
        progress.show("reading the mesh");
        startSession(opened);
        opened.snapshot = opened.connection->session().waitFor(session::settled, hooks.answerWithin);
    }
    return opened.snapshot;
}

Status openJournal(Opened& opened) {
    auto journal = change::Journal::open(change::Journal::defaultFolder());
    if (!journal) {
        return tl::unexpected(journal.error());
    }
    opened.journal = std::move(*journal);
    opened.world.journal = opened.journal.get();
    return {};
}

Status connect(Opened& opened, app::ConnectionOptions options, const Arguments& arguments, const Streams& streams,
               const Hooks& hooks) {
    options.telemetry = arguments.command != "journal";
    auto connection = hooks.open(options);
    if (!connection) {
        return tl::unexpected(connection.error());
    }
    opened.connection = std::move(*connection);
    ChangeWorld& world = opened.world;
    world.cluster = &opened.connection->cluster();
    world.proxies = opened.connection->proxyWatch();
    world.context = opened.connection->context();
    world.production = opened.connection->kind() == app::ContextKind::Production;
    if (options.telemetry) {
        world.snapshot = [&opened, &hooks, &arguments, &streams] {
            return waitForSnapshot(opened, hooks, arguments, streams);
        };
    }
    if (arguments.has("rollback-on")) {
        startSession(opened); // it measures while the change is planned
        opened.traffic = sessionFeed(opened.connection->session());
        world.traffic = opened.traffic.get();
    }
    // Contexts that look like production start read-only; consent for this one change lifts it, --read-only does not.
    world.unlock = [&opened, readOnly = options.readOnly] {
        if (!readOnly) {
            opened.connection->setReadOnly(false);
        }
    };
    return {};
}

int run(const Arguments& arguments, const Streams& streams, const Hooks& hooks,
        int (*command)(const ChangeWorld&, const Arguments&, const Streams&)) {
    Opened opened;
    opened.world.in = &std::cin;
    opened.world.inIsTerminal = ::isatty(STDIN_FILENO) == 1;
    if (auto ready = openJournal(opened); !ready) {
        if (arguments.command != "diff") {
            return reportError(ready.error(), streams);
        }
        note("no server dry run: " + describe(ready.error()), arguments.quiet, streams); // looking still works
    }
    if (!arguments.filesOnly) {
        if (auto connected = connect(opened, arguments.connection, arguments, streams, hooks); !connected) {
            return reportError(connected.error(), streams);
        }
    }
    return command(opened.world, arguments, streams);
}

} // namespace

int runDiff(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    return run(arguments, streams, hooks, diffIn);
}

int runApply(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    return run(arguments, streams, hooks, applyIn);
}

int runRollback(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    return run(arguments, streams, hooks, rollbackIn);
}

// The journal is read without any cluster; only an entry whose outcome is open is worth asking its context.
int runJournal(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    Opened opened;
    if (auto ready = openJournal(opened); !ready) {
        return reportError(ready.error(), streams);
    }
    if (arguments.positional.size() == 1) {
        const auto entry = opened.journal->entry(arguments.positional.front());
        if (entry && !entry->closed) {
            app::ConnectionOptions options = arguments.connection;
            options.context = options.demo || options.context ? options.context : std::optional(entry->context);
            if (auto connected = connect(opened, options, arguments, streams, hooks); !connected) {
                note("the change cannot be settled now: " + describe(connected.error()), arguments.quiet, streams);
            }
        }
    }
    return journalIn(opened.world, arguments, streams);
}

} // namespace meshdeck::cli
