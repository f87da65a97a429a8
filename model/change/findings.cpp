#include "change/findings.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "config/json_pointer.h"
#include "config/resource_json.h"

namespace meshdeck::change {

namespace {

using config::Json;
using policy::Finding;

using Identity = std::tuple<std::string, mesh::ResourceRef, std::string>;

Identity identityOf(const Finding& finding) {
    return {finding.code, finding.object ? finding.object->ref : mesh::ResourceRef{}, finding.message};
}

std::map<Identity, std::size_t> countOf(const std::vector<Finding>& findings) {
    std::map<Identity, std::size_t> count;
    for (const Finding& finding : findings) {
        ++count[identityOf(finding)];
    }
    return count;
}

// Those of `findings` of which `others` has fewer.
std::vector<Finding> missingIn(const std::vector<Finding>& findings, const std::vector<Finding>& others) {
    auto known = countOf(others);
    std::vector<Finding> missing;
    for (const Finding& finding : findings) {
        std::size_t& left = known[identityOf(finding)];
        if (left > 0) {
            --left;
        } else {
            missing.push_back(finding);
        }
    }
    std::stable_sort(missing.begin(), missing.end(),
                     [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
    return missing;
}

// Age decides between objects (facts/semantics.md): the one that is edited keeps its own.
Json withAge(Json after, const mesh::ResourcePtr& base) {
    const auto before = base ? config::parse(*base) : Result<Json>(Json());
    const Json* created = before ? config::at(*before, "/metadata/creationTimestamp") : nullptr;
    if (created != nullptr && after.contains("metadata")) {
        after["metadata"]["creationTimestamp"] = *created;
    }
    return after;
}

} // namespace

std::size_t FindingsChange::errors() const {
    return static_cast<std::size_t>(std::count_if(added.begin(), added.end(), [](const Finding& finding) {
        return finding.severity == policy::Severity::Error;
    }));
}

std::vector<policy::ConfigEdit> editsOf(const Plan& plan) {
    std::vector<policy::ConfigEdit> edits;
    for (const PlannedObject& planned : plan.objects) {
        if (planned.operation == Operation::Delete) {
            edits.push_back({planned.ref, nullptr});
            continue;
        }
        mesh::Resource resource;
        resource.ref = planned.ref;
        const Json after = withAge(planned.after, planned.base);
        resource.apiVersion = after.value("apiVersion", "");
        resource.json = std::make_shared<const std::string>(after.dump(-1, ' ', false, Json::error_handler_t::replace));
        if (auto object = config::readConfig(resource)) {
            edits.push_back({planned.ref, std::move(*object)});
        }
    }
    return edits;
}

FindingsChange compareFindings(const policy::CheckReport& before, const policy::CheckReport& after) {
    FindingsChange change;
    change.added = missingIn(after.findings, before.findings);
    change.fixed = missingIn(before.findings, after.findings);
    change.remaining = after.findings.size() - change.added.size();
    return change;
}

} // namespace meshdeck::change
