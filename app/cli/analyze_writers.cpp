#include "cli/analyze_writers.h"

#include <algorithm>

#include "base/text.h"
#include "cli/text_table.h"

namespace meshdeck::cli {
namespace {

using config::Json;
using policy::Finding;
using policy::Severity;

std::string resourceOf(const Finding& finding) {
    return finding.object == nullptr ? std::string() : finding.object->ref.display();
}

std::string dumped(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Ink inkOf(Severity severity) {
    if (severity == Severity::Error) {
        return Ink::Red;
    }
    return severity == Severity::Warning ? Ink::Yellow : Ink::Dim;
}

std::string whereText(const FindingPlace& place) {
    std::string where = text::safe(place.file);
    if (place.line > 0) {
        where += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
    if (!place.field.empty()) {
        where += (where.empty() ? "" : "  ") + text::safe(place.field);
    }
    return where;
}

std::size_t count(const policy::CheckReport& report, Severity severity) {
    return static_cast<std::size_t>(std::ranges::count(report.findings, severity, &Finding::severity));
}

std::string plural(std::size_t n, const std::string& word) {
    return std::to_string(n) + " " + word + (n == 1 ? "" : "s");
}

} // namespace

Json findingJson(const Finding& finding) {
    const FindingPlace place = placeOf(finding);
    Json json = {{"code", finding.code},
                 {"name", finding.name},
                 {"severity", std::string(policy::name(finding.severity))},
                 {"resource", resourceOf(finding)},
                 {"message", finding.message}};
    if (!place.file.empty()) {
        json["file"] = place.file;
    }
    if (place.line > 0) {
        json["line"] = place.line;
        json["column"] = place.column;
    }
    if (!place.field.empty()) {
        json["field"] = place.field;
    }
    if (finding.fix) {
        json["fix"] = {{"what", finding.fix->what}, {"patch", finding.fix->patch}};
    }
    return json;
}

FindingPlace placeOf(const Finding& finding) {
    FindingPlace place;
    place.field = finding.pointer.empty() ? "" : config::fieldPath(finding.pointer);
    if (finding.object == nullptr || finding.object->source == nullptr) {
        return place;
    }
    const config::Position position = config::positionOf(*finding.object, finding.pointer);
    place.file = finding.object->source->name;
    place.line = position.line;
    place.column = position.column;
    return place;
}

std::string analyzeText(const policy::CheckReport& report, bool colour) {
    std::string out;
    for (const Finding& finding : report.findings) {
        const std::string severity(policy::name(finding.severity));
        out += inked(severity, inkOf(finding.severity), colour) + std::string(9 - std::min<std::size_t>(8, severity.size()), ' ') +
               finding.code + "  " + inked(text::safe(resourceOf(finding)), Ink::Bold, colour) + "\n         " +
               text::safe(finding.message) + "\n";
        const std::string where = whereText(placeOf(finding));
        if (!where.empty()) {
            out += "         " + inked(where, Ink::Dim, colour) + "\n";
        }
        if (finding.fix) {
            out += "         fix: " + text::safe(finding.fix->what) + "\n";
        }
    }
    out += (report.findings.empty() ? "" : "\n") + plural(count(report, Severity::Error), "error") + ", " +
           plural(count(report, Severity::Warning), "warning") + ", " + plural(count(report, Severity::Info), "note") +
           " in " + plural(report.objects, "object") + " (" + plural(report.checks, "check") + ")\n";
    for (const auto& missing : report.notChecked) {
        out += "not checked: " + text::safe(missing.reason) + "\n";
    }
    return out;
}

std::string analyzeJson(const policy::CheckReport& report) {
    Json findings = Json::array();
    for (const Finding& finding : report.findings) {
        findings.push_back(findingJson(finding));
    }
    Json missing = Json::array();
    for (const auto& each : report.notChecked) {
        missing.push_back({{"reason", each.reason}, {"kinds", each.kinds}});
    }
    return dumped({{"schema", "meshdeck.analyze/1"},
                   {"findings", std::move(findings)},
                   {"checked", {{"objects", report.objects}, {"checks", report.checks}}},
                   {"notChecked", std::move(missing)}});
}

} // namespace meshdeck::cli
