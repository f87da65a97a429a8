// Asks one istiod for the sync state of its proxies, over ADS (facts/wire.md 1). No gRPC in this header.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "sources/istiod/syncz.h"

namespace meshdeck::sources {

// A connected stream to istiod's TLS port, its TLS already taken off, for roots in PEM form. Blocks.
using IstiodDial = std::function<Result<FileDescriptor>(const std::string& caPem, const std::stop_token& stop)>;

struct IstiodOptions {
    std::string address; // "HOST:PORT"; with `dial` only a name for people: "istio-system/istiod-7d4f"
    IstiodDial dial = {}; // in place of the address
    std::string serverName = "istiod.istio-system.svc"; // the name in its certificate (facts/real-servers.md 2)
    IstiodIdentity identity;
    std::string rootNamespace = "istio-system"; // only from there all proxies are visible
    bool plaintext = false; // port 15010: no TLS, and no token is sent except to this machine
    Duration answerWithin = std::chrono::seconds(10);
};

// What opens the TLS port. Both come from the Kubernetes API: root-cert.pem of ConfigMap istio-ca-root-cert, and a
// TokenRequest for the identity's service account with audience istio-ca.
struct IstiodCredentials {
    std::string caPem;
    std::string token;
    ServerTime expires{}; // of the token; renewed a minute earlier
};
using CredentialsProvider = std::function<Result<IstiodCredentials>(std::stop_token)>;

// Whoever can tell the sync state of proxies: one istiod or all of its replicas. Thread safe.
class SyncStateClient {
public:
    virtual ~SyncStateClient() = default;
    // A fresh answer. Errors: those of grpc_error.h and of the credentials; Cancelled when stopped.
    [[nodiscard]] virtual Result<SynczAnswer> syncz(const std::stop_token& stop) = 0;
};

// Questions are asked one at a time. The stream stays open between them; after an error a fresh one is
// opened on a connection of its own, so that a restarted istiod is found by its name again.
class IstiodClient final : public SyncStateClient {
public:
    // The clock outlives the client.
    IstiodClient(IstiodOptions options, CredentialsProvider credentials, const Clock& clock);
    ~IstiodClient() override;
    IstiodClient(const IstiodClient&) = delete;
    IstiodClient& operator=(const IstiodClient&) = delete;

    [[nodiscard]] Result<SynczAnswer> syncz(const std::stop_token& stop) override;

private:
    class Connection;
    Result<SynczAnswer> ask(const std::stop_token& stop);
    Status connect(const std::stop_token& stop);

    const IstiodOptions m_options;
    const CredentialsProvider m_provider;
    const Clock& m_clock;
    const std::string m_source; // "istiod at HOST:PORT"

    std::mutex m_mutex; // held during an exchange
    std::optional<IstiodCredentials> m_credentials;
    std::unique_ptr<Connection> m_connection;
};

} // namespace meshdeck::sources
