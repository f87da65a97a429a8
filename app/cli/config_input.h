// The mesh that `route`, `test` and `analyze` work on: a cluster's config with files and folders laid over it
// (commands.md, "All commands").
#pragma once

#include <iosfwd>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "policy/world.h"

namespace meshdeck::cli {

struct NotRead {
    std::string reason;
    std::vector<std::string> kinds;
};

struct ConfigInput {
    policy::WorldPtr world;
    std::vector<NotRead> notRead; // what is missing in it, and why
    bool cluster = false;         // objects of a cluster are in it
};

struct ConfigWish {
    std::vector<std::string> paths;     // files, folders, "-"
    std::string meshConfig;             // file; "" the --mesh-config of the command line
    std::string defaultNamespace;       // of objects without one; "" they keep none
    bool filesOnly = false;             // beside --files-only
};

// Without --files-only the cluster of the context is read, unless there is no context and none was asked for: then the
// files are all. Errors: what cannot be read or parsed (with file, line and column), or the cluster's.
[[nodiscard]] Result<ConfigInput> readConfigInput(const Arguments& arguments, const ConfigWish& wish, std::istream* in,
                                                  const Streams& streams, const Hooks& hooks);

// The first -n, else `otherwise`.
[[nodiscard]] std::string firstNamespace(const Arguments& arguments, const std::string& otherwise);

} // namespace meshdeck::cli
