// All replicas of istiod as one: each knows only the proxies that are connected to it (facts/wire.md 9.4), so all are
// asked and their reports put together.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sources/istiod/istiod_client.h"

namespace meshdeck::sources {

// The replicas there are now, by a name that stays with each (a pod's); an empty list is an answer.
using ReplicaFinder = std::function<Result<std::vector<IstiodOptions>>(const std::stop_token& stop)>;

// One report of several, as if one istiod had given it. A proxy that two replicas know, for a moment after it has moved,
// counts where it was sent to last. `failures` names replicas that did not answer: the report is partial then.
struct ReplicaFailure {
    std::string replica;
    Error error;
};
[[nodiscard]] SynczAnswer mergeReplicas(std::vector<SynczAnswer> answers, const std::vector<ReplicaFailure>& failures);

class IstiodReplicas final : public SyncStateClient {
public:
    // The clock outlives it. `freshFor`: how long a list of replicas is good for while all of them answer.
    IstiodReplicas(ReplicaFinder finder, CredentialsProvider credentials, const Clock& clock,
                   Duration freshFor = std::chrono::seconds(30));
    ~IstiodReplicas() override;

    // Asks all at once. NotFound without a replica; when none answers, the error of the first.
    [[nodiscard]] Result<SynczAnswer> syncz(const std::stop_token& stop) override;

private:
    Status findReplicas(const std::stop_token& stop);
    Result<IstiodCredentials> credentials(const std::stop_token& stop);

    const ReplicaFinder m_finder;
    const CredentialsProvider m_provider;
    const Clock& m_clock;
    const Duration m_freshFor;

    std::mutex m_mutex; // held during an exchange
    std::map<std::string, std::unique_ptr<IstiodClient>> m_replicas; // by address
    std::optional<MonotonicTime> m_found;                            // nothing: look again

    std::mutex m_credentialsMutex; // one request for all replicas
    std::optional<IstiodCredentials> m_credentials;
    MonotonicTime m_credentialsMade{};
};

} // namespace meshdeck::sources
