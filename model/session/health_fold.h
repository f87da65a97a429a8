// The health of every source, and what silence means: a source that is asked again and again and has not answered for
// two of its intervals is stale, whatever it said last.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "mesh/snapshot.h"

namespace meshdeck::session {

// Not thread safe: lives on the session's strand.
class HealthFold {
public:
    // `intervals`: of the sources that poll, by name. Sources that are not in it (watches) speak for themselves.
    HealthFold(std::map<std::string, Duration> intervals, const Clock& clock);

    // A source that has not spoken yet.
    void expect(const std::string& name);
    void apply(const mesh::SourceHealth& health);
    // A source that is in use no longer.
    void forget(const std::string& name);
    // Makes sources stale that are overdue; true when one became so.
    bool checkStaleness();

    // In the order of expect(), others as they came.
    [[nodiscard]] const std::vector<mesh::SourceHealth>& sources() const { return m_sources; }

private:
    struct Beat {
        MonotonicTime last{};
        Duration interval{}; // the longest of what was configured and of the last gap seen
        bool alive = false;
    };
    mesh::SourceHealth& entry(const std::string& name);

    std::map<std::string, Duration> m_intervals;
    const Clock& m_clock;
    std::vector<mesh::SourceHealth> m_sources;
    std::map<std::string, Beat> m_beats;
};

} // namespace meshdeck::session
