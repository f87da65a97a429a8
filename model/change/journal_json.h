// A journal entry as the JSON of its records.
#pragma once

#include <string>

#include "change/journal.h"

namespace meshdeck::change {

[[nodiscard]] std::string intentRecord(const JournalEntry& entry);
[[nodiscard]] std::string outcomeRecord(std::size_t object, const JournalObject& outcome);
[[nodiscard]] std::string closeRecord();

// The entry that the records tell of. Protocol when the first is no intent; later records that make no sense are passed
// over.
[[nodiscard]] Result<JournalEntry> entryFromRecords(const std::vector<std::string>& payloads);

} // namespace meshdeck::change
