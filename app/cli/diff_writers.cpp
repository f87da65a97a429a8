#include "cli/diff_writers.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "change/text_diff.h"
#include "change/words.h"
#include "cli/analyze_writers.h"
#include "cli/text_table.h"
#include "config/resource_json.h"
#include "config/yaml.h"

namespace meshdeck::cli {

namespace {

using config::Json;

constexpr std::size_t kBarColumns = 40;
constexpr const char* kFills[] = {"\u2588", "\u2592", "\u2593", "\u2591"};

std::string number(const std::optional<double>& value) { return value ? text::significant(*value) : "not known"; }

std::string change(const change::PredictedRow& row) {
    if (!row.now || !row.after) {
        return "";
    }
    const double delta = *row.after - *row.now;
    if (std::abs(delta) < 0.005) {
        return "none";
    }
    return (delta > 0 ? "+" : "") + text::significant(delta) + (row.unit == "%" ? " points" : "");
}

// "reviews v1, req/s"; a percentage carries its unit in the figures.
TextTable::Cell nameCell(const change::PredictedRow& row) {
    return {row.name + (row.unit == "%" ? "" : ", " + row.unit)};
}

std::string predictionTable(const change::Prediction& prediction, const std::string& window, bool colour) {
    TextTable table({false, true, true, true});
    table.add({{"Predicted from " + window, Ink::Bold}, {"now", Ink::Dim}, {"after", Ink::Dim}, {"change", Ink::Dim}});
    for (const change::PredictedRow& row : prediction.rows) {
        const std::string unit = row.unit == "%" ? " %" : "";
        table.add({nameCell(row),
                   {number(row.now) + (row.now ? unit : "")},
                   {number(row.after) + (row.after ? unit : "")},
                   {change(row), row.worse ? Ink::Red : Ink::Plain}});
    }
    return table.text(table.widths(), colour);
}

std::string bars(const change::WeightEdit& edit, const change::Prediction& prediction) {
    std::vector<std::pair<std::string, double>> before;
    std::vector<std::pair<std::string, double>> after;
    for (const config::WeightedRoute& route : config::weightedRoutes(*edit.base)) {
        if (route.section != edit.section || route.index != edit.routeIndex) {
            continue;
        }
        for (std::size_t i = 0; i < route.destinations.size() && i < prediction.edges.size(); ++i) {
            const std::string name = text::safe(change::destinationName(route.destinations[i]), false, 60);
            const auto& edge = prediction.edges[i];
            before.emplace_back(name, edge.shareBefore ? edge.shareBefore->value : 0);
            after.emplace_back(name, edge.shareAfter ? edge.shareAfter->value : 0);
        }
    }
    return "  before  " + splitBar(before, kBarColumns) + "\n  after   " + splitBar(after, kBarColumns) + "\n";
}

std::string coloured(const std::string& diff, bool colour) {
    if (!colour) {
        return diff;
    }
    std::string result;
    for (std::size_t begin = 0; begin < diff.size();) {
        const std::size_t end = std::min(diff.find('\n', begin), diff.size());
        const std::string line = diff.substr(begin, end - begin);
        const Ink ink = line.starts_with("---") || line.starts_with("+++") ? Ink::Bold
                        : line.starts_with("@@")                          ? Ink::Dim
                        : line.starts_with("-")                           ? Ink::Red
                        : line.starts_with("+")                           ? Ink::Green
                                                                          : Ink::Plain;
        result += inked(line, ink, true) + "\n";
        begin = end + 1;
    }
    return result;
}

Json rowsJson(const change::Prediction& prediction) {
    Json rows = Json::array();
    for (const change::PredictedRow& row : prediction.rows) {
        Json json = {{"name", row.name}, {"unit", row.unit}};
        if (row.now) {
            json["now"] = *row.now;
        }
        if (row.after) {
            json["after"] = *row.after;
        }
        json["worse"] = row.worse;
        rows.push_back(std::move(json));
    }
    return rows;
}

Json splitJson(const change::Prediction& prediction) {
    Json split = Json::array();
    for (const change::PredictedEdge& edge : prediction.edges) {
        Json json = Json::object();
        const auto put = [&json](const char* key, const std::optional<double>& value) {
            if (value) {
                json[key] = *value;
            }
        };
        put("percentBefore", edge.shareBefore ? std::optional(edge.shareBefore->value) : std::nullopt);
        put("percentAfter", edge.shareAfter ? std::optional(edge.shareAfter->value) : std::nullopt);
        put("rateNow", edge.rateNow);
        put("rateAfter", edge.rateAfter);
        split.push_back(std::move(json));
    }
    return split;
}

void addFindings(Json& list, const std::vector<policy::Finding>& findings, const char* word) {
    for (const policy::Finding& finding : findings) {
        Json json = findingJson(finding);
        json["change"] = word;
        list.push_back(std::move(json));
    }
}

std::string findingLines(const std::vector<policy::Finding>& findings, const char* word, bool colour) {
    std::string text;
    for (const policy::Finding& finding : findings) {
        const bool fixed = std::string_view(word) == "fixed";
        const Ink ink = fixed ? Ink::Green : finding.severity == policy::Severity::Error ? Ink::Red : Ink::Yellow;
        const std::string field = placeOf(finding).field;
        text += "  " + inked(std::string(word) + " " + std::string(policy::name(finding.severity)) + " " + finding.code, ink, colour) +
                "  " + text::safe(finding.object ? finding.object->ref.display() : "") +
                (field.empty() ? "" : ", " + text::safe(field)) + ": " + text::safe(finding.message, false, 1000) + "\n";
    }
    return text;
}

std::string findingsText(const change::FindingsChange& findings, bool colour) {
    if (findings.added.empty() && findings.fixed.empty()) {
        return {};
    }
    return "\n" + inked("Findings: " + std::to_string(findings.added.size()) + " new, " +
                            std::to_string(findings.fixed.size()) + " fixed, " + std::to_string(findings.remaining) + " remain",
                        Ink::Bold, colour) +
           "\n" + findingLines(findings.added, "new", colour) + findingLines(findings.fixed, "fixed", colour);
}

Json objectJson(const change::PlannedObject& planned, const change::PreviewObject* preview) {
    Json json = {{"resource", planned.ref.display()},
                 {"operation", change::name(planned.operation)},
                 {"diff", objectDiff(planned, "mine")}};
    if (planned.operation == change::Operation::Patch) {
        json["patch"] = change::toJson(planned.patch);
    }
    if (preview != nullptr) {
        json["warnings"] = preview->warnings;
        Json owners = Json::array();
        for (const change::Owner& owner : preview->owners) {
            owners.push_back({{"name", owner.name}, {"effect", owner.sentence}, {"blocks", owner.blocks}});
        }
        json["owners"] = std::move(owners);
        if (preview->problem) {
            json["problem"] = describe(*preview->problem);
        }
    }
    return json;
}

} // namespace

std::string splitBar(const std::vector<std::pair<std::string, double>>& shares, std::size_t columns) {
    std::string bar;
    std::string legend;
    double reached = 0;
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        reached += shares[i].second;
        const auto until = static_cast<std::size_t>(std::lround(reached / 100 * static_cast<double>(columns)));
        const char* fill = kFills[i % std::size(kFills)];
        for (; drawn < std::min(until, columns); ++drawn) {
            bar += fill;
        }
        legend += std::string("  ") + fill + " " + shares[i].first + " " + change::shareText(Percent(shares[i].second));
    }
    bar.append(columns - std::min(drawn, columns), ' ');
    return bar + legend;
}

std::string objectDiff(const change::PlannedObject& planned, const std::string& afterName) {
    std::string before;
    if (planned.base) {
        if (const auto object = config::parse(*planned.base)) {
            before = config::toYaml(config::withoutServerFields(*object));
        }
    }
    const bool gone = planned.operation == change::Operation::Delete;
    const std::string after = gone ? "" : config::toYaml(planned.after);
    const std::string name = planned.ref.display();
    return change::unifiedDiff(before, after, "live " + name, afterName + " " + name);
}

std::string diffText(const DiffDocument& document, bool colour) {
    std::string text = inked(text::safe(document.plan.sentence, false, 1000), Ink::Bold, colour) + "\n";
    for (const auto& [edit, prediction] : document.predictions) {
        const std::string where = edit.base->ref.display() + ", spec." + edit.section + "[" + std::to_string(edit.routeIndex) + "]";
        text += "\n" + inked(text::safe(where), Ink::Dim, colour) + "\n" + prediction.sentence + "\n" + bars(edit, prediction);
        if (!prediction.rows.empty()) {
            text += predictionTable(prediction, document.window, colour);
        }
        for (const std::string& unknown : prediction.unknowns) {
            text += "  not known: " + unknown + "\n";
        }
    }
    if (document.findings) {
        text += findingsText(*document.findings, colour);
    }
    for (const change::PreviewObject& object : document.objects) {
        for (const change::Owner& owner : object.owners) {
            text += inked(std::string(owner.blocks ? "blocked: " : "warning: ") + text::safe(object.ref.display()) +
                              " belongs to " + owner.name + ": " + owner.sentence,
                          owner.blocks ? Ink::Red : Ink::Yellow, colour) + "\n";
        }
        for (const std::string& warning : object.warnings) {
            text += inked("warning: " + text::safe(warning, false, 1000), Ink::Yellow, colour) + "\n";
        }
    }
    for (const change::PlannedObject& planned : document.plan.objects) {
        text += "\n" + coloured(text::safe(objectDiff(planned, "mine"), true, 1U << 20U), colour);
    }
    return text;
}

std::string diffJson(const DiffDocument& document) {
    Json json = {{"schema", "meshdeck.diff/1"}, {"context", document.context}, {"sentence", document.plan.sentence}};
    Json objects = Json::array();
    for (std::size_t i = 0; i < document.plan.objects.size(); ++i) {
        objects.push_back(objectJson(document.plan.objects[i], i < document.objects.size() ? &document.objects[i] : nullptr));
    }
    json["objects"] = std::move(objects);
    Json predictions = Json::array();
    for (const auto& [edit, prediction] : document.predictions) {
        predictions.push_back({{"resource", edit.base->ref.display()},
                               {"route", edit.section + "[" + std::to_string(edit.routeIndex) + "]"},
                               {"sentence", prediction.sentence},
                               {"split", splitJson(prediction)},
                               {"rows", rowsJson(prediction)},
                               {"unknowns", prediction.unknowns}});
    }
    json["predictions"] = std::move(predictions);
    if (document.findings) {
        Json findings = Json::array();
        addFindings(findings, document.findings->added, "new");
        addFindings(findings, document.findings->fixed, "fixed");
        json["findings"] = std::move(findings);
        json["findingsRemaining"] = document.findings->remaining;
    }
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace meshdeck::cli
