#include "change/proxy_wait.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace meshdeck::change {

namespace {

constexpr Duration kPoll = std::chrono::milliseconds(500);
// istiod gathers changes for 100 ms, and for at most 10 s while more keep coming (facts/safe-apply.md A6).
constexpr Duration kNoPush = std::chrono::seconds(11);
// All proxies of one change are pushed to together: when nobody new was sent anything for this long, the rest is not
// concerned.
constexpr Duration kQuiet = std::chrono::seconds(3);

} // namespace

Pause realPause() {
    return [](Duration time, const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        (void)wake.wait_for(lock, stop, time, [] { return false; });
    };
}

ProxyWait::ProxyWait(ProxyWatch* watch, std::set<std::string> namespaces, const Clock& clock, const Pause& pause)
    : m_watch(watch), m_namespaces(std::move(namespaces)), m_clock(clock), m_pause(pause) {}

void ProxyWait::baseline(const std::stop_token& stop) {
    m_before.clear();
    m_problem.clear();
    if (m_watch == nullptr) {
        m_problem = "there is no istiod to ask";
        return;
    }
    const auto report = m_watch->proxies(stop);
    if (!report) {
        m_problem = "istiod cannot be asked: " + report.error().what;
        return;
    }
    for (const mesh::ProxyStatus& proxy : report->proxies) {
        SentTimes& times = m_before[proxy.id];
        for (const mesh::ProxyType& type : proxy.types) {
            if (type.sent) {
                times[type.typeUrl] = *type.sent;
            }
        }
    }
}

bool ProxyWait::wasPushed(const mesh::ProxyStatus& proxy) const {
    const auto before = m_before.find(proxy.id);
    if (before == m_before.end()) {
        return true; // it came after the write and was given everything anew
    }
    return std::any_of(proxy.types.begin(), proxy.types.end(), [&](const mesh::ProxyType& type) {
        const auto old = before->second.find(type.typeUrl);
        return type.sent && (old == before->second.end() || *type.sent > old->second);
    });
}

ProxyWait::Count ProxyWait::count(const mesh::ProxyReport& report) const {
    Count result;
    result.progress.known = true;
    for (const mesh::ProxyStatus& proxy : report.proxies) {
        const bool pushed = wasPushed(proxy);
        const bool concerned = m_namespaces.empty() || m_namespaces.contains(proxy.ns) || m_namespaces.contains("");
        if (!pushed && !concerned) {
            continue;
        }
        ++result.progress.total;
        result.pushed += pushed ? 1 : 0;
        const mesh::SyncState state = mesh::overall(proxy);
        if (state == mesh::SyncState::Rejected && pushed) {
            const auto type = std::find_if(proxy.types.begin(), proxy.types.end(), [](const mesh::ProxyType& t) {
                return t.state == mesh::SyncState::Rejected;
            });
            result.progress.rejected.push_back({proxy.id, type == proxy.types.end() ? "" : type->rejection});
        } else if (pushed && (state == mesh::SyncState::Synced || state == mesh::SyncState::NotSent)) {
            ++result.progress.acknowledged;
        } else {
            result.untouched += !pushed && state != mesh::SyncState::Stale ? 1 : 0;
            result.progress.waiting.push_back(proxy.id);
        }
    }
    result.progress.note = report.partial;
    return result;
}

ProxyProgress ProxyWait::wait(Duration limit, const std::stop_token& stop,
                              const std::function<void(const ProxyProgress&)>& progress) const {
    ProxyProgress last;
    last.note = m_problem;
    if (!m_problem.empty() || limit <= Duration::zero()) {
        last.note = m_problem.empty() ? "not waited for" : m_problem;
        return last;
    }
    const MonotonicTime start = m_clock.now();
    MonotonicTime lastPush = start;
    std::size_t pushed = 0;
    for (;;) {
        const auto report = m_watch->proxies(stop);
        if (report) {
            Count now = count(*report);
            if (now.pushed > pushed) {
                pushed = now.pushed;
                lastPush = m_clock.now();
            }
            last = std::move(now.progress);
            if (progress) {
                progress(last);
            }
            if (last.waiting.empty()) {
                return last;
            }
            const bool onlyUntouched = now.untouched == last.waiting.size();
            if (onlyUntouched && pushed > 0 && m_clock.now() - lastPush >= kQuiet) {
                last.total -= last.waiting.size(); // nothing was sent to them: the change does not concern them
                last.waiting.clear();
                return last;
            }
            if (onlyUntouched && pushed == 0 && m_clock.now() - start >= std::min(limit, kNoPush)) {
                last.acknowledged = last.total;
                last.waiting.clear();
                last.note = "no push followed: the edit has no effect on proxies";
                return last;
            }
        } else {
            last.known = false;
            last.note = "istiod cannot be asked: " + report.error().what;
        }
        if (stop.stop_requested() || m_clock.now() - start >= limit) {
            return last;
        }
        m_pause(kPoll, stop);
    }
}

} // namespace meshdeck::change
