// Watches a change arrive in the proxies (facts/real-servers.md 2, "Is my change in the proxies?").
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "change/apply.h"

namespace meshdeck::change {

using Pause = ApplyEngine::Pause;
[[nodiscard]] Pause realPause();

class ProxyWait {
public:
    // `watch` may be null. `namespaces`: of the changed objects.
    ProxyWait(ProxyWatch* watch, std::set<std::string> namespaces, const Clock& clock, const Pause& pause);

    // Takes the state before the write. Times of istiod are only ever compared with times of istiod.
    void baseline(const std::stop_token& stop);

    // Until every proxy concerned has acknowledged or rejected, no push follows, or `limit` is over.
    [[nodiscard]] ProxyProgress wait(Duration limit, const std::stop_token& stop,
                                     const std::function<void(const ProxyProgress&)>& progress) const;

private:
    using SentTimes = std::map<std::string, ServerTime>; // by type
    struct Count {
        ProxyProgress progress;
        std::size_t pushed = 0;
        std::size_t untouched = 0; // synced, and nothing was sent to them
    };
    [[nodiscard]] Count count(const mesh::ProxyReport& report) const;
    [[nodiscard]] bool wasPushed(const mesh::ProxyStatus& proxy) const;

    ProxyWatch* m_watch;
    std::set<std::string> m_namespaces;
    const Clock& m_clock;
    const Pause& m_pause;
    std::map<std::string, SentTimes> m_before; // by proxy
    std::string m_problem;                     // why there is no baseline
};

} // namespace meshdeck::change
