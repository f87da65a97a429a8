#include "cli/watch_writers.h"

#include "base/text.h"
#include "cli/apply_writers.h"

namespace meshdeck::cli {

namespace {

using config::Json;

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

Json signalsJson(const change::GoldenSignals& signals) {
    Json json = {{"seconds", signals.seconds},
                 {"requests", signals.requests},
                 {"errors", signals.errors},
                 {"clientErrors", signals.clientErrors}};
    Json latency = Json::object();
    const auto put = [&latency](const char* name, const std::optional<Milliseconds>& value) {
        if (value) {
            latency[name] = value->value;
        }
    };
    put("p50", signals.latency.p50);
    put("p95", signals.latency.p95);
    put("p99", signals.latency.p99);
    json["latencyMs"] = std::move(latency);
    return json;
}

Json watchJson(const WatchOutcome& watched) {
    const change::WatchReport& report = watched.report;
    Json judgements = Json::array();
    for (const change::Judgement& judgement : report.judgements) {
        judgements.push_back({{"verdict", change::name(judgement.verdict)}, {"sentence", judgement.sentence}});
    }
    Json subjects = Json::array();
    for (const change::Comparison& comparison : report.comparisons) {
        subjects.push_back({{"name", comparison.subject.name},
                            {"namespace", comparison.subject.ns},
                            {"before", signalsJson(comparison.before)},
                            {"after", signalsJson(comparison.after)}});
    }
    Json json = {{"verdict", change::name(report.verdict)},
                 {"sentence", report.sentence()},
                 {"watchedSeconds", seconds(report.watched)},
                 {"baselineSeconds", seconds(report.baseline)},
                 {"judgements", std::move(judgements)},
                 {"subjects", std::move(subjects)},
                 {"reasons", watched.reasons}};
    if (watched.problem) {
        json["problem"] = describe(*watched.problem);
    }
    return json;
}

} // namespace

std::string watchedJson(const change::ApplyReport& report, const change::Plan& plan, const WatchOutcome& watched) {
    Json json = reportJson(report, plan, "");
    json["watch"] = watchJson(watched);
    if (watched.rollback && watched.rollbackPlan) {
        json["rollback"] = reportJson(*watched.rollback, *watched.rollbackPlan, "");
    }
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string watchedText(const WatchOutcome& watched) {
    std::string text;
    for (const change::Judgement& judgement : watched.report.judgements) {
        text += "watched: " + text::safe(judgement.sentence, false, 1000) + "\n";
    }
    if (watched.reasons.empty()) {
        return text + text::safe(watched.report.sentence(), false, 2000) + "; the change stays\n";
    }
    text += "breach: " + text::safe(watched.reasons.front(), false, 2000) + "\n";
    if (!watched.rollback) {
        return text + "The change could NOT be taken back: it is still in effect.\n";
    }
    const bool done = watched.rollback->outcome == change::Outcome::Applied;
    text += done ? "taken back, change " + watched.rollback->journal + "\n" : "taking it back did not succeed as a whole:\n";
    return text + applyText(*watched.rollback);
}

} // namespace meshdeck::cli
