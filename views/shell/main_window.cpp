#include "shell/main_window.h"

#include <iterator>

#include <QActionGroup>
#include <QDockWidget>
#include <QKeyEvent>
#include <QMenu>
#include <QShortcut>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include "base/text.h"
#include "changes/change_page.h"
#include "common/safe_label.h"
#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/match_panel.h"
#include "routes/routes_page.h"
#include "shell/command_palette.h"
#include "shell/context_bar.h"
#include "shell/help_page.h"
#include "shell/inspector.h"
#include "shell/rail.h"
#include "shell/source_status.h"
#include "shell/start_page.h"

namespace meshdeck::views {

MainWindow::MainWindow(MeshState& mesh, ChangeService* changes, ShellOptions options, const Clock& clock)
    : m_mesh(mesh)
    , m_options(std::move(options))
    , m_clock(clock)
    , m_worker("scene")
    , m_policy("policy")
    , m_bar(new ContextBar(m_options, this))
    , m_rail(new Rail(this))
    , m_pages(new QStackedWidget(this))
    , m_map(new MapPage(mesh, m_worker, clock, this))
    , m_changes(new ChangePage(mesh, changes, m_worker, clock, m_options, this))
    , m_routes(new RoutesPage(mesh, m_policy, m_options.context, m_options.savedRequests, this))
    , m_help(new HelpPage(this))
    , m_palette(new CommandPalette(this)) {
    setWindowTitle(m_options.context.empty() ? QStringLiteral("Meshdeck")
                                             : safeText(m_options.context) + QStringLiteral(" – Meshdeck"));
    resize(1600, 1000);
    makeCentre();
    makeInspector(changes);
    makeStatusBar();
    addShortcuts();
    connect(&m_mesh, &MeshState::snapshotChanged, this, &MainWindow::showSnapshot);
    connect(m_map, &MapPage::nodeSelected, m_inspector, [this](const QString& node) { m_inspector->show(node.toStdString()); });
    connect(m_map, &MapPage::edgeSelected, m_inspector, &Inspector::showEdge);
    connect(m_inspector, &Inspector::nodeChosen, m_map, &MapPage::selectNode);
    connect(m_inspector, &Inspector::edgeChosen, m_map, &MapPage::selectEdge);
    connect(m_map, &MapPage::refreshRequested, this, &MainWindow::refreshRequested);
    connect(m_map, &MapPage::graphChosen, this, &MainWindow::graphChosen);
    connect(m_map, &MapPage::weightsWanted, m_inspector, &Inspector::editWeights);
    connect(m_map, &MapPage::namespacesInView, this, &MainWindow::namespacesInView);
    connect(m_map, &MapPage::zoomChanged, m_zoom, [this](double zoom) { m_zoom->setText(QStringLiteral("%1 %").arg(qRound(zoom * 100))); });
    connect(m_changes, &ChangePage::pendingChanged, m_bar, &ContextBar::setPending);
    connectRoutes();
    connect(m_bar, &ContextBar::pendingClicked, this, &MainWindow::showChanges);
    connect(m_bar, &ContextBar::paletteRequested, this, &MainWindow::openPalette);
    m_settings = makeSettings();
    setReadOnly(m_options.readOnly, m_options.readOnlyReason);
    setReducedMotion(m_options.reducedMotion);
    setTheme(m_options.theme);
    showPage(MapId);
    showSnapshot();
}

MainWindow::~MainWindow() {
    // The pages go before the worker they post to.
    delete m_map;
    delete m_changes;
    delete m_routes;
}

void MainWindow::connectRoutes() {
    connect(m_inspector, &Inspector::requestTried, this, [this](const RequestDraft& request) {
        showRoutes();
        m_routes->openRequest(request);
    });
    connect(m_changes, &ChangePage::pendingChanged, m_routes, [this] { m_routes->setPending(m_changes->pendingObjects()); });
    connect(m_routes, &RoutesPage::showOnMap, this, [this](const OnMap& where, const QString& what) {
        showMap();
        m_map->showPath(where.nodes, where.edges, what);
    });
}

void MainWindow::makeCentre() {
    setMenuWidget(m_bar);
    auto* centre = new QWidget(this);
    auto* row = new QHBoxLayout(centre);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addWidget(m_pages, 1);
    m_pages->addWidget(m_map);
    m_pages->addWidget(m_routes);
    m_pages->addWidget(m_changes);
    m_pages->addWidget(m_help);
    if (m_options.context.empty()) {
        m_start = new StartPage(m_options, this);
        m_pages->addWidget(m_start);
        connect(m_start, &StartPage::demoRequested, this, &MainWindow::demoRequested);
        connect(m_start, &StartPage::kubeconfigChosen, this, &MainWindow::kubeconfigChosen);
    }
    setCentralWidget(centre);
    m_rail->addPage(MapId, QStringLiteral("map"), QStringLiteral("Map"));
    m_rail->addPage(RoutesId, QStringLiteral("routes"), QStringLiteral("Routes"));
    m_rail->addPage(ChangesId, QStringLiteral("changes"), QStringLiteral("Changes"));
    m_rail->addTool(SettingsId, QStringLiteral("settings"), QStringLiteral("Settings"));
    m_rail->addTool(HelpId, QStringLiteral("help"), QStringLiteral("Help"));
    connect(m_rail, &Rail::chosen, this, &MainWindow::choose);
}

void MainWindow::makeInspector(ChangeService* changes) {
    m_dock = new QDockWidget(this);
    m_dock->setObjectName(QStringLiteral("inspector"));
    m_dock->setTitleBarWidget(new QWidget(m_dock)); // the panel has its own head
    m_dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
    m_inspector = new Inspector(m_mesh, changes, m_clock, m_dock);
    auto* panel = new QWidget(m_dock);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_matches = new MatchPanel(panel);
    m_matches->setVisible(false);
    column->addWidget(m_matches, 1);
    column->addWidget(m_inspector, 2);
    m_dock->setWidget(panel);
    connectMatches();
    addDockWidget(Qt::RightDockWidgetArea, m_dock);
    connect(m_inspector, &Inspector::editRequested, this, &MainWindow::editWeights);
    connect(m_inspector, &Inspector::unlockRequested, this, &MainWindow::unlockRequested);
}

// The list and the map choose together; what is chosen is told by the inspector below.
void MainWindow::connectMatches() {
    connect(m_map, &MapPage::found, this, [this](const std::shared_ptr<const mesh::Graph>& graph, const traffic::FindMatches& matches) {
        m_matches->setVisible(graph != nullptr);
        if (graph != nullptr) {
            m_matches->setMatches(graph, matches);
        }
    });
    connect(m_map, &MapPage::findStepped, m_matches, &MatchPanel::step);
    connect(m_matches, &MatchPanel::nodeChosen, m_map, &MapPage::selectNode);
    connect(m_matches, &MatchPanel::edgeChosen, m_map, &MapPage::selectEdge);
    connect(m_map, &MapPage::nodeSelected, m_matches, [this](const QString& node) {
        const ScenePtr& scene = m_map->view().scene();
        const int card = scene ? scene->find(node.toStdString()) : -1;
        m_matches->showChosen(card >= 0 ? scene->nodes[static_cast<std::size_t>(card)].members : std::vector<std::string>());
    });
    connect(m_map, &MapPage::edgeSelected, m_matches, &MatchPanel::showChosen);
    connect(m_map, &MapPage::filtersChanged, this, &MainWindow::filtersChanged);
    m_map->setFilters(m_options.filters);
}

void MainWindow::makeStatusBar() {
    auto* status = new QStatusBar(this);
    status->setSizeGripEnabled(false);
    status->setFixedHeight(26);
    status->setContentsMargins(0, 0, 10, 0);
    m_sources = new SourceStatus(status);
    m_note = new SafeLabel({}, TextRole::Tertiary, status);
    m_note->setFontSize(11);
    m_zoom = new SafeLabel({}, TextRole::Tertiary, status);
    m_zoom->setFontSize(11);
    m_zoom->setMinimumWidth(44);
    m_zoom->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    status->addWidget(m_sources);
    status->addPermanentWidget(m_note);
    status->addPermanentWidget(m_zoom);
    setStatusBar(status);
}

void MainWindow::addShortcuts() {
    const auto add = [this](const QKeySequence& keys, auto action) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, action);
    };
    add(Qt::CTRL | Qt::Key_K, [this] { openPalette(); });
    add(Qt::CTRL | Qt::Key_R, [this] { Q_EMIT refreshRequested(); });
    add(QKeySequence::Undo, [this] {
        showChanges();
        m_changes->undoLast();
    });
    add(Qt::CTRL | Qt::Key_1, [this] { showMap(); });
    add(Qt::CTRL | Qt::Key_2, [this] { showRoutes(); });
    add(Qt::CTRL | Qt::Key_3, [this] { showChanges(); });
    add(Qt::Key_F1, [this] { showHelp(QStringLiteral("index.md")); });
}

// Keys that a text field would want for itself reach the window only when none has the focus.
void MainWindow::keyPressEvent(QKeyEvent* event) {
    const QString text = event->text();
    if (text == QLatin1String("/")) {
        showMap();
        m_map->focusFind();
    } else if (text == QLatin1String("?")) {
        showHelp(QStringLiteral("keyboard.md"));
    } else if (event->key() == Qt::Key_F && event->modifiers() == Qt::NoModifier) {
        showMap();
        m_map->view().fit();
    } else if (event->key() == Qt::Key_T && event->modifiers() == Qt::NoModifier) {
        showMap();
        m_map->showTable(!m_map->tableShown());
    } else if (event->key() == Qt::Key_W && event->modifiers() == Qt::NoModifier) {
        if (m_pages->currentWidget() == m_map) {
            m_inspector->editWeights();
        }
    } else if (event->key() == Qt::Key_Escape) {
        showMap();
        m_map->showTable(false);
        m_map->view().setFocus();
    } else {
        QMainWindow::keyPressEvent(event);
    }
}

void MainWindow::choose(int page) {
    if (page == SettingsId) {
        openSettings();
        return;
    }
    if (page == HelpId) {
        showHelp(QStringLiteral("index.md"));
        return;
    }
    showPage(static_cast<Page>(page));
}

void MainWindow::showPage(Page page) {
    QWidget* widget = page == ChangesId ? static_cast<QWidget*>(m_changes)
                      : page == RoutesId ? static_cast<QWidget*>(m_routes)
                      : page == HelpId ? static_cast<QWidget*>(m_help)
                      : m_start != nullptr ? static_cast<QWidget*>(m_start)
                                           : static_cast<QWidget*>(m_map);
    m_pages->setCurrentWidget(widget);
    m_dock->setVisible(widget == m_map);
    m_rail->setCurrent(page);
    if (widget == m_map) {
        m_map->view().setFocus();
    }
}

void MainWindow::showMap() {
    showPage(MapId);
}

void MainWindow::showChanges() {
    showPage(ChangesId);
}

void MainWindow::showRoutes() {
    showPage(RoutesId);
    m_routes->focusFirst();
}

void MainWindow::showHelp(const QString& page) {
    m_help->open(page);
    showPage(HelpId);
}

void MainWindow::editWeights(const config::WeightedRoute& route) {
    m_changes->edit(route);
    showChanges();
}

void MainWindow::setTheme(ThemeKind kind) {
    m_options.theme = kind;
    const Theme& colours = theme(kind, m_options.highContrast);
    applyTheme(colours);
    m_bar->setTheme(colours);
    m_rail->setTheme(colours);
    m_map->setTheme(colours);
    m_changes->setTheme(colours);
    m_routes->setTheme(colours);
    m_inspector->setTheme(colours);
    m_matches->setTheme(colours);
    m_sources->setTheme(colours);
    if (m_start != nullptr) {
        m_start->setTheme(colours);
    }
    (kind == ThemeKind::Dark ? m_darkTheme : m_lightTheme)->setChecked(true);
    m_contrast->setChecked(m_options.highContrast);
    Q_EMIT appearanceChanged(kind, m_options.highContrast, m_options.reducedMotion);
}

void MainWindow::setHighContrast(bool on) {
    m_options.highContrast = on;
    setTheme(m_options.theme);
}

void MainWindow::setReducedMotion(bool on) {
    m_options.reducedMotion = on;
    m_motion->setChecked(on);
    m_map->setReducedMotion(on);
    m_changes->map().setReducedMotion(on);
    Q_EMIT appearanceChanged(m_options.theme, m_options.highContrast, on);
}

QMenu* MainWindow::makeSettings() {
    auto* menu = new QMenu(this);
    auto* themes = new QActionGroup(menu);
    const auto add = [&](const QString& text, QActionGroup* group) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        if (group != nullptr) {
            group->addAction(action);
        }
        return action;
    };
    m_darkTheme = add(QStringLiteral("Dark"), themes);
    m_lightTheme = add(QStringLiteral("Light"), themes);
    menu->addSeparator();
    m_contrast = add(QStringLiteral("High contrast"), nullptr);
    m_motion = add(QStringLiteral("Reduce motion"), nullptr);
    connect(m_darkTheme, &QAction::triggered, this, [this] { setTheme(ThemeKind::Dark); });
    connect(m_lightTheme, &QAction::triggered, this, [this] { setTheme(ThemeKind::Light); });
    connect(m_contrast, &QAction::triggered, this, &MainWindow::setHighContrast);
    connect(m_motion, &QAction::triggered, this, &MainWindow::setReducedMotion);
    return menu;
}

void MainWindow::openSettings() {
    const QSize size = m_settings->sizeHint();
    m_settings->popup(m_rail->mapToGlobal(QPoint(m_rail->width(), m_rail->height() - size.height() - 8)));
}

void MainWindow::setReadOnly(bool readOnly, const std::string& reason) {
    m_options.readOnly = readOnly;
    m_options.readOnlyReason = reason;
    const QString words = !readOnly         ? QString()
                          : reason.empty() ? QStringLiteral("this context is read-only")
                                           : safeText(reason);
    m_bar->setReadOnly(readOnly);
    m_inspector->setReadOnly(words, m_options.mayUnlock);
    m_changes->setReadOnly(words);
}

void MainWindow::showSnapshot() {
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    m_bar->setSnapshot(snapshot);
    m_sources->setSnapshot(snapshot, m_clock.wallTime());
    m_note->setText(snapshot.graph ? QStringLiteral("edges: reporter %1, rate over %2")
                                         .arg(QString::fromStdString(snapshot.graph->reporter),
                                              QString::fromStdString(text::age(snapshot.graph->window)))
                                   : QString());
}

void MainWindow::openPalette() {
    std::vector<PaletteEntry> entries{
        {QStringLiteral("Map"), QStringLiteral("Ctrl+1"), [this] { showMap(); }},
        {QStringLiteral("Routes"), QStringLiteral("Ctrl+2"), [this] { showRoutes(); }},
        {QStringLiteral("Config and findings"), QStringLiteral("page"),
         [this] {
             showRoutes();
             m_routes->showTab(RoutesPage::ConfigId);
             m_routes->focusFirst();
         }},
        {QStringLiteral("What is in effect"), QStringLiteral("page"),
         [this] {
             showRoutes();
             m_routes->showTab(RoutesPage::EffectiveId);
             m_routes->focusFirst();
         }},
        {QStringLiteral("Trace a request"), QStringLiteral("page"),
         [this] {
             showRoutes();
             m_routes->showTab(RoutesPage::RequestId);
             m_routes->focusFirst();
         }},
        {QStringLiteral("Changes"), QStringLiteral("Ctrl+3"), [this] { showChanges(); }},
        {QStringLiteral("Fit the map"), QStringLiteral("F"), [this] { m_map->view().fit(); }},
        {QStringLiteral("Refresh"), QStringLiteral("Ctrl+R"), [this] { Q_EMIT refreshRequested(); }},
        {QStringLiteral("Hide by an expression"), QStringLiteral("Ctrl+H"),
         [this] {
             showMap();
             m_map->focusHide();
         }},
        {QStringLiteral("Export the map"), QStringLiteral("Ctrl+E"),
         [this] {
             showMap();
             m_map->showExport(m_map);
         }},
        {QStringLiteral("Map as tables"), QStringLiteral("T"),
         [this] {
             showMap();
             m_map->showTable(!m_map->tableShown());
         }},
        {QStringLiteral("Whole mesh"), QStringLiteral("0"), [this] { showMap(); m_map->lens().home(); }},
        {QStringLiteral("Back to the picture before"), QStringLiteral("Backspace"), [this] { showMap(); m_map->goBack(); }},
        {QStringLiteral("Switch theme"), {}, [this] { setTheme(m_options.theme == ThemeKind::Dark ? ThemeKind::Light : ThemeKind::Dark); }},
        {QStringLiteral("High contrast"), {}, [this] { setHighContrast(!m_options.highContrast); }},
        {QStringLiteral("Reduce motion"), {}, [this] { setReducedMotion(!m_options.reducedMotion); }},
        {QStringLiteral("Keyboard"), QStringLiteral("?"), [this] { showHelp(QStringLiteral("keyboard.md")); }},
    };
    const std::string from = m_map->view().selected();
    std::vector<PaletteEntry> ways;
    for (MapPage::Place& place : m_map->places()) {
        if (!from.empty() && from != place.node) {
            ways.push_back({QStringLiteral("Ways to ") + place.name, place.hint, [this, from, id = place.node] {
                                showMap();
                                m_map->showWays(from, id);
                            }});
        }
        entries.push_back({place.name, place.hint, [this, id = QString::fromStdString(place.node)] {
                               showMap();
                               m_map->selectNode(id);
                           }});
    }
    std::move(ways.begin(), ways.end(), std::back_inserter(entries)); // a name alone means the place
    m_palette->open(std::move(entries));
}

} // namespace meshdeck::views
