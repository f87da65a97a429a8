// What the Routes page says of a request, without widgets: traces, words, commands, saved files.
#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include "policy/world/snapshot_objects.h"
#include "routes/path_nodes.h"
#include "routes/path_picture.h"
#include "routes/request_of_map.h"
#include "routes/request_words.h"
#include "routes/saved_requests.h"
#include "routes/verdict_words.h"
#include "views/sample_mesh.h"
#include "views/sample_routes.h"

namespace meshdeck::views {
namespace {

using policy::LadderRule;

RequestDraft toReviews(std::vector<std::pair<std::string, std::string>> headers, std::string from = "bookinfo/productpage-v1") {
    RequestDraft draft;
    draft.from = std::move(from);
    draft.url = "http://reviews:9080/";
    draft.headers = std::move(headers);
    return draft;
}

TraceAnswer traced(const mesh::SnapshotPtr& snapshot, const RequestDraft& draft) {
    const policy::Simulator simulator(policy::World::build(policy::snapshotObjects(*snapshot)));
    return trace({requestJson(draft), false}, simulator, nullptr);
}

const VerdictRow& rowOf(const VerdictWords& words, const char* name) {
    for (const VerdictRow& row : words.rows) {
        if (row.name == QLatin1String(name)) {
            return row;
        }
    }
    static const VerdictRow kNone;
    ADD_FAILURE() << "no row " << name;
    return kNone;
}

} // namespace

TEST(Trace, BetaUser_eachDestinationHasItsOwnAdmission) {
    const TraceAnswer answer = traced(sample::bookinfoRoutes(), toReviews({{"x-user-group", "beta"}, {"user-agent", "curl/8.5.0"}}));
    ASSERT_FALSE(answer.problem) << answer.problem->what;
    ASSERT_EQ(answer.ends.size(), 2U);
    EXPECT_EQ(answer.ends[0].share.subset, "v3");
    EXPECT_EQ(answer.ends[0].workload, "reviews-v3");
    EXPECT_EQ(answer.ends[1].workload, "reviews-v2");
    for (const TraceEnd& end : answer.ends) {
        ASSERT_TRUE(end.mtls);
        EXPECT_EQ(end.mtls->outcome, policy::MtlsResult::Outcome::Mtls);
        ASSERT_TRUE(end.authorization);
        EXPECT_EQ(end.authorization->decision, policy::AuthorizationResult::Decision::Allow);
        EXPECT_EQ(end.destinationRule.name, "reviews");
    }
    EXPECT_EQ(answer.principal, "cluster.local/ns/bookinfo/sa/productpage");
    EXPECT_EQ(answer.sidecarObject, "bookinfo/default");
    ASSERT_TRUE(answer.policies);
    EXPECT_EQ(answer.policies->allow, 1U);
}

// A policy on one version only: the split's other part goes through.
TEST(Trace, PolicyOnOneVersion_refusesThatPartOnly) {
    const auto mesh = sample::bookinfoRoutes(R"(
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: closed, namespace: bookinfo}
spec: {selector: {matchLabels: {version: v2}}, action: DENY, rules: [{}]}
)");
    const TraceAnswer answer = traced(mesh, toReviews({{"x-user-group", "beta"}}));
    ASSERT_EQ(answer.ends.size(), 2U);
    EXPECT_EQ(answer.ends[0].verdict, policy::Verdict::Routed);
    EXPECT_EQ(answer.ends[1].verdict, policy::Verdict::Denied);
    const PathPicture picture = pathPicture(answer, *mesh);
    EXPECT_FALSE(picture.ends[0].refused);
    EXPECT_TRUE(picture.ends[1].refused);
}

TEST(Trace, UnknownSender_isAProblemAndNoPath) {
    const TraceAnswer answer = traced(sample::bookinfoRoutes(), toReviews({}, "bookinfo/nobody"));
    ASSERT_TRUE(answer.problem);
    EXPECT_FALSE(pathPicture(answer, *sample::bookinfoRoutes()).message.isEmpty());
}

TEST(PathPicture, BetaUser_isTheMockup) {
    const auto mesh = sample::bookinfoRoutes();
    const PathPicture picture = pathPicture(traced(mesh, toReviews({{"x-user-group", "beta"}, {"user-agent", "curl/8.5.0"}})), *mesh);
    EXPECT_EQ(picture.reaches, PathPicture::Reaches::Answer);
    EXPECT_EQ(picture.source.name, QStringLiteral("productpage"));
    EXPECT_EQ(picture.client.title, QStringLiteral("Sidecar, outbound"));
    EXPECT_EQ(picture.ladder, QStringLiteral("VirtualService reviews"));
    EXPECT_EQ(picture.ladderNote, QStringLiteral("4 rules"));
    ASSERT_EQ(picture.rules.size(), 4U);
    EXPECT_EQ(picture.rules[0].text, QStringLiteral("headers[user-agent] is curl/8.5.0, not .*Mobile.*"));
    EXPECT_EQ(picture.rules[2].state, LadderRule::State::Matches);
    EXPECT_EQ(picture.rules[3].text, QStringLiteral("not reached"));
    ASSERT_EQ(picture.ends.size(), 2U);
    EXPECT_EQ(picture.ends[0].share, QStringLiteral("80 %"));
    EXPECT_EQ(picture.ends[0].origin, QStringLiteral("DestinationRule reviews, subset v3"));
    EXPECT_EQ(picture.ends[0].encrypted, std::optional(true));
    EXPECT_TRUE(picture.stop.isEmpty());
    QStringList lines;
    for (const PathLine& line : picture.client.lines) {
        lines.append(line.text);
    }
    EXPECT_TRUE(lines.contains(QStringLiteral("fault: 5 % wait 2,000 ms first")) || lines.filter(QStringLiteral("fault: 5 % wait")).size() == 1) << lines.join(QLatin1Char('|')).toStdString();
    EXPECT_TRUE(lines.contains(QStringLiteral("no retries, no mirror")));
}

// Of many rules those around the one that matched are shown, and which they are is said.
TEST(PathPicture, TwentyRules_showsTheOnesAroundTheMatch) {
    std::string yaml = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: reviews, namespace: bookinfo}\n"
                       "spec:\n  hosts: [reviews]\n  http:\n";
    for (int i = 1; i <= 20; ++i) {
        yaml += "  - {name: r" + std::to_string(i) + ", match: [{headers: {x-n: {exact: \"" + std::to_string(i) + "\"}}}], route: [{destination: {host: reviews}}]}\n";
    }
    const auto mesh = sample::bookinfoRoutes(yaml);
    const PathPicture picture = pathPicture(traced(mesh, toReviews({{"x-n", "12"}})), *mesh);
    EXPECT_EQ(picture.ladderNote, QStringLiteral("rules 10 to 13 of 20"));
    ASSERT_EQ(picture.rules.size(), 4U);
    EXPECT_EQ(picture.rules[2].number, 12);
    EXPECT_EQ(picture.rules[2].state, LadderRule::State::Matches);
    const PathPicture none = pathPicture(traced(mesh, toReviews({})), *mesh);
    EXPECT_EQ(none.ladderNote, QStringLiteral("rules 17 to 20 of 20"));
    EXPECT_EQ(none.reaches, PathPicture::Reaches::Rule);
    EXPECT_FALSE(none.stop.isEmpty());
}

TEST(VerdictWords, Split_saysWhoAnswersAndWhy) {
    const VerdictWords words = verdictWords(traced(sample::bookinfoRoutes(), toReviews({{"x-user-group", "beta"}})));
    EXPECT_EQ(words.title, QStringLiteral("Answered by reviews, 80 % v3 and 20 % v2"));
    EXPECT_EQ(words.health, mesh::Health::Healthy);
    EXPECT_TRUE(words.sentence.contains(QStringLiteral("5 % of these requests wait")));
    EXPECT_EQ(rowOf(words, "mTLS").value, QStringLiteral("on both sides"));
    EXPECT_EQ(rowOf(words, "DENY policies").value, QStringLiteral("none apply"));
    EXPECT_EQ(rowOf(words, "ALLOW policies").value, QStringLiteral("allowed by rule 1 of reviews-viewer"));
    EXPECT_EQ(rowOf(words, "Mirrors").value, QStringLiteral("none"));
}

TEST(VerdictWords, Refused_namesThePolicy) {
    RequestDraft post = toReviews({});
    post.method = "POST";
    const VerdictWords words = verdictWords(traced(sample::bookinfoRoutes(), post));
    EXPECT_EQ(words.health, mesh::Health::Failing);
    EXPECT_TRUE(words.title.startsWith(QStringLiteral("Denied: 403"))) << words.title.toStdString();
    EXPECT_TRUE(rowOf(words, "ALLOW policies").alarming);
    EXPECT_FALSE(rowOf(words, "DENY policies").alarming);
}

TEST(VerdictWords, UnknownSubset_isNoAnswer) {
    RequestDraft draft = toReviews({}, "bookinfo/reviews-v2");
    draft.url = "http://ratings:9080/";
    const VerdictWords words = verdictWords(traced(sample::bookinfoRoutes(), draft));
    EXPECT_EQ(words.health, mesh::Health::Failing);
    EXPECT_TRUE(words.title.startsWith(QStringLiteral("The destination does not exist"))) << words.title.toStdString();
}

TEST(RequestWords, Json_roundTrip) {
    RequestDraft draft = toReviews({{"x-user-group", "beta"}, {"cookie", "a=1"}, {"cookie", "b=2"}});
    draft.method = "POST";
    draft.principal = "cluster.local/ns/x/sa/y";
    const ReadDraft read = draftOf(requestJson(draft));
    EXPECT_TRUE(read.complete);
    EXPECT_EQ(read.draft, draft);
    EXPECT_FALSE(draftOf(*config::parseJson(R"({"from":"a/b","url":"http://x/","jwt":{"issuer":"i"}})")).complete);
}

TEST(RequestWords, MeshdeckRoute_isSafeForAShell) {
    RequestDraft draft = toReviews({{"x", "it's; rm -rf /"}});
    EXPECT_EQ(asMeshdeckRoute(draft, "my ctx"),
              "meshdeck route --context 'my ctx' --from bookinfo/productpage-v1 -H 'x: it'\\''s; rm -rf /' http://reviews:9080/");
}

TEST(RequestWords, Istioctl_asksThePodForRoutesAndCluster) {
    const std::string text = asIstioctl(traced(sample::bookinfoRoutes(), toReviews({{"x-user-group", "beta"}})), "");
    EXPECT_TRUE(text.starts_with("istioctl proxy-config routes productpage-v1-5b9f4-x2k7q.bookinfo --name 9080 -o yaml\n")) << text;
    EXPECT_TRUE(text.ends_with("--fqdn reviews.bookinfo.svc.cluster.local --port 9080 --subset v3")) << text;
}

TEST(RequestWords, Header_readsNameAndValue) {
    const auto header = readHeader(QStringLiteral("  X-User-Group :  beta: 1 "));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->first, "x-user-group");
    EXPECT_EQ(header->second, "beta: 1");
    EXPECT_FALSE(readHeader(QStringLiteral("no header")));
    EXPECT_FALSE(readHeader(QStringLiteral(": value")));
}

TEST(RequestOfMap, ServiceWorkloadAndCall_fillTheForm) {
    const auto mesh = sample::bookinfoRoutes();
    const RequestDraft service = requestOfNode(*mesh, sample::idOf(*mesh, "bookinfo", "reviews"));
    EXPECT_EQ(service.from, "bookinfo/productpage-v1");
    EXPECT_EQ(service.url, "http://reviews:9080/");
    const RequestDraft version = requestOfNode(*mesh, sample::idOf(*mesh, "bookinfo", "reviews", "v2"));
    EXPECT_EQ(version.from, "bookinfo/reviews-v2");
    EXPECT_EQ(version.url, "http://ratings:9080/");
    const RequestDraft outside = requestOfNode(*mesh, sample::idOf(*mesh, "bookinfo", "productpage"));
    EXPECT_EQ(outside.from, "istio-system/istio-ingressgateway-latest");
    EXPECT_EQ(outside.url, "http://productpage.bookinfo:9080/");
    for (const mesh::Edge& edge : mesh->graph->edges) {
        if (mesh->graph->nodes[edge.source].id == sample::idOf(*mesh, "bookinfo", "reviews", "v3")) {
            EXPECT_EQ(requestOfEdge(*mesh, {edge.id}).from, "bookinfo/reviews-v3");
        }
    }
    EXPECT_TRUE(requestOfNode(*mesh, "nothing").url.empty());
}

TEST(OnMap, Path_isSenderServiceAndVersionsWithTheirCalls) {
    const auto mesh = sample::bookinfoRoutes();
    const OnMap where = onMap(traced(mesh, toReviews({{"x-user-group", "beta"}})), *mesh->graph);
    const auto has = [&](const std::string& id) { return std::find(where.nodes.begin(), where.nodes.end(), id) != where.nodes.end(); };
    EXPECT_TRUE(has(sample::idOf(*mesh, "bookinfo", "productpage", "v1")));
    EXPECT_TRUE(has(sample::idOf(*mesh, "bookinfo", "reviews")));
    EXPECT_TRUE(has(sample::idOf(*mesh, "bookinfo", "reviews", "v3")));
    EXPECT_FALSE(has(sample::idOf(*mesh, "bookinfo", "reviews", "v1")));
    EXPECT_EQ(where.edges.size(), 3U);
}

// What the page saves, `meshdeck test` reads, and passes on the same mesh; on a changed one it fails and says how.
TEST(SavedRequests, File_isReadByMeshdeckTest) {
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("sub/requests.yaml")).toStdString();
    const auto mesh = sample::bookinfoRoutes();
    {
        SavedRequests saved(path);
        RequestDraft post = toReviews({});
        post.method = "POST";
        for (const RequestDraft& draft : {toReviews({{"x-user-group", "beta"}}), toReviews({}), post}) {
            const TraceAnswer answer = traced(mesh, draft);
            ASSERT_TRUE(saved.keep({requestName(draft), requestJson(draft), expectationOf(answer.result)}));
        }
    }
    QFile file(QString::fromStdString(path));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const std::string text = file.readAll().toStdString();
    const auto read = policy::readExpectations(path, text);
    ASSERT_TRUE(read) << read.error().what;
    ASSERT_EQ(read->tests.size(), 3U);
    const policy::Simulator same(policy::World::build(policy::snapshotObjects(*mesh)));
    for (const policy::Expectation& test : read->tests) {
        EXPECT_TRUE(policy::runExpectation(test, same, "").passed()) << test.name;
    }
    EXPECT_EQ(read->tests[0].expect.at("split").dump(), R"({"v3":80,"v2":20})");
    const auto changed = sample::bookinfoRoutes(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v2}}]}]}
)");
    const policy::Simulator other(policy::World::build(policy::snapshotObjects(*changed)));
    const SavedRun run{policy::runExpectation(read->tests[0], other, ""), std::nullopt};
    EXPECT_FALSE(run.live.passed());
    EXPECT_EQ(stateOf(read->tests[0], &run), SavedState::Changed);
    EXPECT_FALSE(changeWords(run).isEmpty());
}

TEST(SavedRequests, SameRequestAgain_replacesItsAnswer) {
    SavedRequests saved("");
    const auto request = requestJson(toReviews({}));
    ASSERT_TRUE(saved.keep({"a", request, {{"verdict", "routed"}}}));
    ASSERT_TRUE(saved.keep({"b", request, {{"verdict", "denied"}}}));
    ASSERT_EQ(saved.all().size(), 1U);
    EXPECT_EQ(saved.all()[0].expect.at("verdict"), "denied");
}

// A file that somebody broke by hand is not overwritten.
TEST(SavedRequests, DamagedFile_isKeptAndSaid) {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("requests.yaml"));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("tests: {");
    file.close();
    SavedRequests saved(path.toStdString());
    ASSERT_TRUE(saved.problem());
    EXPECT_FALSE(saved.keep({"a", requestJson(toReviews({})), {{"verdict", "routed"}}}));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_EQ(file.readAll(), QByteArray("tests: {"));
}

} // namespace meshdeck::views
