// meshdeck-screenshots FOLDER: the pictures of the README, painted offscreen from the sample meshes.
#include <cstdio>
#include <algorithm>
#include <functional>

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>

#include "changes/change_page.h"
#include "changes/guard_bar.h"
#include "changes/weight_editor.h"
#include "map/export_panel.h"
#include "map/find_field.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/render_map.h"
#include "map/tool_row.h"
#include "routes/path_view.h"
#include "routes/request_form.h"
#include "routes/request_tab.h"
#include "routes/routes_page.h"
#include "shell/main_window.h"
#include "support/big_mesh.h"
#include "views/fake_change_service.h"
#include "views/sample_mesh.h"
#include "views/sample_routes.h"

namespace {

using namespace meshdeck;
using namespace meshdeck::views;

QString folder;
bool ok = true;

void waitFor(const std::function<bool()>& done) {
    QElapsedTimer time;
    time.start();
    while (!done() && time.elapsed() < 20000) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
}

void save(QWidget& window, const QString& name, double scale = 1) {
    for (int i = 0; i < 5; ++i) {
        QCoreApplication::processEvents();
    }
    QImage image((window.size() * scale), QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    window.render(&image);
    ok &= image.save(folder + QLatin1Char('/') + name + QStringLiteral(".png"), "PNG", 0); // smallest file
}

// One window over one snapshot, from its first scene to the picture.
struct Stage {
    explicit Stage(const mesh::SnapshotPtr& snapshot, const ShellOptions& options) {
        clock.setWallTime(sample::moment());
        window = std::make_unique<MainWindow>(mesh, &changes, options, clock);
        window->mapPage().view().setSynchronous(true);
        window->changePage().map().setSynchronous(true);
        window->show();
        if (snapshot) {
            mesh.post(snapshot);
            waitFor([this] { return window->mapPage().view().scene() && !window->mapPage().view().scene()->nodes.empty(); });
            window->mapPage().view().fit();
        }
    }
    ManualClock clock;
    MeshState mesh;
    sample::FakeChangeService changes;
    std::unique_ptr<MainWindow> window;
};

ShellOptions optionsOf(const char* context, ContextKind kind, ThemeKind theme) {
    ShellOptions options;
    options.context = context;
    options.kind = kind;
    options.theme = theme;
    if (kind == ContextKind::Production) {
        options.readOnly = true;
        options.readOnlyReason = "production context is read-only";
    }
    return options;
}

void showMaps() {
    for (const auto& [theme, word] : {std::pair(ThemeKind::Dark, "dark"), std::pair(ThemeKind::Light, "light")}) {
        const QString suffix = QString::fromLatin1(word);
        Stage boutique(sample::boutique(), optionsOf("shop-eu", ContextKind::Production, theme));
        boutique.window->mapPage().view().select(sample::idOf(*sample::boutique(), "orders", "checkout"));
        save(*boutique.window, QStringLiteral("boutique-map-") + suffix);
        if (theme == ThemeKind::Dark) {
            save(*boutique.window, QStringLiteral("boutique-map-dark-2x"), 2);
        }
        Stage bookinfo(sample::bookinfo(), optionsOf("meshdeck-demo", ContextKind::Demo, theme));
        bookinfo.window->mapPage().view().select(sample::idOf(*sample::bookinfo(), "bookinfo", "reviews"));
        save(*bookinfo.window, QStringLiteral("bookinfo-map-") + suffix);
    }
}

// A mesh of thousands: its namespaces, one of them opened, and what is around one service.
void showOverview() {
    const auto snapshot = meshdeck::test::bigMesh({.workloads = 3000, .callsEach = 3, .namespaces = 45, .seed = 5});
    for (const auto& [theme, word] : {std::pair(ThemeKind::Dark, "dark"), std::pair(ThemeKind::Light, "light")}) {
        const QString suffix = QString::fromLatin1(word);
        Stage stage(snapshot, optionsOf("retail-eu", ContextKind::Production, theme));
        MapPage& page = stage.window->mapPage();
        const auto shows = [&](auto act) {
            const ScenePtr before = page.view().scene();
            act();
            waitFor([&] { return page.view().scene() != before; });
        };
        save(*stage.window, QStringLiteral("overview-") + suffix);
        page.view().select("ns|east|team-3");
        save(*stage.window, QStringLiteral("overview-selected-") + suffix);
        page.view().select({});
        page.view().fit();
        shows([&] { Q_EMIT page.view().openRequested(QStringLiteral("ns|east|team-12")); });
        save(*stage.window, QStringLiteral("overview-open-") + suffix);
        const auto inside = std::find_if(page.view().scene()->nodes.begin(), page.view().scene()->nodes.end(),
                                         [](const SceneNode& node) { return !node.group && node.health == mesh::Health::Degraded; });
        if (inside != page.view().scene()->nodes.end()) {
            const std::string id = inside->id;
            shows([&] { page.focusOn(id, 2); });
            page.view().select(id);
            save(*stage.window, QStringLiteral("focus-") + suffix);
        }
    }
}

// Something found, something wrong in the field, something hidden; what is saved.
void showFind() {
    for (const auto& [theme, word] : {std::pair(ThemeKind::Dark, "dark"), std::pair(ThemeKind::Light, "light")}) {
        const QString suffix = QString::fromLatin1(word);
        Stage stage(sample::boutique(), optionsOf("shop-eu", ContextKind::Production, theme));
        MapPage& page = stage.window->mapPage();
        FindField& find = page.tools().findField();
        find.setText(QStringLiteral("rate > 100 and not ns = edge"));
        find.setFocus();
        Q_EMIT find.stepRequested(1);
        save(*stage.window, QStringLiteral("find-") + suffix);
        find.setText(QStringLiteral("plaintext or denied"));
        page.view().select({});
        save(*stage.window, QStringLiteral("find-calls-") + suffix);
        find.setText(QStringLiteral("p95 > fast and ns = shop"));
        page.tools().focusHide();
        const ScenePtr before = page.view().scene();
        page.tools().hideField().setText(QStringLiteral("ns = platform"));
        waitFor([&] { return page.view().scene() != before; });
        find.setFocus();
        save(*stage.window, QStringLiteral("find-wrong-") + suffix);
    }
    Stage stage(sample::boutique(), optionsOf("shop-eu", ContextKind::Production, ThemeKind::Light));
    stage.window->mapPage().showExport(&stage.window->mapPage());
    for (QWidget* panel : QApplication::topLevelWidgets()) {
        if (qobject_cast<ExportPanel*>(panel) != nullptr && panel->isVisible()) {
            save(*panel, QStringLiteral("export-panel-light"));
        }
    }
}

// A call selected, and the same mesh as a table, in high contrast.
void showForms() {
    Stage call(sample::boutique(), optionsOf("shop-eu", ContextKind::Production, ThemeKind::Dark));
    MapView& view = call.window->mapPage().view();
    const std::string v2 = sample::idOf(*sample::boutique(), "orders", "checkout", "v2");
    for (const SceneEdge& edge : view.scene()->edges) {
        if (edge.target == view.scene()->find(v2)) {
            view.selectEdge(edge.id);
        }
    }
    save(*call.window, QStringLiteral("boutique-call-dark"));
    Stage table(sample::boutique(), optionsOf("meshdeck-demo", ContextKind::Demo, ThemeKind::Light));
    table.window->mapPage().view().select(sample::idOf(*sample::boutique(), "orders", "checkout"));
    table.window->mapPage().showTable(true);
    save(*table.window, QStringLiteral("boutique-table-light"));
    ShellOptions strong = optionsOf("meshdeck-demo", ContextKind::Demo, ThemeKind::Dark);
    strong.highContrast = strong.reducedMotion = true;
    Stage contrast(sample::boutique(), strong);
    contrast.window->mapPage().view().select(sample::idOf(*sample::boutique(), "orders", "checkout"));
    save(*contrast.window, QStringLiteral("boutique-contrast-dark"));
}

void showWeights(const mesh::SnapshotPtr& snapshot, const char* ns, const char* service, ShellOptions options, const QString& name) {
    Stage stage(snapshot, options);
    const auto routes = stage.changes.routes(*snapshot, ns, service);
    stage.window->editWeights(routes.front());
    ChangePage& page = stage.window->changePage();
    page.editor().move(1, 30);
    stage.changes.report.allowed = true;
    stage.changes.report.ok = true;
    stage.changes.report.at = sample::moment();
    if (options.kind == ContextKind::Demo) { // one picture shows what an object's owner means for Apply
        stage.changes.report.owners = {{"Argo CD application bookinfo",
                                        "the edit is shown as out of sync and taken back at the next sync, at once with self-heal; "
                                        "change it in Git",
                                        false, true}};
    }
    Q_EMIT page.guard().dryRunRequested();
    waitFor([&] { return page.map().scene() && page.map().scene()->edges.size() > 2; });
    for (int i = 0; i < 50; ++i) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    page.map().fit();
    save(*stage.window, name);
}

// A request traced, with two saved ones; the config with its findings; what is in effect.
void showRoutes(ThemeKind theme, const QString& suffix) {
    Stage stage(sample::bookinfoRoutes(), optionsOf("books-eu", ContextKind::Staging, theme));
    RoutesPage& page = stage.window->routesPage();
    stage.window->showRoutes();
    RequestDraft beta{"bookinfo/productpage-v1", "GET", "http://reviews:9080/", {{"x-user-group", "beta"}, {"user-agent", "curl/8.5.0"}}, {}};
    RequestDraft plain{"bookinfo/productpage-v1", "GET", "http://reviews:9080/", {}, {}};
    RequestDraft post{"bookinfo/productpage-v1", "POST", "http://reviews:9080/", {}, {}};
    for (const RequestDraft& draft : {post, plain, beta}) {
        const config::Json wanted = requestJson(draft);
        page.request().ask(draft);
        waitFor([&] { return page.request().answer() && page.request().answer()->query.request == wanted; });
        const policy::Expectation saved{requestName(draft), wanted, expectationOf(page.request().answer()->result)};
        (void)page.request().savedFile().keep(saved);
    }
    page.request().refreshSaved();
    waitFor([&] { return page.request().saved().run(2) != nullptr; });
    page.request().path().setFocus();
    page.setFocus();
    save(*stage.window, QStringLiteral("bookinfo-routes-") + suffix);
    if (theme == ThemeKind::Dark) {
        save(*stage.window, QStringLiteral("bookinfo-routes-dark-2x"), 2);
    }
    RequestDraft denied = post;
    page.request().ask(denied);
    waitFor([&] { return page.request().answer()->query.request == requestJson(denied); });
    save(*stage.window, QStringLiteral("bookinfo-routes-denied-") + suffix);
    page.openObject({"networking.istio.io", "VirtualService", "bookinfo", "ratings"}, "/spec/http/0/route/0/destination/subset");
    save(*stage.window, QStringLiteral("bookinfo-config-") + suffix);
    page.openEffective({"bookinfo/productpage-v1", "reviews.bookinfo.svc.cluster.local", 9080, "v3", false});
    for (int i = 0; i < 40; ++i) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    save(*stage.window, QStringLiteral("bookinfo-effective-") + suffix);
}

} // namespace

int main(int argc, char** argv) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    QApplication application(argc, argv);
    folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral(".");
    showMaps();
    showForms();
    showOverview();
    showFind();
    ShellOptions unlocked = optionsOf("shop-eu", ContextKind::Production, ThemeKind::Dark);
    unlocked.readOnly = false;
    unlocked.readOnlyReason.clear();
    showWeights(sample::boutique(), "orders", "checkout", unlocked, QStringLiteral("boutique-weights-dark"));
    showWeights(sample::bookinfo(), "bookinfo", "reviews", optionsOf("meshdeck-demo", ContextKind::Demo, ThemeKind::Light),
                QStringLiteral("bookinfo-weights-light"));
    showRoutes(ThemeKind::Dark, QStringLiteral("dark"));
    showRoutes(ThemeKind::Light, QStringLiteral("light"));
    Stage degraded(sample::boutiqueWithoutPrometheus(), optionsOf("shop-eu", ContextKind::Production, ThemeKind::Dark));
    degraded.window->mapPage().view().select(sample::idOf(*sample::boutique(), "orders", "checkout"));
    save(*degraded.window, QStringLiteral("degraded-dark"));
    ShellOptions nothing;
    nothing.lookedFor = {{"--kubeconfig", "not given"}, {"$KUBECONFIG", "not set"}, {"~/.kube/config", "no such file"}};
    Stage start(nullptr, nothing);
    save(*start.window, QStringLiteral("start-dark"));
    for (const auto& [snapshot, name] : {std::pair(sample::boutique(), "boutique"), std::pair(sample::bookinfo(), "bookinfo")}) {
        const auto image = renderMapPng(*snapshot, {.theme = ThemeKind::Light, .scale = 1.5});
        ok &= image && image->save(folder + QStringLiteral("/picture-%1.png").arg(QString::fromLatin1(name)));
    }
    return ok ? 0 : 1;
}
