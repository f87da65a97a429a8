// The page's answers to "what is around this": opening, focus, the way back, and what the scene says of it.
#include <algorithm>
#include <set>

#include <QLocale>

#include "common/safe_label.h"
#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/scope_bar.h"
#include "map/tool_row.h"
#include "mesh/graph.h"

namespace meshdeck::views {
namespace {

QString countText(std::size_t count) {
    return QLocale(QLocale::English).toString(static_cast<qulonglong>(count));
}

} // namespace

void MapPage::connectLens() {
    connect(m_lens, &MapLens::changed, this, &MapPage::lensChanged);
    connect(m_lens, &MapLens::pinsChanged, this, &MapPage::requestScene);
    connect(m_lens, &MapLens::pathStarted, this, &MapPage::showScope);
    connect(m_view, &MapView::openRequested, this, [this](const QString& group) {
        m_opening = group.toStdString();
        m_lens->open(m_opening);
    });
    connect(m_view, &MapView::closeRequested, this, [this](const QString& box) {
        m_opening = box.toStdString();
        m_lens->close(m_opening);
    });
    connect(m_view, &MapView::cardsMoved, m_lens, &MapLens::pin);
    connect(m_view, &MapView::menuRequested, this, &MapPage::showMenu);
    connect(m_view, &MapView::keyAsked, this, &MapPage::answerKey);
    connect(m_scope, &ScopeBar::backRequested, this, &MapPage::goBack);
    connect(m_scope, &ScopeBar::homeRequested, m_lens, &MapLens::home);
    connect(m_scope, &ScopeBar::depthChosen, m_lens, &MapLens::setDepth);
    connect(m_scope, &ScopeBar::allToggled, m_lens, &MapLens::setAll);
    connect(m_tools, &ToolRow::noiseToggled, m_lens, &MapLens::setHideNoise);
    connect(m_tools, &ToolRow::foldChosen, m_lens, &MapLens::setFold);
}

void MapPage::setPlaceStore(PlaceStore* store) {
    m_lens->setStore(store);
}

void MapPage::lensChanged(bool inPlace) {
    m_inPlace = (m_inPlace || !m_lensMoved) && inPlace;
    m_lensMoved = true;
    requestScene();
}

// Another picture is fitted as the first one was. In place, what was opened or closed stays under the pointer, and an
// opened namespace is shown so that it can be read.
void MapPage::keepInPlace(const ScenePtr& next) {
    ScenePtr before = m_view->scene();
    const bool moved = std::exchange(m_lensMoved, false);
    const std::string opening = std::exchange(m_opening, std::string());
    const auto camera = std::exchange(m_cameraAfter, std::nullopt);
    const bool untouched = m_view->untouched();
    const auto cornerOf = [&](const Scene& scene) -> std::optional<QPointF> {
        const int card = scene.find(opening);
        if (card >= 0) {
            return scene.nodes[static_cast<std::size_t>(card)].rect.topLeft();
        }
        const auto box = std::find_if(scene.boxes.begin(), scene.boxes.end(), [&](const SceneBox& b) { return b.id == opening; });
        return box == scene.boxes.end() ? std::nullopt : std::optional(box->rect.topLeft());
    };
    const auto from = before && !opening.empty() ? cornerOf(*before) : std::nullopt;
    const auto to = opening.empty() ? std::nullopt : cornerOf(*next);
    const std::optional<QPointF> seenAt = from ? std::optional(m_view->toView(*from)) : std::nullopt;
    m_view->setScene(next);
    m_view->dispose(std::move(before));
    if (!moved) {
        return;
    }
    if (camera && camera->touched) {
        m_view->setCamera(*camera);
    } else if (!m_inPlace || camera) {
        m_view->fit();
    } else if (from && to) {
        m_view->holdAt(*to, *seenAt);
        const auto box = std::find_if(next->boxes.begin(), next->boxes.end(), [&](const SceneBox& b) { return b.id == opening; });
        constexpr double kReadable = 0.45;
        if (box != next->boxes.end() && (untouched || m_view->zoom() < kReadable)) {
            m_view->showArea(box->rect);
        }
    }
    m_inPlace = true;
}

std::string MapPage::subject(const std::string& node) const {
    if (!node.empty()) {
        return node;
    }
    return m_view->selected();
}

QString MapPage::nameOf(const std::string& node) const {
    const ScenePtr& scene = m_view->scene();
    if (!scene) {
        return {};
    }
    if (const mesh::Node* found = m_mesh.snapshot()->graph ? m_mesh.snapshot()->graph->node(node) : nullptr) {
        return safeText(found->app.empty() ? mesh::displayName(*found) : found->app);
    }
    const int card = scene->find(node);
    if (card >= 0) {
        return scene->nodes[static_cast<std::size_t>(card)].name;
    }
    return safeText(node.substr(node.rfind('|') + 1));
}

bool MapPage::focusOn(const std::string& node, int depth) {
    const std::string id = subject(node);
    if (m_lens->lens().focus && node.empty()) { // the number alone changes how far one looks
        m_lens->setDepth(depth);
        return true;
    }
    if (id.empty()) {
        return false;
    }
    m_lens->focus({traffic::FocusKind::Neighbours, id, {}, depth, false}, m_view->camera());
    return true;
}

bool MapPage::askUpstream(const std::string& node) {
    const std::string id = subject(node);
    if (!id.empty()) {
        m_lens->focus({traffic::FocusKind::Upstream, id, {}, 1, true}, m_view->camera());
    }
    return !id.empty();
}

bool MapPage::askDownstream(const std::string& node) {
    const std::string id = subject(node);
    if (!id.empty()) {
        m_lens->focus({traffic::FocusKind::Downstream, id, {}, 1, true}, m_view->camera());
    }
    return !id.empty();
}

bool MapPage::markWay(const std::string& node) {
    const std::string id = subject(node);
    if (id.empty()) {
        return false;
    }
    if (m_lens->pathFrom().empty() || m_lens->pathFrom() == id) {
        m_lens->startPath(id);
    } else {
        showWays(m_lens->pathFrom(), id);
    }
    return true;
}

void MapPage::showWays(const std::string& from, const std::string& to) {
    m_lens->focus({traffic::FocusKind::Path, from, to, 1, true}, m_view->camera());
}

void MapPage::goBack() {
    if (!m_lens->pathFrom().empty()) {
        m_lens->startPath({});
        return;
    }
    if (m_lens->canGoBack()) {
        // The signal of the lens asks for the scene; the camera is for when it is there.
        m_cameraAfter = m_lens->back();
    } else {
        m_lens->home();
    }
}

void MapPage::answerKey(int key, bool& taken) {
    taken = true;
    switch (key) {
    case Qt::Key_1:
    case Qt::Key_2:
    case Qt::Key_3: taken = focusOn({}, key - Qt::Key_0); break;
    case Qt::Key_0: m_lens->home(); break;
    case Qt::Key_U: taken = askUpstream({}); break;
    case Qt::Key_D: taken = askDownstream({}); break;
    case Qt::Key_P: taken = markWay({}); break;
    case Qt::Key_H: m_lens->setAll(!m_lens->lens().focus || !m_lens->lens().focus->all); break;
    case Qt::Key_N: m_tools->toggleFold(); break;
    case Qt::Key_Backspace:
    case static_cast<int>(Qt::Key_Left) | static_cast<int>(Qt::AltModifier): goBack(); break;
    case Qt::Key_Escape:
        taken = !m_lens->pathFrom().empty();
        if (taken) {
            m_lens->startPath({});
        }
        break;
    default: taken = false;
    }
}

void MapPage::showScope() {
    const ScenePtr& scene = m_view->scene();
    if (!scene) {
        return;
    }
    const traffic::Lens& lens = m_lens->lens();
    ScopeBar::Words words;
    words.name = lens.focus ? nameOf(lens.focus->node) : QString();
    words.other = lens.focus ? nameOf(lens.focus->other) : QString();
    words.pathFrom = m_lens->pathFrom().empty() ? QString() : nameOf(m_lens->pathFrom());
    words.lost = scene->focusLost;
    if (lens.focus && scene->graph && m_mesh.snapshot()->graph) {
        words.counts = QStringLiteral("%1 of %2 workloads")
                           .arg(countText(traffic::sizeOf(*scene->graph)), countText(traffic::sizeOf(*m_mesh.snapshot()->graph)));
    }
    m_scope->tell(lens, words, m_lens->canGoBack());
    m_tools->setNoise(scene->noise, lens.hideNoise);
    m_tools->setFold(lens.fold, scene->folded());
    placeOverlays();
}

std::vector<MapPage::Place> MapPage::places() const {
    std::vector<Place> places;
    const ScenePtr& scene = m_view->scene();
    for (std::size_t i = 0; scene && i < scene->nodes.size(); ++i) {
        const SceneNode& node = scene->nodes[i];
        const bool version = node.version >= 0 && node.box >= 0;
        const QString name = version ? scene->boxes[static_cast<std::size_t>(node.box)].title + QLatin1Char(' ') + node.name : node.name;
        places.push_back({name, node.group ? node.kindWord : node.kindWord + QStringLiteral(" in ") + node.ns, node.id});
    }
    for (std::size_t i = 0; scene && scene->folded() && i < scene->graph->nodes.size(); ++i) {
        const mesh::Node& node = scene->graph->nodes[i];
        const int card = scene->find(node.id);
        if (card >= 0 && scene->nodes[static_cast<std::size_t>(card)].group && node.kind != mesh::NodeKind::Service) {
            places.push_back({safeText(mesh::displayName(node)), QStringLiteral("in ") + safeText(node.ns), node.id});
        }
    }
    return places;
}

} // namespace meshdeck::views
