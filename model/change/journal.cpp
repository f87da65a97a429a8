#include "change/journal.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <random>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "change/journal_file.h"
#include "change/journal_json.h"

namespace meshdeck::change {

namespace {

constexpr std::string_view kSuffix = ".journal";
constexpr mode_t kOwnerOnly = 0600;

std::string fileOf(const std::string& id) { return id + std::string(kSuffix); }

// Ids come from the user's command line too: nothing that could leave the folder passes.
bool isId(std::string_view id) {
    return !id.empty() && id.size() < 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'T' || c == 'Z' || c == '-';
    });
}

tl::unexpected<Error> noFolder(const std::filesystem::path& folder, int number) {
    return fail(ErrorKind::Io, "cannot use the journal folder " + folder.string() + ": " + std::strerror(number),
                "without a durable journal nothing is applied; viewing goes on", "journal");
}

} // namespace

struct Journal::State {
    mutable std::mutex mutex;
    Descriptor folder;
    Descriptor lock; // held while an entry of ours is open
    std::set<std::string> open;
    FileCalls calls = systemCalls();

    [[nodiscard]] Status takeLock() {
        if (lock.valid()) {
            return {};
        }
        Descriptor file(openat(folder.get(), "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
        if (!file.valid()) {
            return fail(ErrorKind::Io, std::string("cannot lock the journal: ") + std::strerror(errno), {}, "journal");
        }
        if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            return fail(ErrorKind::ReadOnly, "another Meshdeck is applying a change right now",
                        "wait until it is done, then try again", "journal");
        }
        lock = std::move(file);
        return {};
    }

    void releaseLockIfIdle() {
        if (open.empty()) {
            lock = Descriptor();
        }
    }

    [[nodiscard]] Result<JournalEntry> read(const std::string& id) const {
        const auto records = readRecords(folder.get(), fileOf(id));
        if (!records) {
            return tl::unexpected(records.error());
        }
        return entryFromRecords(records->payloads);
    }

    [[nodiscard]] Status append(const std::string& id, const std::string& record) {
        if (auto locked = takeLock(); !locked) {
            return locked;
        }
        // An entry of an earlier process is read under the lock: its writer may have lived until just now.
        if (!open.contains(id)) {
            const auto entry = read(id);
            if (!entry || entry->closed) {
                releaseLockIfIdle();
                return entry ? fail(ErrorKind::InvalidArgument, "the journal entry " + id + " is closed")
                             : Status(tl::unexpected(entry.error()));
            }
        }
        Status done = appendRecord(folder.get(), fileOf(id), record, calls);
        releaseLockIfIdle();
        return done;
    }
};

std::string_view name(ObjectOutcome outcome) {
    switch (outcome) {
    case ObjectOutcome::NotTried: return "notTried";
    case ObjectOutcome::Applied: return "applied";
    case ObjectOutcome::Unchanged: return "unchanged";
    case ObjectOutcome::Conflict: return "conflict";
    case ObjectOutcome::Refused: return "refused";
    case ObjectOutcome::Unknown: return "unknown";
    }
    return "unknown";
}

std::string_view name(Outcome outcome) {
    switch (outcome) {
    case Outcome::Applied: return "applied";
    case Outcome::NotApplied: return "notApplied";
    case Outcome::Partly: return "partly";
    case Outcome::Unknown: return "unknown";
    }
    return "unknown";
}

Outcome JournalEntry::outcome() const {
    std::size_t done = 0;
    for (const JournalObject& object : objects) {
        const bool untold = object.outcome == ObjectOutcome::NotTried && !closed; // a crash may hide behind it
        if (object.outcome == ObjectOutcome::Unknown || untold) {
            return Outcome::Unknown;
        }
        done += object.outcome == ObjectOutcome::Applied || object.outcome == ObjectOutcome::Unchanged ? 1 : 0;
    }
    return done == objects.size() ? Outcome::Applied : done == 0 ? Outcome::NotApplied : Outcome::Partly;
}

std::string newJournalId(ServerTime time) {
    std::string stamp = text::rfc3339(time).substr(0, 19) + "Z"; // 2026-11-23T14:32:08Z without fraction
    stamp.erase(std::remove_if(stamp.begin(), stamp.end(), [](char c) { return c == '-' || c == ':'; }), stamp.end());
    std::random_device random;
    std::uniform_int_distribution<unsigned> digit(0, 15);
    stamp += '-';
    for (int i = 0; i < 4; ++i) {
        stamp += "0123456789abcdef"[digit(random)];
    }
    return stamp;
}

Journal::Journal(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Journal::~Journal() = default;

std::filesystem::path Journal::defaultFolder() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') { // the XDG specification ignores relative paths
        return std::filesystem::path(state) / "meshdeck" / "journal";
    }
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home != nullptr ? home : "/") / ".local" / "state" / "meshdeck" / "journal";
}

Result<std::unique_ptr<Journal>> Journal::open(std::filesystem::path folder) {
    return openForTest(std::move(folder), systemCalls());
}

Result<std::unique_ptr<Journal>> Journal::openForTest(std::filesystem::path folder, FileCalls calls) {
    std::error_code error;
    if (folder.has_parent_path()) {
        std::filesystem::create_directories(folder.parent_path(), error);
    }
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return noFolder(folder, errno);
    }
    auto state = std::make_unique<State>();
    state->calls = calls;
    state->folder = Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!state->folder.valid()) {
        return noFolder(folder, errno);
    }
    return std::unique_ptr<Journal>(new Journal(std::move(state)));
}

Status Journal::recordIntent(const JournalEntry& entry) {
    if (!isId(entry.id)) {
        return fail(ErrorKind::Internal, "the journal id is malformed");
    }
    const std::lock_guard guard(m_state->mutex);
    if (auto locked = m_state->takeLock(); !locked) {
        return locked;
    }
    Status done = createWithRecord(m_state->folder.get(), fileOf(entry.id), intentRecord(entry), m_state->calls);
    if (done) {
        m_state->open.insert(entry.id);
    }
    m_state->releaseLockIfIdle();
    return done;
}

Status Journal::recordOutcome(const std::string& id, std::size_t object, const JournalObject& outcome) {
    if (!isId(id)) {
        return fail(ErrorKind::NotFound, "there is no such change in the journal");
    }
    const std::lock_guard guard(m_state->mutex);
    return m_state->append(id, outcomeRecord(object, outcome));
}

Status Journal::close(const std::string& id) {
    if (!isId(id)) {
        return fail(ErrorKind::NotFound, "there is no such change in the journal");
    }
    const std::lock_guard guard(m_state->mutex);
    Status done = m_state->append(id, closeRecord());
    m_state->open.erase(id); // even when it failed: the entry stays open on disk and is settled at the next start
    m_state->releaseLockIfIdle();
    return done;
}

void Journal::leaveOpen(const std::string& id) {
    const std::lock_guard guard(m_state->mutex);
    m_state->open.erase(id);
    m_state->releaseLockIfIdle();
}

Result<std::vector<JournalEntry>> Journal::entries() const {
    const std::lock_guard guard(m_state->mutex);
    const int copy = openat(m_state->folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* folder = copy < 0 ? nullptr : fdopendir(copy);
    if (folder == nullptr) {
        return fail(ErrorKind::Io, std::string("cannot list the journal: ") + std::strerror(errno), {}, "journal");
    }
    std::vector<std::string> ids;
    while (const dirent* file = readdir(folder)) {
        const std::string_view fileName = file->d_name;
        if (fileName.ends_with(kSuffix) && isId(fileName.substr(0, fileName.size() - kSuffix.size()))) {
            ids.emplace_back(fileName.substr(0, fileName.size() - kSuffix.size()));
        }
    }
    closedir(folder);
    std::sort(ids.rbegin(), ids.rend());
    std::vector<JournalEntry> entries;
    for (const std::string& id : ids) {
        if (auto entry = m_state->read(id)) {
            entries.push_back(std::move(*entry));
        }
    }
    return entries;
}

Result<JournalEntry> Journal::entry(const std::string& id) const {
    if (!isId(id)) {
        return fail(ErrorKind::NotFound, "there is no change " + text::safe(id, false, 80) + " in the journal",
                    "meshdeck journal lists them");
    }
    const std::lock_guard guard(m_state->mutex);
    auto entry = m_state->read(id);
    if (!entry && entry.error().kind == ErrorKind::NotFound) {
        return fail(ErrorKind::NotFound, "there is no change " + id + " in the journal", "meshdeck journal lists them");
    }
    return entry;
}

} // namespace meshdeck::change
