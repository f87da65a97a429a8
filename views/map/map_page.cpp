#include "map/map_page.h"

#include <algorithm>
#include <utility>

#include <QEvent>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/attention_list.h"
#include "map/cards.h"
#include "map/in_view.h"
#include "map/legend_strip.h"
#include "map/map_lens.h"
#include "map/map_view.h"
#include "map/scene_feed.h"
#include "map/scope_bar.h"
#include "map/source_banner.h"
#include "map/tool_row.h"
#include "tables/graph_tables.h"

namespace meshdeck::views {

MapPage::MapPage(MeshState& mesh, Executor& worker, const Clock& clock, QWidget* parent)
    : QWidget(parent)
    , m_mesh(mesh)
    , m_clock(clock)
    , m_theme(&theme(ThemeKind::Dark))
    , m_feed(new SceneFeed(worker, this))
    , m_lens(new MapLens(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_tools = new ToolRow(this);
    layout->addWidget(m_tools);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    m_banner = new SourceBanner(this);
    layout->addWidget(m_banner);
    m_view = new MapView(this);
    m_tables = new GraphTables(this);
    m_forms = new QStackedWidget(this);
    m_forms->addWidget(m_view);
    m_forms->addWidget(m_tables);
    layout->addWidget(m_forms, 1);
    m_attention = new AttentionList(m_view);
    m_scope = new ScopeBar(m_view);
    m_empty = new SafeLabel({}, TextRole::Secondary, m_view);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_legend = new LegendStrip(this);
    layout->addWidget(m_legend);
    m_view->installEventFilter(this);
    connectTools();
    connectFind();
    connectLens();

    connect(m_feed, &SceneFeed::ready, this, &MapPage::showScene);
    connect(m_banner, &SourceBanner::retryRequested, this, &MapPage::refreshRequested);
    connect(m_view, &MapView::selectionChanged, this, &MapPage::nodeSelected);
    connect(m_view, &MapView::activated, this, &MapPage::nodeActivated);
    connect(m_view, &MapView::zoomChanged, this, &MapPage::zoomChanged);
    connect(m_view, &MapView::escaped, this, &MapPage::endPath);
    connect(new InView(*m_view), &InView::changed, this, &MapPage::namespacesInView);
    connect(m_view, &MapView::edgeSelectionChanged, this, [this](const QString& edge) {
        const int index = m_view->scene() ? m_view->scene()->findEdge(edge.toStdString()) : -1;
        Q_EMIT edgeSelected(index >= 0 ? m_view->scene()->edges[static_cast<std::size_t>(index)].members : std::vector<std::string>());
    });
    connect(m_tables, &GraphTables::nodeChosen, this, &MapPage::selectNode);
    connect(m_tables, &GraphTables::edgeChosen, this, &MapPage::selectEdge);
    connect(m_attention, &AttentionList::nodeChosen, this, [this](const QString& node) {
        selectNode(node);
        m_view->setFocus();
    });
    connect(&m_mesh, &MeshState::snapshotChanged, this, &MapPage::requestScene);
    requestScene();
}

void MapPage::connectTools() {
    connect(m_tools, &ToolRow::graphChosen, this, &MapPage::chooseGraph);
    connect(m_tools, &ToolRow::tableToggled, this, &MapPage::showTable);
    connect(m_tools, &ToolRow::dotsToggled, this, [this](bool on) { m_view->setDotsPerSecond(on ? 30 : 0); });
    connect(m_tools, &ToolRow::fitRequested, this, [this] { m_view->fit(); });
    connect(m_tools, &ToolRow::exportRequested, this, &MapPage::showExport);
}

// Another graph is another picture: it is placed and fitted as the first one was.
void MapPage::chooseGraph(mesh::GraphType type, bool idleNodes) {
    m_feed->forget();
    m_view->fit();
    Q_EMIT graphChosen(type, idleNodes);
}

void MapPage::showTable(bool table) {
    m_tools->setTableShown(table);
    m_forms->setCurrentIndex(table ? 1 : 0);
    m_legend->setVisible(!table);
    if (table) {
        fillTables();
    }
    m_forms->currentWidget()->setFocus();
}

bool MapPage::tableShown() const {
    return m_forms->currentIndex() == 1;
}

// What the tables tell is the snapshot's own graph: what is only held for a while is no fact.
void MapPage::fillTables() {
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    m_tables->setGraph(*graphToShow(snapshot), telemetryState(snapshot, m_clock.wallTime()));
    find();
    if (m_view->selectedEdge().empty()) {
        m_tables->showNode(m_view->selected());
    } else {
        m_tables->showEdge(m_view->selectedEdge());
    }
}

void MapPage::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_tables->setTheme(theme);
    m_view->setTheme(theme);
    m_attention->setTheme(theme);
    m_banner->setTheme(theme);
    m_legend->setTheme(theme);
    m_tools->setTheme(theme);
    placeOverlays();
}

// What lies in a closed group is drawn first, and selected then.
void MapPage::selectNode(const QString& node) {
    const std::string id = node.toStdString();
    const ScenePtr& scene = m_view->scene();
    const int index = scene ? scene->find(id) : -1;
    if (index >= 0 && scene->graph && scene->nodes[static_cast<std::size_t>(index)].group && scene->graph->node(id) != nullptr) {
        m_pending = node;
        m_lens->reveal(*scene->graph->node(id));
        return;
    }
    m_view->select(id);
    m_view->centreOn(index);
}

void MapPage::selectEdge(const QString& edge) {
    m_view->selectEdge(edge.toStdString());
    const int index = m_view->scene() ? m_view->scene()->findEdge(edge.toStdString()) : -1;
    if (index >= 0) {
        m_view->centreOn(m_view->scene()->edges[static_cast<std::size_t>(index)].target);
    } else if (!edge.isEmpty()) { // within one card: there is no line to select, but there is something to tell
        m_view->select({});
        Q_EMIT edgeSelected({edge.toStdString()});
    }
}

void MapPage::setReducedMotion(bool reduced) {
    m_view->setReducedMotion(reduced);
    m_tools->setReducedMotion(reduced);
}

void MapPage::requestScene() {
    if (isHidden() && m_view->scene()) {
        return; // drawn when it is looked at
    }
    const mesh::SnapshotPtr snapshot = m_mesh.snapshot();
    const Drawn wanted{snapshot->graph, snapshot->graph ? nullptr : snapshot->inventory,
                       telemetryState(*snapshot, m_clock.wallTime()).since, lensWithFilters(), m_labels, m_lens->pinned()};
    if (m_view->scene() && wanted == m_drawn) {
        showSources(*m_view->scene()); // proxies, ages: nothing that is drawn
        return;
    }
    m_drawn = wanted;
    SceneOptions options;
    options.now = m_clock.wallTime();
    options.lens = m_drawn.lens;
    options.labels = m_labels;
    options.pinned = m_lens->pinned();
    options.mayMove = m_view->untouched() && !m_lensMoved;
    if (height() > 0) {
        options.aspect = static_cast<double>(width()) / height();
    }
    m_feed->request(snapshot, options);
}

void MapPage::showScene(const ScenePtr& scene) {
    m_attention->setScene(*scene);
    placeOverlays();
    m_legend->setScene(scene); // before the view, which sees to it that a worker has the old scene's last use
    keepInPlace(scene);
    m_tools->setGraph(scene->graph);
    showSources(*scene);
    m_empty->setVisible(scene->nodes.empty());
    if (tableShown()) {
        fillTables();
    } else {
        find();
    }
    showScope();
    if (!m_pending.isEmpty()) {
        selectNode(std::exchange(m_pending, QString()));
    }
    Q_EMIT sceneShown();
}

void MapPage::showSources(const Scene& scene) {
    const auto& sources = m_mesh.snapshot()->sources;
    const bool anyLive = std::any_of(sources.begin(), sources.end(),
                                     [](const auto& source) { return source.state == mesh::SourceState::Live; });
    const QString consequence = scene.stale.isEmpty() ? QString()
                                : anyLive ? QStringLiteral("Rates, errors and durations are %1; all else is live").arg(scene.stale)
                                          : QStringLiteral("No source answers; what is shown is %1").arg(scene.stale);
    m_banner->setSources(sources, consequence);
    m_empty->setText(scene.nodes.empty() ? emptyReason() : QString());
}

QString MapPage::emptyReason() const {
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    const mesh::SourceHealth* kubernetes = snapshot.source("kubernetes");
    if (snapshot.sources.empty() || (kubernetes != nullptr && kubernetes->state == mesh::SourceState::Connecting)) {
        return QStringLiteral("Connecting…\n\nThe map appears with the first answer.");
    }
    if (kubernetes != nullptr && kubernetes->state != mesh::SourceState::Live && !kubernetes->detail.empty()) {
        return safeText(kubernetes->detail) + QStringLiteral("\n\n") + safeText(kubernetes->hint);
    }
    return QStringLiteral("No services and no traffic to show.\n\nLooked at the services of all readable namespaces and at "
                          "istio_requests_total of the last minute. A workload appears when it has a sidecar and is called.");
}

void MapPage::placeOverlays() {
    m_attention->adjustSize();
    const QSize size = m_attention->size();
    m_attention->move(m_view->width() - size.width() - 12, 12);
    m_view->setKeepFree(m_attention->isHidden() ? QSize() : size + QSize(22, 22));
    m_scope->adjustSize();
    m_scope->move(12, m_view->height() - m_scope->height() - 12);
    m_empty->setGeometry(m_view->width() / 2 - 240, m_view->height() / 2 - 60, 480, 120);
}

void MapPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeOverlays();
}

void MapPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    requestScene();
}

bool MapPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_view && event->type() == QEvent::Resize) {
        placeOverlays();
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace meshdeck::views
