// SARIF for code scanning, and the workflow commands that GitHub Actions shows beside the changed lines.
#include <map>

#include "base/text.h"
#include "cli/analyze_writers.h"

namespace meshdeck::cli {
namespace {

using config::Json;
using policy::Finding;
using policy::Severity;

std::string_view levelOf(Severity severity) {
    if (severity == Severity::Error) {
        return "error";
    }
    return severity == Severity::Warning ? "warning" : "note";
}

std::string resourceOf(const Finding& finding) {
    return finding.object == nullptr ? std::string() : finding.object->ref.display();
}

std::string uriOf(const std::string& file) {
    std::string uri;
    static constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : file.starts_with("./") ? file.substr(2) : file) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte > 0x20 && byte < 0x7F && c != '%' && c != '#' && c != '?' && c != '"' && c != '\\' && c != ':';
        if (plain) {
            uri += c;
        } else {
            uri += '%';
            uri += kHex[byte >> 4U];
            uri += kHex[byte & 15U];
        }
    }
    return uri;
}

Json locationOf(const Finding& finding) {
    const FindingPlace place = placeOf(finding);
    Json location = Json::object();
    if (!place.file.empty()) {
        Json physical = {{"artifactLocation", {{"uri", uriOf(place.file == "-" ? "stdin" : place.file)}}}};
        if (place.line > 0) {
            physical["region"] = {{"startLine", place.line}, {"startColumn", place.column}};
        }
        location["physicalLocation"] = std::move(physical);
    }
    const std::string name = resourceOf(finding) + (place.field.empty() ? "" : " " + place.field);
    location["logicalLocations"] = Json::array({{{"fullyQualifiedName", name}}});
    return location;
}

// GitHub's own escapes of a message and of a property.
std::string escaped(const std::string& text, bool property) {
    std::string out;
    for (const char c : text) {
        if (c == '%') {
            out += "%25";
        } else if (c == '\r') {
            out += "%0D";
        } else if (c == '\n') {
            out += "%0A";
        } else if (property && c == ':') {
            out += "%3A";
        } else if (property && c == ',') {
            out += "%2C";
        } else {
            out += c;
        }
    }
    return out;
}

} // namespace

std::string analyzeSarif(const policy::CheckReport& report) {
    Json rules = Json::array();
    Json results = Json::array();
    std::map<std::string, std::size_t> indexOf;
    for (const Finding& finding : report.findings) {
        const auto [rule, added] = indexOf.emplace(finding.code, indexOf.size());
        if (added) {
            rules.push_back({{"id", finding.code},
                             {"name", finding.name},
                             {"shortDescription", {{"text", finding.name}}},
                             {"defaultConfiguration", {{"level", std::string(levelOf(finding.severity))}}}});
        }
        const std::string fix = finding.fix ? " Fix: " + finding.fix->what : "";
        results.push_back({{"ruleId", finding.code},
                           {"ruleIndex", rule->second},
                           {"level", std::string(levelOf(finding.severity))},
                           {"message", {{"text", resourceOf(finding) + ": " + finding.message + fix}}},
                           {"locations", Json::array({locationOf(finding)})}});
    }
    const Json driver = {{"name", "meshdeck"}, {"rules", std::move(rules)}};
    const Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                           {"version", "2.1.0"},
                           {"runs", Json::array({{{"tool", {{"driver", driver}}}, {"results", std::move(results)}}})}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string analyzeGithub(const policy::CheckReport& report) {
    std::string out;
    for (const Finding& finding : report.findings) {
        const FindingPlace place = placeOf(finding);
        const std::string_view level = finding.severity == Severity::Info ? "notice" : levelOf(finding.severity);
        std::string properties = "title=" + escaped(text::safe(finding.code + " " + finding.name), true);
        if (!place.file.empty() && place.file != "-") {
            properties = "file=" + escaped(text::safe(place.file), true) + "," + properties;
        }
        if (place.line > 0 && place.file != "-") {
            properties += ",line=" + std::to_string(place.line) + ",col=" + std::to_string(place.column);
        }
        out += "::" + std::string(level) + " " + properties + "::" +
               escaped(text::safe(resourceOf(finding) + ": " + finding.message, true), false) + "\n";
    }
    return out;
}

} // namespace meshdeck::cli
