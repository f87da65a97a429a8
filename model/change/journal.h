// The write-ahead journal: an intent is durable before a write is sent, an outcome after (facts/safe-apply.md C2,
// facts/faults.md E3). One file a change under $XDG_STATE_HOME/meshdeck/journal, records with length and CRC32C, mode
// 0600, fsync of file and directory, all checked; the redactor never has work here because no credential is written.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "change/plan.h"

namespace meshdeck::change {

enum class ObjectOutcome { NotTried, Applied, Unchanged, Conflict, Refused, Unknown };
enum class Outcome { Applied, NotApplied, Partly, Unknown };

[[nodiscard]] std::string_view name(ObjectOutcome outcome); // words of commands.md: "applied", "notTried", ...
[[nodiscard]] std::string_view name(Outcome outcome);

struct JournalObject {
    PlannedObject planned;
    JsonPatch inverse; // for Patch: takes it back, without guards
    ObjectOutcome outcome = ObjectOutcome::NotTried;
    std::string resourceVersionAfter;
    std::string uidAfter;
    std::string message; // why not, in one sentence
};

struct JournalEntry {
    std::string id; // "20261123T143208Z-7f3a": sortable, unique
    ServerTime time{};
    std::string context;
    std::string user;
    std::string sentence;
    std::optional<std::string> rollbackOf;
    std::string note; // why it was made, or what watches it; may be empty
    std::vector<JournalObject> objects;
    bool closed = false; // all outcomes are known and recorded

    [[nodiscard]] Outcome outcome() const;
};

// A fresh id for a change that begins at `time`.
[[nodiscard]] std::string newJournalId(ServerTime time);

struct FileCalls; // journal_file.h

class Journal {
public:
    // Creates the folder (0700) when needed. Io error when it cannot be written: then nothing may be applied.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(std::filesystem::path folder);
    // $XDG_STATE_HOME/meshdeck/journal, or ~/.local/state/meshdeck/journal.
    [[nodiscard]] static std::filesystem::path defaultFolder();
    // With other system calls than the system's, to let them fail.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> openForTest(std::filesystem::path folder, FileCalls calls);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // Durable when it returns ok. Locks the journal against a second writing process until the entry is closed; ReadOnly
    // when that one has it, Conflict when the id is taken. Nothing is left behind when it fails.
    [[nodiscard]] Status recordIntent(const JournalEntry& entry);
    // Also of an entry that an earlier process left open. ReadOnly when another process is writing, InvalidArgument for a
    // closed entry.
    [[nodiscard]] Status recordOutcome(const std::string& id, std::size_t object, const JournalObject& outcome);
    [[nodiscard]] Status close(const std::string& id);
    // Gives the lock back for an entry whose outcome stays unknown; settleOpenEntries finds it later.
    void leaveOpen(const std::string& id);
    // Newest first. A damaged tail is cut at the last whole record; a file without one is passed over.
    [[nodiscard]] Result<std::vector<JournalEntry>> entries() const;
    [[nodiscard]] Result<JournalEntry> entry(const std::string& id) const; // NotFound

private:
    struct State;
    explicit Journal(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace meshdeck::change
