// Who we are to an API server: what a kubeconfig's user says, turned into headers and a client certificate. Secrets stay
// in memory and are never logged.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sources/http/http_client.h"
#include "sources/kubernetes/kubeconfig.h"

namespace meshdeck::sources {

// An exec plugin about to run, for the user to agree to: all that decides what it does (facts/faults.md S4).
struct ExecRequest {
    std::string command; // absolute
    std::vector<std::string> args;
    std::vector<std::string> envNames; // set by the kubeconfig, values not shown
    std::string sha256;                // of the command's file, hexadecimal
};
// True to run it. Called on a worker thread, and again only after the request has changed.
using ExecConsent = std::function<bool(const ExecRequest& request)>;

struct Credential {
    Headers headers; // Authorization and impersonation
    std::string clientCertificatePem;
    std::string clientKeyPem;
    std::uint64_t generation = 0; // grows when the secret changes
};

class Credentials {
public:
    Credentials(ContextConfig context, ExecConsent consent, const Clock& clock);
    ~Credentials();
    Credentials(const Credentials&) = delete;
    Credentials& operator=(const Credentials&) = delete;

    // The current credential; reads files, and runs the plugin when it must. Blocks; callers share one run.
    // Unauthenticated with a sentence when there is none to be had.
    [[nodiscard]] Result<Credential> get(std::stop_token stop = {});
    // The server answered 401 to that generation. True when a fresh credential may be had by calling get again; it is
    // then fetched once, however many requests were refused. Never blocks.
    [[nodiscard]] bool refused(std::uint64_t generation);

private:
    class State;
    std::unique_ptr<State> m_state;
};

} // namespace meshdeck::sources
