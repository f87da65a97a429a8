// What apply, rollback and diff share: their options as values, and the engine over a world.
#pragma once

#include <string>

#include "cli/change_commands.h"

namespace meshdeck::cli {

enum class DryRun { No, Server, Client };

struct ChangeOptions {
    DryRun dryRun = DryRun::No;
    Duration waitForProxies = std::chrono::seconds(30);
    bool rollbackOnBreach = false;
    Duration watch = std::chrono::minutes(5);

    [[nodiscard]] std::string dryRunName() const { // "", "server", "client"
        return dryRun == DryRun::No ? "" : dryRun == DryRun::Server ? "server" : "client";
    }
};
// InvalidArgument with a hint for words that mean nothing.
[[nodiscard]] Result<ChangeOptions> changeOptions(const Arguments& arguments);

[[nodiscard]] inline bool asJson(const Arguments& arguments) { return arguments.output == "json"; }

// The world has a cluster and a journal.
[[nodiscard]] change::ApplyEngine engineOf(const ChangeWorld& world);

} // namespace meshdeck::cli
