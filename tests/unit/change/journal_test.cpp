#include "change/journal.h"

#include <cerrno>
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "change/journal_file.h"
#include "change/plan.h"
#include "fake_cluster.h"
#include "temp_folder.h"

namespace meshdeck::change {

namespace {

JournalEntry entry(const std::string& id = "20261123T143208Z-7f3a") {
    FakeCluster cluster;
    const auto base = cluster.putYaml(kReviewsYaml);
    const auto plan = planWeights(WeightEdit{base, "http", 0, {70, 30}, {}}).value();
    JournalEntry entry;
    entry.id = id;
    entry.time = ServerTime(std::chrono::seconds(1'795'444'328));
    entry.context = "prod";
    entry.user = "jane";
    entry.sentence = plan.sentence;
    entry.rollbackOf = "20261122T000000Z-0000";
    entry.objects.push_back({plan.objects[0], {{PatchOperation::Op::Remove, "/x", nullptr}}, {}, {}, {}, {}});
    return entry;
}

std::string bytesOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

int g_writesLeft = 0;
int g_syncsLeft = 0;

ssize_t failingWrite(int fd, const void* data, std::size_t size) {
    if (g_writesLeft-- > 0) {
        return ::write(fd, data, size);
    }
    if (size > 3) { // half a record, as a full disk leaves it
        (void)!::write(fd, data, size / 2);
    }
    errno = ENOSPC;
    return -1;
}

int failingSync(int fd) {
    if (g_syncsLeft-- > 0) {
        return ::fsync(fd);
    }
    errno = EIO;
    return -1;
}

} // namespace

TEST(Crc32c, KnownValue_matches) { EXPECT_EQ(crc32c("123456789"), 0xE3069283U); }

TEST(Journal, Entry_readsBackWhole) {
    const TempFolder folder;
    const JournalEntry written = entry();
    {
        auto journal = Journal::open(folder.path() / "state" / "journal").value();
        ASSERT_TRUE(journal->recordIntent(written));
    }
    auto journal = Journal::open(folder.path() / "state" / "journal").value();
    const auto read = journal->entry(written.id);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->time, written.time);
    EXPECT_EQ(read->context, "prod");
    EXPECT_EQ(read->user, "jane");
    EXPECT_EQ(read->sentence, written.sentence);
    EXPECT_EQ(read->rollbackOf, written.rollbackOf);
    EXPECT_FALSE(read->closed);
    EXPECT_EQ(read->outcome(), Outcome::Unknown);
    ASSERT_EQ(read->objects.size(), 1U);
    EXPECT_EQ(read->objects[0].planned.patch, written.objects[0].planned.patch);
    EXPECT_EQ(read->objects[0].inverse, written.objects[0].inverse);
    EXPECT_EQ(*read->objects[0].planned.base->json, *written.objects[0].planned.base->json);
    EXPECT_EQ(read->objects[0].planned.after, written.objects[0].planned.after);

    JournalObject outcome = written.objects[0];
    outcome.outcome = ObjectOutcome::Applied;
    outcome.resourceVersionAfter = "8";
    outcome.uidAfter = "u";
    ASSERT_TRUE(journal->recordOutcome(written.id, 0, outcome));
    ASSERT_TRUE(journal->close(written.id));
    const auto closed = journal->entries();
    ASSERT_TRUE(closed);
    ASSERT_EQ(closed->size(), 1U);
    EXPECT_TRUE(closed->front().closed);
    EXPECT_EQ(closed->front().outcome(), Outcome::Applied);
    EXPECT_EQ(closed->front().objects[0].resourceVersionAfter, "8");
    EXPECT_EQ(journal->recordOutcome(written.id, 0, outcome).error().kind, ErrorKind::InvalidArgument);
}

TEST(Journal, FilesAndFolder_areTheOwnersAlone) {
    const TempFolder folder;
    auto journal = Journal::open(folder.path() / "journal").value();
    ASSERT_TRUE(journal->recordIntent(entry()));
    struct stat info {};
    ASSERT_EQ(stat((folder.path() / "journal").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    ASSERT_EQ(stat((folder.path() / "journal" / (entry().id + ".journal")).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(Journal, DamagedTail_isCutAtTheLastWholeRecord) {
    const TempFolder folder;
    auto journal = Journal::open(folder.path()).value();
    ASSERT_TRUE(journal->recordIntent(entry()));
    JournalObject outcome = entry().objects[0];
    outcome.outcome = ObjectOutcome::Applied;
    ASSERT_TRUE(journal->recordOutcome(entry().id, 0, outcome));
    ASSERT_TRUE(journal->close(entry().id));
    const auto file = folder.path() / (entry().id + ".journal");
    const std::string whole = bytesOf(file);
    const std::size_t intentEnd = parseRecords(whole).payloads.front().size() + 8;
    for (std::size_t cut = 0; cut < whole.size(); cut += cut < intentEnd ? 97 : 1) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, cut);
        const auto entries = journal->entries();
        ASSERT_TRUE(entries);
        EXPECT_EQ(entries->size(), cut < intentEnd ? 0U : 1U) << cut;
        EXPECT_TRUE(entries->empty() || !entries->front().closed) << cut;
    }
    std::string flipped = whole;
    flipped[intentEnd + 12] ^= 1; // in the outcome's payload
    std::ofstream(file, std::ios::binary | std::ios::trunc) << flipped;
    EXPECT_EQ(journal->entry(entry().id)->objects[0].outcome, ObjectOutcome::NotTried);
    ASSERT_TRUE(journal->recordOutcome(entry().id, 0, outcome)) << "appends behind the last whole record";
    EXPECT_EQ(journal->entry(entry().id)->objects[0].outcome, ObjectOutcome::Applied);
}

TEST(Journal, FailedIntent_leavesNothingBehind) {
    for (const auto& [writes, syncs] : {std::pair(0, 9), std::pair(9, 0), std::pair(9, 1)}) {
        const TempFolder folder;
        g_writesLeft = writes;
        g_syncsLeft = syncs;
        auto journal = Journal::openForTest(folder.path(), {failingWrite, failingSync}).value();
        const auto recorded = journal->recordIntent(entry());
        ASSERT_FALSE(recorded);
        EXPECT_EQ(recorded.error().kind, ErrorKind::Io);
        EXPECT_TRUE(journal->entries()->empty());
        g_writesLeft = g_syncsLeft = 9;
        EXPECT_TRUE(journal->recordIntent(entry())) << "the id and the lock are free again";
    }
}

TEST(Journal, FailedOutcome_leavesTheIntentReadableAndAppendable) {
    const TempFolder folder;
    g_writesLeft = 1;
    g_syncsLeft = 99;
    auto journal = Journal::openForTest(folder.path(), {failingWrite, failingSync}).value();
    ASSERT_TRUE(journal->recordIntent(entry()));
    JournalObject outcome = entry().objects[0];
    outcome.outcome = ObjectOutcome::Applied;
    EXPECT_EQ(journal->recordOutcome(entry().id, 0, outcome).error().kind, ErrorKind::Io);
    EXPECT_EQ(journal->entry(entry().id)->objects[0].outcome, ObjectOutcome::NotTried);
    g_writesLeft = 9;
    EXPECT_TRUE(journal->recordOutcome(entry().id, 0, outcome));
    EXPECT_EQ(journal->entry(entry().id)->objects[0].outcome, ObjectOutcome::Applied);
}

TEST(Journal, FullDisk_isAnIoErrorAndNotACrash) {
    const TempFolder folder;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) { // limits last for the process
        (void)signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100, 100};
        (void)setrlimit(RLIMIT_FSIZE, &limit);
        auto journal = Journal::open(folder.path());
        const auto recorded = journal ? (*journal)->recordIntent(entry()) : Status();
        _exit(!recorded && recorded.error().kind == ErrorKind::Io && (*journal)->entries()->empty() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Journal, FolderThatCannotBe_isAnIoError) {
    const TempFolder folder;
    std::ofstream(folder.path() / "file") << "x";
    const auto journal = Journal::open(folder.path() / "file");
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().kind, ErrorKind::Io);
    EXPECT_EQ(Journal::open("/proc/meshdeck-journal").error().kind, ErrorKind::Io);
}

TEST(Journal, SecondWriter_isReadOnlyUntilTheFirstIsDone) {
    const TempFolder folder;
    auto first = Journal::open(folder.path()).value();
    auto second = Journal::open(folder.path()).value();
    ASSERT_TRUE(first->recordIntent(entry()));
    EXPECT_EQ(second->recordIntent(entry("20261123T143208Z-0001")).error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(second->close(entry().id).error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(second->entries()->size(), 1U);
    ASSERT_TRUE(first->close(entry().id));
    EXPECT_TRUE(second->recordIntent(entry("20261123T143208Z-0001")));
    second->leaveOpen("20261123T143208Z-0001");
    EXPECT_TRUE(first->recordIntent(entry("20261123T143208Z-0002")));
}

TEST(Journal, IdsThatAreNone_areNotFound) {
    const TempFolder folder;
    auto journal = Journal::open(folder.path()).value();
    for (const char* id : {"", "../../etc/passwd", "20261123T143208Z-7f3a", ".", "a/b"}) {
        EXPECT_EQ(journal->entry(id).error().kind, ErrorKind::NotFound) << id;
    }
}

TEST(Journal, SymbolicLinks_areNotFollowed) {
    const TempFolder folder;
    auto journal = Journal::open(folder.path() / "j").value();
    ASSERT_TRUE(journal->recordIntent(entry()));
    std::filesystem::rename(folder.path() / "j" / (entry().id + ".journal"), folder.path() / "elsewhere");
    std::filesystem::create_symlink(folder.path() / "elsewhere", folder.path() / "j" / (entry().id + ".journal"));
    EXPECT_EQ(journal->entry(entry().id).error().kind, ErrorKind::Io);
    EXPECT_TRUE(journal->entries()->empty());
}

TEST(Journal, Entries_comeNewestFirst) {
    const TempFolder folder;
    auto journal = Journal::open(folder.path()).value();
    for (const char* id : {"20261123T143208Z-0001", "20261124T000000Z-0000", "20250101T000000Z-ffff"}) {
        ASSERT_TRUE(journal->recordIntent(entry(id)));
        ASSERT_TRUE(journal->close(id));
    }
    const auto entries = journal->entries();
    ASSERT_EQ(entries->size(), 3U);
    EXPECT_EQ(entries->at(0).id, "20261124T000000Z-0000");
    EXPECT_EQ(entries->at(2).id, "20250101T000000Z-ffff");
    EXPECT_EQ(newJournalId(ServerTime(std::chrono::seconds(1'795'444'328))).substr(0, 17), "20261123T143208Z-");
}

} // namespace meshdeck::change
