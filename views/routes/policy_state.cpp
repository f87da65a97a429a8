#include "routes/policy_state.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "policy/effective_config.h"
#include "policy/expectations/sender.h"

namespace meshdeck::views {
namespace {

using policy::Finding;
using policy::Severity;
using policy::World;

FindingRow rowOf(const Finding& finding) {
    FindingRow row;
    row.severity = finding.severity;
    row.code = finding.code;
    row.name = finding.name;
    row.object = finding.object ? finding.object->ref : mesh::ResourceRef{};
    row.pointer = finding.pointer;
    row.field = config::fieldPath(finding.pointer);
    row.message = finding.message;
    row.fix = finding.fix ? finding.fix->what : std::string();
    return row;
}

using FindingKey = std::tuple<std::string, mesh::ResourceRef, std::string, std::string>;
FindingKey keyOf(const FindingRow& row) {
    return {row.code, row.object, row.pointer, row.message};
}

std::vector<FindingRow> rowsOf(const std::vector<Finding>& findings) {
    std::vector<FindingRow> rows;
    rows.reserve(findings.size());
    for (const Finding& finding : findings) {
        rows.push_back(rowOf(finding));
    }
    return rows;
}

void sortRows(std::vector<FindingRow>& rows) {
    std::ranges::stable_sort(rows, [](const FindingRow& a, const FindingRow& b) {
        const bool aFixed = a.draft == FindingRow::Draft::Fixed;
        const bool bFixed = b.draft == FindingRow::Draft::Fixed;
        return std::tie(aFixed, a.severity, a.object, a.code, a.pointer) < std::tie(bFixed, b.severity, b.object, b.code, b.pointer);
    });
}

// What the draft brings, and what it mends.
std::vector<FindingRow> compared(std::vector<FindingRow> before, std::vector<FindingRow> after) {
    std::set<FindingKey> had, has;
    for (const FindingRow& row : before) {
        had.insert(keyOf(row));
    }
    for (FindingRow& row : after) {
        has.insert(keyOf(row));
        row.draft = had.contains(keyOf(row)) ? FindingRow::Draft::Same : FindingRow::Draft::New;
    }
    for (FindingRow& row : before) {
        if (!has.contains(keyOf(row))) {
            row.draft = FindingRow::Draft::Fixed;
            after.push_back(std::move(row));
        }
    }
    return after;
}

void addConfig(const World& world, const std::set<mesh::ResourceRef>& edited, PolicyState& state) {
    std::map<mesh::ResourceRef, ConfigRow> rows;
    for (const policy::ConfigObjectPtr& object : world.objects()) {
        if (isMeshConfig(object->ref)) {
            rows[object->ref].ref = object->ref;
        }
    }
    for (const FindingRow& finding : state.findings) {
        if (finding.object.kind.empty() || finding.draft == FindingRow::Draft::Fixed) {
            continue;
        }
        ConfigRow& row = rows[finding.object]; // a Service or a Pod is listed when something is wrong with it
        row.ref = finding.object;
        ++(finding.severity == Severity::Error ? row.errors : finding.severity == Severity::Warning ? row.warnings : row.infos);
    }
    for (auto& [ref, row] : rows) {
        row.edited = edited.contains(ref);
        state.config.push_back(std::move(row));
    }
    std::ranges::stable_sort(state.config, {}, [](const ConfigRow& row) { return std::tie(row.ref.ns, row.ref.kind, row.ref.name); });
}

void addSenders(const World& world, PolicyState& state) {
    std::set<std::string> names;
    for (const policy::Workload& workload : world.workloads()) {
        if (workload.origin) { // not an address inside a ServiceEntry
            names.insert(workload.ns + "/" + workload.name);
        }
    }
    state.senders.assign(names.begin(), names.end());
    for (const auto& [group, kind] : {std::pair("networking.istio.io", "Gateway"), std::pair("gateway.networking.k8s.io", "Gateway")}) {
        for (const policy::ConfigObjectPtr& gateway : world.ofKind(group, kind)) {
            state.senders.push_back(gateway->ref.ns + "/gateway:" + gateway->ref.name);
        }
    }
    state.senders.emplace_back("outside");
    for (const policy::Service& service : world.services()) {
        ServiceRow row{service.host, service.ns, {}};
        for (const policy::Port& port : service.ports) {
            row.ports.push_back(port.number);
        }
        state.services.push_back(std::move(row));
    }
    std::ranges::stable_sort(state.services, {}, [](const ServiceRow& row) { return std::tie(row.host, row.ns); });
}

} // namespace

bool isMeshConfig(const mesh::ResourceRef& ref) {
    static constexpr std::array<std::string_view, 5> kGroups{"networking.istio.io", "security.istio.io", "telemetry.istio.io",
                                                            "extensions.istio.io", "gateway.networking.k8s.io"};
    return std::ranges::find(kGroups, ref.group) != kGroups.end() || ref.group == "gateway.networking.x-k8s.io";
}

PolicyStatePtr policyState(policy::WorldPtr world, const std::vector<Finding>& findings) {
    return policyState(std::move(world), findings, nullptr, {}, {});
}

PolicyStatePtr policyState(policy::WorldPtr world, const std::vector<Finding>& findings, policy::WorldPtr draft,
                           const std::vector<Finding>& draftFindings, const std::vector<policy::ConfigEdit>& edits) {
    auto state = std::make_shared<PolicyState>();
    state->world = std::move(world);
    state->draft = std::move(draft);
    state->findings = state->draft ? compared(rowsOf(findings), rowsOf(draftFindings)) : rowsOf(findings);
    sortRows(state->findings);
    std::set<mesh::ResourceRef> edited;
    for (const policy::ConfigEdit& edit : edits) {
        edited.insert(edit.ref);
    }
    addConfig(state->shown(), edited, *state);
    addSenders(state->shown(), *state);
    return state;
}

EffectiveAnswer effective(const EffectiveQuery& query, const policy::WorldPtr& world) {
    EffectiveAnswer answer;
    answer.query = query;
    const auto sender = policy::readSender(query.from, *world, "default");
    if (!sender) {
        answer.problem = sender.error();
        return answer;
    }
    const auto scope = policy::Scope::of(world, sender->proxy);
    const auto config = policy::effectiveConfig(scope, query.host, query.port, query.subset);
    if (!config) {
        answer.problem = config.error();
        return answer;
    }
    answer.service = config->service->host;
    for (const policy::EffectiveValue& value : config->values) {
        answer.rows.push_back({value.group, value.name, value.value, value.level,
                               value.object ? value.object->ref : mesh::ResourceRef{}, value.pointer});
    }
    for (const policy::HiddenConfig& each : config->hidden) {
        answer.hidden.push_back({each.object->ref, each.by ? std::optional(each.by->ref) : std::nullopt, each.why});
    }
    answer.warnings = config->warnings;
    return answer;
}

} // namespace meshdeck::views
