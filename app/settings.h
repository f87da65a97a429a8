// What Meshdeck remembers between runs: small files of the user's own, each written as a whole.
#pragma once

#include <string>

#include "base/result.h"
#include "sources/kubernetes/credentials.h"

namespace meshdeck::app {

// $XDG_CONFIG_HOME/meshdeck, else ~/.config/meshdeck; empty without a home.
[[nodiscard]] std::string settingsFolder();

// The exec plugins of kubeconfigs that the user agreed to run (facts/faults.md S4): by command, arguments, names of the
// environment variables and content of the program. Whatever of it changes is asked for again.
class ExecAllowlist {
public:
    explicit ExecAllowlist(std::string file);
    // False too when the file is not readable or damaged.
    [[nodiscard]] bool allows(const sources::ExecRequest& request) const;
    // Io when it cannot be written; the old list stays then.
    [[nodiscard]] Status allow(const sources::ExecRequest& request) const;

private:
    std::string m_file;
};

// One line that names all that decides what a plugin does: "/usr/bin/aws eks get-token (environment AWS_PROFILE; SHA-256
// 1f2e...)"; safe to show.
[[nodiscard]] std::string describeExec(const sources::ExecRequest& request);

} // namespace meshdeck::app
