#include "map/map_page.h"

#include <algorithm>

#include <QActionGroup>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/attention_list.h"
#include "map/cards.h"
#include "map/find.h"
#include "map/legend.h"
#include "map/map_view.h"
#include "map/render_png.h"
#include "map/scene_feed.h"
#include "map/source_banner.h"

namespace meshdeck::views {

class LegendStrip final : public QWidget {
public:
    explicit LegendStrip(QWidget* parent)
        : QWidget(parent)
        , m_theme(&theme(ThemeKind::Dark)) {
        setFixedHeight(38);
    }
    void setTheme(const Theme& theme) {
        m_theme = &theme;
        update();
    }
    void setScene(ScenePtr scene) {
        m_scene = std::move(scene);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(rect(), m_theme->surface.panel);
        painter.fillRect(QRect(0, 0, width(), 1), m_theme->line.hair);
        if (m_scene) {
            paintLegend(painter, *m_scene, *m_theme, rect());
        }
    }

private:
    const Theme* m_theme;
    ScenePtr m_scene;
};

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
    layout->addWidget(m_view, 1);
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
    connect(m_attention, &AttentionList::nodeChosen, m_view, [this](const QString& node) {
        m_view->select(node.toStdString());
        m_view->centreOn(m_view->scene() ? m_view->scene()->find(node.toStdString()) : -1);
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
    m_view->fit();
    Q_EMIT graphChosen(type, idleNodes);
}

void MapPage::setTheme(const Theme& theme) {
    m_theme = &theme;
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
    m_feed->request(snapshot, options);
}

void MapPage::showScene(const ScenePtr& scene) {
    m_attention->setScene(*scene);
    placeOverlays();
    m_view->setScene(scene);
    m_legend->setScene(scene);
    showSources(*scene);
    m_empty->setVisible(scene->nodes.empty());
    find(m_find->text());
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
