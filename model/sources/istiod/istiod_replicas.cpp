#include "sources/istiod/istiod_replicas.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/text.h"

namespace meshdeck::sources {
namespace {

// Replicas that connect at the same time share what opens them; one that was refused asks later and gets a new one.
constexpr Duration kShareCredentials = std::chrono::seconds(5);

ServerTime lastSent(const mesh::ProxyStatus& proxy) {
    ServerTime last{};
    for (const mesh::ProxyType& type : proxy.types) {
        last = std::max(last, type.sent.value_or(ServerTime{}));
    }
    return last;
}

void addSentence(std::string& text, const std::string& sentence) {
    text += text.empty() || sentence.empty() ? sentence : "; " + sentence;
}

} // namespace

SynczAnswer mergeReplicas(std::vector<SynczAnswer> answers, const std::vector<ReplicaFailure>& failures) {
    SynczAnswer merged;
    std::map<std::string, mesh::ProxyStatus> proxies;
    for (SynczAnswer& answer : answers) {
        for (mesh::ProxyStatus& proxy : answer.report.proxies) {
            const auto [known, fresh] = proxies.try_emplace(proxy.id, proxy);
            if (!fresh && lastSent(known->second) < lastSent(proxy)) {
                known->second = std::move(proxy);
            }
        }
        merged.report.time = std::max(merged.report.time, answer.report.time);
        merged.unreadable += answer.unreadable;
        merged.foreign += answer.foreign;
        addSentence(merged.report.partial, answer.report.partial);
        if (merged.istiod.empty()) {
            merged.istiod = answer.istiod;
        }
        if (merged.istioVersion.empty()) {
            merged.istioVersion = answer.istioVersion;
        }
    }
    for (auto& [id, proxy] : proxies) {
        merged.report.proxies.push_back(std::move(proxy));
    }
    if (!failures.empty()) {
        addSentence(merged.report.partial, std::to_string(failures.size()) + " of " +
                                               std::to_string(failures.size() + answers.size()) +
                                               " istiod replicas did not answer, their proxies are missing (" +
                                               text::safe(failures.front().replica) + ": " + failures.front().error.what + ")");
    }
    return merged;
}

IstiodReplicas::IstiodReplicas(ReplicaFinder finder, CredentialsProvider credentials, const Clock& clock, Duration freshFor)
    : m_finder(std::move(finder)), m_provider(std::move(credentials)), m_clock(clock), m_freshFor(freshFor) {}

IstiodReplicas::~IstiodReplicas() = default;

Result<IstiodCredentials> IstiodReplicas::credentials(const std::stop_token& stop) {
    const std::lock_guard lock(m_credentialsMutex);
    if (!m_credentials || m_clock.now() - m_credentialsMade > kShareCredentials) {
        auto made = m_provider(stop);
        if (!made) {
            return made;
        }
        m_credentials = *std::move(made);
        m_credentialsMade = m_clock.now();
    }
    return *m_credentials;
}

Status IstiodReplicas::findReplicas(const std::stop_token& stop) {
    if (m_found && m_clock.now() - *m_found < m_freshFor) {
        return {};
    }
    const auto found = m_finder(stop);
    if (!found) {
        return tl::unexpected(found.error());
    }
    std::map<std::string, std::unique_ptr<IstiodClient>> replicas;
    for (const IstiodOptions& options : *found) {
        const auto known = m_replicas.find(options.address);
        replicas[options.address] = known != m_replicas.end()
                                        ? std::move(known->second)
                                        : std::make_unique<IstiodClient>(
                                              options, [this](const std::stop_token& s) { return credentials(s); }, m_clock);
    }
    m_replicas = std::move(replicas);
    m_found = m_clock.now();
    return {};
}

Result<SynczAnswer> IstiodReplicas::syncz(const std::stop_token& stop) {
    const std::lock_guard lock(m_mutex);
    if (Status found = findReplicas(stop); !found) {
        return tl::unexpected(found.error());
    }
    std::vector<std::pair<std::string, Result<SynczAnswer>>> results;
    for (const auto& [name, client] : m_replicas) {
        results.emplace_back(name, fail(ErrorKind::Cancelled, "not asked"));
    }
    {
        std::vector<std::jthread> asking; // few: istiod has one to five replicas
        auto result = results.begin();
        for (const auto& [name, client] : m_replicas) {
            asking.emplace_back([&stop, one = client.get(), into = &(result++)->second] { *into = one->syncz(stop); });
        }
    }
    std::vector<SynczAnswer> answers;
    std::vector<ReplicaFailure> failures;
    for (auto& [name, result] : results) {
        if (result) {
            answers.push_back(*std::move(result));
        } else {
            failures.push_back({name, result.error()});
        }
    }
    if (!failures.empty() || answers.empty()) {
        m_found.reset(); // a replica may be gone for good
    }
    if (answers.empty()) {
        return failures.empty() ? Result<SynczAnswer>(fail(ErrorKind::NotFound, "no replica of istiod is ready"))
                                : tl::unexpected(failures.front().error);
    }
    return mergeReplicas(std::move(answers), failures);
}

} // namespace meshdeck::sources
