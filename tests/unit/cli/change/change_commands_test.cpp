#include <fstream>

#include "change_fixture.h"
#include "cli/diff_writers.h"

namespace meshdeck::cli {

TEST_F(Commands, Diff_saysWhatWouldChangeAndExitsAsKubectlDiff) {
    const Outcome same = run({"diff", "--set-weights", "reviews", "v1=90", "v2=10"});
    EXPECT_EQ(same.code, 0);
    EXPECT_EQ(same.out, "");
    const Outcome different = run({"diff", "--set-weights", "reviews", "v1=70", "v2=30"});
    EXPECT_EQ(different.code, 1);
    EXPECT_TRUE(different.out.starts_with("reviews: v2 10 % \u2192 30 %\n")) << different.out;
    EXPECT_NE(different.out.find("v1 70 %"), std::string::npos);
    EXPECT_NE(different.out.find("--- live VirtualService bookinfo/reviews\n+++ mine VirtualService bookinfo/reviews\n"),
              std::string::npos) << different.out;
    EXPECT_NE(different.out.find("\n-      weight: 90\n+      weight: 70\n"), std::string::npos) << different.out;
    EXPECT_EQ(m_cluster.writes, 0U);
    EXPECT_EQ(stored(), 10);
}

TEST_F(Commands, Diff_saysWhichFindingsAreNewAndWhichAreFixed) {
    m_inventory = std::make_shared<mesh::Inventory>();
    mesh::Service reviews;
    reviews.ns = "bookinfo";
    reviews.name = "reviews";
    reviews.ports = {{"http", 9080, "9080", ""}};
    m_inventory->services["bookinfo/reviews"] = reviews;
    m_inventory->namespaces["bookinfo"] = {"bookinfo", {}};
    // The route leads to subsets that no DestinationRule has: this one brings them, and a broken route of its own.
    const std::string file = (m_folder.path() / "rule.yaml").string();
    std::ofstream(file) << "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: bookinfo}\n"
                           "spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}\n"
                           "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: more, namespace: bookinfo}\n"
                           "spec: {hosts: [more.example.com], http: [{route: [{destination: {host: gone}}]}]}\n";
    const Json json = run({"diff", file, "-o", "json"}).json();
    const auto count = [&](const std::string& change, const std::string& code) {
        return std::count_if(json["findings"].begin(), json["findings"].end(), [&](const Json& finding) {
            return finding["change"] == change && finding["code"] == code;
        });
    };
    EXPECT_EQ(count("new", "IST0101"), 1) << json["findings"].dump(1);
    EXPECT_EQ(count("fixed", "IST0101"), 2) << json["findings"].dump(1);
    const Outcome text = run({"diff", file});
    EXPECT_NE(text.out.find("new error IST0101  VirtualService bookinfo/more, spec.http[0].route[0].destination.host: "),
              std::string::npos) << text.out;
    m_terminal = true;
    m_typed = "no\n";
    const Outcome asked = run({"apply", file});
    EXPECT_NE(asked.err.find("to apply with "), std::string::npos) << asked.err;
    EXPECT_EQ(m_cluster.writes, 0U);
}

TEST_F(Commands, Rollback_isPredictedLikeAnyChange) {
    const std::string id = run(with(kApply, {"--yes", "-o", "json"})).json()["journal"];
    const Outcome back = run({"rollback", id, "--yes", "--wait-proxies", "0s"});
    EXPECT_NE(back.out.find("reviews: v1 70 % \u2192 90 %"), std::string::npos) << back.out;
    EXPECT_NE(back.out.find("before"), std::string::npos) << back.out;
}

TEST_F(Commands, DiffAsJson_holdsSplitAndPatch) {
    const Json json = run({"diff", "--set-weights", "reviews", "v2=30", "-o", "json"}).json();
    EXPECT_EQ(json["schema"], "meshdeck.diff/1");
    EXPECT_EQ(json["predictions"][0]["split"][1]["percentAfter"], 30.0);
    EXPECT_EQ(json["objects"][0]["patch"][0]["path"], "/metadata/resourceVersion");
}

TEST_F(Commands, Apply_writesWithYesAndReportsAsPromised) {
    const Outcome done = run(with(kApply, {"--yes", "-o", "json"}));
    EXPECT_EQ(done.code, 0) << done.err;
    const Json json = done.json();
    EXPECT_EQ(json["schema"], "meshdeck.apply/1");
    EXPECT_EQ(json["outcome"], "applied");
    EXPECT_EQ(json["objects"][0]["resource"], "VirtualService bookinfo/reviews");
    EXPECT_EQ(json["objects"][0]["operation"], "patch");
    EXPECT_EQ(json["objects"][0]["outcome"], "applied");
    EXPECT_NE(json["objects"][0]["resourceVersion"]["before"], json["objects"][0]["resourceVersion"]["after"]);
    EXPECT_EQ(stored(), 30);
    EXPECT_EQ(m_unlocked, 1);

    const std::string id = json["journal"];
    const Outcome listed = run({"journal"});
    EXPECT_NE(listed.out.find(id), std::string::npos);
    EXPECT_EQ(run({"journal", id, "-o", "json"}).json()["entries"][0]["user"], "jane");

    const Outcome back = run({"rollback", id, "--yes", "--wait-proxies", "0s"});
    EXPECT_EQ(back.code, 0) << back.err;
    EXPECT_EQ(stored(), 10);
}

TEST_F(Commands, ApplyWithoutConsent_writesNothing) {
    const Outcome nobody = run(kApply);
    EXPECT_EQ(nobody.code, 2);
    EXPECT_NE(nobody.err.find("add --yes"), std::string::npos);
    m_terminal = true;
    m_typed = "yes\n";
    EXPECT_EQ(run(kApply).code, 2) << "production asks for its name";
    EXPECT_EQ(stored(), 10);
    EXPECT_EQ(m_unlocked, 0);
    m_typed = "prod\n";
    EXPECT_EQ(run(kApply).code, 0);
    EXPECT_EQ(stored(), 30);
}

TEST_F(Commands, ProductionElsewhere_isContentWithYes) {
    m_terminal = true;
    m_production = false;
    m_typed = "yes\n";
    EXPECT_EQ(run(kApply).code, 0);
    EXPECT_EQ(stored(), 30);
}

TEST_F(Commands, DryRuns_writeNothingAndSaySo) {
    for (const char* mode : {"--dry-run", "--dry-run=server", "--dry-run=client"}) {
        const Outcome outcome = run(with(kApply, {mode, "-o", "json"}));
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(outcome.json()["outcome"], "notApplied");
        EXPECT_EQ(outcome.json()["objects"][0]["outcome"], "notTried");
    }
    EXPECT_EQ(run(with(kApply, {"--dry-run=maybe"})).code, 2);
    EXPECT_EQ(m_cluster.writes, 0U);
    EXPECT_TRUE(m_journal->entries()->empty());
}

TEST_F(Commands, ConflictAtTheWrite_isExitOneWithItsAuthor) {
    m_cluster.before = [&](const std::string& call) {
        if (call == "write") {
            m_cluster.before = {};
            m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "2s");
        }
    };
    const Outcome outcome = run(with(kApply, {"--yes", "-o", "json"}));
    EXPECT_EQ(outcome.code, 1);
    const Json object = outcome.json()["objects"][0];
    EXPECT_EQ(object["outcome"], "conflict");
    EXPECT_EQ(object["changedBy"]["manager"], "kubectl-edit");
    EXPECT_EQ(object["changedBy"]["fields"][0], "spec.http[0].timeout");
}

TEST_F(Commands, ConflictInThePreview_namesItsAuthorToo) {
    int reads = 0;
    m_cluster.before = [&](const std::string& call) {
        if (call == "read" && ++reads == 2) { // the plan's own read was the first
            m_cluster.before = {};
            m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "2s");
        }
    };
    const Outcome outcome = run(with(kApply, {"--yes", "-o", "json"}));
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    const Json object = outcome.json()["objects"][0];
    EXPECT_EQ(object["outcome"], "conflict");
    EXPECT_EQ(object["changedBy"]["manager"], "kubectl-edit");
    EXPECT_EQ(object["changedBy"]["fields"][0], "spec.http[0].timeout");
    EXPECT_EQ(stored(), 10);
}

TEST_F(Commands, ReadOnly_refusesWritesBeforeAnybodyIsAsked) {
    const std::string id = run(with(kApply, {"--yes", "-o", "json"})).json()["journal"];
    ASSERT_EQ(stored(), 30);
    m_terminal = true;
    m_typed = "prod\n";
    const std::size_t writes = m_cluster.writes;
    for (const std::vector<std::string>& command : {with(kApply, {"--read-only"}), {"rollback", id, "--read-only"}}) {
        const Outcome refused = run(command);
        EXPECT_EQ(refused.code, 2);
        EXPECT_EQ(refused.out, "");
        EXPECT_NE(refused.err.find("--read-only refuses every write"), std::string::npos) << refused.err;
    }
    EXPECT_EQ(m_cluster.writes, writes);
    EXPECT_EQ(stored(), 30);
}

TEST_F(Commands, LostAnswerThatCannotBeReadAgain_isExitThree) {
    m_cluster.before = [&](const std::string& call) {
        if (call == "write") {
            m_cluster.failAt = m_cluster.calls.size() - 1;
            m_cluster.failForever = true;
            m_cluster.failAfterActing = true;
        }
    };
    const Outcome outcome = run(with(kApply, {"--yes"}));
    EXPECT_EQ(outcome.code, 3) << outcome.err;
    EXPECT_NE(outcome.out.find("The outcome is not known"), std::string::npos);
    m_cluster.before = {};
    m_cluster.failAt.reset();
    const std::string id = m_journal->entries()->front().id;
    const Outcome settled = run({"journal", id, "-o", "json"});
    EXPECT_EQ(settled.json()["entries"][0]["outcome"], "applied");
}

TEST_F(Commands, RollbackOfAForeignObject_showsTheDifference) {
    const Outcome done = run(with(kApply, {"--yes", "-o", "json"}));
    m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "9s");
    const Outcome back = run({"rollback", done.json()["journal"], "--yes"});
    EXPECT_EQ(back.code, 1);
    EXPECT_NE(back.err.find("no longer what the change left"), std::string::npos) << back.err;
    EXPECT_NE(back.err.find("-  - timeout: 3s\n+  - timeout: 9s\n"), std::string::npos) << back.err;
    EXPECT_EQ(stored(), 30);
}

TEST_F(Commands, WordsWithoutMeaning_areRefusedBeforeAnythingIsWritten) {
    EXPECT_EQ(run({"apply", "--yes"}).code, 2);
    EXPECT_EQ(run({"rollback"}).code, 2);
    EXPECT_EQ(run({"rollback", "20200101T000000Z-0000"}).code, 2);
    EXPECT_EQ(run({"journal", "../x"}).code, 2);
    EXPECT_EQ(run(with(kApply, {"--yes", "--rollback-on", "errors"})).code, 2);
    EXPECT_EQ(run(with(kApply, {"--yes", "--watch", "5m"})).code, 2);
    EXPECT_EQ(run(with(kApply, {"--yes", "--rollback-on", "breach", "--watch", "10s"})).code, 2) << "less than a window";
    EXPECT_EQ(run(with(kApply, {"--rollback-on", "breach", "--dry-run"})).code, 2);
    EXPECT_EQ(stored(), 10);
}

TEST_F(Commands, Files_createPatchAndAreIdempotent) {
    const std::string file = (m_folder.path() / "rule.yaml").string();
    std::ofstream(file) << "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: shop}\n"
                           "spec: {host: r}\n";
    EXPECT_EQ(run({"diff", file}).code, 1);
    const Outcome first = run({"apply", file, "--yes", "--wait-proxies", "0s", "-o", "json"});
    EXPECT_EQ(first.code, 0) << first.err;
    EXPECT_EQ(first.json()["objects"][0]["operation"], "create");
    EXPECT_EQ(run({"diff", file}).code, 0);
    std::ofstream(file) << "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: shop}\n"
                           "spec: {host: r, subsets: [{name: v1}]}\n";
    const Outcome second = run({"apply", file, "--yes", "--wait-proxies", "0s", "-o", "json"});
    EXPECT_EQ(second.json()["objects"][0]["operation"], "patch");
    std::ofstream(file) << "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n";
    EXPECT_EQ(run({"apply", file, "--yes"}).code, 2);
}

TEST_F(Commands, RejectedPush_isSomethingToReport) {
    change::FakeProxies proxies;
    proxies.report = [](int asked) {
        return mesh::ProxyReport{{}, {change::proxy("a", asked == 1 ? mesh::SyncState::Synced : mesh::SyncState::Rejected,
                                                    asked, "bookinfo", "bad route")}, ""};
    };
    m_proxies = &proxies;
    const Outcome outcome = run({"apply", "--set-weights", "reviews", "v2=30", "--yes", "-o", "json"});
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    EXPECT_EQ(outcome.json()["proxies"]["rejected"][0]["message"], "bad route");
}

TEST(SplitBar, Shares_fillTheBar) {
    EXPECT_EQ(splitBar({{"v1", 75}, {"v2", 25}}, 8), "\u2588\u2588\u2588\u2588\u2588\u2588\u2592\u2592  \u2588 v1 75 %  \u2592 v2 25 %");
}

} // namespace meshdeck::cli
