// Exec credential plugins of client.authentication.k8s.io (facts/conventions.md 4.2, facts/wire.md 4); private.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sources/kubernetes/credentials.h"

namespace meshdeck::sources::kubernetes {

struct ExecCredential {
    std::string token;
    std::string clientCertificatePem;
    std::string clientKeyPem;
    std::optional<ServerTime> expiry;
};

// The command as it would run: found by the PATH of this process, else by the one of the user's login shell.
[[nodiscard]] Result<ExecRequest> prepareExec(const ExecConfig& exec);

// Runs it: no shell, no terminal, at most `timeout`, at most 1 MiB of output.
[[nodiscard]] Result<ExecCredential> runExec(const ExecRequest& request, const ContextConfig& context,
                                             Duration timeout, std::stop_token stop);

// The ExecCredential a plugin printed; `apiVersion` is the one that was asked for.
[[nodiscard]] Result<ExecCredential> parseExecCredential(const std::string& output, const std::string& apiVersion);

// KUBERNETES_EXEC_INFO for the context.
[[nodiscard]] std::string execInfo(const ContextConfig& context);

} // namespace meshdeck::sources::kubernetes
