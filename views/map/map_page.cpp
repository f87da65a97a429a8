#include "map/map_page.h"

#include <algorithm>

#include <QActionGroup>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/attention_list.h"
#include "map/cards.h"
#include "map/find.h"
#include "map/in_view.h"
#include "map/legend_strip.h"
#include "map/map_view.h"
#include "map/render_png.h"
#include "map/scene_feed.h"
#include "map/source_banner.h"
#include "tables/graph_tables.h"

namespace meshdeck::views {

MapPage::MapPage(MeshState& mesh, Executor& worker, const Clock& clock, QWidget* parent)
    : QWidget(parent)
    , m_mesh(mesh)
    , m_clock(clock)
    , m_theme(&theme(ThemeKind::Dark))
    , m_feed(new SceneFeed(worker, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeToolRow());
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
    m_empty = new SafeLabel({}, TextRole::Secondary, m_view);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_legend = new LegendStrip(this);
    layout->addWidget(m_legend);
    m_view->installEventFilter(this);

    connect(m_feed, &SceneFeed::ready, this, &MapPage::showScene);
    connect(m_banner, &SourceBanner::retryRequested, this, &MapPage::refreshRequested);
    connect(m_view, &MapView::selectionChanged, this, &MapPage::nodeSelected);
    connect(m_view, &MapView::activated, this, &MapPage::nodeActivated);
    connect(m_view, &MapView::zoomChanged, this, &MapPage::zoomChanged);
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

QWidget* MapPage::makeToolRow() {
    auto* row = new QWidget(this);
    row->setProperty("role", "panel");
    row->setFixedHeight(40);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 0, 12, 0);
    layout->setSpacing(8);
    m_find = new QLineEdit(row);
    m_find->setFixedWidth(270);
    m_find->setClearButtonEnabled(true);
    m_find->setPlaceholderText(QStringLiteral("Find:  name, err > 1, !mtls, failing    /"));
    m_find->setAccessibleName(QStringLiteral("Find on the map"));
    m_find->installEventFilter(this);
    connect(m_find, &QLineEdit::textChanged, this, &MapPage::find);
    m_found = new SafeLabel({}, TextRole::Tertiary, row);
    m_found->setFontSize(11);
    layout->addWidget(m_find);
    layout->addWidget(m_found);
    const auto addChip = [&](const QString& text, const QString& tip) {
        auto* chip = new QToolButton(row);
        chip->setText(text);
        chip->setProperty("role", "chip");
        setPlainToolTip(chip, tip);
        layout->addWidget(chip);
        return chip;
    };
    m_hideIdle = addChip(QStringLiteral("Hide: idle"), QStringLiteral("Leave out what neither calls nor is called"));
    m_hideIdle->setCheckable(true);
    m_hideIdle->setChecked(true);
    connect(m_hideIdle, &QToolButton::toggled, this, [this](bool hide) { chooseGraph(m_type, !hide); });
    layout->addWidget(makeTypeChip(row));
    layout->addStretch(1);
    m_table = addChip(QStringLiteral("Table"), QStringLiteral("Nodes and calls as sortable tables (T)"));
    m_table->setCheckable(true);
    connect(m_table, &QToolButton::toggled, this, &MapPage::showTable);
    m_dots = addChip(QStringLiteral("Moving dots"), QStringLiteral("Dots move as fast as calls are answered"));
    m_dots->setCheckable(true);
    m_dots->setChecked(true);
    connect(m_dots, &QToolButton::toggled, this, [this](bool on) { m_view->setDotsPerSecond(on ? 30 : 0); });
    connect(addChip(QStringLiteral("Fit"), QStringLiteral("Show the whole mesh (F)")), &QToolButton::clicked, this,
            [this] { m_view->fit(); });
    connect(addChip(QStringLiteral("Export…"), QStringLiteral("Save the map as a picture")), &QToolButton::clicked, this,
            &MapPage::saveImage);
    return row;
}

QToolButton* MapPage::makeTypeChip(QWidget* row) {
    static constexpr std::pair<mesh::GraphType, const char*> kTypes[] = {{mesh::GraphType::VersionedApp, "versioned app"},
                                                                         {mesh::GraphType::App, "app"},
                                                                         {mesh::GraphType::Workload, "workload"},
                                                                         {mesh::GraphType::Service, "service"}};
    auto* chip = new QToolButton(row);
    chip->setProperty("role", "chip");
    chip->setPopupMode(QToolButton::InstantPopup);
    setPlainToolTip(chip, QStringLiteral("What stands for one card"));
    auto* menu = new QMenu(chip);
    auto* group = new QActionGroup(menu);
    for (const auto& [type, word] : kTypes) {
        const QString label = QStringLiteral("Graph: ") + QLatin1String(word);
        QAction* action = menu->addAction(QString::fromLatin1(word));
        action->setCheckable(true);
        action->setChecked(type == m_type);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chip, label, type = type] {
            chip->setText(label);
            chooseGraph(type, !m_hideIdle->isChecked());
        });
    }
    chip->setText(QStringLiteral("Graph: ") + QLatin1String(kTypes[0].second));
    chip->setMenu(menu);
    return chip;
}

// Another graph is another picture: it is placed and fitted as the first one was.
void MapPage::chooseGraph(mesh::GraphType type, bool idleNodes) {
    m_type = type;
    m_grace.forget();
    m_view->fit();
    Q_EMIT graphChosen(type, idleNodes);
}

void MapPage::showTable(bool table) {
    m_table->setChecked(table);
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
    m_tables->setGraph(graphToShow(snapshot), telemetryState(snapshot, m_clock.wallTime()));
    find(m_find->text());
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
    placeOverlays();
}

void MapPage::focusFind() {
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void MapPage::selectNode(const QString& node) {
    m_view->select(node.toStdString());
    m_view->centreOn(m_view->scene() ? m_view->scene()->find(node.toStdString()) : -1);
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
    m_dots->setEnabled(!reduced);
}

void MapPage::requestScene() {
    if (isHidden() && m_view->scene()) {
        return; // drawn when it is looked at
    }
    const mesh::SnapshotPtr snapshot = m_mesh.snapshot();
    const Drawn wanted{snapshot->graph, snapshot->graph ? nullptr : snapshot->inventory,
                       telemetryState(*snapshot, m_clock.wallTime()).since};
    if (m_view->scene() && wanted == m_drawn) {
        showSources(*m_view->scene()); // proxies, ages: nothing that is drawn
        return;
    }
    m_drawn = wanted;
    SceneOptions options;
    options.now = m_clock.wallTime();
    options.mayMove = m_view->untouched();
    if (height() > 0) {
        options.aspect = static_cast<double>(width()) / height();
    }
    m_feed->request(m_grace.hold(snapshot), options);
}

void MapPage::showScene(const ScenePtr& scene) {
    m_attention->setScene(*scene);
    placeOverlays();
    m_view->setScene(scene);
    m_legend->setScene(scene);
    showSources(*scene);
    m_empty->setVisible(scene->nodes.empty());
    if (tableShown()) {
        fillTables();
    } else {
        find(m_find->text());
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

void MapPage::find(const QString& query) {
    if (!m_view->scene()) {
        return;
    }
    const auto matches = findNodes(*m_view->scene(), query);
    m_view->setMatches(matches);
    std::vector<std::string> found;
    for (std::size_t i = 0; i < matches.size(); ++i) {
        if (matches[i]) {
            const auto& members = m_view->scene()->nodes[i].members;
            found.insert(found.end(), members.begin(), members.end());
        }
    }
    std::sort(found.begin(), found.end());
    m_tables->setFound(std::move(found), matches.empty());
    const auto count = std::count(matches.begin(), matches.end(), true);
    m_found->setText(matches.empty() ? QString() : QStringLiteral("%1 of %2").arg(count).arg(matches.size()));
}

void MapPage::placeOverlays() {
    m_attention->adjustSize();
    const QSize size = m_attention->size();
    m_attention->move(m_view->width() - size.width() - 12, 12);
    m_view->setKeepFree(m_attention->isHidden() ? QSize() : size + QSize(22, 22));
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
    if (watched == m_find && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape) {
            m_find->clear();
            m_view->setFocus();
            return true;
        }
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_view->scene()) {
            const auto matches = findNodes(*m_view->scene(), m_find->text());
            const auto first = std::find(matches.begin(), matches.end(), true);
            if (first != matches.end()) {
                const auto index = static_cast<std::size_t>(first - matches.begin());
                m_view->select(m_view->scene()->nodes[index].id);
                m_view->centreOn(static_cast<int>(index));
                m_view->setFocus();
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void MapPage::saveImage() {
    const QString file = QFileDialog::getSaveFileName(this, QStringLiteral("Save the map"), QStringLiteral("mesh.png"),
                                                      QStringLiteral("Pictures (*.png)"));
    if (file.isEmpty()) {
        return;
    }
    PngOptions options;
    options.theme = ThemeKind::Light; // a picture on white prints and pastes well (visual.md 8)
    options.now = m_clock.wallTime();
    const auto image = renderMapPng(*m_mesh.snapshot(), options);
    if (!image || !image->save(file)) {
        QMessageBox box(QMessageBox::Warning, QStringLiteral("Meshdeck"),
                        image ? QStringLiteral("The picture could not be written to %1").arg(safeText(file))
                              : safeText(image.error().what),
                        QMessageBox::Ok, this);
        box.setTextFormat(Qt::PlainText);
        box.exec();
    }
}

} // namespace meshdeck::views
