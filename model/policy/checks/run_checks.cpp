#include <algorithm>
#include <map>

#include "policy/checks/check_lists.h"
#include "policy/checks/run_check.h"

namespace meshdeck::policy {
namespace {

bool wanted(const Check& check, const CheckOptions& options) {
    return (options.optIn || !check.optIn) &&
           (options.only.empty() || std::any_of(check.codes.begin(), check.codes.end(), [&](std::string_view code) {
                return options.only.contains(std::string(code));
            }));
}

// Codes of an object that its owner has silenced: galley.istio.io/analyze-suppress, a list in which "*" means all.
bool suppressed(const Finding& finding) {
    const auto found = finding.object->annotations.find("galley.istio.io/analyze-suppress");
    if (found == finding.object->annotations.end()) {
        return false;
    }
    const std::string list = "," + found->second + ",";
    return list.find(",*,") != std::string::npos || list.find("," + finding.code + ",") != std::string::npos;
}

} // namespace

const std::vector<Check>& allChecks() {
    static const std::vector<Check> kAll = [] {
        std::vector<Check> all;
        for (const auto& list :
             {virtualServiceChecks(), virtualServiceGatewayChecks(), ruleOrderChecks(), destinationRuleChecks(),
              gatewayChecks(), credentialChecks(), serviceChecks(), serviceEntryChecks(), selectorChecks(),
              injectionChecks(), annotationChecks(), authorizationChecks(), extensionChecks(), installChecks(),
              deprecationChecks(), validationChecks(), ownChecks(), shadowChecks(), kialiRoutingChecks(),
              kialiSecurityChecks(), kialiGatewayApiChecks(), kialiMtlsChecks(), kialiWorkloadChecks(),
              ambientPolicyChecks(), ambientRoutingChecks(), ambientWorkloadChecks()}) {
            all.insert(all.end(), list.begin(), list.end());
        }
        return all;
    }();
    return kAll;
}

std::vector<ConfigObjectPtr> objectsOf(const World& world, const Check& check) {
    std::vector<ConfigObjectPtr> objects;
    for (const auto& [group, kind] : check.kinds) {
        for (const ConfigObjectPtr& object : world.ofKind(group, kind)) {
            if (!isSystemNamespace(object->ref.ns) &&
                !(kind == "Namespace" && isSystemNamespace(object->ref.name))) {
                objects.push_back(object);
            }
        }
    }
    return objects;
}

std::vector<Finding> runCheck(const Check& check, const CheckContext& context,
                              const std::vector<ConfigObjectPtr>& objects) {
    std::vector<Finding> findings;
    if (!objects.empty()) {
        check.run(context, objects, findings);
    }
    std::erase_if(findings, [&](const Finding& finding) {
        return suppressed(finding) ||
               (!context.options().only.empty() && !context.options().only.contains(finding.code));
    });
    return findings;
}

std::vector<const Check*> checksFor(const CheckOptions& options) {
    std::vector<const Check*> chosen;
    for (const Check& check : allChecks()) {
        if (wanted(check, options)) {
            chosen.push_back(&check);
        }
    }
    return chosen;
}

void sortFindings(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.object->ref, a.code, a.pointer, a.message) < std::tie(b.object->ref, b.code, b.pointer, b.message);
    });
    // Equal words on one object count once.
    const auto last = std::unique(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return a.object == b.object && a.code == b.code && a.pointer == b.pointer && a.message == b.message;
    });
    findings.erase(last, findings.end());
}

CheckReport runChecks(const WorldPtr& world, const CheckOptions& options) {
    CheckReport report;
    const CheckContext context(*world, options);
    const std::vector<const Check*> checks = checksFor(options);
    for (const Check* check : checks) {
        std::vector<Finding> found = runCheck(*check, context, objectsOf(*world, *check));
        std::move(found.begin(), found.end(), std::back_inserter(report.findings));
    }
    sortFindings(report.findings);
    report.objects = world->objects().size();
    report.checks = checks.size();
    return report;
}

} // namespace meshdeck::policy
