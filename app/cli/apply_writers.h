// What became of a change, for people and for scripts (commands.md, meshdeck.apply/1), and the journal.
#pragma once

#include <string>
#include <vector>

#include "change/apply.h"

namespace meshdeck::cli {

[[nodiscard]] config::Json reportJson(const change::ApplyReport& report, const change::Plan& plan, const std::string& dryRun);
// `dryRun`: "server", "client" or "" for a real one.
[[nodiscard]] std::string applyJson(const change::ApplyReport& report, const change::Plan& plan, const std::string& dryRun);
[[nodiscard]] std::string applyText(const change::ApplyReport& report);

// The report of a change that was stopped by its preview: nothing was written.
[[nodiscard]] change::ApplyReport notAppliedReport(const change::Preview& preview);

// Schema meshdeck.journal/1.
[[nodiscard]] std::string journalJson(const std::vector<change::JournalEntry>& entries);
// One line an entry.
[[nodiscard]] std::string journalText(const std::vector<change::JournalEntry>& entries, bool colour);
// One entry with its objects and their differences.
[[nodiscard]] std::string entryText(const change::JournalEntry& entry, bool colour);

} // namespace meshdeck::cli
