// The guarded write against meshdeck-demo, over its sockets, TLS and protocols.
#include "change/apply.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "composition.h"
#include "composition_demo.h"
#include "config/routes.h"
#include "unit/change/temp_folder.h"

namespace meshdeck {

namespace {

using change::ApplyEngine;
using change::Outcome;

const mesh::ResourceRef kReviews{"networking.istio.io", "VirtualService", "bookinfo", "reviews"};

class ApplyToDemo : public ::testing::Test {
protected:
    void SetUp() override {
        auto demo = app::PrivateDemo::start("bookinfo", MESHDECK_BIN "/meshdeck-demo");
        ASSERT_TRUE(demo) << describe(demo.error());
        m_demo = std::move(*demo);
        m_journal = change::Journal::open(m_folder.path()).value();
    }
    void connect() { m_connection = open(); }
    [[nodiscard]] std::unique_ptr<app::Connection> open() const {
        app::ConnectionOptions options;
        options.kubeconfig = m_demo->kubeconfig();
        auto connection = app::Connection::open(options);
        EXPECT_TRUE(connection) << (connection ? "" : describe(connection.error()));
        return connection ? std::move(*connection) : nullptr;
    }
    ApplyEngine engine() {
        return {m_connection->cluster(), m_connection->proxyWatch(), *m_journal, systemClock()};
    }
    [[nodiscard]] static change::Plan plan(change::Cluster& cluster, std::vector<int> weights) {
        const auto live = cluster.read(kReviews, {});
        EXPECT_TRUE(live) << (live ? "" : describe(live.error()));
        auto plan = change::planWeights(change::WeightEdit{live.value(), "http", 0, std::move(weights), {}});
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().what);
        return plan.value();
    }
    std::vector<int> stored() {
        std::vector<int> weights;
        for (const auto& destination : config::weightedRoutes(*m_connection->cluster().read(kReviews, {}).value())[0].destinations) {
            weights.push_back(destination.weight.value_or(0));
        }
        return weights;
    }
    // An edit of somebody else between preview and write.
    void editBeside(const change::JsonPatch& patch) {
        const auto edited = m_connection->cluster().patch(kReviews, patch, {}, {});
        ASSERT_TRUE(edited) << describe(edited.error());
    }

    change::TempFolder m_folder;
    std::unique_ptr<app::PrivateDemo> m_demo;
    std::unique_ptr<app::Connection> m_connection;
    std::unique_ptr<change::Journal> m_journal;
};

const change::ApplyOptions kOptions{"demo-bookinfo", std::chrono::seconds(30), false, {}};

} // namespace

TEST_F(ApplyToDemo, WeightEdit_movesTheTrafficAndIsTakenBack) {
    connect();
    ASSERT_EQ(stored(), (std::vector<int>{80, 10, 10}));
    ApplyEngine e = engine();
    const auto preview = e.preview(plan(m_connection->cluster(), {0, 100, 0}), {});
    ASSERT_TRUE(preview && preview->ok());
    EXPECT_EQ(stored(), (std::vector<int>{80, 10, 10})) << "a dry run stores nothing";
    const auto report = e.apply(*preview, kOptions, {});
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->outcome, Outcome::Applied);
    EXPECT_TRUE(report->storedAsPreviewed[0]);
    EXPECT_EQ(stored(), (std::vector<int>{0, 100, 0}));
    EXPECT_TRUE(report->proxies.known) << report->proxies.note;
    EXPECT_GT(report->proxies.total, 0U);
    EXPECT_EQ(report->proxies.acknowledged, report->proxies.total);

    // The session starts only now: its rates are of requests after the write.
    const auto rateOf = [](const mesh::Graph& graph, const std::string& version) {
        double rate = 0;
        for (const mesh::Edge& edge : graph.edges) {
            const mesh::Node& target = graph.nodes[edge.target];
            rate += target.app == "reviews" && target.version == version ? edge.rates.total : 0;
        }
        return rate;
    };
    session::Session& session = m_connection->session();
    session.start();
    const auto snapshot = session.waitFor(
        [&](const mesh::MeshSnapshot& now) {
            return now.graph && rateOf(*now.graph, "v2") > 1 && rateOf(*now.graph, "v1") < 0.02 * rateOf(*now.graph, "v2");
        },
        std::chrono::seconds(90));
    ASSERT_TRUE(snapshot->graph);
    EXPECT_GT(rateOf(*snapshot->graph, "v2"), 1);
    EXPECT_LT(rateOf(*snapshot->graph, "v1"), 0.02 * rateOf(*snapshot->graph, "v2"));

    const auto back = e.planRollback(report->journal, {});
    ASSERT_TRUE(back) << describe(back.error());
    const auto undone = e.apply(e.preview(*back, {}).value(), kOptions, {});
    ASSERT_TRUE(undone) << describe(undone.error());
    EXPECT_EQ(stored(), (std::vector<int>{80, 10, 10}));
    EXPECT_EQ(m_journal->entries()->size(), 2U);
}

TEST_F(ApplyToDemo, ConcurrentEdits_areConflictsThatSayWhatChanged) {
    connect();
    ApplyEngine e = engine();
    using Op = change::PatchOperation::Op;
    const std::pair<change::JsonPatch, std::string> edits[] = {
        {{{Op::Add, "/spec/http/0/timeout", "7s"}}, "spec.http[0].timeout"}, // 409
        {{{Op::Replace, "/spec/http/0/route/0/weight", 70}, {Op::Replace, "/spec/http/0/route/1/weight", 20}},
         "spec.http[0].route[0].weight"}}; // a test fails as well: 422 without details
    for (const auto& [patch, field] : edits) {
        const auto preview = e.preview(plan(m_connection->cluster(), {50, 40, 10}), {});
        ASSERT_TRUE(preview && preview->ok());
        editBeside(patch);
        const auto before = stored();
        const auto report = e.apply(*preview, kOptions, {});
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_EQ(report->outcome, Outcome::NotApplied);
        EXPECT_EQ(report->objects[0].outcome, change::ObjectOutcome::Conflict);
        ASSERT_TRUE(report->changedBy[0]) << report->objects[0].message;
        EXPECT_EQ(report->changedBy[0]->fields.front(), field);
        // Our client makes the other edit too. managedFields counts in seconds: the second edit by the same manager
        // within one leaves no trace there, and no name is made up.
        const std::string& manager = report->changedBy[0]->manager;
        EXPECT_TRUE(manager == "meshdeck" || (manager.empty() && field != "spec.http[0].timeout")) << manager;
        EXPECT_EQ(stored(), before);
    }
}

namespace {

// Is gone before or right after the real write, as after kill -9.
class DyingCluster final : public change::Cluster {
public:
    DyingCluster(change::Cluster& real, bool afterTheWrite) : m_real(real), m_after(afterTheWrite) {}
    Result<mesh::ResourcePtr> read(const mesh::ResourceRef& ref, std::stop_token stop) override {
        return m_real.read(ref, stop);
    }
    Result<change::WriteAnswer> patch(const mesh::ResourceRef& ref, const change::JsonPatch& patch,
                                      change::WriteOptions options, std::stop_token stop) override {
        if (options.dryRun) {
            return m_real.patch(ref, patch, options, stop);
        }
        if (m_after) {
            (void)m_real.patch(ref, patch, options, stop);
        }
        _exit(9);
    }
    Result<change::WriteAnswer> create(const config::Json& object, change::WriteOptions options, std::stop_token stop) override {
        return m_real.create(object, options, stop);
    }
    Result<change::WriteAnswer> remove(const mesh::ResourceRef& ref, const change::Preconditions& only,
                                       change::WriteOptions options, std::stop_token stop) override {
        return m_real.remove(ref, only, options, stop);
    }
    Result<bool> mayI(const std::string& verb, const mesh::ResourceRef& ref, std::stop_token stop) override {
        return m_real.mayI(verb, ref, stop);
    }
    Result<std::string> whoAmI(std::stop_token stop) override { return m_real.whoAmI(stop); }

private:
    change::Cluster& m_real;
    bool m_after;
};

} // namespace

class ApplyKilled : public ApplyToDemo {
protected:
    // A process of its own that dies around its write. Forked before this one has a connection and its threads.
    void killAround(bool afterTheWrite) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const auto connection = open();
            DyingCluster cluster(connection->cluster(), afterTheWrite);
            auto journal = change::Journal::open(m_folder.path()).value();
            ApplyEngine e(cluster, nullptr, *journal, systemClock());
            (void)e.apply(e.preview(plan(cluster, {50, 40, 10}), {}).value(), kOptions, {});
            _exit(1);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status));
        ASSERT_EQ(WEXITSTATUS(status), 9);
        ASSERT_EQ(m_journal->entries()->size(), 1U);
        EXPECT_EQ(m_journal->entries()->front().outcome(), Outcome::Unknown);
        connect();
    }
};

TEST_F(ApplyKilled, BetweenIntentAndWrite_isSettledAsNotApplied) {
    ASSERT_NO_FATAL_FAILURE(killAround(false));
    const auto settled = engine().settleOpenEntries("demo-bookinfo", {});
    ASSERT_TRUE(settled) << describe(settled.error());
    ASSERT_EQ(settled->size(), 1U);
    EXPECT_EQ(settled->front().outcome(), Outcome::NotApplied);
    EXPECT_EQ(stored(), (std::vector<int>{80, 10, 10}));
    EXPECT_TRUE(engine().planRollback(settled->front().id, {})->objects.empty());
}

TEST_F(ApplyKilled, BetweenWriteAndOutcome_isSettledAsAppliedAndCanBeTakenBack) {
    ASSERT_NO_FATAL_FAILURE(killAround(true));
    ASSERT_EQ(stored(), (std::vector<int>{50, 40, 10}));
    const auto settled = engine().settleOpenEntries("demo-bookinfo", {});
    ASSERT_TRUE(settled) << describe(settled.error());
    ASSERT_EQ(settled->size(), 1U);
    EXPECT_EQ(settled->front().outcome(), Outcome::Applied);
    const auto back = engine().planRollback(settled->front().id, {});
    ASSERT_TRUE(back) << describe(back.error());
    ASSERT_TRUE(engine().apply(engine().preview(*back, {}).value(), kOptions, {}));
    EXPECT_EQ(stored(), (std::vector<int>{80, 10, 10}));
}

} // namespace meshdeck
