// All checks over a mesh's config (facts/semantics.md 7). A check is a function over the World that names what it reads,
// so that one edit runs only what depends on it again.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <stop_token>

#include "policy/checks/finding.h"
#include "policy/world.h"

namespace meshdeck::policy {

class CheckContext; // indices shared by all checks of one run (check_context.h)

enum class CheckScope {
    Object,  // reads the object alone (and the mesh config)
    Context, // reads other objects too: `reads` names their kinds
};

struct Check {
    std::string_view id;                  // "virtualService.destinationHost"
    std::vector<std::string_view> codes;  // it may report
    CheckScope scope = CheckScope::Object;
    std::vector<std::pair<std::string_view, std::string_view>> kinds; // group, kind of the objects it speaks of
    std::vector<std::pair<std::string_view, std::string_view>> reads; // further kinds its answer depends on
    bool optIn = false;                   // only with --all-checks
    // Findings about `objects` (all of `kinds`, or those to be checked again).
    std::function<void(const CheckContext&, const std::vector<ConfigObjectPtr>&, std::vector<Finding>&)> run;
};

// Every check of this version: collected by hand from each room's list, in a fixed order.
[[nodiscard]] const std::vector<Check>& allChecks();

struct CheckOptions {
    bool optIn = false;
    std::set<std::string> only; // codes; empty: all
    bool secretsKnown = true;   // false: Secrets could not be read, so a missing one says nothing
};
struct CheckReport {
    std::vector<Finding> findings; // by object, then code, then pointer
    std::size_t objects = 0;
    std::size_t checks = 0;
    struct NotChecked {
        std::string reason;
        std::vector<std::string> kinds;
    };
    std::vector<NotChecked> notChecked;
};

// Full run. Objects of kube-system, kube-public, kube-node-lease and local-path-storage are left out.
[[nodiscard]] CheckReport runChecks(const WorldPtr& world, const CheckOptions& options = {});

// Keeps the last report and checks only what an edit can have changed. After any sequence of edits the report equals
// that of a full run (property test).
class IncrementalChecks {
public:
    IncrementalChecks(WorldPtr world, CheckOptions options);
    ~IncrementalChecks();
    [[nodiscard]] const CheckReport& report() const;
    [[nodiscard]] const WorldPtr& world() const;
    const CheckReport& apply(const std::vector<ConfigEdit>& edits);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace meshdeck::policy
