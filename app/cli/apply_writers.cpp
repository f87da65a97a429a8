#include "cli/apply_writers.h"

#include "base/text.h"
#include "change/conflict.h"
#include "cli/diff_writers.h"
#include "cli/text_table.h"

namespace meshdeck::cli {

namespace {

using change::JournalObject;
using change::Operation;
using config::Json;

std::string dump(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json objectJson(const JournalObject& object) {
    const change::PlannedObject& planned = object.planned;
    Json versions = Json::object();
    if (planned.base) {
        versions["before"] = planned.base->resourceVersion;
    }
    if (!object.resourceVersionAfter.empty()) {
        versions["after"] = object.resourceVersionAfter;
    }
    Json json = {{"resource", planned.ref.display()},
                 {"operation", change::name(planned.operation)},
                 {"outcome", change::name(object.outcome)},
                 {"resourceVersion", std::move(versions)}};
    if (planned.operation == Operation::Patch) {
        json["patch"] = change::toJson(planned.patch);
    }
    if (!object.message.empty()) {
        json["message"] = object.message;
    }
    return json;
}

Json proxiesJson(const change::ProxyProgress& proxies) {
    Json rejected = Json::array();
    for (const change::RejectedProxy& proxy : proxies.rejected) {
        rejected.push_back({{"proxy", proxy.proxy}, {"message", proxy.message}});
    }
    Json json = {{"total", proxies.total},
                 {"acknowledged", proxies.acknowledged},
                 {"rejected", std::move(rejected)},
                 {"waiting", proxies.waiting}};
    if (!proxies.note.empty()) {
        json["note"] = proxies.note;
    }
    return json;
}

Json conditionsJson(const std::vector<change::ObjectConditions>& conditions) {
    Json list = Json::array();
    for (const change::ObjectConditions& one : conditions) {
        Json json = {{"resource", one.ref.display()}, {"state", change::name(one.state)}};
        if (!one.message.empty()) {
            json["message"] = one.message;
        }
        list.push_back(std::move(json));
    }
    return list;
}

std::string conditionsText(const std::vector<change::ObjectConditions>& conditions) {
    std::string text;
    for (const change::ObjectConditions& one : conditions) {
        const std::string message = text::safe(one.message, false, 1000);
        text += text::safe(one.ref.display());
        switch (one.state) {
        case change::ConditionState::Accepted: text += ": accepted by its controller\n"; break;
        case change::ConditionState::Refused: text += ": NOT accepted, " + message + "\n"; break;
        case change::ConditionState::Waiting: text += ": not known to be accepted, " + message + "\n"; break;
        }
    }
    return text;
}

std::string proxiesText(const change::ProxyProgress& proxies) {
    if (!proxies.known) {
        return proxies.note.empty() ? "" : "proxies: not known, " + text::safe(proxies.note) + "\n";
    }
    std::string text = std::to_string(proxies.acknowledged) + " of " + std::to_string(proxies.total) + " proxies acknowledged";
    text += proxies.note.empty() ? "\n" : " (" + text::safe(proxies.note) + ")\n";
    for (const change::RejectedProxy& proxy : proxies.rejected) {
        text += "rejected by " + text::safe(proxy.proxy) + ": " + text::safe(proxy.message, false, 1000) + "\n";
    }
    for (const std::string& proxy : proxies.waiting) {
        text += "no answer yet from " + text::safe(proxy) + "\n";
    }
    return text;
}

Ink inkOf(change::Outcome outcome) {
    return outcome == change::Outcome::Applied ? Ink::Green : outcome == change::Outcome::NotApplied ? Ink::Plain : Ink::Red;
}

} // namespace

Json reportJson(const change::ApplyReport& report, const change::Plan& plan, const std::string& dryRun) {
    Json json = {{"schema", "meshdeck.apply/1"},
                 {"journal", report.journal},
                 {"outcome", change::name(report.outcome)},
                 {"sentence", plan.sentence}};
    if (!dryRun.empty()) {
        json["dryRun"] = dryRun;
    }
    Json objects = Json::array();
    for (std::size_t i = 0; i < report.objects.size(); ++i) {
        Json object = objectJson(report.objects[i]);
        if (i < report.changedBy.size() && report.changedBy[i]) {
            const change::ChangedBy& by = *report.changedBy[i];
            object["changedBy"] = {{"manager", by.manager}, {"time", by.time}, {"fields", by.fields}};
        }
        objects.push_back(std::move(object));
    }
    json["objects"] = std::move(objects);
    if (report.proxies.known || !report.proxies.note.empty()) {
        json["proxies"] = proxiesJson(report.proxies);
    }
    if (!report.conditions.empty()) {
        json["conditions"] = conditionsJson(report.conditions);
    }
    json["warnings"] = report.warnings;
    return json;
}

std::string applyJson(const change::ApplyReport& report, const change::Plan& plan, const std::string& dryRun) {
    return dump(reportJson(report, plan, dryRun));
}

std::string applyText(const change::ApplyReport& report) {
    std::string text;
    for (const JournalObject& object : report.objects) {
        text += text::safe(object.planned.ref.display()) + ": " + std::string(change::name(object.outcome));
        text += object.message.empty() ? "\n" : ", " + text::safe(object.message, false, 2000) + "\n";
    }
    for (const std::string& warning : report.warnings) {
        text += "warning: " + text::safe(warning, false, 1000) + "\n";
    }
    text += proxiesText(report.proxies);
    text += conditionsText(report.conditions);
    if (report.outcome == change::Outcome::Unknown) {
        text += "The outcome is not known. meshdeck journal " + report.journal + " reads the object again and settles it.\n";
    } else if (!report.journal.empty() && report.outcome != change::Outcome::NotApplied) {
        text += "To take it back: meshdeck rollback " + report.journal + "\n";
    }
    return text;
}

change::ApplyReport notAppliedReport(const change::Preview& preview) {
    change::ApplyReport report;
    report.outcome = change::Outcome::NotApplied;
    report.changedBy.resize(preview.plan.objects.size());
    for (std::size_t i = 0; i < preview.plan.objects.size(); ++i) {
        JournalObject object;
        object.planned = preview.plan.objects[i];
        if (i < preview.objects.size() && preview.objects[i].problem) {
            const Error& problem = *preview.objects[i].problem;
            object.outcome = problem.kind == ErrorKind::Conflict ? change::ObjectOutcome::Conflict
                                                                 : change::ObjectOutcome::Refused;
            object.message = describe(problem);
            const mesh::ResourcePtr& live = preview.objects[i].live;
            if (problem.kind == ErrorKind::Conflict && object.planned.base && live) {
                report.changedBy[i] = change::changedSince(*object.planned.base, *live);
            }
        }
        report.objects.push_back(std::move(object));
    }
    return report;
}

std::string journalJson(const std::vector<change::JournalEntry>& entries) {
    Json list = Json::array();
    for (const change::JournalEntry& entry : entries) {
        Json json = {{"id", entry.id},
                     {"time", text::rfc3339(entry.time)},
                     {"context", entry.context},
                     {"user", entry.user},
                     {"sentence", entry.sentence},
                     {"outcome", change::name(entry.outcome())},
                     {"closed", entry.closed}};
        if (entry.rollbackOf) {
            json["rollbackOf"] = *entry.rollbackOf;
        }
        if (!entry.note.empty()) {
            json["note"] = entry.note;
        }
        Json objects = Json::array();
        for (const JournalObject& object : entry.objects) {
            Json told = objectJson(object);
            told["diff"] = objectDiff(object.planned, "after");
            objects.push_back(std::move(told));
        }
        json["objects"] = std::move(objects);
        list.push_back(std::move(json));
    }
    return dump({{"schema", "meshdeck.journal/1"}, {"entries", std::move(list)}});
}

std::string journalText(const std::vector<change::JournalEntry>& entries, bool colour) {
    if (entries.empty()) {
        return "The journal is empty.\n";
    }
    TextTable table({false, false, false, false, false});
    for (const change::JournalEntry& entry : entries) {
        table.add({{entry.id, Ink::Bold},
                   {std::string(change::name(entry.outcome())), inkOf(entry.outcome())},
                   {text::safe(entry.context, false, 60)},
                   {text::safe(entry.user, false, 60), Ink::Dim},
                   {text::safe(entry.sentence, false, 200)}});
    }
    return table.text(table.widths(), colour);
}

std::string entryText(const change::JournalEntry& entry, bool colour) {
    std::string text = inked(text::safe(entry.sentence, false, 1000), Ink::Bold, colour) + "\n" + entry.id + ", by " +
                       text::safe(entry.user) + " in context " + text::safe(entry.context) + ": " +
                       inked(change::name(entry.outcome()), inkOf(entry.outcome()), colour) + "\n";
    if (entry.rollbackOf) {
        text += "takes back " + text::safe(*entry.rollbackOf) + "\n";
    }
    if (!entry.note.empty()) {
        text += text::safe(entry.note, false, 2000) + "\n";
    }
    for (const JournalObject& object : entry.objects) {
        text += "\n" + text::safe(object.planned.ref.display()) + ": " + std::string(change::name(object.outcome));
        text += object.message.empty() ? "\n" : ", " + text::safe(object.message, false, 2000) + "\n";
        text += text::safe(objectDiff(object.planned, "after"), true, 1U << 20U);
    }
    return text;
}

} // namespace meshdeck::cli
