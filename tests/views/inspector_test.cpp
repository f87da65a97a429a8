#include "shell/inspector.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTabBar>
#include <QToolButton>

#include <gtest/gtest.h>

#include "shell/node_sections.h"
#include "shell/sections_tab.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

const Section* named(const std::vector<Section>& sections, const char* title) {
    for (const Section& section : sections) {
        if (section.title == QLatin1String(title)) {
            return &section;
        }
    }
    return nullptr;
}

QString cell(const Section* section, std::size_t row, int column) {
    return section == nullptr || row >= section->rows.size() ? QString() : section->rows[row].cells.value(column);
}

std::string edgeBetween(const mesh::MeshSnapshot& snapshot, const std::string& source, const std::string& target) {
    for (const mesh::Edge& edge : snapshot.graph->edges) {
        if (snapshot.graph->nodes[edge.source].id == source && snapshot.graph->nodes[edge.target].id == target) {
            return edge.id;
        }
    }
    return {};
}

class SectionsTest : public testing::Test {
protected:
    NodeFacts facts(const std::string& node) { return *factsOf(*m_mesh, node, {}); }

    mesh::SnapshotPtr m_mesh = sample::boutique();
    std::string m_checkout = sample::idOf(*m_mesh, "orders", "checkout");
    std::string m_v2 = sample::idOf(*m_mesh, "orders", "checkout", "v2");
    std::string m_frontend = sample::idOf(*m_mesh, "shop", "frontend", "v1");
};

TEST_F(SectionsTest, Calls_ofASplitService_areThoseOfAllVersions) {
    const auto sections = callSections(*m_mesh, m_checkout, facts(m_checkout), {});
    EXPECT_EQ(cell(named(sections, "Called by"), 0, 0), QStringLiteral("shop/frontend v1"));
    EXPECT_EQ(cell(named(sections, "Called by"), 0, 1), QStringLiteral("124"));
    const Section* calls = named(sections, "Calls");
    ASSERT_NE(calls, nullptr);
    ASSERT_EQ(calls->rows.size(), 5U);
    EXPECT_EQ(calls->rows[0].cells.at(0), QStringLiteral("platform/currency")) << "busiest first, both versions as one";
    EXPECT_EQ(calls->rows[0].cells.at(1), QStringLiteral("248"));
    EXPECT_FALSE(calls->rows[0].edge.empty());
}

TEST_F(SectionsTest, Answers_failuresAreMarkedWithTheirShare) {
    const Section* answers = nullptr;
    const auto sections = callSections(*m_mesh, m_checkout, facts(m_checkout), {});
    answers = named(sections, "Answers");
    ASSERT_NE(answers, nullptr);
    ASSERT_EQ(answers->rows.size(), 2U);
    EXPECT_EQ(answers->rows[0].cells.at(0), QStringLiteral("0"));
    EXPECT_FALSE(answers->rows[0].bad);
    EXPECT_EQ(answers->rows[1].cells.at(0), QStringLiteral("13"));
    EXPECT_TRUE(answers->rows[1].bad);
    EXPECT_EQ(answers->rows[1].cells.at(3), QStringLiteral("0.59 %"));
}

TEST_F(SectionsTest, TelemetryGone_nothingIsGivenAsANumberOfNow) {
    TelemetryState gone;
    gone.known = false;
    const auto sections = callSections(*m_mesh, m_checkout, facts(m_checkout), gone);
    EXPECT_EQ(cell(named(sections, "Called by"), 0, 1), QStringLiteral("unknown"));
    EXPECT_TRUE(named(sections, "Answers")->rows.empty());
    const auto edge = edgeFactsOf(*m_mesh, {edgeBetween(*m_mesh, m_checkout, m_v2)}, gone);
    EXPECT_EQ(cell(named(edge->sections, "Traffic"), 0, 1), QStringLiteral("unknown"));
    EXPECT_EQ(edge->health, mesh::Health::Unknown);
}

TEST_F(SectionsTest, Security_plaintextCallerAndPrincipals_areNamed) {
    const std::string catalog = sample::idOf(*m_mesh, "shop", "catalog");
    const auto sections = securitySections(*m_mesh, catalog, facts(catalog), {});
    const Section* callers = named(sections, "From its callers");
    ASSERT_NE(callers, nullptr);
    bool told = false;
    for (const SectionRow& row : callers->rows) {
        told |= row.bad && row.cells.at(0) == QStringLiteral("stock-import v1") && row.cells.at(1) == QStringLiteral("plaintext");
    }
    EXPECT_TRUE(told);
    EXPECT_EQ(cell(named(sections, "Principals"), 0, 1), QStringLiteral("spiffe://cluster.local/ns/shop/sa/catalog"));
}

TEST_F(SectionsTest, Policies_selectorAndTargets_decide) {
    auto snapshot = *m_mesh;
    auto config = std::make_shared<mesh::ResourceTable>(*snapshot.config);
    const auto add = [&](const char* kind, const char* name, const std::string& spec) {
        auto resource = std::make_shared<mesh::Resource>();
        resource->ref = {"security.istio.io", kind, "orders", name};
        resource->json = std::make_shared<const std::string>(std::string(R"({"spec":)") + spec + "}");
        (*config)[resource->ref] = resource;
    };
    add("PeerAuthentication", "whole", R"({"mtls":{"mode":"STRICT"}})");
    add("AuthorizationPolicy", "mine", R"({"selector":{"matchLabels":{"app":"checkout"}}})");
    add("AuthorizationPolicy", "other", R"({"selector":{"matchLabels":{"app":"email"}}})");
    add("AuthorizationPolicy", "aimed", R"({"targetRefs":[{"kind":"Service","name":"email"}]})");
    snapshot.config = config;
    const auto sections = securitySections(snapshot, m_checkout, facts(m_checkout), {});
    const Section* policies = named(sections, "Policies that take its pods");
    ASSERT_NE(policies, nullptr);
    ASSERT_EQ(policies->rows.size(), 2U);
    EXPECT_EQ(policies->rows[0].cells.at(1), QStringLiteral("mine, ALLOW"));
    EXPECT_EQ(policies->rows[1].cells.at(1), QStringLiteral("whole, STRICT"));
}

TEST_F(SectionsTest, Pods_rejectedConfig_isToldWithEnvoysWords) {
    auto snapshot = *m_mesh;
    auto proxies = std::make_shared<mesh::ProxyReport>(*snapshot.proxies);
    for (mesh::ProxyStatus& proxy : proxies->proxies) {
        if (proxy.id.starts_with("checkout-v2")) {
            proxy.types = {{"type.googleapis.com/envoy.config.listener.v3.Listener", mesh::SyncState::Rejected, {}, "bad filter"}};
        }
    }
    snapshot.proxies = proxies;
    const auto sections = podSections(snapshot, m_checkout, facts(m_checkout));
    const Section* pods = named(sections, "Pods");
    ASSERT_NE(pods, nullptr);
    ASSERT_EQ(pods->rows.size(), 2U);
    EXPECT_EQ(pods->rows[0].cells.at(2), QStringLiteral("synced"));
    EXPECT_EQ(pods->rows[1].cells.at(2), QStringLiteral("rejected: listeners"));
    EXPECT_EQ(cell(named(sections, "Rejected by Envoy"), 0, 1), QStringLiteral("bad filter"));
    EXPECT_EQ(cell(named(sections, "Service"), 0, 1), QStringLiteral("ClusterIP"));
    EXPECT_EQ(cell(named(sections, "Workloads"), 0, 2), QStringLiteral("1 of 1"));
}

TEST_F(SectionsTest, Edge_toACanary_tellsRateSplitIdentityAndAnswers) {
    const auto edge = edgeFactsOf(*m_mesh, {edgeBetween(*m_mesh, m_checkout, m_v2)}, {});
    ASSERT_TRUE(edge);
    EXPECT_EQ(edge->name, QStringLiteral("checkout → checkout v2"));
    EXPECT_EQ(edge->about, QStringLiteral("gRPC · within orders"));
    EXPECT_EQ(cell(named(edge->sections, "Traffic"), 0, 1), QStringLiteral("12.2 req/s"));
    EXPECT_EQ(cell(named(edge->sections, "Split"), 0, 1), QStringLiteral("10.0 %"));
    EXPECT_EQ(cell(named(edge->sections, "Split"), 1, 1), QStringLiteral("9.8 %"));
    EXPECT_EQ(cell(named(edge->sections, "Who to whom"), 4, 1), QStringLiteral("100 %"));
    EXPECT_TRUE(edge->query.contains(QStringLiteral("destination_workload=\"checkout-v2\"")));
    EXPECT_FALSE(named(edge->sections, "Answers")->rows.empty());
}

TEST_F(SectionsTest, Edge_unknownId_isNothing) {
    EXPECT_FALSE(edgeFactsOf(*m_mesh, {"no such edge"}, {}));
    EXPECT_FALSE(edgeFactsOf(mesh::MeshSnapshot(), {"x"}, {}));
}

TEST(SectionsTab, Refresh_sameRows_changesTextsAndKeepsTheFocus) {
    QWidget window; // goes last: it owns what is put into it
    SectionsTab tab;
    Section section{QStringLiteral("Called by"), {}, {QStringLiteral("name"), QStringLiteral("req/s")}, {}, {}};
    section.rows = {{{QStringLiteral("frontend"), QStringLiteral("12")}, false, {}, "edge1"}};
    tab.show({section}, theme(ThemeKind::Dark));
    tab.setParent(&window);
    window.show();
    auto* link = tab.findChild<QToolButton*>();
    ASSERT_NE(link, nullptr);
    link->setFocus();
    section.rows[0].cells[1] = QStringLiteral("13");
    tab.show({section}, theme(ThemeKind::Dark));
    EXPECT_EQ(tab.findChild<QToolButton*>(), link) << "nothing is made anew";
    QSignalSpy spy(&tab, &SectionsTab::edgeChosen);
    link->click();
    ASSERT_EQ(spy.size(), 1);
    EXPECT_EQ(spy[0][0].toString(), QStringLiteral("edge1"));
    const auto labels = tab.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) { return label->text() == QStringLiteral("13"); }));
}

TEST(Inspector, NodeThenEdge_tabsGoAndComeBack) {
    MeshState state;
    ManualClock clock;
    clock.setWallTime(sample::moment());
    state.post(sample::boutique());
    QCoreApplication::sendPostedEvents(&state);
    Inspector inspector(state, nullptr, clock);
    inspector.show(sample::idOf(*state.snapshot(), "orders", "checkout"));
    auto* tabs = inspector.findChild<QTabBar*>();
    EXPECT_TRUE(tabs->isVisibleTo(&inspector));
    EXPECT_EQ(tabs->count(), 5);
    inspector.showEdge({state.snapshot()->graph->edges.front().id});
    EXPECT_FALSE(tabs->isVisibleTo(&inspector));
    inspector.show(sample::idOf(*state.snapshot(), "orders", "checkout"));
    EXPECT_TRUE(tabs->isVisibleTo(&inspector));
    EXPECT_TRUE(inspector.edges().empty());
}

} // namespace
} // namespace meshdeck::views
