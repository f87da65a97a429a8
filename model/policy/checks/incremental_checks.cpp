#include <algorithm>
#include <set>

#include "policy/checks/run_check.h"

namespace meshdeck::policy {

struct IncrementalChecks::Parts {
    WorldPtr world;
    CheckOptions options;
    std::vector<const Check*> checks;
    std::vector<std::vector<Finding>> findings; // one list a check
    CheckReport report;

    void publish() {
        report.findings.clear();
        for (const std::vector<Finding>& list : findings) {
            report.findings.insert(report.findings.end(), list.begin(), list.end());
        }
        sortFindings(report.findings);
        report.objects = world->objects().size();
        report.checks = checks.size();
    }

    // Runs one check again on what the edits can have changed.
    void update(std::size_t index, const CheckContext& context, const std::vector<ConfigEdit>& edits) {
        const Check& check = *checks[index];
        const auto touches = [&](const auto& kinds) {
            return std::any_of(edits.begin(), edits.end(), [&](const ConfigEdit& edit) {
                return std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
                    return kind.first == edit.ref.group && kind.second == edit.ref.kind;
                });
            });
        };
        if (touches(check.reads)) {
            findings[index] = runCheck(check, context, objectsOf(*world, check));
            return;
        }
        if (!touches(check.kinds)) {
            return;
        }
        std::erase_if(findings[index], [&](const Finding& finding) {
            return std::any_of(edits.begin(), edits.end(),
                               [&](const ConfigEdit& edit) { return edit.ref == finding.object->ref; });
        });
        std::vector<ConfigObjectPtr> changed = objectsOf(*world, check);
        std::erase_if(changed, [&](const ConfigObjectPtr& object) {
            return std::none_of(edits.begin(), edits.end(),
                                [&](const ConfigEdit& edit) { return edit.ref == object->ref; });
        });
        std::vector<Finding> fresh = runCheck(check, context, changed);
        std::move(fresh.begin(), fresh.end(), std::back_inserter(findings[index]));
    }
};

IncrementalChecks::IncrementalChecks(WorldPtr world, CheckOptions options) : m_parts(std::make_unique<Parts>()) {
    m_parts->world = std::move(world);
    m_parts->options = std::move(options);
    m_parts->checks = checksFor(m_parts->options);
    const CheckContext context(*m_parts->world, m_parts->options);
    for (const Check* check : m_parts->checks) {
        m_parts->findings.push_back(runCheck(*check, context, objectsOf(*m_parts->world, *check)));
    }
    m_parts->publish();
}

IncrementalChecks::~IncrementalChecks() = default;

const CheckReport& IncrementalChecks::report() const {
    return m_parts->report;
}

const WorldPtr& IncrementalChecks::world() const {
    return m_parts->world;
}

const CheckReport& IncrementalChecks::apply(const std::vector<ConfigEdit>& edits) {
    m_parts->world = m_parts->world->with(edits);
    const CheckContext context(*m_parts->world, m_parts->options);
    for (std::size_t i = 0; i < m_parts->checks.size(); ++i) {
        m_parts->update(i, context, edits);
    }
    m_parts->publish();
    return m_parts->report;
}

} // namespace meshdeck::policy
