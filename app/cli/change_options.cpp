#include "cli/change_options.h"

#include "base/text.h"

namespace meshdeck::cli {

namespace {

Status readBreach(const Arguments& arguments, ChangeOptions& options) {
    options.rollbackOnBreach = arguments.has("rollback-on");
    if (options.rollbackOnBreach && arguments.value("rollback-on").value_or("") != "breach") {
        return fail(ErrorKind::InvalidArgument, "--rollback-on takes breach", "for example: --rollback-on breach --watch 5m");
    }
    if (arguments.has("watch") && !options.rollbackOnBreach) {
        return fail(ErrorKind::InvalidArgument, "--watch goes with --rollback-on breach");
    }
    if (const auto word = arguments.value("watch")) {
        const auto time = parseDuration(*word);
        if (!time || *time < arguments.connection.window) {
            return fail(ErrorKind::InvalidArgument,
                        "--watch takes a time of at least one window (" + text::age(arguments.connection.window) + ")",
                        "for example: --watch 5m, or a shorter --window");
        }
        options.watch = *time;
    }
    if (options.rollbackOnBreach && (arguments.connection.time || options.dryRun != DryRun::No)) {
        return fail(ErrorKind::InvalidArgument, "--rollback-on watches a real change, now",
                    "leave out --time and --dry-run");
    }
    options.watch = std::max(options.watch, arguments.connection.window);
    return {};
}

} // namespace

Result<ChangeOptions> changeOptions(const Arguments& arguments) {
    ChangeOptions options;
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
    if (const Status breach = readBreach(arguments, options); !breach) {
        return tl::unexpected(breach.error());
    }
    return options;
}

change::ApplyEngine engineOf(const ChangeWorld& world) {
    return change::ApplyEngine(*world.cluster, world.proxies, *world.journal, *world.clock, world.pause);
}

} // namespace meshdeck::cli
