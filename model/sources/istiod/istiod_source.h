// istiod as a source: polls the sync state of the proxies and answers the apply engine's question for a fresh one.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/executor.h"
#include "change/cluster.h"
#include "sources/interfaces.h"
#include "sources/istiod/istiod_client.h"

namespace meshdeck::sources {

// How long to wait before the next question after `failures` errors in a row, the last of that kind; jitter is the
// caller's. Rate limits wait longer than a server that is gone, refusals are asked again every five minutes
// (facts/faults.md 10, 31, 33).
[[nodiscard]] Duration istiodBackoff(ErrorKind kind, int failures, Duration interval);

class IstiodSource final : public Source, public change::ProxyWatch {
public:
    // The clock outlives the source.
    IstiodSource(IstiodOptions options, CredentialsProvider credentials, const Clock& clock,
                 Duration interval = std::chrono::seconds(10));
    // `poller` is asked on the interval, `watcher` whenever a change is waited for.
    IstiodSource(std::unique_ptr<SyncStateClient> poller, std::unique_ptr<SyncStateClient> watcher, const Clock& clock,
                 Duration interval = std::chrono::seconds(10));
    ~IstiodSource() override;

    [[nodiscard]] std::string name() const override { return "istiod"; }
    void start(DeltaSink& sink) override;
    void refresh() override;
    void setInView(std::vector<std::string> /*namespaces*/) override {} // syncz cannot be narrowed
    void stop() override;

    // On a connection of its own: an answer is never older than the question.
    [[nodiscard]] Result<mesh::ProxyReport> proxies(std::stop_token stop) override;

private:
    void poll();
    void schedule(Duration after);
    void report(const Result<SynczAnswer>& answer);
    void deliver(Delta delta);

    const std::unique_ptr<SyncStateClient> m_poller;
    const std::unique_ptr<SyncStateClient> m_watcher;
    const Clock& m_clock;
    const Duration m_interval;
    std::stop_source m_stop;

    std::mutex m_mutex;
    DeltaSink* m_sink = nullptr;
    std::unique_ptr<Strand> m_strand; // null before start and after stop
    bool m_wished = false;            // a refresh is waiting

    // Strand only
    std::uint64_t m_timer = 0; // the newest timer; older ones do nothing
    int m_failures = 0;
    bool m_everAnswered = false;
};

} // namespace meshdeck::sources
