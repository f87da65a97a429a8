// Every call may fail, every step may be the last: in the end the journal and the object must agree.
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply_fixture.h"
#include "change/journal_file.h"

namespace meshdeck::change {

namespace {

void expectAgreement(Journal& journal, FakeCluster& cluster, const mesh::ResourceRef& ref, const std::string& what) {
    ManualClock clock;
    ApplyEngine engine(cluster, nullptr, journal, clock, [](Duration, const std::stop_token&) {});
    ASSERT_TRUE(engine.settleOpenEntries("prod", {})) << what;
    const auto entries = journal.entries();
    ASSERT_TRUE(entries) << what;
    const int stored = config::at(*cluster.find(ref), "/spec/http/0/route/1/weight")->get<int>();
    if (entries->empty()) {
        EXPECT_EQ(stored, 10) << what << ": written without an intent";
        return;
    }
    EXPECT_TRUE(entries->front().closed) << what;
    EXPECT_EQ(entries->front().outcome(), stored == 30 ? Outcome::Applied : Outcome::NotApplied) << what;
    EXPECT_TRUE(stored == 30 || stored == 10) << what;
}

} // namespace

TEST(ApplyFaults, AnyCallThatFails_leavesJournalAndObjectInAgreement) {
    for (const ErrorKind kind : {ErrorKind::Unreachable, ErrorKind::Timeout, ErrorKind::Server, ErrorKind::Forbidden,
                                 ErrorKind::Conflict, ErrorKind::Cancelled, ErrorKind::Protocol}) {
        for (const bool afterActing : {false, true}) {
            for (const bool forever : {false, true}) {
                if (afterActing && (kind == ErrorKind::Forbidden || kind == ErrorKind::Conflict)) {
                    continue; // a server that stored the object does not answer so
                }
                for (std::size_t call = 0; call < 12; ++call) {
                    const std::string what = std::string(name(kind)) + " at call " + std::to_string(call) +
                                             (afterActing ? " after acting" : "") + (forever ? " for ever" : "");
                    const TempFolder folder;
                    FakeCluster cluster;
                    ManualClock clock;
                    const auto base = cluster.putYaml(kReviewsYaml);
                    auto journal = Journal::open(folder.path()).value();
                    ApplyEngine engine(cluster, nullptr, *journal, clock, [](Duration, const std::stop_token&) {});
                    cluster.failAt = call;
                    cluster.failWith = kind;
                    cluster.failAfterActing = afterActing;
                    cluster.failForever = forever;
                    const auto plan = planWeights(WeightEdit{base, "http", 0, {70, 30}, {}}).value();
                    const auto preview = engine.preview(plan, {});
                    std::optional<ApplyReport> report;
                    if (preview) {
                        auto applied = engine.apply(*preview, {"prod", {}, false, {}}, {});
                        report = applied ? std::optional(*applied) : std::nullopt;
                    }
                    EXPECT_LE(cluster.writes, 1U) << what << ": a write is never repeated";
                    cluster.failAt.reset();
                    const int stored = config::at(*cluster.find(base->ref), "/spec/http/0/route/1/weight")->get<int>();
                    if (!report) {
                        EXPECT_EQ(stored, 10) << what;
                        EXPECT_TRUE(journal->entries()->empty()) << what;
                    } else if (report->outcome != Outcome::Unknown) {
                        EXPECT_EQ(report->outcome, stored == 30 ? Outcome::Applied : Outcome::NotApplied) << what;
                    }
                    expectAgreement(*journal, cluster, base->ref, what);
                }
            }
        }
    }
}

// Calls are counted from the preview on: the one that writes is found by trying.
TEST(ApplyFaults, WriteThatTimesOutUnseen_isUnknownUntilItIsSettled) {
    bool seen = false;
    for (std::size_t call = 0; call < 12 && !seen; ++call) {
        const TempFolder folder;
        FakeCluster cluster;
        ManualClock clock;
        const auto base = cluster.putYaml(kReviewsYaml);
        auto journal = Journal::open(folder.path()).value();
        ApplyEngine engine(cluster, nullptr, *journal, clock, [](Duration, const std::stop_token&) {});
        cluster.failAt = call;
        cluster.failWith = ErrorKind::Timeout;
        const auto preview = engine.preview(planWeights(WeightEdit{base, "http", 0, {70, 30}, {}}).value(), {});
        const auto report = preview ? engine.apply(*preview, {"prod", {}, false, {}}, {})
                                    : Result<ApplyReport>(tl::unexpected(preview.error()));
        seen = report && report->objects.at(0).outcome == ObjectOutcome::Unknown;
        if (seen) {
            EXPECT_EQ(report->outcome, Outcome::Unknown);
            EXPECT_EQ(cluster.writes, 0U);
            cluster.failAt.reset();
            expectAgreement(*journal, cluster, base->ref, "timed out before the server acted");
        }
    }
    EXPECT_TRUE(seen) << "no write timed out unseen";
}

namespace {

// The child counts down at every system call and every request, and is gone at zero, as after kill -9.
int g_stepsLeft = 0;

void step() {
    if (g_stepsLeft-- == 0) {
        _exit(9);
    }
}

ssize_t steppedWrite(int fd, const void* data, std::size_t size) {
    step();
    const std::size_t half = size / 2;
    const ssize_t first = ::write(fd, data, half);
    step();
    if (first != static_cast<ssize_t>(half)) {
        return first;
    }
    const ssize_t rest = ::write(fd, static_cast<const char*>(data) + half, size - half);
    return rest < 0 ? rest : first + rest;
}

int steppedSync(int fd) {
    step();
    const int result = ::fsync(fd);
    step();
    return result;
}

// The object lives in a file, so that it outlives the child.
int runChild(const std::filesystem::path& folder, int steps) {
    FakeCluster cluster;
    ManualClock clock;
    const auto base = cluster.putYaml(kReviewsYaml);
    cluster.stored = [&folder](const config::Json& object) {
        step();
        std::ofstream(folder / "object.json", std::ios::trunc) << object.dump() << std::flush;
        step();
    };
    cluster.before = [](const std::string&) { step(); };
    auto journal = Journal::openForTest(folder / "journal", {steppedWrite, steppedSync}).value();
    ApplyEngine engine(cluster, nullptr, *journal, clock, [](Duration, const std::stop_token&) {});
    const auto plan = planWeights(WeightEdit{base, "http", 0, {70, 30}, {}}).value();
    g_stepsLeft = steps;
    const auto preview = engine.preview(plan, {});
    const auto report = engine.apply(*preview, {"prod", {}, false, {}}, {});
    return report && report->outcome == Outcome::Applied ? 0 : 1;
}

} // namespace

TEST(ApplyFaults, KilledAtAnyStep_isSettledToTheTruth) {
    for (int steps = 0; steps < 200; ++steps) {
        const TempFolder folder;
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            _exit(runChild(folder.path(), steps));
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status));
        FakeCluster cluster;
        const auto base = cluster.putYaml(kReviewsYaml);
        std::ifstream in(folder.path() / "object.json");
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        if (!text.empty()) {
            cluster.restore(config::parseJson(text).value());
        }
        auto journal = Journal::open(folder.path() / "journal").value();
        expectAgreement(*journal, cluster, base->ref, "killed after " + std::to_string(steps) + " steps");
        if (WEXITSTATUS(status) == 0) {
            EXPECT_GT(steps, 15) << "the sweep went through intent, write and outcome";
            return;
        }
        ASSERT_EQ(WEXITSTATUS(status), 9);
    }
    FAIL() << "the child never came to its end";
}

} // namespace meshdeck::change
