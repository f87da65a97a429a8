// The Routes page in its window: the form, the answers of the worker, jumps between tabs, pages and the map.
#include "routes/routes_page.h"

#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QToolButton>
#include <QTreeView>

#include <gtest/gtest.h>

#include "map/find_field.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/tool_row.h"
#include "routes/config_view.h"
#include "routes/effective_view.h"
#include "routes/header_chips.h"
#include "routes/path_view.h"
#include "routes/request_form.h"
#include "routes/request_tab.h"
#include "routes/yaml_view.h"
#include "shell/inspector.h"
#include "shell/main_window.h"
#include "views/fake_change_service.h"
#include "views/sample_mesh.h"
#include "views/sample_routes.h"
#include "views/thread_cpu.h"

namespace meshdeck::views {
namespace {

class RoutesPageTest : public testing::Test {
protected:
    RoutesPage& open(const mesh::SnapshotPtr& snapshot) {
        m_clock.setWallTime(sample::moment());
        ShellOptions options;
        options.context = "meshdeck-demo";
        options.kind = ContextKind::Demo;
        options.savedRequests = savedFile();
        m_window = std::make_unique<MainWindow>(m_mesh, &m_changes, options, m_clock);
        m_window->mapPage().view().setSynchronous(true);
        m_window->show();
        if (snapshot) {
            m_mesh.post(snapshot);
        }
        m_window->showRoutes();
        return m_window->routesPage();
    }
    [[nodiscard]] std::string savedFile() const { return m_folder.filePath(QStringLiteral("requests.yaml")).toStdString(); }
    template <typename Done>
    bool waitFor(Done done) {
        QElapsedTimer time;
        time.start();
        while (!done() && time.elapsed() < 20000) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
        }
        return done();
    }
    // Labels made in one turn of the event loop are shown in a later one.
    bool says(const QString& text) {
        return waitFor([&] { return shows(text); });
    }
    bool shows(const QString& text) {
        for (const QLabel* label : m_window->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text().contains(text)) {
                return true;
            }
        }
        return false;
    }
    template <typename Button>
    Button* button(const QString& text) {
        for (Button* each : m_window->findChildren<Button*>()) {
            if (each->text() == text && each->isVisible()) {
                return each;
            }
        }
        return nullptr;
    }
    RequestTab& tab() { return m_window->routesPage().request(); }
    bool traced(const std::function<bool(const TraceAnswer&)>& wanted) {
        return waitFor([&] { return tab().answer() && wanted(*tab().answer()); });
    }
    static RequestDraft beta() {
        RequestDraft draft;
        draft.from = "bookinfo/productpage-v1";
        draft.url = "http://reviews:9080/";
        draft.headers = {{"x-user-group", "beta"}};
        return draft;
    }

    QTemporaryDir m_folder;
    ManualClock m_clock;
    MeshState m_mesh;
    sample::FakeChangeService m_changes;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace

TEST_F(RoutesPageTest, Enter_tracesTheRequest) {
    RoutesPage& page = open(sample::bookinfoRoutes());
    page.request().form().setDraft(beta());
    auto* url = m_window->findChild<RequestForm*>()->findChildren<QLineEdit*>().value(2);
    ASSERT_NE(url, nullptr);
    QTest::keyClick(url, Qt::Key_Return);
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return !answer.problem; }));
    EXPECT_TRUE(says(QStringLiteral("Answered by reviews, 80 % v3 and 20 % v2")));
    EXPECT_TRUE(says(QStringLiteral("Rules of VirtualService bookinfo/reviews")));
    EXPECT_EQ(page.request().rules().rowCount(), 4);
    EXPECT_EQ(page.request().path().picture().ends.size(), 2U);
    EXPECT_FALSE(page.request().path().accessibleDescription().isEmpty());
}

// The mesh changes under an answer: it is asked again.
TEST_F(RoutesPageTest, AnotherSnapshot_answersAgain) {
    open(sample::bookinfoRoutes());
    tab().ask(beta());
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return answer.ends.size() == 2; }));
    m_mesh.post(sample::bookinfoRoutes(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}
)"));
    EXPECT_TRUE(traced([](const TraceAnswer& answer) { return answer.ends.size() == 1 && answer.ends[0].share.subset == "v1"; }));
}

TEST_F(RoutesPageTest, Draft_isAskedOnlyWhenItIsOn) {
    RoutesPage& page = open(sample::bookinfoRoutes());
    page.request().ask(beta());
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return answer.ends.size() == 2; }));
    auto* toggle = button<QToolButton>(QStringLiteral("with draft: off"));
    ASSERT_NE(toggle, nullptr);
    EXPECT_FALSE(toggle->isEnabled()) << "nothing is pending";
    page.setPending({*config::parseJson(R"({"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"reviews","namespace":"bookinfo"},
        "spec":{"hosts":["reviews"],"http":[{"route":[{"destination":{"host":"reviews","subset":"v2"}}]}]}})")});
    ASSERT_TRUE(waitFor([&] { return toggle->isEnabled(); }));
    EXPECT_EQ(page.request().answer()->ends.size(), 2U);
    toggle->click();
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return answer.query.draft && answer.ends.size() == 1; }));
    EXPECT_TRUE(says(QStringLiteral("Without draft")));
    page.setPending({});
    EXPECT_TRUE(traced([](const TraceAnswer& answer) { return !answer.query.draft && answer.ends.size() == 2; }));
}

TEST_F(RoutesPageTest, SaveRequest_isKeptRunAndAFindingWhenItChanges) {
    RoutesPage& page = open(sample::bookinfoRoutes());
    page.request().ask(beta());
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return !answer.problem; }));
    button<QPushButton>(QStringLiteral("Save request"))->click();
    ASSERT_TRUE(waitFor([&] { return page.request().saved().rowCount() == 1 && page.request().saved().state(0) == SavedState::AsExpected; }));
    EXPECT_TRUE(says(QStringLiteral("1 as expected")));
    EXPECT_TRUE(page.request().savedFindings().empty());
    m_mesh.post(sample::bookinfoRoutes(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}
)"));
    ASSERT_TRUE(waitFor([&] { return page.request().saved().state(0) == SavedState::Changed; }));
    ASSERT_EQ(page.request().savedFindings().size(), 1U);
    EXPECT_EQ(page.config().findings().row(0).code, "request");
    // Another window of the same context knows it, and runs it although nobody looks at the page.
    m_window.reset();
    open(nullptr);
    m_window->showMap();
    m_mesh.post(sample::bookinfoRoutes());
    EXPECT_TRUE(waitFor([&] { return tab().saved().rowCount() == 1 && tab().saved().state(0) == SavedState::AsExpected; }));
}

TEST_F(RoutesPageTest, RuleAndFinding_leadToTheirLines) {
    RoutesPage& page = open(sample::bookinfoRoutes());
    page.request().ask(beta());
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return !answer.problem; }));
    page.openObject({"networking.istio.io", "VirtualService", "bookinfo", "reviews"}, "/spec/http/2");
    YamlView& yaml = page.config().yaml();
    EXPECT_TRUE(page.config().isVisible());
    EXPECT_TRUE(yaml.textCursor().block().text().contains(QStringLiteral("name: beta"))) << yaml.textCursor().block().text().toStdString();
    const FindingsModel& findings = page.config().findings();
    for (int i = 0; i < findings.rowCount(); ++i) {
        if (findings.row(i).object.name == "ratings" && !findings.row(i).pointer.empty()) {
            Q_EMIT page.config().table().activated(page.config().table().model()->index(i, 0));
            EXPECT_EQ(page.config().shown().name, "ratings");
            EXPECT_TRUE(yaml.marks().contains(yaml.textCursor().blockNumber() + 1));
        }
    }
}

TEST_F(RoutesPageTest, ShowOnMap_marksThePathUntilEsc) {
    open(sample::bookinfoRoutes());
    m_window->showMap();
    MapView& map = m_window->mapPage().view();
    ASSERT_TRUE(waitFor([&] { return map.scene() && !map.scene()->nodes.empty(); }));
    m_window->showRoutes();
    tab().ask(beta());
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return !answer.problem; }));
    button<QPushButton>(QStringLiteral("Show on map"))->click();
    EXPECT_TRUE(m_window->mapPage().isVisible());
    FindField& find = m_window->mapPage().tools().findField();
    EXPECT_TRUE(find.found().contains(QStringLiteral("the path of GET reviews:9080/"))) << find.found().toStdString();
    QTest::keyClick(&map, Qt::Key_Escape);
    EXPECT_TRUE(find.found().isEmpty()) << find.found().toStdString();
}

TEST_F(RoutesPageTest, TryARequest_fillsTheFormFromTheMap) {
    open(sample::bookinfoRoutes());
    m_window->showMap();
    MapView& map = m_window->mapPage().view();
    ASSERT_TRUE(waitFor([&] { return map.scene() && !map.scene()->nodes.empty(); }));
    map.select(sample::idOf(*sample::bookinfo(), "bookinfo", "reviews"));
    auto* tried = button<QPushButton>(QStringLiteral("Try a request…"));
    ASSERT_NE(tried, nullptr);
    tried->click();
    EXPECT_TRUE(m_window->routesPage().isVisible());
    EXPECT_EQ(tab().form().draft().url, "http://reviews:9080/");
    EXPECT_TRUE(traced([](const TraceAnswer& answer) { return !answer.problem && answer.ends.front().share.subset == "v1"; }));
}

TEST_F(RoutesPageTest, InEffect_namesTheOrigin) {
    RoutesPage& page = open(sample::bookinfoRoutes());
    page.openEffective({"bookinfo/productpage-v1", "reviews.bookinfo.svc.cluster.local", 9080, "v3", false});
    ASSERT_TRUE(waitFor([&] { return page.effective().model().rowCount() > 0; }));
    bool balancing = false;
    for (int i = 0; i < page.effective().model().rowCount(); ++i) {
        balancing = balancing || page.effective().model().row(i).value.object.kind == "DestinationRule";
    }
    EXPECT_TRUE(balancing);
}

TEST_F(RoutesPageTest, NothingConnected_saysSo) {
    open(nullptr);
    EXPECT_TRUE(tab().path().picture().message.contains(QStringLiteral("Loading")));
    auto denied = std::make_shared<mesh::MeshSnapshot>();
    denied->sources = {{"kubernetes", mesh::SourceState::Denied, {}, "you may not list virtualservices", "ask for the role meshdeck-read"}};
    m_mesh.post(denied);
    ASSERT_TRUE(waitFor([&] { return tab().path().picture().message.contains(QStringLiteral("you may not list virtualservices")); }));
    EXPECT_TRUE(tab().path().picture().message.contains(QStringLiteral("meshdeck-read")));
}

TEST_F(RoutesPageTest, Headers_areAddedChangedAndRemovedByKey) {
    open(sample::bookinfoRoutes());
    auto& chips = *m_window->findChild<HeaderChips*>();
    button<QToolButton>(QStringLiteral("+ header"))->click();
    auto* field = chips.findChild<QLineEdit*>();
    QTest::keyClicks(field, QStringLiteral("X-User-Group: beta"));
    QTest::keyClick(field, Qt::Key_Return);
    ASSERT_EQ(chips.headers().size(), 1U);
    EXPECT_EQ(chips.headers()[0].first, "x-user-group");
    QTest::keyClick(field, Qt::Key_Escape);
    auto* chip = button<QToolButton>(QStringLiteral("x-user-group: beta"));
    ASSERT_NE(chip, nullptr);
    QTest::keyClick(chip, Qt::Key_Delete);
    EXPECT_TRUE(chips.headers().empty());
}

// Text from outside stays plain.
TEST_F(RoutesPageTest, HostileNames_areShownEscaped) {
    RoutesPage& page = open(sample::bookinfoRoutes(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec: {hosts: [reviews], http: [{name: "<b>x\u202ey", match: [{headers: {x: {exact: "<img src=a>"}}}], route: [{destination: {host: reviews}}]}]}
)"));
    page.request().ask(beta());
    ASSERT_TRUE(traced([](const TraceAnswer& answer) { return !answer.problem; }));
    EXPECT_FALSE(page.request().path().picture().rules[0].name.contains(QChar(0x202E)));
    EXPECT_TRUE(page.request().path().picture().rules[0].name.contains(QStringLiteral("<b>")));
}

// 5,000 objects: what the UI thread does itself stays small; the worker does the rest.
TEST_F(RoutesPageTest, ManyObjects_doNotStallTheWindow) {
    RoutesPage& page = open(nullptr);
    m_mesh.post(sample::manyRoutes(5000));
    ASSERT_TRUE(waitFor([&] { return page.state() && page.state()->config.size() >= 5000; }));
    QCoreApplication::processEvents();
    const double before = threadCpuMs();
    page.showTab(RoutesPage::ConfigId);
    m_window->repaint();
    RecordProperty("ui_ms", static_cast<int>(threadCpuMs() - before));
    const ConfigModel& shown = page.config().config();
    EXPECT_EQ(shown.rowCount(), 11) // ten namespaces, and what belongs to the whole cluster
        << shown.index(0, 0).data().toString().toStdString() << " ... "
                                    << shown.index(shown.rowCount() - 1, 0).data().toString().toStdString();
}

} // namespace meshdeck::views
