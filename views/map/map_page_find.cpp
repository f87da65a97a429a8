// Find, hide and labels on the map's page.
#include "map/card_matches.h"
#include "map/find_field.h"
#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/scene_feed.h"
#include "map/tool_row.h"
#include "tables/graph_tables.h"
#include "traffic/find/listing.h"

namespace meshdeck::views {

void MapPage::connectFind() {
    connect(m_tools, &ToolRow::findChanged, this, &MapPage::find);
    connect(m_tools, &ToolRow::findStepped, this, &MapPage::findStepped);
    connect(m_tools, &ToolRow::findLeft, this, [this] { m_view->setFocus(); });
    connect(m_tools, &ToolRow::hideChanged, this, &MapPage::requestScene);
    connect(m_tools, &ToolRow::labelsChosen, this, [this](traffic::EdgeFigure figure) {
        m_labels = figure;
        requestScene();
    });
    connect(m_tools, &ToolRow::filtersChanged, this, &MapPage::filtersChanged);
}

void MapPage::find() {
    const ScenePtr& scene = m_view->scene();
    if (!scene) {
        return;
    }
    if (m_path && m_tools->find().empty()) {
        applyPath();
        return;
    }
    m_path.reset();
    m_view->setPath({});
    const mesh::SnapshotPtr snapshot = m_mesh.snapshot();
    CardMatches matches = cardMatches(*scene, m_tools->find(), snapshot->inventory.get());
    const bool looking = !m_tools->find().empty() && scene->graph;
    m_tables->setFound(matches.nodes, !looking);
    m_view->setMatches(matches.cards, matches.inside, matches.lines);
    m_tools->findField().setFound(looking ? QString::fromStdString(traffic::foundWords(*scene->graph, matches.found)) : QString());
    m_tools->hideField().setFound(scene->hidden > 0 ? QStringLiteral("%1 hidden").arg(QString::fromStdString(traffic::grouped(scene->hidden)))
                                                    : QString());
    Q_EMIT found(looking ? scene->graph : nullptr, matches.found);
}

// What the fields ask for is part of how the mesh is looked at, but not of the way back.
traffic::Lens MapPage::lensWithFilters() const {
    traffic::Lens lens = m_lens->lens();
    lens.hide = m_tools->hide();
    lens.keep = m_tools->hidesOthers() ? m_tools->find() : traffic::FindExpression();
    return lens;
}

void MapPage::setFilters(const SavedFilters& filters) {
    m_tools->setFilters(filters);
}

void MapPage::focusFind() {
    m_tools->focusFind();
}

void MapPage::focusHide() {
    m_tools->focusHide();
}

} // namespace meshdeck::views
