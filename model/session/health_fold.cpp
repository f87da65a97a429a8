#include "session/health_fold.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace meshdeck::session {
namespace {

bool answers(mesh::SourceState state) {
    return state == mesh::SourceState::Live || state == mesh::SourceState::Partial;
}

} // namespace

HealthFold::HealthFold(std::map<std::string, Duration> intervals, const Clock& clock)
    : m_intervals(std::move(intervals)), m_clock(clock) {}

mesh::SourceHealth& HealthFold::entry(const std::string& name) {
    const auto found = std::find_if(m_sources.begin(), m_sources.end(),
                                    [&](const mesh::SourceHealth& one) { return one.name == name; });
    if (found != m_sources.end()) {
        return *found;
    }
    mesh::SourceHealth health;
    health.name = name;
    health.state = mesh::SourceState::Connecting;
    return m_sources.emplace_back(std::move(health));
}

void HealthFold::expect(const std::string& name) {
    (void)entry(name);
}

void HealthFold::apply(const mesh::SourceHealth& health) {
    mesh::SourceHealth& known = entry(health.name);
    const auto before = known.lastSuccess;
    known = health;
    if (!known.lastSuccess) {
        known.lastSuccess = before; // a failure does not undo that it once worked: its age is shown
    }
    const auto configured = m_intervals.find(health.name);
    if (configured == m_intervals.end()) {
        return;
    }
    Beat& beat = m_beats[health.name];
    const MonotonicTime now = m_clock.now();
    if (answers(health.state)) {
        const Duration gap = beat.alive ? std::chrono::duration_cast<Duration>(now - beat.last) : Duration(0);
        // A source may slow down by itself when its server is slow: the last gap counts as its interval, too.
        beat.interval = std::max(configured->second, gap);
        beat.last = now;
    }
    beat.alive = answers(health.state);
}

void HealthFold::forget(const std::string& name) {
    std::erase_if(m_sources, [&](const mesh::SourceHealth& one) { return one.name == name; });
    m_beats.erase(name);
}

bool HealthFold::checkStaleness() {
    bool changed = false;
    for (mesh::SourceHealth& source : m_sources) {
        const auto beat = m_beats.find(source.name);
        if (beat == m_beats.end() || !beat->second.alive || m_clock.now() - beat->second.last <= 2 * beat->second.interval) {
            continue;
        }
        beat->second.alive = false;
        source.state = mesh::SourceState::Stale;
        source.detail = source.lastSuccess ? "no answer since " + text::rfc3339(*source.lastSuccess) : "no answer";
        changed = true;
    }
    return changed;
}

} // namespace meshdeck::session
